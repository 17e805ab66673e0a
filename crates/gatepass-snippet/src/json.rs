//! JSON values in the syntax of a language that has literals for them.

use serde_json::Value;

use crate::error::Unrepresentable;
use crate::language::Language;

/// How a language writes objects, arrays and the three words of JSON.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "a table of constants")]
pub struct Syntax {
    /// What opens and closes an object.
    pub object: (&'static str, &'static str),
    /// An object without members.
    pub empty_object: &'static str,
    /// What opens and closes an array.
    pub array: (&'static str, &'static str),
    /// What stands between a name and its value.
    pub colon: &'static str,
    /// What stands around the name `__proto__`, which some languages take for more than a name.
    pub proto: (&'static str, &'static str),
    /// `null`, `false` and `true`.
    pub words: [&'static str; 3],
    /// Whether whole numbers beyond 2^53 are kept.
    pub big_numbers: bool,
}

/// What fits into a line is left in it.
const LINE: usize = 60;

impl Syntax {
    /// Says whether every number in `value` stays the same when this language reads and writes it.
    pub fn holds(&self, value: &Value) -> bool {
        match value {
            Value::Number(number) if !self.big_numbers => {
                match (number.as_i64(), number.as_u64()) {
                    (Some(whole), _) => whole.unsigned_abs() <= 1 << 53,
                    (None, Some(_)) => false,
                    (None, None) => true,
                }
            }
            Value::Array(items) => items.iter().all(|item| self.holds(item)),
            Value::Object(members) => members.values().all(|member| self.holds(member)),
            _ => true,
        }
    }

    pub(crate) fn write(
        &self,
        language: &dyn Language,
        value: &Value,
        depth: usize,
        out: &mut String,
    ) -> Result<(), Unrepresentable> {
        match value {
            Value::Null => out.push_str(self.words[0]),
            Value::Bool(false) => out.push_str(self.words[1]),
            Value::Bool(true) => out.push_str(self.words[2]),
            Value::Number(number) => out.push_str(&number.to_string()),
            Value::String(text) => language.text(text.as_bytes(), out)?,
            Value::Object(members) if members.is_empty() => out.push_str(self.empty_object),
            Value::Object(members) => {
                let lines = value.to_string().len() > LINE;
                out.push_str(self.object.0);
                for (number, (name, member)) in members.iter().enumerate() {
                    separate(language, number, lines, depth + 1, out);
                    if name == "__proto__" {
                        out.push_str(self.proto.0);
                        language.text(name.as_bytes(), out)?;
                        out.push_str(self.proto.1);
                    } else {
                        language.text(name.as_bytes(), out)?;
                    }
                    out.push_str(self.colon);
                    self.write(language, member, depth + 1, out)?;
                }
                close(language, lines, depth, out);
                out.push_str(self.object.1);
            }
            Value::Array(items) => {
                let lines = value.to_string().len() > LINE;
                out.push_str(self.array.0);
                for (number, item) in items.iter().enumerate() {
                    separate(language, number, lines, depth + 1, out);
                    self.write(language, item, depth + 1, out)?;
                }
                close(language, lines && !items.is_empty(), depth, out);
                out.push_str(self.array.1);
            }
        }
        Ok(())
    }
}

fn separate(language: &dyn Language, number: usize, lines: bool, depth: usize, out: &mut String) {
    match (number, lines) {
        (0, false) => {}
        (_, false) => out.push_str(", "),
        (number, true) => {
            if number > 0 {
                out.push(',');
            }
            out.push('\n');
            (0..depth).for_each(|_| out.push_str(language.indent()));
        }
    }
}

fn close(language: &dyn Language, lines: bool, depth: usize, out: &mut String) {
    if lines {
        out.push('\n');
        (0..depth).for_each(|_| out.push_str(language.indent()));
    }
}
