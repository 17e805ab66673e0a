//! Perl 5.

use super::{Around, Language, Or, script};
use crate::error::Unrepresentable;
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Helper, Parts, Writer};

/// Perl.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct Perl;

static ASK: Helper = Helper {
    code: include_str!("../inline/perl/ask.pl"),
    imports: &[],
};

/// Reads a variable, and ends the program where it is not set.
static ENV: Helper = Helper {
    code: include_str!("../inline/perl/env.pl"),
    imports: &[],
};

impl Language for Perl {
    fn name(&self) -> &'static str {
        "Perl"
    }

    fn comment(&self) -> &'static str {
        "# "
    }

    fn join(&self) -> &'static str {
        " . "
    }

    /// LWP wants bytes, and a source without `use utf8` is bytes. What is not ASCII is written as escapes of them.
    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        if bytes.iter().all(|byte| matches!(byte, b' '..=b'~')) {
            out.push('\'');
            for &byte in bytes {
                if matches!(byte, b'\'' | b'\\') {
                    out.push('\\');
                }
                out.push(char::from(byte));
            }
            out.push('\'');
            return Ok(());
        }
        out.push('"');
        for &byte in bytes {
            match byte {
                b'\n' => out.push_str("\\n"),
                b'\r' => out.push_str("\\r"),
                b'\t' => out.push_str("\\t"),
                b'"' | b'\\' | b'$' | b'@' => {
                    out.push('\\');
                    out.push(char::from(byte));
                }
                b' '..=b'~' => out.push(char::from(byte)),
                byte => out.push_str(&format!("\\x{{{byte:02x}}}")),
            }
        }
        out.push('"');
        Ok(())
    }

    fn variable(&self, secrets: Secrets) -> Around {
        match secrets {
            Secrets::Prompt => Around::new("ask('", "')").calling(&ASK),
            Secrets::Env | Secrets::Literal => Around::new("env('", "')").calling(&ENV),
        }
    }

    fn variable_or(&self) -> Option<Or> {
        Some(Or::new("($ENV{", "} // ", ")"))
    }

    fn percent(&self) -> Around {
        Around::new("uri_escape(", ")").importing(&["use URI::Escape qw(uri_escape);"])
    }

    fn assemble(&self, parts: &Parts) -> String {
        let imports: String = parts
            .imports
            .iter()
            .map(|import| format!("{import}\n"))
            .collect();
        script(
            parts,
            &format!("use strict;\nuse warnings;\n{imports}"),
            "\n",
        )
    }

    fn probe(&self, texts: &[Text], w: &mut Writer) {
        for text in texts {
            w.code("print unpack('H*', ").text(text).line("), \"\\n\";");
        }
    }
}
