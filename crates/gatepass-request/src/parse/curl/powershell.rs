//! Command lines of PowerShell ("about_Parsing", "about_Quoting_Rules"): the backtick escapes, a quote is doubled within
//! quotes, and typographic quotes are quotes.

use std::collections::HashMap;

use super::cmd::{split, take};
use super::dialect::windows_prompt;
use super::error::CurlError;
use super::words::{Script, Word};
use crate::variable::{Piece, StandIns, has_variable, pieces};
use crate::warning::{Warning, Warnings};

/// Reads a script and returns the runs of curl in it.
///
/// # Errors
/// [`CurlError::Syntax`] for quotes and brackets that are never closed.
pub(super) fn read(source: &str, stand_ins: &mut StandIns) -> Result<Script, CurlError> {
    let mut lexer = Lexer {
        source,
        at: windows_prompt(source),
        stand_ins,
        bound: HashMap::new(),
        warnings: Warnings::default(),
        grown: 0,
    };
    let mut script = Script::default();
    loop {
        let (words, more) = lexer.command()?;
        if !lexer.assign(&words) {
            take(&mut script, &words);
        }
        if !more {
            break;
        }
    }
    script.warnings.extend(lexer.warnings.into_vec());
    Ok(script)
}

/// The values of assignments may grow a command by this much; beyond it a variable stays one.
const GROWTH: usize = 256 * 1024;

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    stand_ins: &'a mut StandIns,
    bound: HashMap<String, Vec<u8>>,
    warnings: Warnings,
    grown: usize,
}

fn is_single(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}')
}

