//! JSON (RFC 8259).

use super::{Around, Language};
use crate::error::Unrepresentable;
use crate::json::Syntax;
use crate::literal::{NOT_UTF8, c_escape, quoted, utf16_escape};
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Parts, Writer};

/// JSON.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct Json;

/// JSON as itself.
pub const JSON: Syntax = Syntax {
    object: ("{", "}"),
    empty_object: "{}",
    array: ("[", "]"),
    colon: ": ",
    proto: ("", ""),
    words: ["null", "false", "true"],
    big_numbers: true,
};

impl Language for Json {
    fn name(&self) -> &'static str {
        "JSON"
    }

    fn indent(&self) -> &'static str {
        "  "
    }

    fn comment(&self) -> &'static str {
        "// "
    }

    fn join(&self) -> &'static str {
        ""
    }

    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        std::str::from_utf8(bytes).map_err(|_| NOT_UTF8)?;
        quoted(bytes, '"', out, |c, _| c_escape(c), utf16_escape)
    }

    fn variable(&self, _secrets: Secrets) -> Around {
        Around::new("", "")
    }

    fn percent(&self) -> Around {
        Around::new("", "")
    }

    fn assemble(&self, parts: &Parts) -> String {
        parts.body.clone()
    }

    fn probe(&self, texts: &[Text], w: &mut Writer) {
        w.line("[");
        for (number, text) in texts.iter().enumerate() {
            w.text(text)
                .line(if number + 1 < texts.len() { "," } else { "" });
        }
        w.line("]");
    }
}
