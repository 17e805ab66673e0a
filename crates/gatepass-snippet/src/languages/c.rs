//! C99.

use super::{Around, Language, Or, moved};
use crate::error::Unrepresentable;
use crate::literal::{c_escape, is_plain};
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Helper, Parts, Writer};

/// C.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct C;

/// Joins texts.
static CONCAT: Helper = Helper {
    code: include_str!("../inline/c/concat.c"),
    imports: &["<stdarg.h>", "<stdlib.h>", "<string.h>"],
};

/// Reads a variable, and ends the program where it is not set.
static ENV: Helper = Helper {
    code: include_str!("../inline/c/env.c"),
    imports: &["<stdlib.h>"],
};

/// Reads a variable that has a value for where it is not set.
static ENV_OR: Helper = Helper {
    code: include_str!("../inline/c/env_or.c"),
    imports: &["<stdlib.h>"],
};

/// Asks on the terminal. What `getpass` returns is gone when it asks again.
static ASK: Helper = Helper {
    code: include_str!("../inline/c/ask.c"),
    imports: &["<stdlib.h>", "<string.h>", "<unistd.h>"],
};

const NUL: Unrepresentable =
    Unrepresentable("a text in it has a NUL byte, and a string of C ends at the first one");

impl Language for C {
    fn name(&self) -> &'static str {
        "C"
    }

    fn comment(&self) -> &'static str {
        "// "
    }

    /// A text ends at its first NUL.
    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        if bytes.contains(&0) {
            return Err(NUL);
        }
        self.bytes(bytes, out)
    }

    /// What is not printed is written in three octal digits, which no digit behind them can lengthen.
    fn bytes(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        out.push('"');
        for chunk in bytes.utf8_chunks() {
            // Two question marks begin a trigraph.
            let trigraph = chunk.valid().contains("??");
            for c in chunk.valid().chars() {
                match c_escape(c) {
                    Some(escape) => out.push_str(escape),
                    None if c == '?' && trigraph => out.push_str("\\?"),
                    None if is_plain(c) => out.push(c),
                    None => {
                        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                            out.push_str(&format!("\\{byte:03o}"));
                        }
                    }
                }
            }
            for byte in chunk.invalid() {
                out.push_str(&format!("\\{byte:03o}"));
            }
        }
        out.push('"');
        Ok(())
    }

    fn variable(&self, secrets: Secrets) -> Around {
        match secrets {
            Secrets::Prompt => Around::new("ask(\"", ": \")").calling(&ASK),
            Secrets::Env | Secrets::Literal => Around::new("env(\"", "\")").calling(&ENV),
        }
    }

    fn variable_or(&self) -> Option<Or> {
        Some(Or::new("env_or(\"", "\", ", ")").calling(&ENV_OR))
    }

    fn percent(&self) -> Around {
        Around::new("curl_easy_escape(curl, ", ", 0)")
    }

    fn join(&self) -> &'static str {
        ", "
    }

    /// C joins no texts: a function does.
    fn joined(&self) -> Around {
        Around::new("concat(", ", (char *)NULL)").calling(&CONCAT)
    }

    fn assemble(&self, parts: &Parts) -> String {
        let mut out = parts.head.clone();
        if !out.is_empty() {
            out.push('\n');
        }
        let mut includes = parts.imports.clone();
        includes.extend(["<curl/curl.h>", "<stdio.h>"]);
        if includes.contains("<unistd.h>") {
            out.push_str("#define _DEFAULT_SOURCE\n");
        }
        for include in includes {
            out.push_str(&format!("#include {include}\n"));
        }
        for helper in &parts.helpers {
            out.push('\n');
            out.push_str(helper);
        }
        out.push_str("\nint main(void)\n{\n");
        // No literal spans lines.
        out.push_str(&moved(&parts.body, self.indent()));
        out.push_str("}\n");
        out
    }

    fn probe(&self, texts: &[Text], w: &mut Writer) {
        for text in texts {
            w.code("{\n").indented(|w| {
                w.code("static const unsigned char text[] = ")
                    .bytes(text)
                    .line(";");
                w.line("for (size_t at = 0; at + 1 < sizeof text; at++)");
                w.indented(|w| {
                    w.line("printf(\"%02x\", text[at]);");
                });
                w.line("puts(\"\");");
            });
            w.line("}");
        }
        w.line("return 0;");
    }
}
