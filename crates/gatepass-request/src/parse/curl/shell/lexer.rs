//! Words and operators of the POSIX shell (POSIX.1-2024, Shell Command Language, sections 2.2, 2.3 and 2.6), with bash's
//! `$'…'`. Variables become stand-ins; nothing is run.

use std::collections::HashMap;

use super::super::error::CurlError;
use super::super::words::{Word, is_name, typographic, typographic_warning};
use crate::variable::StandIns;
use crate::warning::{Warning, Warnings};

/// What the lexer finds next.
#[derive(Debug)]
pub(super) enum Token {
    /// A word, and whether any of it was quoted.
    Word(Word, bool),
    /// `|`, `&&`, `;`, `(` and their like, a line's end among them.
    Operator(&'static str),
    /// `<`, `>`, `2>`, `<<<`, `<<` and their like.
    Redirect(&'static str),
    /// The text is at its end.
    End,
}

/// Operators, the longer of two that begin alike first.
const OPERATORS: [&str; 10] = ["&&", "||", ";;", "|&", "\n", ";", "|", "&", "(", ")"];
const REDIRECTS: [&str; 11] = [
    "<<<", "<<-", "&>>", "<<", ">>", "<&", ">&", "&>", ">|", "<", ">",
];

/// The values of assignments may grow a command by this much; beyond it a variable stays one.
const GROWTH: usize = 256 * 1024;

pub(super) struct Lexer<'a> {
    pub(super) source: &'a str,
    pub(super) at: usize,
    pub(super) stand_ins: &'a mut StandIns,
    pub(super) warnings: Warnings,
    /// What assignments of the script have set.
    pub(super) bound: HashMap<String, Vec<u8>>,
    /// Whether the script was copied with its prompts.
    pub(super) prompts: bool,
    grown: usize,
    outputs: usize,
    /// Whether this is the text of a heredoc.
    nested: bool,
    lines: Option<Lines<'a>>,
    /// A part that was read already: it is stepped over.
    later: Option<(usize, usize)>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(source: &'a str, stand_ins: &'a mut StandIns) -> Self {
        Self {
            source,
            at: 0,
            stand_ins,
            warnings: Warnings::default(),
            bound: HashMap::new(),
            prompts: source.trim_start().starts_with("$ "),
            grown: 0,
            outputs: 0,
            nested: false,
            lines: None,
            later: None,
        }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    /// Steps over what stands from `line` to `behind`, once the lexer has come to `line`, where a line ends.
    pub(super) fn skip_later(&mut self, line: usize, behind: usize) {
        self.later = Some((line, behind));
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn error(&self, at: usize, problem: &'static str) -> CurlError {
        CurlError::syntax(self.source, at, problem)
    }

    pub(super) fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }

    pub(super) fn next(&mut self) -> Result<Token, CurlError> {
        self.skip_blanks();
        let rest = self.rest();
        if rest.is_empty() {
            return Ok(Token::End);
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let redirect = |text: &str| REDIRECTS.into_iter().find(|it| text.starts_with(it));
        if digits <= 2
            && let Some(redirect) = redirect(&rest[digits..])
            && (digits == 0 || !redirect.starts_with('&'))
        {
            self.at += digits + redirect.len();
            let both = digits > 0 && redirect.starts_with('<') && !rest.starts_with('0');
            return Ok(Token::Redirect(if both { "<&" } else { redirect }));
        }
        if let Some(operator) = OPERATORS.into_iter().find(|it| rest.starts_with(it)) {
            let later = self.later.take_if(|(line, _)| *line == self.at);
            self.at = later.map_or(self.at + operator.len(), |(_, behind)| behind);
            return Ok(Token::Operator(operator));
        }
        self.word()
    }

    /// Skips spaces, comments and continued lines.
    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
            if blank > 0 {
                self.at += blank;
            } else if let Some(length) = continued(rest) {
                self.continue_line(length);
            } else if rest.starts_with('#') {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if let Some((name, ' ')) = self.peek().and_then(typographic) {
                let c = self.peek().unwrap_or(' ');
                self.warn(typographic_warning(c, name, ' '));
                self.at += c.len_utf8();
            } else {
                return;
            }
        }
    }

    /// Steps over a backslash and the line's end behind it, and over the prompt of the next line.
    fn continue_line(&mut self, length: usize) {
        if self.rest()[1..length].starts_with([' ', '\t']) {
            self.warn(Warning::new(
                "\\",
                "spaces follow a backslash at the end of a line; it is read as if they were not there",
            ));
        }
        self.at += length;
        let rest = self.rest();
        let prompt = rest.trim_start_matches([' ', '\t']);
        if self.prompts && prompt.starts_with("> ") {
            self.at += rest.len() - prompt.len() + 2;
        }
    }

    fn word(&mut self) -> Result<Token, CurlError> {
        let mut bytes = Vec::new();
        let mut quoted = false;
        if self.rest().starts_with("~/") {
            bytes.extend_from_slice(self.stand_ins.of("HOME", None, false).as_bytes());
            self.at += 1;
        }
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\r' | '\n' | '|' | '&' | ';' | '<' | '>' | '(' | ')' => break,
                '\\' => match continued(self.rest()) {
                    Some(length) => self.continue_line(length),
                    None => {
                        quoted = true;
                        self.at += 1;
                        self.take(&mut bytes);
                    }
                },
                '\'' => {
                    quoted = true;
                    self.single(&mut bytes)?;
                }
                '"' => {
                    quoted = true;
                    self.at += 1;
                    self.double(&mut bytes, self.at - 1, &['"'])?;
                }
                '$' if self.rest().starts_with("$'") => {
                    quoted = true;
                    self.ansi(&mut bytes)?;
                }
                '$' if self.rest().starts_with("$\"") => self.at += 1,
                '$' => self.expansion(&mut bytes)?,
                '`' => self.backticks(&mut bytes)?,
                c => match typographic(c) {
                    Some((_, ' ')) => break,
                    Some((name, plain)) => {
                        quoted = true;
                        self.typographic_quote(&mut bytes, c, name, plain)?;
                    }
                    None => self.take(&mut bytes),
                },
            }
        }
        Ok(Token::Word(Word::new(bytes), quoted))
    }

