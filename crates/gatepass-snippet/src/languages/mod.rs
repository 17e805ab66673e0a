//! The languages: how each writes a literal, a comment, what is read when the code runs, and a whole program.

pub mod c;
pub mod csharp;
pub mod go;
pub mod http;
pub mod java;
pub mod javascript;
pub mod json;
pub mod kotlin;
pub mod perl;
pub mod php;
pub mod powershell;
pub mod python;
pub mod r;
pub mod ruby;
pub mod rust;
pub mod shell;
pub mod swift;

pub use crate::language::{Around, Language, Or, RunView};
use crate::writer::Parts;

/// Joins the parts of a program that needs nothing around it: comments, imports, functions, statements.
pub(crate) fn script(parts: &Parts, imports: &str, gap: &str) -> String {
    let mut out = parts.head.clone();
    let mut section = |text: &str, gap: &str| {
        if text.is_empty() {
            return;
        }
        if !out.is_empty() {
            out.push_str(gap);
        }
        out.push_str(text);
    };
    section(imports, "\n");
    for helper in &parts.helpers {
        section(helper, gap);
    }
    section(
        &parts.body,
        if parts.helpers.is_empty() { "\n" } else { gap },
    );
    out
}

/// Moves every line that is not empty one step to the right. Not for code whose literals span lines.
pub(crate) fn moved(code: &str, indent: &str) -> String {
    let mut out = String::new();
    for line in code.lines() {
        if !line.is_empty() {
            out.push_str(indent);
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}
