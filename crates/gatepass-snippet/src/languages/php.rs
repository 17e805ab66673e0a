//! PHP 8.

use super::{Around, Language, Or, script};
use crate::error::Unrepresentable;
use crate::literal::{c_escape, is_plain};
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Helper, Parts, Writer};

/// PHP.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct Php;

static ASK: Helper = Helper {
    code: include_str!("../inline/php/ask.php"),
    imports: &[],
};

/// Reads a variable, and ends the program where it is not set.
static ENV: Helper = Helper {
    code: include_str!("../inline/php/env.php"),
    imports: &[],
};

impl Language for Php {
    fn name(&self) -> &'static str {
        "PHP"
    }

    fn comment(&self) -> &'static str {
        "// "
    }

    fn join(&self) -> &'static str {
        " . "
    }

    /// A PHP string holds any bytes. What is printed stands between single quotes, where only two characters are special.
    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        if let Ok(text) = std::str::from_utf8(bytes)
            && text.chars().all(is_plain)
        {
            out.push('\'');
            for c in text.chars() {
                if matches!(c, '\'' | '\\') {
                    out.push('\\');
                }
                out.push(c);
            }
            out.push('\'');
            return Ok(());
        }
        out.push('"');
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                match c_escape(c) {
                    _ if c == '$' => out.push_str("\\$"),
                    Some(escape) => out.push_str(escape),
                    None if is_plain(c) => out.push(c),
                    None if u32::from(c) < 0x80 => {
                        out.push_str(&format!("\\x{:02x}", u32::from(c)))
                    }
                    None => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
                }
            }
            for byte in chunk.invalid() {
                out.push_str(&format!("\\x{byte:02x}"));
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
        Some(Or::new("env('", "', ", ")").calling(&ENV))
    }

    fn percent(&self) -> Around {
        Around::new("rawurlencode(", ")")
    }

    fn assemble(&self, parts: &Parts) -> String {
        let imports: String = parts
            .imports
            .iter()
            .map(|import| format!("{import}\n"))
            .collect();
        format!("<?php\n{}", script(parts, &imports, "\n"))
    }

    fn probe(&self, texts: &[Text], w: &mut Writer) {
        for text in texts {
            w.code("echo bin2hex(").text(text).line("), \"\\n\";");
        }
    }
}