fn is_double(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn error(&self, at: usize, problem: &'static str) -> CurlError {
        CurlError::syntax(self.source, at, problem)
    }

    fn take(&mut self, bytes: &mut Vec<u8>) {
        let length = self.peek().map_or(0, char::len_utf8);
        bytes.extend_from_slice(&self.rest().as_bytes()[..length]);
        self.at += length;
    }

    /// Reads one command, and says whether the text goes on.
    fn command(&mut self) -> Result<(Vec<Word>, bool), CurlError> {
        let mut words = Vec::new();
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\r' | '\u{a0}' => self.at += c.len_utf8(),
                '`' if self.line_end(1).is_some() => self.at += 1 + self.line_end(1).unwrap_or(0),
                '#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                '\n' | ';' | '|' | '(' | ')' => {
                    self.at += 1;
                    return Ok((words, true));
                }
                '&' if words.is_empty() => self.at += 1,
                '&' => {
                    self.at += 1;
                    return Ok((words, true));
                }
                _ if self.rest().starts_with("--%") => {
                    let rest = self.rest();
                    let end = rest.find('\n').unwrap_or(rest.len());
                    let verbatim = split(&rest[3..end]).ok_or_else(|| {
                        self.error(self.at, "a double quote is opened and never closed")
                    })?;
                    words.extend(verbatim);
                    self.at += end;
                }
                _ => words.push(self.word()?),
            }
        }
        Ok((words, false))
    }

    /// Returns the length of the line's end that stands `ahead` of here.
    fn line_end(&self, ahead: usize) -> Option<usize> {
        let rest = self.rest().get(ahead..)?;
        ["\r\n", "\n"]
            .into_iter()
            .find(|end| rest.starts_with(end))
            .map(str::len)
    }

    fn word(&mut self) -> Result<Word, CurlError> {
        let mut bytes = Vec::new();
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\r' | '\n' | ';' | '|' | '&' | '(' | ')' | '\u{a0}' => break,
                '@' if self.here_string(&mut bytes)? => {}
                c if is_single(c) => self.single(&mut bytes)?,
                c if is_double(c) => self.double(&mut bytes)?,
                '`' if self.line_end(1).is_some() => break,
                '`' => self.escape(&mut bytes),
                '$' => self.expansion(&mut bytes)?,
                '\u{2013}' | '\u{2014}' if bytes.is_empty() => {
                    // PowerShell reads a dash as a hyphen where an option begins.
                    bytes.push(b'-');
                    self.at += c.len_utf8();
                }
                _ => self.take(&mut bytes),
            }
        }
        Ok(Word::new(bytes))
    }

    fn single(&mut self, bytes: &mut Vec<u8>) -> Result<(), CurlError> {
        let open = self.at;
        self.at += self.peek().map_or(0, char::len_utf8);
        while let Some(c) = self.peek() {
            if !is_single(c) {
                self.take(bytes);
                continue;
            }
            self.at += c.len_utf8();
            match self.peek() {
                Some(again) if is_single(again) => self.take(bytes),
                _ => return Ok(()),
            }
        }
        Err(self.error(open, "a single quote is opened and never closed"))
    }

    fn double(&mut self, bytes: &mut Vec<u8>) -> Result<(), CurlError> {
        let open = self.at;
        self.at += self.peek().map_or(0, char::len_utf8);
        while let Some(c) = self.peek() {
            match c {
                c if is_double(c) => {
                    self.at += c.len_utf8();
                    match self.peek() {
                        Some(again) if is_double(again) => self.take(bytes),
                        _ => return Ok(()),
                    }
                }
                '`' => self.escape(bytes),
                '$' => self.expansion(bytes)?,
                _ => self.take(bytes),
            }
        }
        Err(self.error(open, "a double quote is opened and never closed"))
    }

    /// Reads `@'…'@` and `@"…"@`, whose marks stand at the ends of lines; says whether there was one.
    fn here_string(&mut self, bytes: &mut Vec<u8>) -> Result<bool, CurlError> {
        let open = self.at;
        let rest = self.rest();
        let (end, expands) = match rest.chars().nth(1) {
            Some('\'') => ("\n'@", false),
            Some('"') => ("\n\"@", true),
            _ => return Ok(false),
        };
        let Some(line) = self.line_end(2) else {
            return Ok(false);
        };
        let body = &rest[2 + line - 1..];
        let length = body
            .find(end)
            .ok_or_else(|| self.error(open, "a here-string is opened and never closed"))?;
        let stop = self.at + 2 + line - 1 + length;
        self.at += (2 + line).min(stop - self.at);
        while self.at < stop {
            match self.peek() {
                Some('$') if expands => self.expansion(bytes)?,
                Some('`') if expands => self.escape(bytes),
                _ => self.take(bytes),
            }
        }
        if bytes.ends_with(b"\r") {
            bytes.pop();
        }
        self.at = stop + end.len();
        Ok(true)
    }

    fn escape(&mut self, bytes: &mut Vec<u8>) {
        self.at += 1;
        let Some(c) = self.peek() else {
            return;
        };
        let special = match c {
            '0' => 0,
            'a' => 7,
            'b' => 8,
            'e' => 27,
            'f' => 12,
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            'v' => 11,
            _ => return self.take(bytes),
        };
        self.at += 1;
        bytes.push(special);
    }

    fn expansion(&mut self, bytes: &mut Vec<u8>) -> Result<(), CurlError> {
        let open = self.at;
        self.at += 1;
        let rest = self.rest();
        if let Some(inside) = rest.strip_prefix('{') {
            let end = inside
                .find('}')
                .ok_or_else(|| self.error(open, "a brace is opened by ${ and never closed"))?;
            self.at += end + 2;
            self.variable(bytes, &inside[..end]);
            return Ok(());
        }
        if rest.starts_with('(') {
            let end = rest.find(')').ok_or_else(|| {
                self.error(open, "a parenthesis is opened by $( and never closed")
            })?;
            self.at += end + 1;
            let inside = rest[1..end].trim();
            match inside
                .strip_prefix('$')
                .filter(|name| name.bytes().all(is_name_byte))
            {
                Some(name) => self.variable(bytes, name),
                None => {
                    self.warnings.push(Warning::new(
                        "$(…)",
                        "nothing is run; what it gives is the variable OUTPUT here",
                    ));
                    self.variable(bytes, "OUTPUT");
                }
            }
            return Ok(());
        }
        let length = rest.bytes().take_while(|byte| is_name_byte(*byte)).count();
        if length == 0 {
            bytes.push(b'$');
            return Ok(());
        }
        // A colon ends a name unless a name follows, as in `$env:NAME`.
        let name = rest[..length].trim_end_matches(':');
        self.at += name.len();
        self.variable(bytes, name);
        Ok(())
    }

    fn variable(&mut self, bytes: &mut Vec<u8>, name: &str) {
        let name = name.split_once(':').map_or(name, |(_scope, name)| name);
        match self.bound.get(&name.to_lowercase()) {
            Some(value) if self.grown + value.len() <= GROWTH => {
                self.grown += value.len();
                bytes.extend_from_slice(value);
            }
            _ => bytes.extend_from_slice(self.stand_ins.of(name, None, false).as_bytes()),
        }
    }

    /// Sets a variable where the words are `$name = value`; says whether they are.
    fn assign(&mut self, words: &[Word]) -> bool {
        let [name, equals, value] = words else {
            return false;
        };
        if equals.bytes != b"=" {
            return false;
        }
        let name = String::from_utf8_lossy(&name.bytes);
        let found = match pieces(&name, self.stand_ins.variables()).as_slice() {
            [Piece::Variable(variable)] => Some(variable.name.to_lowercase()),
            _ => None,
        };
        if let Some(name) = found
            && !has_variable(&value.bytes, self.stand_ins.variables())
        {
            self.bound.insert(name, value.bytes.clone());
        }
        true
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':'
}
