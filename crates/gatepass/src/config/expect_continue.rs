//! Whether a server is asked if it wants a body before it gets it, and how long its word is waited for.

use std::time::Duration;

/// When a request goes out with `Expect: 100-continue` (RFC 9110 section 10.1.1), and how long its body then waits. It goes when
/// the server says so, or has said nothing for a second; a refusal, a challenge or a redirect comes before it.
///
/// Where nothing is said, a server is asked about a body that is read while it is sent, under a scheme that may be challenged
/// first: a body that can be read once would be lost, and a long one sent in vain. A header `Expect` that the request has, or
/// [goes without](crate::RequestBuilder::without_header), is obeyed. Over HTTP/2 a body never waits: there a server ends the
/// stream of a body that it does not want, and the connection goes on (RFC 9113 section 8.1); HTTP/1.0
/// does not know of it.
///
/// ```
/// use gatepass::Client;
/// use gatepass::config::ExpectContinue;
/// use std::time::Duration;
///
/// let patient = ExpectContinue::over(1 << 20).patience(Duration::from_secs(3));
/// let client = Client::builder().expect_continue(patient).build()?;
/// let never = client.put("https://example.org/x").body("text").expect_continue(false);
/// # Ok::<(), gatepass::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExpectContinue {
    pub(crate) when: Option<When>,
    patience: Option<Duration>,
}

/// Which bodies are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Always,
    Never,
    Over(u64),
}

impl ExpectContinue {
    /// How long a server may be silent about a body before it gets it, where nothing else is said. curl waits as long.
    pub const PATIENCE: Duration = Duration::from_secs(1);

    /// Leaves everything as it is.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks about every body.
    pub fn always() -> Self {
        Self {
            when: Some(When::Always),
            ..Self::default()
        }
    }

    /// Asks about none.
    pub fn never() -> Self {
        Self {
            when: Some(When::Never),
            ..Self::default()
        }
    }

    /// Asks about bodies of more than this many bytes, and about those whose length is not known, as curl does.
    pub fn over(bytes: u64) -> Self {
        Self {
            when: Some(When::Over(bytes)),
            ..Self::default()
        }
    }

    /// Waits this long for the server's word.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Fills in what is not said.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            when: self.when.or(other.when),
            patience: self.patience.or(other.patience),
        }
    }

    /// Returns how long the server's word is waited for.
    pub(crate) fn waits(self) -> Duration {
        self.patience.unwrap_or(Self::PATIENCE)
    }
}

impl From<bool> for ExpectContinue {
    fn from(asks: bool) -> Self {
        if asks { Self::always() } else { Self::never() }
    }
}
