//! Kotlin.

use super::{Around, Language, Or, moved};
use crate::error::Unrepresentable;
use crate::literal::{c_escape, quoted, utf16_escape};
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Helper, Parts, Writer};

/// Kotlin.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct Kotlin;

/// Reads a variable, and ends the program where it is not set.
static ENV: Helper = Helper {
    code: include_str!("../inline/kotlin/env.kt"),
    imports: &[],
};

impl Language for Kotlin {
    fn name(&self) -> &'static str {
        "Kotlin"
    }

    fn comment(&self) -> &'static str {
        "// "
    }

    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        let own = |c: char, _| match c {
            '$' => Some("\\$"),
            c => c_escape(c),
        };
        quoted(bytes, '"', out, own, utf16_escape)
    }

    fn bytes(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        if std::str::from_utf8(bytes).is_ok() {
            self.text(bytes, out)?;
            out.push_str(".toByteArray()");
            return Ok(());
        }
        let bytes: Vec<String> = bytes
            .iter()
            .map(|byte| format!("{byte}.toByte()"))
            .collect();
        out.push_str(&format!("byteArrayOf({})", bytes.join(", ")));
        Ok(())
    }

    fn variable(&self, secrets: Secrets) -> Around {
        match secrets {
            Secrets::Prompt => Around::new("String(System.console().readPassword(\"", ": \"))"),
            Secrets::Env | Secrets::Literal => Around::new("env(\"", "\")").calling(&ENV),
        }
    }

    fn variable_or(&self) -> Option<Or> {
        Some(Or::new("(System.getenv(\"", "\") ?: ", ")"))
    }

    fn percent(&self) -> Around {
        Around::new("URLEncoder.encode(", ", \"UTF-8\")").importing(&["java.net.URLEncoder"])
    }

    fn assemble(&self, parts: &Parts) -> String {
        let mut out = parts.head.clone();
        if !out.is_empty() {
            out.push('\n');
        }
        let mut imports = parts.imports.clone();
        imports.insert("kotlin.system.exitProcess");
        for import in imports {
            out.push_str(&format!("import {import}\n"));
        }
        out.push_str("\nfun main() {\n");
        out.push_str(&moved(&parts.body, self.indent()));
        out.push_str("}\n");
        for helper in &parts.helpers {
            out.push('\n');
            out.push_str(helper);
        }
        out
    }

    fn probe(&self, texts: &[Text], w: &mut Writer) {
        for text in texts {
            w.code("println(")
                .bytes(text)
                .line(".joinToString(\"\") { \"%02x\".format(it) })");
        }
    }
}
