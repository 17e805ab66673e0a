//! The typed writer: code comes in as `&'static str` only, and what a user gave as [`Text`] only.

use std::collections::BTreeSet;

use crate::error::Unrepresentable;
use crate::json::Syntax;
use crate::language::{Around, Language, RunView};
use crate::options::Secrets;
use crate::text::Text;

/// A function that is written into the code where a library has no facility.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "a table of constants")]
pub struct Helper {
    /// Its code, in the language's own style, with a line break at its end.
    pub code: &'static str,
    /// What it imports.
    pub imports: &'static [&'static str],
}

/// What the parts of a program are made into one by.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Parts {
    /// Comments for the head of the file, each with its comment sign and a line break.
    pub head: String,
    /// What is imported, each once, in alphabetical order.
    pub imports: BTreeSet<&'static str>,
    /// The functions that are written into the code, in the order of their first use.
    pub helpers: Vec<&'static str>,
    /// The statements.
    pub body: String,
    /// What the statements read when they run, each once, in the order of first use.
    pub reads: Vec<Read>,
    /// Where secrets stand.
    pub secrets: Secrets,
}

/// A variable that a program reads.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Read {
    /// Its name: letters, digits and underscores.
    pub name: String,
    /// What stands in where it is not set.
    pub fallback: Option<String>,
}

/// Writes one program.
///
/// There is no way from a `String` into code: [`Writer::code`] wants what was compiled in, and [`Writer::text`] and its
/// like go through the language's literal encoder. The first text that the language cannot hold makes the whole program fail.
pub struct Writer {
    language: &'static dyn Language,
    secrets: Secrets,
    parts: Parts,
    depth: usize,
    line_start: bool,
    failure: Option<Unrepresentable>,
    helpers: Vec<&'static Helper>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The code may hold secrets.
        write!(f, "Writer({} bytes)", self.parts.body.len())
    }
}

impl Writer {
    /// Begins a program.
    pub fn new(language: &'static dyn Language, secrets: Secrets) -> Self {
        Self {
            language,
            secrets,
            parts: Parts {
                secrets,
                ..Parts::default()
            },
            depth: 0,
            line_start: true,
            failure: None,
            helpers: Vec::new(),
        }
    }

    /// Writes code. Line breaks in it are followed by the indentation of the block.
    pub fn code(&mut self, code: &'static str) -> &mut Self {
        for (number, line) in code.split('\n').enumerate() {
            if number > 0 {
                self.parts.body.push('\n');
                self.line_start = true;
            }
            if !line.is_empty() {
                self.begin_line();
                self.parts.body.push_str(line);
            }
        }
        self
    }

    /// Writes code and ends the line.
    pub fn line(&mut self, code: &'static str) -> &mut Self {
        self.code(code).code("\n")
    }

    /// Writes an expression of the language's text type.
    pub fn text(&mut self, text: &Text) -> &mut Self {
        self.expression(text, false)
    }

    /// Writes an expression of the language's type for bytes, where it has one of its own.
    pub fn bytes(&mut self, text: &Text) -> &mut Self {
        self.expression(text, true)
    }

    /// Writes a literal of a text that was compiled in, in the language's own quotes.
    pub fn str(&mut self, text: &str) -> &mut Self {
        self.text(&Text::from(text))
    }

