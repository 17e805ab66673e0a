//! The text of a netrc file, as curl reads it, and of Emacs' `.authinfo`. No I/O.
//!
//! Both are words between white space. `machine NAME` begins an entry, `default` one for every host, and `login`,
//! `password`, `account` and `port` have a value behind them; case does not matter to any of these words. Other words
//! mean nothing. A line that begins with `#` is a comment.
//!
//! - netrc: a word in double quotes may have white space in it, and `\"`, `\\`, `\n`, `\r` and `\t`. `macdef NAME` begins
//!   a macro, which an empty line ends. A machine can have several logins, each with its password.
//! - authinfo (Emacs' `auth-source.el`): a word may stand in single or double quotes and has no escapes, `#` begins a
//!   comment before any word, and `host`, `user` or `account`, `secret` and `protocol` are other names of `machine`,
//!   `login`, `password` and `port`.

use std::sync::Arc;

use gatepass_auth::Secret;

/// In which of the two ways a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there are these two files")]
pub enum Dialect {
    /// `~/.netrc`, as curl reads it.
    Netrc,
    /// `~/.authinfo`, as Emacs reads it.
    Authinfo,
}

/// One login of one machine. `Debug` masks it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// The host; `None` is every host.
    pub machine: Option<Arc<str>>,
    /// The user name, where there is one.
    pub login: Option<Secret>,
    /// The password, where there is one.
    pub password: Option<Secret>,
    /// The number of a port, or the name of a service such as `https`.
    pub port: Option<Arc<str>>,
    /// The line of its `machine` or `default`, for a further login of the same machine that of its `login`. 1 is the
    /// first.
    pub line: usize,
}

/// What a text says, up to the first thing that cannot be read.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Parsed {
    /// The entries in their order. Each has a login or a password.
    pub entries: Vec<Entry>,
    /// The line at which reading ended early, and why, as a phrase.
    pub problem: Option<(usize, &'static str)>,
}

/// Reads a text. What stands before a mistake counts, as with curl.
///
/// ```
/// use gatepass::credentials::netrc::{Dialect, parse};
///
/// let parsed = parse(b"# work\nmachine api.example login alice password \"s3 cret\"\n", Dialect::Netrc);
/// let entry = &parsed.entries[0];
/// assert_eq!((entry.machine.as_deref(), entry.line), (Some("api.example"), 2));
/// assert_eq!(entry.password.as_ref().unwrap().expose(), b"s3 cret");
/// ```
pub fn parse(text: &[u8], dialect: Dialect) -> Parsed {
    let mut words = Words {
        text,
        at: 0,
        line: 1,
        begins_line: true,
        dialect,
    };
    let mut entries = Vec::new();
    let problem = read(&mut words, &mut entries).err();
    // The password of the last one may be what cannot be read.
    entries.pop_if(|last| problem.is_some() && last.password.is_none());
    entries.retain(|entry| entry.login.is_some() || entry.password.is_some());
    Parsed { entries, problem }
}

type Problem = (usize, &'static str);

fn read(words: &mut Words<'_>, entries: &mut Vec<Entry>) -> Result<(), Problem> {
    while let Some((line, word)) = words.next()? {
        let Some(keyword) = Keyword::of(&word, words.dialect) else {
            continue;
        };
        match keyword {
            Keyword::Default => entries.push(Entry::of(None, line)),
            Keyword::Macro => words.skip_macro(),
            _ => {
                let next = words.next()?;
                let (at, value) = next.ok_or((line, "the last word has no value behind it"))?;
                match (keyword, entries.last_mut()) {
                    (Keyword::Machine, _) => entries.push(Entry::of(Some(text_of(&value)), line)),
                    // It belongs to no machine.
                    (_, None) => {}
                    (_, Some(last)) if keyword.is_set(last) => {
                        let mut next = Entry::of(last.machine.clone(), at);
                        next.port.clone_from(&last.port);
                        keyword.set(&mut next, value);
                        entries.push(next);
                    }
                    (_, Some(last)) => keyword.set(last, value),
                }
            }
        }
    }
    Ok(())
}

fn text_of(word: &Secret) -> Arc<str> {
    String::from_utf8_lossy(word.expose()).into()
}

impl Entry {
    fn of(machine: Option<Arc<str>>, line: usize) -> Self {
        Self {
            machine,
            login: None,
            password: None,
            port: None,
            line,
        }
    }
}

/// The words that mean something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keyword {
    Machine,
    Default,
    Macro,
    Login,
    Password,
    Port,
    /// A word whose value is not used.
    Unused,
}