    /// Takes one character as it is.
    fn take(&mut self, bytes: &mut Vec<u8>) {
        let length = self.peek().map_or(0, char::len_utf8);
        bytes.extend_from_slice(&self.source.as_bytes()[self.at..self.at + length]);
        self.at += length;
    }

    fn single(&mut self, bytes: &mut Vec<u8>) -> Result<(), CurlError> {
        let inside = &self.rest()[1..];
        let end = inside
            .find('\'')
            .ok_or_else(|| self.error(self.at, "a single quote is opened and never closed"))?;
        bytes.extend_from_slice(&inside.as_bytes()[..end]);
        self.at += end + 2;
        Ok(())
    }

    /// Reads up to one of `ends`, with the escapes and variables of double quotes. `open` is where the quote stands.
    fn double(&mut self, bytes: &mut Vec<u8>, open: usize, ends: &[char]) -> Result<(), CurlError> {
        while let Some(c) = self.peek() {
            match c {
                c if ends.contains(&c) => {
                    self.at += c.len_utf8();
                    return Ok(());
                }
                _ => self.double_step(bytes)?,
            }
        }
        Err(self.error(open, "a double quote is opened and never closed"))
    }

    fn typographic_quote(
        &mut self,
        bytes: &mut Vec<u8>,
        c: char,
        name: &'static str,
        plain: char,
    ) -> Result<(), CurlError> {
        self.warn(typographic_warning(c, name, plain));
        let open = self.at;
        self.at += c.len_utf8();
        if plain == '"' {
            return self.double(bytes, open, &['"', '\u{201c}', '\u{201d}', '\u{201f}']);
        }
        let inside = self.rest();
        let end = inside
            .find(['\'', '\u{2018}', '\u{2019}', '\u{201b}'])
            .ok_or_else(|| self.error(open, "a typographic quote is opened and never closed"))?;
        bytes.extend_from_slice(&inside.as_bytes()[..end]);
        self.at += end;
        self.at += self.peek().map_or(0, char::len_utf8);
        Ok(())
    }

