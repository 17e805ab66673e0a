//! POSIX shell, in which curl, wget and HTTPie are typed.

use super::{Around, Language, RunView, script};
use crate::error::Unrepresentable;
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Helper, Parts, Read, Writer};

/// POSIX shell.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct Shell;

/// Asks for a secret without showing what is typed.
static ASK: Helper = Helper {
    code: include_str!("../inline/shell/ask.sh"),
    imports: &[],
};

/// Percent-encodes, in pure shell.
static ENCODE: Helper = Helper {
    code: include_str!("../inline/shell/percent.sh"),
    imports: &[],
};

impl Language for Shell {
    fn name(&self) -> &'static str {
        "POSIX shell"
    }

    fn indent(&self) -> &'static str {
        "  "
    }

    fn comment(&self) -> &'static str {
        "# "
    }

    fn join(&self) -> &'static str {
        ""
    }

    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        if bytes.contains(&0) {
            return Err(Unrepresentable(
                "a text in it has a NUL byte, and no argument of a program can hold one",
            ));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| {
            Unrepresentable("a text in it is not UTF-8; write it to a file and send that")
        })?;
        out.push_str(&quoted(text));
        Ok(())
    }

    fn variable(&self, secrets: Secrets) -> Around {
        match secrets {
            Secrets::Prompt => Around::new("\"$", "\"").calling(&ASK),
            Secrets::Env | Secrets::Literal => Around::new("\"$", "\""),
        }
    }

    fn settles_variables(&self) -> bool {
        true
    }

    fn percent(&self) -> Around {
        Around::new("\"$(percent_encode ", ")\"").calling(&ENCODE)
    }

    fn interpolated(
        &self,
        runs: &[RunView<'_>],
        _secrets: Secrets,
        out: &mut String,
    ) -> Result<bool, Unrepresentable> {
        let simple = |run: &RunView<'_>| match run {
            RunView::Bytes(bytes) => bytes.iter().all(|byte| {
                byte.is_ascii_alphanumeric() || b" -_.,:;/@+=?&%#~()[]{}<>|*'".contains(byte)
            }),
            RunView::Variable(_, encoded, _) => !encoded,
        };
        let has_variable = runs.iter().any(|run| matches!(run, RunView::Variable(..)));
        if !has_variable || runs.len() < 2 || !runs.iter().all(simple) {
            return Ok(false);
        }
        out.push('"');
        for run in runs {
            match run {
                RunView::Bytes(bytes) => out.push_str(&String::from_utf8_lossy(bytes)),
                RunView::Variable(name, ..) => {
                    out.push_str("${");
                    out.push_str(name);
                    out.push('}');
                }
            }
        }
        out.push('"');
        Ok(true)
    }

    fn assemble(&self, parts: &Parts) -> String {
        let mut before = String::new();
        for read in &parts.reads {
            before += &settle(read, parts.secrets);
        }
        let parts = Parts {
            head: parts.head.clone(),
            helpers: parts.helpers.clone(),
            body: before + &parts.body,
            ..Parts::default()
        };
        script(&parts, "", "\n")
    }

    fn probe(&self, texts: &[Text], w: &mut Writer) {
        for text in texts {
            w.code("printf %s ")
                .text(text)
                .line(" | od -An -v -tx1 | tr -d ' \\n'; echo");
        }
    }
}

/// Writes what stands before the command: a variable is asked for, gets the value that stands in for it, or has to be set. The
/// command is in the same list, which a shell that reads from a terminal gives up as well.
fn settle(read: &Read, secrets: Secrets) -> String {
    let name = &read.name;
    match (&read.fallback, secrets) {
        (_, Secrets::Prompt) => format!("{name}=$(ask {name}) &&\n"),
        // Between double quotes the value would be read once more.
        (Some(fallback), _) => format!(
            "{{ [ \"${{{name}+set}}\" ] || {name}={}; }} &&\n",
            quoted(fallback)
        ),
        (None, _) => format!(": \"${{{name}?is not set}}\" &&\n"),
    }
}

/// Puts a word between single quotes, unless every shell takes it as it is.
pub fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/@+,%".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