    /// Writes a whole number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.raw(&number.to_string());
        self
    }

    /// Writes seconds with as many decimal places as they need.
    pub fn seconds(&mut self, millis: u64) -> &mut Self {
        let (whole, rest) = (millis / 1000, millis % 1000);
        let text = match rest {
            0 => whole.to_string(),
            rest => format!("{whole}.{rest:03}")
                .trim_end_matches('0')
                .to_owned(),
        };
        self.raw(&text);
        self
    }

    /// Writes a JSON value in the language's own syntax. A long one takes several lines.
    pub fn json(&mut self, value: &serde_json::Value, syntax: &Syntax) -> &mut Self {
        let mut out = String::new();
        let written = syntax.write(self.language, value, self.depth, &mut out);
        self.settle(written);
        self.begin_line();
        self.parts.body.push_str(&out);
        self
    }

    /// Writes a comment of its own line or lines.
    pub fn comment(&mut self, text: &str) -> &mut Self {
        for line in text.lines() {
            self.begin_line();
            self.parts.body.push_str(self.language.comment());
            self.parts.body.push_str(&harmless(line));
            self.code("\n");
        }
        self
    }

    /// Writes a comment at the head of the file.
    pub fn head(&mut self, text: &str) -> &mut Self {
        for line in text.lines() {
            self.parts.head.push_str(self.language.comment());
            self.parts.head.push_str(&harmless(line));
            self.parts.head.push('\n');
        }
        self
    }

    /// Writes what `block` writes one step further to the right.
    pub fn indented(&mut self, block: impl FnOnce(&mut Self)) -> &mut Self {
        self.depth += 1;
        block(self);
        self.depth -= 1;
        self
    }

    /// Imports something; as often as it is asked for, it stands in the code once.
    pub fn import(&mut self, import: &'static str) -> &mut Self {
        self.parts.imports.insert(import);
        self
    }

    /// Writes a function into the code, once.
    pub fn helper(&mut self, helper: &'static Helper) -> &mut Self {
        let known = |other: &&Helper| std::ptr::eq(*other, helper);
        if !self.helpers.iter().any(known) {
            self.helpers.push(helper);
            self.parts.helpers.push(helper.code);
            self.parts.imports.extend(helper.imports);
        }
        self
    }

    /// Fails the whole program, because a text cannot stand where it would have to.
    pub fn fail(&mut self, problem: &'static str) -> &mut Self {
        self.failure.get_or_insert(Unrepresentable(problem));
        self
    }

    /// Says whether the code reads or asks for anything.
    pub(crate) fn reads_any(&self) -> bool {
        !self.parts.reads.is_empty()
    }

    /// Returns the parts.
    ///
    /// # Errors
    /// The first text that the language cannot hold.
    pub fn finish(self) -> Result<Parts, Unrepresentable> {
        self.failure.map_or(Ok(self.parts), Err)
    }

    fn expression(&mut self, text: &Text, bytes: bool) -> &mut Self {
        let runs = text.runs();
        let mut out = String::new();
        let views: Vec<_> = runs.iter().map(|run| run.view(self.secrets)).collect();
        let whole = self.language.interpolated(&views, self.secrets, &mut out);
        let is_whole = matches!(whole, Ok(true));
        self.settle(whole.map(drop));
        for view in &views {
            self.reads(*view);
        }
        if !is_whole {
            self.joined(&views, bytes, &mut out);
        }
        self.begin_line();
        self.parts.body.push_str(&out);
        self
    }

    /// Notes a variable that the program reads, and what reading it takes.
    fn reads(&mut self, run: RunView<'_>) {
        let RunView::Variable(name, encoded, fallback) = run else {
            return;
        };
        if encoded {
            self.needs(self.language.percent());
        }
        let settled = self.language.settles_variables();
        if let Some(fallback) = fallback.filter(|_| settled) {
            let written = self.language.text(fallback.as_bytes(), &mut String::new());
            self.settle(written);
        }
        match (fallback.filter(|_| !settled), self.language.variable_or()) {
            (None, _) => self.needs(self.language.variable(self.secrets)),
            (Some(_), Some(or)) => {
                self.parts.imports.extend(or.imports);
                if let Some(helper) = or.helper {
                    self.helper(helper);
                }
            }
            (Some(_), None) => {
                self.fail("a variable in it has a value for where it is not set, which is not written here");
            }
        }
        if !self.parts.reads.iter().any(|read| read.name == name) {
            self.parts.reads.push(Read {
                name: name.to_owned(),
                fallback: fallback.map(str::to_owned),
            });
        }
    }

    fn joined(&mut self, runs: &[RunView<'_>], bytes: bool, out: &mut String) {
        let around = (runs.len() > 1).then(|| self.language.joined());
        let bytes = bytes && around.is_none_or(|around| around.before.is_empty());
        if let Some(around) = around {
            self.needs(around);
            out.push_str(around.before);
        }
        for (number, run) in runs.iter().enumerate() {
            if number > 0 {
                out.push_str(self.language.join());
            }
            self.run(*run, bytes, out);
        }
        out.push_str(around.map_or("", |around| around.after));
    }

    fn run(&mut self, run: RunView<'_>, bytes: bool, out: &mut String) {
        match run {
            RunView::Bytes(known) => {
                let written = match bytes {
                    true => self.language.bytes(known, out),
                    false => self.language.text(known, out),
                };
                self.settle(written);
            }
            RunView::Variable(name, encoded, fallback) => {
                let percent = encoded.then(|| self.language.percent());
                if let Some(percent) = percent {
                    out.push_str(percent.before);
                }
                let bytes = if bytes {
                    self.language.to_bytes()
                } else {
                    ("", "")
                };
                out.push_str(bytes.0);
                self.read(name, fallback, out);
                out.push_str(bytes.1);
                if let Some(percent) = percent {
                    out.push_str(percent.after);
                }
            }
        }
    }

    fn read(&mut self, name: &str, fallback: Option<&str>, out: &mut String) {
        match fallback.filter(|_| !self.language.settles_variables()) {
            None => {
                let read = self.language.variable(self.secrets);
                out.push_str(read.before);
                out.push_str(name);
                out.push_str(read.after);
            }
            Some(fallback) => {
                let Some(or) = self.language.variable_or() else {
                    return;
                };
                out.push_str(or.before);
                out.push_str(name);
                out.push_str(or.between);
                let written = self.language.text(fallback.as_bytes(), out);
                self.settle(written);
                out.push_str(or.after);
            }
        }
    }

    fn needs(&mut self, around: Around) {
        self.parts.imports.extend(around.imports);
        if let Some(helper) = around.helper {
            self.helper(helper);
        }
    }

    fn settle(&mut self, written: Result<(), Unrepresentable>) {
        if let Err(problem) = written {
            self.failure.get_or_insert(problem);
        }
    }

    fn raw(&mut self, text: &str) {
        self.begin_line();
        self.parts.body.push_str(text);
    }

    fn begin_line(&mut self) {
        if std::mem::take(&mut self.line_start) {
            let indent = self.language.indent();
            (0..self.depth).for_each(|_| self.parts.body.push_str(indent));
        }
    }
}