    /// Reads `$'…'` (POSIX.1-2024 section 2.2.4).
    fn ansi(&mut self, bytes: &mut Vec<u8>) -> Result<(), CurlError> {
        let open = self.at;
        self.at += 2;
        // A NUL ends the text, as in bash: no word can hold one.
        let mut cut = None;
        while let Some(c) = self.peek() {
            match c {
                '\'' => {
                    self.at += 1;
                    bytes.truncate(cut.unwrap_or(bytes.len()));
                    return Ok(());
                }
                '\\' => {
                    self.at += 1;
                    self.ansi_escape(bytes);
                    if cut.is_none() && bytes.last() == Some(&0) {
                        cut = Some(bytes.len() - 1);
                    }
                }
                _ => self.take(bytes),
            }
        }
        Err(self.error(open, "a quote $' is opened and never closed"))
    }

    fn ansi_escape(&mut self, bytes: &mut Vec<u8>) {
        let Some(c) = self.peek() else {
            bytes.push(b'\\');
            return;
        };
        let simple = match c {
            'a' => 7,
            'b' => 8,
            'e' | 'E' => 27,
            'f' => 12,
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            'v' => 11,
            '\\' | '\'' | '"' | '?' => c as u8,
            _ => 0,
        };
        if simple != 0 {
            self.at += 1;
            bytes.push(simple);
            return;
        }
        let digits = |lexer: &Self, skip: usize, radix: u32, most: usize| {
            let text = &lexer.rest()[skip..];
            let count = text.chars().take(most).take_while(|c| c.is_digit(radix));
            let count = count.count();
            (count, u32::from_str_radix(&text[..count], radix).ok())
        };
        let (skip, radix, most) = match c {
            'x' => (1, 16, 2),
            'u' => (1, 16, 4),
            'U' => (1, 16, 8),
            '0'..='7' => (0, 8, 3),
            'c' => {
                self.at += 1;
                if let Some(control) = self.peek().filter(char::is_ascii) {
                    self.at += 1;
                    bytes.push(control as u8 & 0x1f);
                }
                return;
            }
            _ => {
                bytes.push(b'\\');
                self.take(bytes);
                return;
            }
        };
        let (count, value) = digits(self, skip, radix, most);
        let Some(value) = value else {
            bytes.push(b'\\');
            self.take(bytes);
            return;
        };
        self.at += skip + count;
        if matches!(c, 'u' | 'U') {
            let mut room = [0; 4];
            let c = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
            bytes.extend_from_slice(c.encode_utf8(&mut room).as_bytes());
        } else {
            // Only the low eight bits count, as in bash.
            bytes.push(value as u8);
        }
    }

    /// Reads what begins with a dollar sign.
    fn expansion(&mut self, bytes: &mut Vec<u8>) -> Result<(), CurlError> {
        let open = self.at;
        self.at += 1;
        let rest = self.rest();
        if rest.starts_with('(') {
            return self.substitution(bytes, open);
        }
        if let Some(inside) = rest.strip_prefix('{') {
            let end = closing(inside, b'{', b'}')
                .ok_or_else(|| self.error(open, "a brace is opened by ${ and never closed"))?;
            self.at += end + 2;
            self.parameter(bytes, &inside[..end]);
            return Ok(());
        }
        let length = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count();
        let name = &rest[..length];
        if is_name(name) {
            self.at += length;
            self.variable(bytes, name, None);
        } else if let Some(special) = rest
            .chars()
            .next()
            .filter(|c| "0123456789@*#?$!-".contains(*c))
        {
            self.at += 1;
            let name = format!("ARGUMENT_{}", u32::from(special));
            let name = if special.is_ascii_digit() {
                format!("ARGUMENT_{special}")
            } else {
                name
            };
            self.warn(Warning::new(
                format!("${special}"),
                format!("a value of the script that it stood in; it is the variable {name} here"),
            ));
            self.variable(bytes, &name, None);
        } else {
            bytes.push(b'$');
        }
        Ok(())
    }

    /// Reads what stands between `${` and `}` (POSIX.1-2024 section 2.6.2).
    fn parameter(&mut self, bytes: &mut Vec<u8>, inside: &str) {
        let length = inside
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count();
        let (name, operation) = inside.split_at(length);
        let default = [":-", ":=", "-", "="]
            .into_iter()
            .find_map(|mark| operation.strip_prefix(mark));
        match default {
            _ if !is_name(name) => {
                self.warn(Warning::new(
                    format!("${{{inside}}}"),
                    "a value that only a shell can compute; it is a variable here",
                ));
                let name = self.output();
                self.variable(bytes, &name, None);
            }
            Some(default) => self.variable(bytes, name, Some(default)),
            None => {
                if !operation.is_empty()
                    && !operation.starts_with(":?")
                    && !operation.starts_with('?')
                {
                    self.warn(Warning::new(
                        format!("${{{name}…}}"),
                        format!("the shell would change the value; the variable {name} must hold the changed one here"),
                    ));
                }
                self.variable(bytes, name, None);
            }
        }
    }

