//! Reads options one after the other, as curl's own parser does (src/tool_getparam.c).

use super::argument::Argument;
use super::error::CurlError;
use super::flags::{self, Flag, Role, Takes};
use super::operation::{Operation, Shared};
use super::words::Word;
use super::{config_file, connection, credentials, data, expand, form, http, output, tls};

/// The options so far; the last operation is the one that is being described.
pub(super) struct Reader<'r, 's> {
    pub(super) shared: &'r mut Shared<'s>,
    pub(super) operations: Vec<Operation>,
    now: Operation,
}

impl<'r, 's> Reader<'r, 's> {
    pub(super) fn new(shared: &'r mut Shared<'s>) -> Self {
        Self {
            shared,
            operations: Vec::new(),
            now: Operation::default(),
        }
    }

    /// Reads the words of a command line.
    pub(super) fn words(&mut self, words: &[Word]) -> Result<(), CurlError> {
        let mut flags = true;
        let mut at = 0;
        while let Some(word) = words.get(at) {
            at += 1;
            if flags && word.bytes == b"--" {
                flags = false;
            } else if flags && word.bytes.starts_with(b"-") && word.bytes.len() > 1 {
                let around = || {
                    (
                        shown(at.checked_sub(2).and_then(|at| words.get(at))),
                        shown(words.get(at)),
                    )
                };
                let used = self
                    .option(word, words.get(at))
                    .map_err(|error| match error {
                        CurlError::UnknownOption {
                            word, at, nearest, ..
                        } => CurlError::UnknownOption {
                            word,
                            at,
                            nearest,
                            around: around(),
                        },
                        error => error,
                    })?;
                at += usize::from(used);
            } else {
                let text = String::from_utf8(word.bytes.clone());
                let url = text.map_err(|_| CurlError::NotUtf8 {
                    option: "the URL".to_owned(),
                })?;
                if url.starts_with(['\u{2013}', '\u{2014}']) {
                    return Err(unknown(&url, 0, url.chars().count().min(20)));
                }
                self.now.add_url(url, false);
            }
        }
        Ok(())
    }

    /// Returns what each part between `--next` says.
    pub(super) fn finish(mut self) -> Vec<Operation> {
        self.operations.push(self.now);
        self.operations
    }

    /// Reads an option of a config file, which may lack its hyphens.
    pub(super) fn option_in_file(
        &mut self,
        option: &str,
        value: Option<&Word>,
    ) -> Result<(), CurlError> {
        let word = if option.starts_with('-') {
            Word::new(option)
        } else {
            Word::new(format!("--{option}"))
        };
        self.option(&word, value).map(drop)
    }

    /// Reads one word of options and says whether the word behind it was used.
    fn option(&mut self, word: &Word, next: Option<&Word>) -> Result<bool, CurlError> {
        match word.bytes.strip_prefix(b"--") {
            Some(name) => self.long(name, next),
            None => self.short(&word.bytes[1..], next),
        }
    }

    fn long(&mut self, bytes: &[u8], next: Option<&Word>) -> Result<bool, CurlError> {
        // Since 8.16 a value may follow an equals sign; before, there was no such option.
        let (name, attached) = match bytes.iter().position(|&byte| byte == b'=') {
            Some(at) => (&bytes[..at], Some(&bytes[at + 1..])),
            None => (bytes, None),
        };
        let name = String::from_utf8_lossy(name).into_owned();
        let option = format!("--{name}");
        let (plain, on, expands) = match (name.strip_prefix("no-"), name.strip_prefix("expand-")) {
            (Some(plain), _) => (plain, false, false),
            (None, Some(plain)) => (plain, true, true),
            (None, None) => (name.as_str(), true, false),
        };
        let Some(flag) = flags::long(plain) else {
            return Err(unknown(&option, 0, option.chars().count()));
        };
        let takes_value = flag.takes == Takes::Value;
        if (!on && !matches!(flag.takes, Takes::Switch | Takes::Off)) || (expands && !takes_value) {
            return Err(CurlError::BadPrefix { option });
        }
        let mut argument = Argument {
            option: &option,
            bytes: Vec::new(),
            on,
        };
        let mut used = false;
        if takes_value {
            let value = attached.or_else(|| {
                used = next.is_some();
                next.map(|word| word.bytes.as_slice())
            });
            let value = value.ok_or_else(|| CurlError::NoValue {
                option: option.clone(),
            })?;
            argument.bytes = value.to_vec();
        }
        if expands {
            expand::expand(self.shared, &mut argument)?;
        }
        self.apply(flag, &argument)?;
        Ok(used)
    }

