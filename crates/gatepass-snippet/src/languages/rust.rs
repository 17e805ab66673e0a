//! Rust, 2021 and later.

use super::{Around, Language, Or, RunView, moved};
use crate::error::Unrepresentable;
use crate::json::Syntax;
use crate::literal::{braced_escape, c_escape, quoted};
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Helper, Parts, Writer};

/// Rust.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct Rust;

/// JSON as the macro `serde_json::json!` reads it.
pub const JSON: Syntax = Syntax {
    object: ("{", "}"),
    empty_object: "{}",
    array: ("[", "]"),
    colon: ": ",
    proto: ("", ""),
    words: ["null", "false", "true"],
    big_numbers: true,
};

/// Reads a variable, and ends the program where it is not set.
static ENV: Helper = Helper {
    code: include_str!("../inline/rust/env.rs"),
    imports: &[],
};

/// Reads a variable that has a value for where it is not set.
static ENV_OR: Helper = Helper {
    code: include_str!("../inline/rust/env_or.rs"),
    imports: &[],
};

impl Language for Rust {
    fn name(&self) -> &'static str {
        "Rust"
    }

    fn comment(&self) -> &'static str {
        "// "
    }

    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        quoted(bytes, '"', out, |c, _| c_escape(c), braced_escape)
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
            Secrets::Prompt => Around::new("rpassword::prompt_password(\"", ": \")?.as_str()"),
            Secrets::Env | Secrets::Literal => Around::new("env(\"", "\")?.as_str()").calling(&ENV),
        }
    }

    fn variable_or(&self) -> Option<Or> {
        Some(Or::new("env_or(\"", "\", ", ").as_str()").calling(&ENV_OR))
    }

    fn asks_with(&self) -> Option<&'static str> {
        Some("cargo add rpassword")
    }

    fn percent(&self) -> Around {
        Around::new(
            "percent_encoding::utf8_percent_encode(",
            ", percent_encoding::NON_ALPHANUMERIC).to_string().as_str()",
        )
    }

    /// Texts are joined by `format!`, in whose first argument braces are doubled.
    fn interpolated(
        &self,
        runs: &[RunView<'_>],
        secrets: Secrets,
        out: &mut String,
    ) -> Result<bool, Unrepresentable> {
        if runs.len() < 2 {
            return Ok(false);
        }
        let mut pattern = Vec::new();
        let mut arguments = String::new();
        let percent = self.percent();
        for run in runs {
            match run {
                RunView::Bytes(bytes) => {
                    for &byte in *bytes {
                        pattern.push(byte);
                        if matches!(byte, b'{' | b'}') {
                            pattern.push(byte);
                        }
                    }
                }
                RunView::Variable(name, encoded, fallback) => {
                    pattern.extend_from_slice(b"{}");
                    let mut read = String::new();
                    match (fallback, self.variable_or()) {
                        (Some(fallback), Some(or)) => {
                            read += &format!("{}{name}{}", or.before, or.between);
                            self.text(fallback.as_bytes(), &mut read)?;
                            read += or.after;
                        }
                        _ => {
                            let around = self.variable(secrets);
                            read += &format!("{}{name}{}", around.before, around.after);
                        }
                    }
                    arguments.push_str(&match encoded {
                        true => format!(", {}{read}{}", percent.before, percent.after),
                        false => format!(", {}", read.trim_end_matches(".as_str()")),
                    });
                }
            }
        }
        out.push_str("format!(");
        self.text(&pattern, out)?;
        out.push_str(&arguments);
        out.push_str(").as_str()");
        Ok(true)
    }

    fn assemble(&self, parts: &Parts) -> String {
        let mut out = parts.head.clone();
        if !out.is_empty() {
            out.push('\n');
        }
        for import in &parts.imports {
            out.push_str(&format!("use {import};\n"));
        }
        if !parts.imports.is_empty() {
            out.push('\n');
        }
        out.push_str("fn main() -> Result<(), Box<dyn std::error::Error>> {\n");
        out.push_str(&moved(&parts.body, self.indent()));
        out.push_str("    Ok(())\n}\n");
        for helper in &parts.helpers {
            out.push('\n');
            out.push_str(helper);
        }
        out
    }

    fn probe(&self, texts: &[Text], w: &mut Writer) {
        w.line("let hex = |bytes: &[u8]| println!(\"{}\", bytes.iter().map(|byte| format!(\"{byte:02x}\")).collect::<String>());");
        for text in texts {
            if text
                .known()
                .is_some_and(|known| String::from_utf8(known).is_ok())
            {
                w.code("hex(").text(text).line(".as_bytes());");
            }
            w.code("hex(").bytes(text).line(");");
        }
    }
}