    fn variable(&mut self, bytes: &mut Vec<u8>, name: &str, default: Option<&str>) {
        match self.bound.get(name) {
            Some(value) if self.grown + value.len() <= GROWTH => {
                self.grown += value.len();
                bytes.extend_from_slice(value);
            }
            _ => {
                let default = default.map(unquoted);
                let stand_in = self.stand_ins.of(name, default.as_deref(), false);
                bytes.extend_from_slice(stand_in.as_bytes());
            }
        }
    }

    /// Returns a name for a value that only running a program gives.
    fn output(&mut self) -> String {
        self.outputs += 1;
        format!("OUTPUT_{}", self.outputs)
    }

    fn substitution(&mut self, bytes: &mut Vec<u8>, open: usize) -> Result<(), CurlError> {
        if let Some(heredoc) = self.heredoc_of_cat() {
            self.at = heredoc.end;
            return self.heredoc_text(bytes, &heredoc);
        }
        let inside = &self.rest()[1..];
        let end = closing(inside, b'(', b')')
            .ok_or_else(|| self.error(open, "a parenthesis is opened by $( and never closed"))?;
        self.at += end + 2;
        self.computed(bytes, &inside[..end]);
        Ok(())
    }

    fn backticks(&mut self, bytes: &mut Vec<u8>) -> Result<(), CurlError> {
        let inside = &self.rest()[1..];
        let end = inside
            .find('`')
            .ok_or_else(|| self.error(self.at, "a backtick is opened and never closed"))?;
        self.at += end + 2;
        self.computed(bytes, &inside[..end]);
        Ok(())
    }

    /// Puts a variable in the place of what a program would print.
    fn computed(&mut self, bytes: &mut Vec<u8>, command: &str) {
        let name = self.output();
        let program = command.split_whitespace().next().unwrap_or_default();
        let program: String = program.trim_start_matches('(').chars().take(20).collect();
        self.warn(Warning::new(
            format!("$({program} …)"),
            format!("nothing is run; what it prints is the variable {name} here"),
        ));
        self.variable(bytes, &name, None);
    }

    /// Adds the text of a heredoc, with its variables where its end is not quoted.
    pub(super) fn heredoc_text(
        &mut self,
        bytes: &mut Vec<u8>,
        heredoc: &Heredoc<'_>,
    ) -> Result<(), CurlError> {
        if !heredoc.expands {
            bytes.extend_from_slice(heredoc.text.as_bytes());
            return Ok(());
        }
        let mut inner = Lexer {
            source: heredoc.text,
            at: 0,
            stand_ins: &mut *self.stand_ins,
            warnings: Warnings::default(),
            bound: std::mem::take(&mut self.bound),
            prompts: false,
            grown: self.grown,
            outputs: self.outputs,
            nested: true,
            lines: None,
            later: None,
        };
        // A double quote is a plain character in a heredoc, and `\"` are two.
        let result = inner.heredoc_body(bytes);
        (self.grown, self.outputs) = (inner.grown, inner.outputs);
        self.bound = std::mem::take(&mut inner.bound);
        let warnings = inner.warnings.into_vec();
        self.warnings.extend(warnings);
        result
    }

    fn heredoc_body(&mut self, bytes: &mut Vec<u8>) -> Result<(), CurlError> {
        while let Some(c) = self.peek() {
            match c {
                '\\' if self.rest().starts_with("\\\"") => {
                    bytes.extend_from_slice(b"\\\"");
                    self.at += 2;
                }
                _ => self.double_step(bytes)?,
            }
        }
        Ok(())
    }

    /// Reads one step of what double quotes hold.
    fn double_step(&mut self, bytes: &mut Vec<u8>) -> Result<(), CurlError> {
        match self.peek() {
            Some('\\') => {
                self.at += 1;
                match self.peek() {
                    Some('\n') => self.at += 1,
                    Some('\r') if self.rest().starts_with("\r\n") => self.at += 2,
                    Some('$' | '`' | '"' | '\\') => self.take(bytes),
                    _ => bytes.push(b'\\'),
                }
            }
            Some('$') => self.expansion(bytes)?,
            Some('`') => self.backticks(bytes)?,
            _ => self.take(bytes),
        }
        Ok(())
    }
}

