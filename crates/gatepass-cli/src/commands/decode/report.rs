//! What was found in a value, as text for people and as JSON for programs.

use gatepass_auth::show;
use serde_json::{Map, Value, json};

use crate::output::color::Palette;

/// What one value is, part by part.
#[derive(Debug)]
pub(crate) struct Report {
    /// The word for programs: `jwt`, `credentials`, `challenges`, …
    pub(crate) kind: &'static str,
    /// What it is, as a sentence.
    pub(crate) title: String,
    /// The parts in order.
    pub(crate) parts: Vec<Part>,
}

/// One part: a JWT's header, one challenge of a list.
#[derive(Debug, Default)]
pub(crate) struct Part {
    title: String,
    fields: Vec<Field>,
    problems: Vec<String>,
    notes: Vec<String>,
}

#[derive(Debug)]
struct Field {
    name: String,
    value: String,
    note: Option<String>,
}

impl Part {
    /// Begins a part.
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..Self::default()
        }
    }

    /// Adds a field. Its value must be fit to be shown.
    pub(crate) fn field(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.push(name.into(), value.into(), None);
    }

    /// Adds a field with what its value means.
    pub(crate) fn explained(
        &mut self,
        name: impl Into<String>,
        value: impl Into<String>,
        note: impl Into<String>,
    ) {
        self.push(name.into(), value.into(), Some(note.into()));
    }

    fn push(&mut self, name: String, value: String, note: Option<String>) {
        let note = note.filter(|note| !note.is_empty());
        self.fields.push(Field { name, value, note });
    }

    /// Says what is wrong, as a sentence without its full stop.
    pub(crate) fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }

    /// Says what is worth knowing, as a sentence without its full stop.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }
}

impl Report {
    /// Returns the report as text with a line break at its end.
    pub(crate) fn text(&self, palette: Palette) -> String {
        let mut out = format!("{}\n", palette.strong(&printable(&self.title)));
        for part in &self.parts {
            out.push('\n');
            if !part.title.is_empty() {
                out += &format!("{}\n", palette.heading(&printable(&part.title)));
            }
            let width = |text: &str| text.chars().count();
            let names = part
                .fields
                .iter()
                .map(|field| width(&printable(&field.name)));
            let name_width = names.max().unwrap_or(0).min(28);
            // A note stands in a column of its own where all values are short enough to leave room for it.
            let noted = part.fields.iter().filter(|field| field.note.is_some());
            let value_width = noted
                .map(|field| width(&printable(&field.value)))
                .max()
                .unwrap_or(0)
                .min(30);
            for field in &part.fields {
                let (name, value) = (printable(&field.name), printable(&field.value));
                let gap = " ".repeat(name_width.saturating_sub(width(&name)) + 2);
                out += &format!("  {}{gap}{value}", palette.name(&name));
                if let Some(note) = &field.note {
                    let gap = " ".repeat(value_width.saturating_sub(width(&value)) + 2);
                    out += &format!("{gap}{}", palette.faint(&printable(note)));
                }
                out.push('\n');
            }
            for problem in &part.problems {
                out += &format!("  {} {}.\n", palette.bad("problem:"), printable(problem));
            }
            for note in &part.notes {
                out += &format!("  {} {}.\n", palette.faint("note:"), printable(note));
            }
        }
        out
    }

    /// Returns the report as JSON.
    pub(crate) fn json(&self) -> Value {
        let parts: Vec<Value> = self.parts.iter().map(Part::json).collect();
        json!({ "kind": self.kind, "title": self.title, "parts": parts })
    }
}

impl Part {
    fn json(&self) -> Value {
        let mut fields = Map::new();
        for Field { name, value, note } in &self.fields {
            let mut field = json!({ "value": value });
            if let Some(note) = note {
                field["note"] = json!(note);
            }
            fields.insert(name.clone(), field);
        }
        json!({ "title": self.title, "fields": fields, "problems": self.problems, "notes": self.notes })
    }
}

/// Returns `text` without what would steer a terminal, and no more than anybody reads: what is decoded may come from anybody.
pub(crate) fn printable(text: &str) -> String {
    show::line(&show::cut(text, show::FIELD)).replace('\t', "\\t")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        let mut part = Part::new("Claims");
        part.explained("na\u{1b}[2Jme", "a\nb\u{9b}", "note\u{7}");
        let report = Report {
            kind: "jwt",
            title: "x\u{1b}]0;y".to_owned(),
            parts: vec![part],
        };
        let text = report.text(Palette::plain());
        assert!(
            text.chars().all(|c| c == '\n' || !c.is_control()),
            "{text:?}"
        );
    }
}
