//! The way out: a sentence, and what can be typed as it stands.

use std::fmt;

/// What to do about a refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fix {
    /// What to do, as a sentence without a full stop.
    pub say: String,
    /// Arguments of `gatepass` to add to the request, in place of what they replace: `-A`, `bearer`, `-a`, `env:TOKEN`.
    pub arguments: Vec<String>,
    /// The scheme that would do, as `gatepass_auth::schemes::resolve` reads it, where it is known to be on offer.
    pub scheme: Option<String>,
    /// The URL to send the request to in place of its own.
    pub url: Option<String>,
    /// A page to open.
    pub open: Option<String>,
    /// Another command to run.
    pub run: Option<String>,
    /// How many seconds to wait.
    pub wait: Option<u64>,
}

impl Fix {
    /// Begins with a sentence.
    pub(crate) fn say(text: impl Into<String>) -> Self {
        Self {
            say: text.into(),
            ..Self::default()
        }
    }

    /// Adds what to type.
    pub(crate) fn typing<'a>(mut self, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        self.arguments = arguments.into_iter().map(str::to_owned).collect();
        self
    }

    /// Says that a scheme is on offer and would do.
    pub(crate) fn by(mut self, scheme: impl Into<String>) -> Self {
        self.scheme = Some(scheme.into());
        self
    }

    pub(crate) fn opening(mut self, page: Option<String>) -> Self {
        self.open = page;
        self
    }

    pub(crate) fn running(mut self, command: impl Into<String>) -> Self {
        self.run = Some(command.into());
        self
    }

    pub(crate) fn asking(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    pub(crate) fn waiting(mut self, seconds: Option<u64>) -> Self {
        self.wait = seconds;
        self
    }

    /// Returns what to type, quoted for a POSIX shell; `None` where nothing is to be typed.
    pub fn typed(&self) -> Option<String> {
        if !self.arguments.is_empty() {
            let words: Vec<String> = self.arguments.iter().map(|word| quoted(word)).collect();
            return Some(words.join(" "));
        }
        self.run.clone()
    }
}

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say)?;
        let mut between = if self.say.is_empty() { "" } else { "; " };
        if let Some(url) = &self.url {
            write!(f, "{between}ask {url}")?;
            between = "; ";
        }
        if let Some(typed) = self.typed() {
            let verb = if self.arguments.is_empty() {
                "run"
            } else {
                "type"
            };
            write!(f, "{between}{verb} {typed}")?;
            between = "; ";
        }
        if let Some(page) = &self.open {
            write!(f, "{between}open {page}")?;
        }
        Ok(())
    }
}

/// Returns a word as a POSIX shell reads it.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_quoted() {
        let fix = Fix::say("Send it")
            .typing(["-A", "bearer", "-a", "env:MY TOKEN"])
            .by("bearer");
        assert_eq!(fix.typed().unwrap(), "-A bearer -a 'env:MY TOKEN'");
        assert_eq!(fix.scheme.as_deref(), Some("bearer"));
        assert_eq!(fix.to_string(), "Send it; type -A bearer -a 'env:MY TOKEN'");
    }
}
