//! Variables in double braces, as in `{{token}}`: they become stand-ins.

use std::collections::HashMap;

use crate::variable::StandIns;
use crate::warning::{Warning, Warnings};

/// What a file knows of its variables.
pub(super) struct Braces {
    stand_ins: StandIns,
    values: HashMap<String, String>,
    pub(super) warnings: Warnings,
}

/// How many bytes a name has at most.
const LONGEST: usize = 200;

/// How deep values may name other variables, and how much they may grow a text by.
const DEPTH: usize = 8;
const GROWTH: usize = 64 * 1024;

impl Braces {
    /// Begins with a file, in whose text no stand-in occurs.
    pub(super) fn beside(source: &str) -> Self {
        Self {
            stand_ins: StandIns::beside(source),
            values: HashMap::new(),
            warnings: Warnings::default(),
        }
    }

    /// Says what the value of a variable is where nobody gives another. The last one counts.
    pub(super) fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.values.insert(name.into(), value.into());
    }

    pub(super) fn warn(&mut self, subject: impl Into<String>, reason: impl Into<String>) {
        self.warnings.push(Warning::new(subject, reason));
    }

    pub(super) fn stand_ins(&self) -> &StandIns {
        &self.stand_ins
    }

    /// Replaces every variable in a text by its stand-in.
    pub(super) fn text(&mut self, text: &str) -> String {
        let mut out = String::new();
        for part in parts(text) {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Name(name) => out.push_str(&self.stand_in(name)),
            }
        }
        out
    }

    /// Returns the stand-in of one variable.
    pub(super) fn stand_in(&mut self, name: &str) -> String {
        if let Some(made_up) = name.strip_prefix('$') {
            let environment = ["processEnv ", "env.", "dotenv "]
                .iter()
                .find_map(|prefix| made_up.strip_prefix(prefix));
            if let Some(variable) = environment {
                let variable = variable.trim().trim_start_matches('%');
                return self.stand_ins.of(variable, None, false);
            }
            self.warn(
                format!("{{{{{name}}}}}"),
                "a value that is made up anew each time; it is a variable here",
            );
        }
        if name.contains(".response.") || name.contains(".request.") {
            self.warn(
                format!("{{{{{name}}}}}"),
                "a part of another exchange; it is a variable here",
            );
        }
        let default = self
            .values
            .get(name)
            .map(|value| self.flat(value, DEPTH, &mut 0));
        match default {
            Some(value) => self.stand_ins.own(name, &value),
            None => self.stand_ins.of(name, None, false),
        }
    }

    /// Returns a text with the values that the file itself gives.
    pub(super) fn filled(&self, text: &str) -> String {
        self.flat(text, DEPTH, &mut 0)
    }

    /// Returns a value with the values of the variables in it; what is unknown stays as it is.
    fn flat(&self, value: &str, depth: usize, grown: &mut usize) -> String {
        let mut out = String::new();
        for part in parts(value) {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Name(name) => match self.values.get(name) {
                    Some(inner) if depth > 0 && *grown + inner.len() <= GROWTH => {
                        *grown += inner.len();
                        out.push_str(&self.flat(inner, depth - 1, grown));
                    }
                    _ => out.push_str(&format!("{{{{{name}}}}}")),
                },
            }
        }
        out
    }
}

enum Part<'a> {
    Text(&'a str),
    Name(&'a str),
}

/// Takes a text apart at its variables.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        let behind = &rest[open + 2..];
        // A name is short, so that a text full of braces costs no more than its length.
        let mut near = behind.as_bytes().windows(2).take(LONGEST);
        let close = near.position(|pair| pair == b"}}");
        let name = close.map(|close| behind[..close].trim());
        match name.filter(|name| !name.is_empty() && !name.contains(['{', '}', '\n', '"'])) {
            Some(name) => {
                parts.push(Part::Text(&rest[..open]));
                parts.push(Part::Name(name));
                rest = &behind[close.unwrap_or_default() + 2..];
            }
            // A brace or a line break is not part of a name: this is JSON, say.
            None => {
                parts.push(Part::Text(&rest[..open + 1]));
                rest = &rest[open + 1..];
            }
        }
    }
    parts.push(Part::Text(rest));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_may_name_other_variables_and_never_themselves_for_ever() {
        let mut braces = Braces::beside("");
        braces.set("host", "api.example");
        braces.set("base", "https://{{host}}/{{unknown}}");
        braces.set("loop", "{{loop}}{{loop}}");
        braces.text("{{ base }} {{loop}} {\"a\":{\"b\":{}}} {{");
        let variables = braces.stand_ins().variables();
        assert_eq!(
            variables[0].default.as_deref(),
            Some("https://api.example/{{unknown}}")
        );
        assert_eq!(variables.len(), 2);
    }
}
