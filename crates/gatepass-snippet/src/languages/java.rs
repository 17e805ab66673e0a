//! Java 17.

use super::{Around, Language, Or, moved};
use crate::error::Unrepresentable;
use crate::literal::{c_escape, quoted, utf16_escape};
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Helper, Parts, Writer};

/// Java.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct Java;

/// Writes what Java and its like escape: a character that is not ASCII as `\u1234`, which Java reads before it reads the literal and
/// so never for one that means something there; a control character in three octal digits.
pub(super) fn escape(c: char, out: &mut String) {
    match u32::from(c) {
        code if code < 0x80 => out.push_str(&format!("\\{code:03o}")),
        _ => utf16_escape(c, out),
    }
}

/// Reads a variable, and ends the program where it is not set.
static ENV: Helper = Helper {
    code: include_str!("../inline/java/env.java"),
    imports: &[],
};

impl Language for Java {
    fn name(&self) -> &'static str {
        "Java"
    }

    fn comment(&self) -> &'static str {
        "// "
    }

    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        quoted(bytes, '"', out, |c, _| c_escape(c), escape)
    }

    fn bytes(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        if std::str::from_utf8(bytes).is_ok() {
            self.text(bytes, out)?;
            out.push_str(".getBytes(StandardCharsets.UTF_8)");
            return Ok(());
        }
        let bytes: Vec<String> = bytes.iter().map(|byte| format!("(byte) {byte}")).collect();
        out.push_str(&format!("new byte[] {{{}}}", bytes.join(", ")));
        Ok(())
    }

    fn variable(&self, secrets: Secrets) -> Around {
        match secrets {
            Secrets::Prompt => Around::new("new String(System.console().readPassword(\"", ": \"))"),
            Secrets::Env | Secrets::Literal => Around::new("env(\"", "\")").calling(&ENV),
        }
    }

    fn variable_or(&self) -> Option<Or> {
        Some(Or::new("System.getenv().getOrDefault(\"", "\", ", ")"))
    }

    fn percent(&self) -> Around {
        Around::new("URLEncoder.encode(", ", StandardCharsets.UTF_8)")
            .importing(&["java.net.URLEncoder", "java.nio.charset.StandardCharsets"])
    }

    fn assemble(&self, parts: &Parts) -> String {
        let mut out = parts.head.clone();
        if !out.is_empty() {
            out.push('\n');
        }
        for import in &parts.imports {
            out.push_str(&format!("import {import};\n"));
        }
        out.push_str("\npublic class Main {\n    public static void main(String[] args) throws Exception {\n");
        out.push_str(&moved(&moved(&parts.body, self.indent()), self.indent()));
        out.push_str("    }\n");
        for helper in &parts.helpers {
            out.push('\n');
            out.push_str(&moved(helper, self.indent()));
        }
        out.push_str("}\n");
        out
    }

    fn probe(&self, texts: &[Text], w: &mut Writer) {
        w.import("java.nio.charset.StandardCharsets")
            .import("java.util.HexFormat");
        w.line("HexFormat hex = HexFormat.of();");
        for text in texts {
            w.code("System.out.println(hex.formatHex(")
                .bytes(text)
                .line("));");
        }
    }
}

/// Writes an expression of bytes, whether or not a variable is in it.
pub(crate) fn octets(w: &mut Writer, text: &Text) {
    w.import("java.nio.charset.StandardCharsets");
    if text.has_variables() {
        w.code("(")
            .text(text)
            .code(").getBytes(StandardCharsets.UTF_8)");
    } else {
        w.bytes(text);
    }
}