impl Keyword {
    fn of(word: &Secret, dialect: Dialect) -> Option<Self> {
        let emacs = dialect == Dialect::Authinfo;
        let word = word.expose_str()?.to_ascii_lowercase();
        Some(match word.as_str() {
            "machine" => Self::Machine,
            "default" => Self::Default,
            "macdef" => Self::Macro,
            "login" => Self::Login,
            "password" => Self::Password,
            "port" => Self::Port,
            "host" if emacs => Self::Machine,
            "user" | "account" if emacs => Self::Login,
            "secret" if emacs => Self::Password,
            "protocol" if emacs => Self::Port,
            "account" => Self::Unused,
            _ => return None,
        })
    }

    /// Says whether the entry has a value for it, so that another one belongs to the next login of the same machine.
    fn is_set(self, entry: &Entry) -> bool {
        match self {
            Self::Login => entry.login.is_some(),
            Self::Password => entry.password.is_some(),
            _ => false,
        }
    }

    fn set(self, entry: &mut Entry, value: Secret) {
        match self {
            Self::Login => entry.login = Some(value),
            Self::Password => entry.password = Some(value),
            Self::Port => entry.port = Some(text_of(&value)),
            _ => {}
        }
    }
}

/// The words of a text, with their lines.
struct Words<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
    /// Whether there was only white space on this line so far.
    begins_line: bool,
    dialect: Dialect,
}

impl Words<'_> {
    fn next(&mut self) -> Result<Option<(usize, Secret)>, Problem> {
        self.skip_space_and_comments();
        let Some(&first) = self.text.get(self.at) else {
            return Ok(None);
        };
        self.begins_line = false;
        let line = self.line;
        let quoted = match (self.dialect, first) {
            (Dialect::Netrc, b'"') => Some(self.escaped().ok_or((line, UNCLOSED))?),
            (Dialect::Authinfo, b'"' | b'\'') => self.until(first),
            _ => None,
        };
        let word = quoted.unwrap_or_else(|| {
            let rest = &self.text[self.at..];
            let end = rest.iter().position(|&byte| is_space(byte));
            self.take(end.unwrap_or(rest.len()))
        });
        Ok(Some((line, word)))
    }

    fn skip_space_and_comments(&mut self) {
        while let Some(&byte) = self.text.get(self.at) {
            let may_be_comment = self.begins_line || self.dialect == Dialect::Authinfo;
            match byte {
                b'#' if may_be_comment => self.skip_line(),
                byte if is_space(byte) => self.pass(byte),
                _ => return,
            }
        }
    }

    /// Reads a word in double quotes with its escapes; `None` where the second one is missing.
    fn escaped(&mut self) -> Option<Secret> {
        let mut word = Vec::new();
        let mut at = self.at + 1;
        loop {
            match (self.text.get(at)?, self.text.get(at + 1)) {
                (b'"', _) => break,
                (b'\\', escaped) => {
                    word.push(match escaped? {
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        other => *other,
                    });
                    at += 2;
                }
                (byte, _) => {
                    word.push(*byte);
                    at += 1;
                }
            }
        }
        drop(self.take(at + 1 - self.at));
        Some(Secret::new(word))
    }

    /// Reads up to the next `quote`; `None` where there is none.
    fn until(&mut self, quote: u8) -> Option<Secret> {
        let inside = &self.text[self.at + 1..];
        let length = inside.iter().position(|&byte| byte == quote)?;
        let word = Secret::new(&inside[..length]);
        drop(self.take(length + 2));
        Some(word)
    }

    fn take(&mut self, length: usize) -> Secret {
        let taken = &self.text[self.at..self.at + length];
        self.at += length;
        self.line += taken.iter().filter(|&&byte| byte == b'\n').count();
        Secret::new(taken)
    }

    fn pass(&mut self, byte: u8) {
        self.at += 1;
        if byte == b'\n' {
            self.line += 1;
            self.begins_line = true;
        }
    }

    fn skip_line(&mut self) {
        while let Some(&byte) = self.text.get(self.at) {
            self.pass(byte);
            if byte == b'\n' {
                return;
            }
        }
    }

    /// Skips a macro: the rest of this line, and all lines up to an empty one.
    fn skip_macro(&mut self) {
        self.skip_line();
        while self.at < self.text.len() {
            let is_empty = matches!(self.text[self.at..], [b'\n', ..] | [b'\r', b'\n', ..]);
            self.skip_line();
            if is_empty {
                return;
            }
        }
    }
}

