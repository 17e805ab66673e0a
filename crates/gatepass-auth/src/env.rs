//! The clock and the random source, as arguments: the same input gives the same bytes.

use std::fmt;

/// Seconds since 1970-01-01T00:00:00Z.
pub type Timestamp = u64;

/// The system's random source gives nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoRandomness {
    /// What the system says.
    pub problem: String,
}

impl NoRandomness {
    /// Passes on what the system says.
    pub fn new(problem: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
        }
    }
}

impl fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the system gives no random numbers, without which nothing can be kept from being guessed: {}",
            self.problem
        )
    }
}

impl std::error::Error for NoRandomness {}

/// What a scheme may ask of the world. The program that embeds this crate supplies it.
pub trait Env: Send + Sync {
    /// Returns the time, in seconds since the Unix epoch.
    fn now(&self) -> Timestamp;

    /// Fills `out` with bytes that nobody can predict.
    ///
    /// # Errors
    /// [`NoRandomness`] where the system has none. Nothing else may stand in for it: a nonce that can be guessed is none.
    fn random(&self, out: &mut [u8]) -> Result<(), NoRandomness>;

    /// Returns text that has not been used before: a `cnonce`, an `oauth_nonce`. 32 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// As [`Env::random`].
    fn nonce(&self) -> Result<String, NoRandomness> {
        let mut bytes = [0; 16];
        self.random(&mut bytes)?;
        Ok(crate::hash::hex(&bytes))
    }
}

impl fmt::Debug for dyn Env + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Env")
    }
}

/// An environment in which time stands still and every random byte is known: for vectors, and for `--at` and `--nonce`.
///
/// ```
/// use gatepass_auth::{Env, FixedEnv};
///
/// let env = FixedEnv::new(1_471_786_000).with_nonce("ki0RQW");
/// assert_eq!(env.nonce().unwrap(), "ki0RQW");
/// assert_eq!(env.now(), 1_471_786_000);
/// ```
#[derive(Clone, Debug, Default)]
pub struct FixedEnv {
    now: Timestamp,
    nonce: Option<String>,
}

impl FixedEnv {
    /// Stops the clock at `now`, in seconds since the Unix epoch.
    pub fn new(now: Timestamp) -> Self {
        Self { now, nonce: None }
    }

    /// Makes `nonce` the answer to every [`Env::nonce`].
    #[must_use]
    pub fn with_nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }
}

impl Env for FixedEnv {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn random(&self, out: &mut [u8]) -> Result<(), NoRandomness> {
        for (at, byte) in out.iter_mut().enumerate() {
            *byte = at as u8;
        }
        Ok(())
    }

    fn nonce(&self) -> Result<String, NoRandomness> {
        if let Some(nonce) = &self.nonce {
            return Ok(nonce.clone());
        }
        let mut bytes = [0; 16];
        self.random(&mut bytes)?;
        Ok(crate::hash::hex(&bytes))
    }
}