    fn short(&mut self, letters: &[u8], next: Option<&Word>) -> Result<bool, CurlError> {
        let text = String::from_utf8_lossy(letters);
        for (index, (at, letter)) in text.char_indices().enumerate() {
            let Some(flag) = flags::short(letter) else {
                let word = format!("-{}", &text[..at + letter.len_utf8()]);
                let start = if index == 0 { 0 } else { index + 1 };
                return Err(unknown(&word, start, index + 2));
            };
            let option = format!("-{letter}");
            let mut argument = Argument {
                option: &option,
                bytes: Vec::new(),
                on: flag.takes != Takes::Off,
            };
            if flag.takes != Takes::Value {
                self.apply(flag, &argument)?;
                continue;
            }
            // Letters are ASCII up to here, so that this is the same place in the bytes.
            let attached = &letters[at + 1..];
            let value = if attached.is_empty() {
                let next = next.ok_or_else(|| CurlError::NoValue {
                    option: option.clone(),
                })?;
                next.bytes.as_slice()
            } else {
                attached
            };
            argument.bytes = value.to_vec();
            self.apply(flag, &argument)?;
            return Ok(attached.is_empty());
        }
        Ok(false)
    }

    fn apply(&mut self, flag: &'static Flag, argument: &Argument<'_>) -> Result<(), CurlError> {
        let name = flag.long;
        if let Role::Ignored(why) = flag.role {
            self.shared.warn(argument.option, why.reason());
            self.shared.ignored.push((argument.option.to_owned(), why));
            return Ok(());
        }
        match name {
            // The user's own config file is never read.
            "disable" => return Ok(()),
            "config" => return config_file::read(self, argument),
            "variable" => return expand::set(self.shared, argument),
            "next" => {
                if !self.now.has_url() {
                    return Err(CurlError::NoUrl);
                }
                self.operations.push(std::mem::take(&mut self.now));
                return Ok(());
            }
            _ => {}
        }
        let (now, shared) = (&mut self.now, &mut *self.shared);
        let known = data::apply(now, shared, name, argument)?
            || form::apply(now, shared, name, argument)?
            || credentials::apply(now, shared, name, argument)?
            || http::apply(now, shared, name, argument)?
            || tls::apply(now, shared, name, argument)?
            || connection::apply(now, argument, name)?
            || output::apply(now, shared, name, argument)?;
        debug_assert!(known, "{name} is in the table and does nothing");
        Ok(())
    }
}

/// Says that there is no such option.
fn unknown(word: &str, start: usize, end: usize) -> CurlError {
    let name: String = word.chars().skip(start).collect();
    let name = name.trim_start_matches('-');
    let name = name.split('=').next().unwrap_or_default();
    let nearest = word
        .starts_with("--")
        .then(|| flags::nearest(name))
        .flatten();
    CurlError::UnknownOption {
        word: word.to_owned(),
        at: (start, end),
        nearest,
        around: (None, None),
    }
}

/// Returns a word as an error may show it: an option without its value.
fn shown(word: Option<&Word>) -> Option<String> {
    let text = word?.shown();
    if let Some(long) = text.strip_prefix("--") {
        let name = long.split('=').next().unwrap_or_default();
        return flags::long(name).map(|_| format!("--{name}"));
    }
    let letter = text.strip_prefix('-')?.chars().next()?;
    flags::short(letter).map(|_| format!("-{letter}"))
}

#[cfg(test)]
mod tests {
    use super::super::flags::FLAGS;
    use super::super::parse_words;
    use super::*;

    #[test]
    fn every_option_of_the_table_is_understood() {
        for flag in FLAGS {
            let option = format!("--{}", flag.long);
            let values: &[Option<&str>] = match flag.takes {
                Takes::Value => &[
                    Some("a=b"),
                    Some("1"),
                    Some("1.2"),
                    Some("http"),
                    Some("@f"),
                ],
                _ => &[None],
            };
            // An option that the table knows and no part takes would fail the assertion in `apply`.
            let any = values.iter().any(|value| {
                let words = [Some(option.as_str()), *value, Some("http://h/")];
                let words: Vec<&str> = words.into_iter().flatten().collect();
                let words = match flag.long {
                    "next" => vec!["http://a/", "--next", "http://b/"],
                    _ => words,
                };
                parse_words(&words, &|_| Ok(Vec::new())).is_ok()
            });
            assert!(any, "{option}");
        }
    }
}