/// Returns what may stand in a comment of any language: printable characters on one line, without what ends a comment or is
/// read before comments are: `\` (C joins lines, Java reads `\u000a`), `?>` (PHP), `*/`, `</script` (HTML).
pub(crate) fn harmless(text: &str) -> String {
    let kept = |c: char| match c {
        ' '..='~' if c != '\\' => c,
        c if c.is_alphanumeric() => c,
        '…' => c,
        _ => '?',
    };
    let mut out: String = text.chars().map(kept).collect();
    for (pattern, instead) in [
        ("?>", "? >"),
        ("*/", "* /"),
        ("/*", "/ *"),
        ("</", "< /"),
        ("??", "? ?"),
    ] {
        while out.contains(pattern) {
            out = out.replace(pattern, instead);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_cannot_end_early() {
        for text in [
            "a\u{2028}b",
            "a\u{202e}b",
            "?>",
            "??>",
            "*/",
            "*\\/",
            "\\u000a",
            "</script>",
            "a\rb",
            "x\\",
            "??/",
        ] {
            let shown = harmless(text);
            for bad in ["?>", "*/", "\\", "</", "\r", "\u{2028}", "\u{202e}", "??"] {
                assert!(!shown.contains(bad), "{text:?} became {shown:?}");
            }
        }
    }
}
