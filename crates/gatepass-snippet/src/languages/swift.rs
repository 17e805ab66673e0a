//! Swift 5.9 and later.

use super::{Around, Language, Or, script};
use crate::error::Unrepresentable;
use crate::literal::{braced_escape, c_escape, quoted};
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Helper, Parts, Writer};

/// Swift.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct Swift;

/// Reads a variable, and ends the program where it is not set.
static ENV: Helper = Helper {
    code: include_str!("../inline/swift/env.swift"),
    imports: &[],
};

impl Language for Swift {
    fn name(&self) -> &'static str {
        "Swift"
    }

    fn comment(&self) -> &'static str {
        "// "
    }

    /// A backslash is always escaped, so that `\(` never begins an interpolation.
    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        quoted(bytes, '"', out, |c, _| c_escape(c), braced_escape)
    }

    fn bytes(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        if std::str::from_utf8(bytes).is_ok() {
            out.push_str("Data(");
            self.text(bytes, out)?;
            out.push_str(".utf8)");
            return Ok(());
        }
        let bytes: Vec<String> = bytes.iter().map(ToString::to_string).collect();
        out.push_str(&format!("Data([{}] as [UInt8])", bytes.join(", ")));
        Ok(())
    }

    fn variable(&self, secrets: Secrets) -> Around {
        match secrets {
            Secrets::Prompt => Around::new("String(cString: getpass(\"", ": \"))"),
            Secrets::Env | Secrets::Literal => Around::new("env(\"", "\")").calling(&ENV),
        }
    }

    fn variable_or(&self) -> Option<Or> {
        Some(Or::new(
            "(ProcessInfo.processInfo.environment[\"",
            "\"] ?? ",
            ")",
        ))
    }

    fn percent(&self) -> Around {
        Around::new(
            "(",
            ").addingPercentEncoding(withAllowedCharacters: .alphanumerics)!",
        )
    }

    fn assemble(&self, parts: &Parts) -> String {
        let imports = "import Foundation\n#if canImport(FoundationNetworking)\nimport FoundationNetworking\n#endif\n";
        script(parts, imports, "\n")
    }

    fn probe(&self, texts: &[Text], w: &mut Writer) {
        for text in texts {
            w.code("print(")
                .bytes(text)
                .line(".map { String(format: \"%02x\", $0) }.joined())");
        }
    }
}
