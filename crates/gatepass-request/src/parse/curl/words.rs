//! What the lexers of the shells have in common: words, and commands made of them.

use std::fmt;

use crate::warning::{Warning, Warnings};

/// One word of a command line, quotes and escapes resolved. `Debug` shows its size, because it may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// What the program gets.
    pub(super) bytes: Vec<u8>,
}

/// One run of curl.
#[derive(Debug)]
pub(super) struct Command {
    /// The words behind the program's name.
    pub(super) words: Vec<Word>,
    /// What standard input is, where the command line says so.
    pub(super) stdin: Option<Input>,
}

/// What a command line connects standard input with.
#[derive(Clone)]
pub(super) enum Input {
    /// A heredoc, a here-string, or the output of `echo`.
    Bytes(Vec<u8>),
    /// A file.
    File(String),
}

/// All that a text holds.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// The runs of curl, in order.
    pub(super) commands: Vec<Command>,
    /// What was left out.
    pub(super) warnings: Warnings,
    /// The first program that is not curl, where nothing else is.
    pub(super) other: Option<String>,
}

impl Word {
    pub(super) fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            bytes: bytes.into(),
        }
    }

    /// Returns the text, lossily: for names, not for values.
    pub(super) fn shown(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Word({} bytes)", self.bytes.len())
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::File(path) => write!(f, "File({path:?})"),
        }
    }
}

/// Says whether a word names curl: `curl`, `curl.exe`, with or without a directory.
pub(super) fn is_curl(word: &[u8]) -> bool {
    let name = word.rsplit(|byte| matches!(byte, b'/' | b'\\')).next();
    name.is_some_and(|name| {
        name.eq_ignore_ascii_case(b"curl") || name.eq_ignore_ascii_case(b"curl.exe")
    })
}

/// Words that may stand before the program that they run.
const RUNNERS: &[&str] = &[
    "builtin", "command", "do", "doas", "else", "env", "exec", "if", "nohup", "sudo", "then",
    "time", "until", "while", "!", "{", "&", "$", "%",
];

/// Takes off what stands before the program: prompts, `sudo` with its options, settings such as `A=b` for `env`.
pub(super) fn without_runners(words: &[Word]) -> &[Word] {
    let mut rest = words;
    let mut ran = false;
    while let Some((first, behind)) = rest.split_first() {
        let text = first.shown();
        let runner = RUNNERS.contains(&text.as_str());
        let option = ran && (text.starts_with('-') || is_assignment(&text).is_some());
        if !runner && !option {
            break;
        }
        // `sudo -u root` and its like: the value belongs to the option.
        let takes = option && ["-u", "-g", "-n"].contains(&text.as_str()) && behind.len() > 1;
        let value = takes && behind.first().is_some_and(|word| !is_curl(&word.bytes));
        rest = if value { &behind[1..] } else { behind };
        ran = true;
    }
    rest
}

/// Returns the name in `NAME=value`.
pub(super) fn is_assignment(text: &str) -> Option<&str> {
    let (name, _) = text.split_once('=')?;
    is_name(name).then_some(name)
}

/// Says whether a text can name a variable of a shell.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Names the typographic character that word processors put in place of a plain one, and the plain one.
pub(super) fn typographic(c: char) -> Option<(&'static str, char)> {
    Some(match c {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' => ("a typographic double quote", '"'),
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => ("a typographic single quote", '\''),
        '\u{a0}' | '\u{202f}' => ("a no-break space", ' '),
        _ => return None,
    })
}

/// Says that a typographic character was read as the plain one.
pub(super) fn typographic_warning(found: char, name: &str, plain: char) -> Warning {
    let plain = if plain == ' ' {
        "a space".to_owned()
    } else {
        plain.to_string()
    };
    Warning::new(
        format!("U+{:04X}", u32::from(found)),
        format!("{name}, read as {plain}; a shell would take it as text"),
    )
}
