//! JavaScript: as Node runs it, and as a page does.

use super::{Around, Language, Or, script};
use crate::error::Unrepresentable;
use crate::json::Syntax;
use crate::literal::{braced_escape, c_escape, quoted};
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Helper, Parts, Writer};

/// JavaScript for Node 20 and later, as a module.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct Node;

/// JavaScript for a page, as a module.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct Browser;

/// JSON as JavaScript's own values.
pub const JSON: Syntax = Syntax {
    object: ("{", "}"),
    empty_object: "{}",
    array: ("[", "]"),
    colon: ": ",
    // In an object literal the bare name sets the prototype.
    proto: ("[", "]"),
    words: ["null", "false", "true"],
    big_numbers: false,
};

static ASK: Helper = Helper {
    code: include_str!("../inline/javascript/ask.mjs"),
    imports: &["import { createInterface } from \"node:readline\";"],
};

/// Reads a variable, and ends the program where it is not set.
static ENV: Helper = Helper {
    code: include_str!("../inline/javascript/env.mjs"),
    imports: &[],
};

/// Asks whoever looks at the page, and ends the program where there is no answer.
static PROMPT: Helper = Helper {
    code: include_str!("../inline/javascript/ask_browser.js"),
    imports: &[],
};

fn text(bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
    let own = |c: char, next: Option<char>| match (c, next) {
        // Inside of a page these would end or open something of HTML.
        ('<', Some('/' | '!' | 's' | 'S')) => Some("\\x3C"),
        _ => c_escape(c),
    };
    quoted(bytes, '"', out, own, braced_escape)
}

fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Language for Node {
    fn name(&self) -> &'static str {
        "JavaScript (Node)"
    }

    fn indent(&self) -> &'static str {
        "  "
    }

    fn comment(&self) -> &'static str {
        "// "
    }

    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        text(bytes, out)
    }

    /// A text is sent in UTF-8; what is none is a buffer.
    fn bytes(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        if is_text(bytes) {
            return text(bytes, out);
        }
        out.push_str(&format!("Buffer.from(\"{}\", \"hex\")", hex(bytes)));
        Ok(())
    }

    fn variable(&self, secrets: Secrets) -> Around {
        match secrets {
            Secrets::Prompt => Around::new("(await ask(\"", "\"))").calling(&ASK),
            Secrets::Env | Secrets::Literal => Around::new("env(\"", "\")").calling(&ENV),
        }
    }

    fn variable_or(&self) -> Option<Or> {
        Some(Or::new("(process.env.", " ?? ", ")"))
    }

    fn percent(&self) -> Around {
        Around::new("encodeURIComponent(", ")")
    }

    fn assemble(&self, parts: &Parts) -> String {
        assemble(parts)
    }

    fn probe(&self, texts: &[Text], w: &mut Writer) {
        for text in texts {
            w.code("console.log(Buffer.from(")
                .bytes(text)
                .line(").toString(\"hex\"));");
        }
    }
}

impl Language for Browser {
    fn name(&self) -> &'static str {
        "JavaScript (browser)"
    }

    fn indent(&self) -> &'static str {
        "  "
    }

    fn comment(&self) -> &'static str {
        "// "
    }

    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        text(bytes, out)
    }

    fn bytes(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        if is_text(bytes) {
            return text(bytes, out);
        }
        let numbers: Vec<String> = bytes.iter().map(ToString::to_string).collect();
        out.push_str(&format!("new Uint8Array([{}])", numbers.join(", ")));
        Ok(())
    }

    /// A page has no environment: whoever looks at it is asked.
    fn variable(&self, _secrets: Secrets) -> Around {
        Around::new("ask(\"", "\")").calling(&PROMPT)
    }

    fn variable_or(&self) -> Option<Or> {
        Some(Or::new("(prompt(\"", "\") || ", ")"))
    }

    fn percent(&self) -> Around {
        Around::new("encodeURIComponent(", ")")
    }

    fn sets_variables(&self) -> bool {
        false
    }

    fn assemble(&self, parts: &Parts) -> String {
        assemble(parts)
    }

    fn probe(&self, texts: &[Text], w: &mut Writer) {
        w.line("const encoder = new TextEncoder();");
        w.line("const hex = (data) => Array.from(typeof data === \"string\" ? encoder.encode(data) : data, (byte) => byte.toString(16).padStart(2, \"0\")).join(\"\");");
        for text in texts {
            w.code("console.log(hex(").bytes(text).line("));");
        }
    }
}

fn assemble(parts: &Parts) -> String {
    let imports: String = parts
        .imports
        .iter()
        .map(|import| format!("{import}\n"))
        .collect();
    script(parts, &imports, "\n")
}