/// Returns the length of a backslash, spaces and a line's end, which continue a line.
fn continued(text: &str) -> Option<usize> {
    let behind = text.strip_prefix('\\')?;
    let blank = behind.len() - behind.trim_start_matches([' ', '\t', '\r']).len();
    behind[blank..].starts_with('\n').then_some(blank + 2)
}

/// Returns where the bracket that is open is closed, quotes and inner brackets respected.
fn closing(text: &str, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (byte, quote) {
            (b'\\', None | Some(b'"')) => {
                bytes.next();
            }
            (b'\'' | b'"', None) => quote = Some(byte),
            (_, Some(mark)) if mark == byte => quote = None,
            (_, Some(_)) => {}
            (byte, None) if byte == open => depth += 1,
            (byte, None) if byte == close => match depth {
                0 => return Some(at),
                _ => depth -= 1,
            },
            _ => {}
        }
    }
    None
}

/// Takes the quotes off a default, as in `${A:-"b"}`.
fn unquoted(text: &str) -> String {
    let bare = ['"', '\'']
        .into_iter()
        .find_map(|mark| text.strip_prefix(mark)?.strip_suffix(mark));
    bare.unwrap_or(text).to_owned()
}

/// Where each line of a source stands, by its text, so that many heredocs cost no more than one pass.
#[derive(Default)]
pub(super) struct Lines<'a>(HashMap<&'a str, Vec<(usize, usize)>>);

impl<'a> Lines<'a> {
    fn of(source: &'a str) -> Self {
        let mut lines = Self::default();
        let mut start = 0;
        for line in source.split_inclusive('\n') {
            let text = line.trim_end_matches(['\n', '\r']).trim_start_matches('\t');
            let end = start + line.len();
            lines.0.entry(text).or_default().push((start, end));
            start = end;
        }
        lines
    }

    /// Returns where the first line of this text from `at` on begins, and where it ends.
    fn find(&self, text: &str, at: usize) -> Option<(usize, usize)> {
        let places = self.0.get(text)?;
        let next = places.partition_point(|(start, _)| *start < at);
        places.get(next).copied()
    }
}

/// A heredoc: its text, whether its variables count, and where what follows it begins.
pub(super) struct Heredoc<'a> {
    pub(super) text: &'a str,
    pub(super) expands: bool,
    pub(super) end: usize,
}

impl<'a> Lexer<'a> {
    /// Finds the heredoc whose text begins at `at` and ends before the line `word`.
    pub(super) fn heredoc(&mut self, at: usize, word: &str, quoted: bool) -> Option<Heredoc<'a>> {
        let source = self.source;
        let lines = self.lines.get_or_insert_with(|| Lines::of(source));
        let (start, end) = lines.find(word, at)?;
        Some(Heredoc {
            text: &source[at..start],
            expands: !quoted,
            end,
        })
    }

    /// Reads `cat <<END … END )` behind `$(`.
    fn heredoc_of_cat(&mut self) -> Option<Heredoc<'a>> {
        if self.nested {
            return None;
        }
        let all = self.rest();
        let rest = all[1..].trim_start().strip_prefix("cat")?;
        let rest = rest.trim_start().strip_prefix("<<")?;
        let rest = rest.strip_prefix('-').unwrap_or(rest);
        let (word, _) = rest.split_once('\n')?;
        let body = self.at + all.len() - rest.len() + word.len() + 1;
        let word = word.trim();
        let bare = ['"', '\'']
            .into_iter()
            .find_map(|mark| word.strip_prefix(mark)?.strip_suffix(mark));
        let mut heredoc = self.heredoc(body, bare.unwrap_or(word), bare.is_some())?;
        let behind = &self.source[heredoc.end..];
        let close = behind.trim_start().strip_prefix(')')?;
        heredoc.end = self.source.len() - close.len();
        // The shell takes the line breaks off the end of what a command prints.
        heredoc.text = heredoc.text.trim_end_matches(['\n', '\r']);
        Some(heredoc)
    }
}