const UNCLOSED: &str = "a quotation mark is not closed";

/// Control characters separate words too.
fn is_space(byte: u8) -> bool {
    byte <= b' '
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a text into `machine|login|password|port@line`.
    fn read(text: &str, dialect: Dialect) -> Vec<String> {
        let shown = |secret: &Option<Secret>| match secret {
            Some(secret) => secret.expose_str().unwrap().to_owned(),
            None => "-".to_owned(),
        };
        let entries = parse(text.as_bytes(), dialect).entries;
        let entries = entries.iter().map(|it| {
            let machine = it.machine.as_deref().unwrap_or("*");
            let port = it.port.as_deref().unwrap_or("-");
            let (login, password) = (shown(&it.login), shown(&it.password));
            format!("{machine}|{login}|{password}|{port}@{}", it.line)
        });
        entries.collect()
    }

    #[test]
    fn netrc_is_read_as_curl_does() {
        for (text, expected) in [
            ("machine h login a password p", &["h|a|p|-@1"][..]),
            ("MACHINE h\n\tPassWord p\r\n\tlogin a\r\n", &["h|a|p|-@1"]),
            (
                "#c\n  # c\nmachine h login #a password p#q",
                &["h|#a|p#q|-@3"],
            ),
            (
                r#"machine h login "a b" password "\"\\\n\t\r\x""#,
                &["h|a b|\"\\\n\t\rx|-@1"],
            ),
            ("machine h password \"\" login a", &["h|a||-@1"]),
            ("machine h password p", &["h|-|p|-@1"]),
            ("machine h login a", &["h|a|-|-@1"]),
            ("machine h\nmachine g password p", &["g|-|p|-@2"]),
            (
                "machine h login a password 1\nlogin b password 2",
                &["h|a|1|-@1", "h|b|2|-@2"],
            ),
            (
                "machine h password 1 login a password 2 login b",
                &["h|a|1|-@1", "h|b|2|-@1"],
            ),
            ("default login a password p", &["*|a|p|-@1"]),
            (
                "machine h login a macdef init\nmachine x\nlogin y\n\npassword p",
                &["h|a|p|-@1"],
            ),
            ("macdef m\nmachine h login a password p", &[]),
            ("login a password p machine h login b", &["h|b|-|-@1"]),
            ("machine h account login login a password p", &["h|a|p|-@1"]),
            ("machine h port 8443 login a", &["h|a|-|8443@1"]),
            (
                "machine machine login default password login",
                &["machine|default|login|-@1"],
            ),
            ("machine h odd login a", &["h|a|-|-@1"]),
            (
                "machine h login a password \"1\n2\"\ndefault login b",
                &["h|a|1\n2|-@1", "*|b|-|-@3"],
            ),
        ] {
            assert_eq!(read(text, Dialect::Netrc), expected, "{text}");
        }
    }

    #[test]
    fn authinfo_is_read_as_emacs_does() {
        for (text, expected) in [
            (
                "machine h login a port https password p",
                &["h|a|p|https@1"][..],
            ),
            ("host h user a secret p protocol 443", &["h|a|p|443@1"]),
            (
                "machine h login a # c\nmachine g account b secret 'p q'",
                &["h|a|-|-@1", "g|b|p q|-@2"],
            ),
            (r#"machine h login a password "p\q""#, &["h|a|p\\q|-@1"]),
            ("machine h login a password 'p", &["h|a|'p|-@1"]),
            ("machine h login a force yes password p", &["h|a|p|-@1"]),
        ] {
            assert_eq!(read(text, Dialect::Authinfo), expected, "{text}");
        }
    }

    #[test]
    fn what_stands_before_a_mistake_counts() {
        for (text, line) in [
            (
                "machine h login a password 1\nmachine g login b password \"p",
                2,
            ),
            ("machine h login a password 1\nlogin b password \"p\\", 2),
            ("machine h login a password 1\nmachine", 2),
            ("machine h login a password 1 port", 1),
        ] {
            let parsed = parse(text.as_bytes(), Dialect::Netrc);
            assert_eq!(parsed.problem.unwrap().0, line, "{text}");
            assert_eq!(parsed.entries.len(), 1, "{text}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        let parsed = parse(
            b"machine h login alice password s3cret-s3cret",
            Dialect::Netrc,
        );
        let shown = format!("{parsed:?}");
        assert!(
            !shown.contains("s3cret-s") && shown.contains("\"h\""),
            "{shown}"
        );
    }
}
