//! Go.

use super::{Around, Language, Or, moved};
use crate::error::Unrepresentable;
use crate::literal::{c_escape, is_plain};
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Helper, Parts, Writer};

/// Go.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct Go;

static ASK: Helper = Helper {
    code: include_str!("../inline/go/ask.go"),
    imports: &["bufio", "fmt", "log", "os", "os/exec", "strings"],
};

/// Reads a variable, and ends the program where it is not set.
static ENV: Helper = Helper {
    code: include_str!("../inline/go/env.go"),
    imports: &["log", "os"],
};

/// Reads a variable that has a value for where it is not set.
static ENV_OR: Helper = Helper {
    code: include_str!("../inline/go/env_or.go"),
    imports: &["os"],
};

impl Language for Go {
    fn name(&self) -> &'static str {
        "Go"
    }

    fn indent(&self) -> &'static str {
        "\t"
    }

    fn comment(&self) -> &'static str {
        "// "
    }

    /// A Go string holds any bytes. Text with quotation marks stands between backticks, as one would write it by hand.
    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        if let Ok(text) = std::str::from_utf8(bytes)
            && text.contains(['"', '\\'])
            && text.chars().all(|c| is_plain(c) && c != '`')
        {
            out.push('`');
            out.push_str(text);
            out.push('`');
            return Ok(());
        }
        out.push('"');
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                match c_escape(c) {
                    Some(escape) => out.push_str(escape),
                    None if is_plain(c) => out.push(c),
                    None if u32::from(c) < 0x80 => {
                        out.push_str(&format!("\\x{:02x}", u32::from(c)))
                    }
                    None if u32::from(c) < 0x10000 => {
                        out.push_str(&format!("\\u{:04x}", u32::from(c)))
                    }
                    None => out.push_str(&format!("\\U{:08x}", u32::from(c))),
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
            Secrets::Prompt => Around::new("ask(\"", "\")").calling(&ASK),
            Secrets::Env | Secrets::Literal => Around::new("env(\"", "\")").calling(&ENV),
        }
    }

    fn variable_or(&self) -> Option<Or> {
        Some(Or::new("envOr(\"", "\", ", ")").calling(&ENV_OR))
    }

    fn percent(&self) -> Around {
        Around::new("url.QueryEscape(", ")").importing(&["net/url"])
    }

    fn assemble(&self, parts: &Parts) -> String {
        let mut out = parts.head.clone();
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str("package main\n\nimport (\n");
        for import in &parts.imports {
            out.push_str(&format!("\t\"{import}\"\n"));
        }
        out.push_str(")\n\nfunc main() {\n");
        // No literal spans lines: what has a line break in it stands between quotation marks.
        out.push_str(&moved(&parts.body, self.indent()));
        out.push_str("}\n");
        for helper in &parts.helpers {
            out.push('\n');
            out.push_str(helper);
        }
        out
    }

    fn probe(&self, texts: &[Text], w: &mut Writer) {
        w.import("fmt");
        for text in texts {
            w.code("fmt.Printf(\"%x\\n\", ").text(text).line(")");
        }
    }
}
