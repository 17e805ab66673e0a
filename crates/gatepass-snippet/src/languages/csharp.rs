//! C# 8 and later.

use super::{Around, Language, Or, moved};
use crate::error::Unrepresentable;
use crate::literal::{c_escape, quoted, utf16_escape};
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Helper, Parts, Writer};

/// C#.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct CSharp;

static ASK: Helper = Helper {
    code: include_str!("../inline/csharp/ask.cs"),
    imports: &[],
};

/// Reads a variable, and ends the program where it is not set.
static ENV: Helper = Helper {
    code: include_str!("../inline/csharp/env.cs"),
    imports: &[],
};

impl Language for CSharp {
    fn name(&self) -> &'static str {
        "C#"
    }

    fn comment(&self) -> &'static str {
        "// "
    }

    /// `\x` takes as many digits as there are, so it is not used.
    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        quoted(bytes, '"', out, |c, _| c_escape(c), utf16_escape)
    }

    fn bytes(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        if std::str::from_utf8(bytes).is_ok() {
            out.push_str("Encoding.UTF8.GetBytes(");
            self.text(bytes, out)?;
            out.push(')');
            return Ok(());
        }
        let bytes: Vec<String> = bytes.iter().map(ToString::to_string).collect();
        out.push_str(&format!("new byte[] {{ {} }}", bytes.join(", ")));
        Ok(())
    }

    fn variable(&self, secrets: Secrets) -> Around {
        match secrets {
            Secrets::Prompt => Around::new("Ask(\"", "\")").calling(&ASK),
            Secrets::Env | Secrets::Literal => Around::new("Env(\"", "\")").calling(&ENV),
        }
    }

    fn variable_or(&self) -> Option<Or> {
        Some(Or::new(
            "(Environment.GetEnvironmentVariable(\"",
            "\") ?? ",
            ")",
        ))
    }

    fn percent(&self) -> Around {
        Around::new("Uri.EscapeDataString(", ")")
    }

    fn assemble(&self, parts: &Parts) -> String {
        let mut out = parts.head.clone();
        if !out.is_empty() {
            out.push('\n');
        }
        let mut imports = parts.imports.clone();
        imports.extend([
            "System",
            "System.Net.Http",
            "System.Text",
            "System.Threading.Tasks",
        ]);
        for import in imports {
            out.push_str(&format!("using {import};\n"));
        }
        out.push_str("\nclass Program\n{\n    static async Task<int> Main()\n    {\n");
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
        w.line("await Task.CompletedTask;");
        w.line("Action<byte[]> hex = bytes => Console.WriteLine(BitConverter.ToString(bytes).Replace(\"-\", \"\"));");
        for text in texts {
            w.code("hex(").bytes(text).line(");");
        }
        w.line("return 0;");
    }
}

/// Writes an expression of bytes, whether or not a variable is in it.
pub(crate) fn octets(w: &mut Writer, text: &Text) {
    if text.has_variables() {
        w.code("Encoding.UTF8.GetBytes(").text(text).code(")");
    } else {
        w.bytes(text);
    }
}
