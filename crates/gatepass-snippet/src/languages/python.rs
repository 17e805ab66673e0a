//! Python 3.9 and later.

use super::{Around, Language, Or, script};
use crate::error::Unrepresentable;
use crate::json::Syntax;
use crate::literal::{c_escape, quoted};
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Parts, Writer};

/// Python.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct Python;

/// JSON as Python's own values.
pub const JSON: Syntax = Syntax {
    object: ("{", "}"),
    empty_object: "{}",
    array: ("[", "]"),
    colon: ": ",
    proto: ("", ""),
    words: ["None", "False", "True"],
    big_numbers: true,
};

impl Language for Python {
    fn name(&self) -> &'static str {
        "Python"
    }

    fn comment(&self) -> &'static str {
        "# "
    }

    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        quoted(
            bytes,
            '"',
            out,
            |c, _| c_escape(c),
            |c, out| {
                let code = u32::from(c);
                out.push_str(&match code {
                    0..=0xff => format!("\\x{code:02x}"),
                    0x100..=0xffff => format!("\\u{code:04x}"),
                    _ => format!("\\U{code:08x}"),
                });
            },
        )
    }

    fn bytes(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        out.push_str("b\"");
        for &byte in bytes {
            match c_escape(char::from(byte)) {
                Some(escape) => out.push_str(escape),
                None if matches!(byte, b' '..=b'~') => out.push(char::from(byte)),
                None => out.push_str(&format!("\\x{byte:02x}")),
            }
        }
        out.push('"');
        Ok(())
    }

    fn variable(&self, secrets: Secrets) -> Around {
        match secrets {
            Secrets::Prompt => {
                Around::new("getpass.getpass(\"", ": \")").importing(&["import getpass"])
            }
            Secrets::Env | Secrets::Literal => {
                Around::new("os.environ[\"", "\"]").importing(&["import os"])
            }
        }
    }

    fn variable_or(&self) -> Option<Or> {
        Some(Or::new("os.environ.get(\"", "\", ", ")").importing(&["import os"]))
    }

    fn to_bytes(&self) -> (&'static str, &'static str) {
        ("", ".encode()")
    }

    fn percent(&self) -> Around {
        Around::new("quote(", ", safe=\"\")").importing(&["from urllib.parse import quote"])
    }

    fn assemble(&self, parts: &Parts) -> String {
        let line = |of_others: bool| {
            let (plain, from): (Vec<&str>, Vec<&str>) = parts
                .imports
                .iter()
                .copied()
                .filter(|import| is_of_others(import) == of_others)
                .partition(|import| import.starts_with("import "));
            plain
                .into_iter()
                .chain(from)
                .map(|import| format!("{import}\n"))
                .collect::<String>()
        };
        let (own, others) = (line(false), line(true));
        let gap = if own.is_empty() || others.is_empty() {
            ""
        } else {
            "\n"
        };
        script(parts, &format!("{own}{gap}{others}"), "\n\n")
    }

    fn probe(&self, texts: &[Text], w: &mut Writer) {
        for text in texts {
            if text
                .known()
                .is_some_and(|known| String::from_utf8(known).is_ok())
            {
                w.code("print(").text(text).line(".encode().hex())");
            }
            w.code("print(").bytes(text).line(".hex())");
        }
    }
}

/// Says whether an import is of a package that has to be installed; such imports stand in a paragraph of their own.
fn is_of_others(import: &str) -> bool {
    ["requests", "httpx", "requests_oauthlib"]
        .iter()
        .any(|package| import.split([' ', '.']).nth(1) == Some(package))
}

/// Writes a text that a library would encode as Latin-1: as bytes in UTF-8 where it is, or may be, more than ASCII.
pub(crate) fn octets(w: &mut Writer, text: &Text) {
    if text.is_ascii() {
        w.text(text);
    } else if let Some(known) = text
        .known()
        .filter(|known| std::str::from_utf8(known).is_ok())
    {
        w.text(&Text::new(known)).code(".encode()");
    } else {
        w.bytes(text);
    }
}
