//! R 4.1 and later.

use super::{Around, Language, Or, script};
use crate::error::Unrepresentable;
use crate::literal::{c_escape, quoted};
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Helper, Parts, Writer};

/// R.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct R;

static ASK: Helper = Helper {
    code: include_str!("../inline/r/ask.R"),
    imports: &[],
};

/// Reads a variable, and ends the program where it is not set.
static ENV: Helper = Helper {
    code: include_str!("../inline/r/env.R"),
    imports: &[],
};

const NUL: Unrepresentable =
    Unrepresentable("a text in it has a NUL byte, and no text of R holds one");

/// The longest literal, in bytes.
const LONGEST: usize = 2000;

/// Returns where a text that is too long for one literal is divided, between two characters.
fn split_at(bytes: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(bytes).ok()?;
    let long = text.len() > LONGEST;
    long.then(|| {
        (LONGEST - 3..=LONGEST)
            .rev()
            .find(|at| text.is_char_boundary(*at))
    })?
}

impl Language for R {
    fn name(&self) -> &'static str {
        "R"
    }

    fn indent(&self) -> &'static str {
        "  "
    }

    fn comment(&self) -> &'static str {
        "# "
    }

    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        if bytes.contains(&0) {
            return Err(NUL);
        }
        // R's parser takes no more than 10,000 characters into a literal that has escapes.
        if let Some(at) = split_at(bytes) {
            let (before, behind) = bytes.split_at(at);
            out.push_str("paste0(");
            self.text(before, out)?;
            out.push_str(", ");
            self.text(behind, out)?;
            out.push(')');
            return Ok(());
        }
        quoted(
            bytes,
            '"',
            out,
            |c, _| c_escape(c),
            |c, out| {
                // One literal has one kind of escapes.
                out.push_str(&format!("\\U{{{:x}}}", u32::from(c)));
            },
        )
    }

    fn bytes(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        if std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0) {
            return self.text(bytes, out);
        }
        let bytes: Vec<String> = bytes.iter().map(|byte| format!("0x{byte:02x}")).collect();
        out.push_str(&format!("as.raw(c({}))", bytes.join(", ")));
        Ok(())
    }

    fn variable(&self, secrets: Secrets) -> Around {
        match secrets {
            Secrets::Prompt => Around::new("ask(\"", "\")").calling(&ASK),
            Secrets::Env | Secrets::Literal => Around::new("env(\"", "\")").calling(&ENV),
        }
    }

    fn variable_or(&self) -> Option<Or> {
        Some(Or::new("Sys.getenv(\"", "\", ", ")"))
    }

    fn percent(&self) -> Around {
        Around::new("utils::URLencode(", ", reserved = TRUE, repeated = TRUE)")
    }

    fn join(&self) -> &'static str {
        ", "
    }

    /// R joins texts by a function.
    fn joined(&self) -> Around {
        Around::new("paste0(", ")")
    }

    fn assemble(&self, parts: &Parts) -> String {
        let imports: String = parts
            .imports
            .iter()
            .map(|import| format!("{import}\n"))
            .collect();
        script(parts, &imports, "\n")
    }

    fn probe(&self, texts: &[Text], w: &mut Writer) {
        w.line("hex <- function(data) cat(format(if (is.raw(data)) data else charToRaw(data)), \"\\n\", sep = \"\")");
        for text in texts {
            w.code("hex(").bytes(text).line(")");
        }
    }
}
