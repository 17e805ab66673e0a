//! PowerShell 7.

use super::{Around, Language, Or, script};
use crate::error::Unrepresentable;
use crate::literal::{NOT_UTF8, is_plain};
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Helper, Parts, Writer};

/// PowerShell.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct PowerShell;

/// Reads a variable, and ends the program where it is not set.
static ENV: Helper = Helper {
    code: include_str!("../inline/powershell/env.ps1"),
    imports: &[],
};

impl Language for PowerShell {
    fn name(&self) -> &'static str {
        "PowerShell"
    }

    fn comment(&self) -> &'static str {
        "# "
    }

    /// Between single quotes only they are special, and PowerShell takes the typographic ones for them, too. What is not plain
    /// is written by its number.
    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        let text = std::str::from_utf8(bytes).map_err(|_| NOT_UTF8)?;
        if text.chars().all(is_plain) {
            out.push('\'');
            out.push_str(&text.replace('\'', "''"));
            out.push('\'');
            return Ok(());
        }
        out.push_str("('");
        for c in text.chars() {
            match c {
                '\'' => out.push_str("''"),
                c if is_plain(c) => out.push(c),
                c => out.push_str(&format!(
                    "' + [char]::ConvertFromUtf32({}) + '",
                    u32::from(c)
                )),
            }
        }
        out.push_str("')");
        Ok(())
    }

    fn bytes(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        if std::str::from_utf8(bytes).is_ok() {
            out.push_str("[Text.Encoding]::UTF8.GetBytes(");
            self.text(bytes, out)?;
            out.push(')');
            return Ok(());
        }
        let bytes: Vec<String> = bytes.iter().map(ToString::to_string).collect();
        out.push_str(&format!("[byte[]]@({})", bytes.join(", ")));
        Ok(())
    }

    fn variable(&self, secrets: Secrets) -> Around {
        match secrets {
            Secrets::Prompt => Around::new("(Read-Host '", "' -MaskInput)"),
            Secrets::Env | Secrets::Literal => Around::new("(Read-Env '", "')").calling(&ENV),
        }
    }

    fn variable_or(&self) -> Option<Or> {
        Some(Or::new("($env:", " ?? ", ")"))
    }

    fn percent(&self) -> Around {
        Around::new("[uri]::EscapeDataString(", ")")
    }

    /// An argument that is an expression stands in brackets.
    fn joined(&self) -> Around {
        Around::new("(", ")")
    }

    fn set_line(&self, name: &str, value: &str) -> String {
        format!("$env:{name} = {value}")
    }

    fn assemble(&self, parts: &Parts) -> String {
        script(parts, "", "\n")
    }

    fn probe(&self, texts: &[Text], w: &mut Writer) {
        for text in texts {
            w.code("-join ((")
                .bytes(text)
                .line(") | ForEach-Object { $_.ToString('x2') })");
        }
    }
}
