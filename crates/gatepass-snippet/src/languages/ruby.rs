//! Ruby 3.

use super::{Around, Language, Or, script};
use crate::error::Unrepresentable;
use crate::literal::{c_escape, is_plain};
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Parts, Writer};

/// Ruby.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct Ruby;

impl Language for Ruby {
    fn name(&self) -> &'static str {
        "Ruby"
    }

    fn indent(&self) -> &'static str {
        "  "
    }

    fn comment(&self) -> &'static str {
        "# "
    }

    /// A Ruby string holds any bytes. `#` is escaped wherever it could begin an interpolation.
    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        // Two kinds of escapes do not mix in one literal, so what is not UTF-8 is written byte by byte.
        let Ok(text) = std::str::from_utf8(bytes) else {
            out.push('"');
            for byte in bytes {
                out.push_str(&format!("\\x{byte:02x}"));
            }
            out.push('"');
            return Ok(());
        };
        out.push('"');
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c_escape(c) {
                None if c == '#' && matches!(rest.peek(), Some('{' | '$' | '@')) => {
                    out.push_str("\\#")
                }
                Some(escape) => out.push_str(escape),
                None if is_plain(c) => out.push(c),
                None => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            }
        }
        out.push('"');
        Ok(())
    }

    fn variable(&self, secrets: Secrets) -> Around {
        match secrets {
            Secrets::Prompt => {
                Around::new("IO.console.getpass(\"", ": \")").importing(&["require \"io/console\""])
            }
            Secrets::Env | Secrets::Literal => Around::new("ENV.fetch(\"", "\")"),
        }
    }

    fn variable_or(&self) -> Option<Or> {
        Some(Or::new("ENV.fetch(\"", "\", ", ")"))
    }

    fn percent(&self) -> Around {
        Around::new("ERB::Util.url_encode(", ")").importing(&["require \"erb\""])
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
        for text in texts {
            w.code("puts ").text(text).line(".unpack1(\"H*\")");
        }
    }
}
