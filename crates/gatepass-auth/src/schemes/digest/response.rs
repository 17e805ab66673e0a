//! The maths, the same for both sides (RFC 7616 section 3.4).

use crate::error::{AuthError, Misuse};
use crate::params::text;
use crate::secret::Secret;
use crate::workings::Workings;

use super::algorithm::Algorithm;

/// The quality of protection (RFC 7616 section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the RFC has these two, and none has come since 1999"
)]
pub enum Qop {
    /// The request line is covered.
    Auth,
    /// The request line and the body are covered.
    AuthInt,
}

impl Qop {
    /// Returns the token as a challenge writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::AuthInt => "auth-int",
        }
    }

    /// Returns the quality of this name, in any case.
    pub fn find(name: &str) -> Option<Self> {
        [Self::Auth, Self::AuthInt]
            .into_iter()
            .find(|qop| qop.name().eq_ignore_ascii_case(name.trim()))
    }

    /// Returns the quality of this name, in any case.
    ///
    /// # Errors
    /// [`Misuse::BadChoice`] for a name that is none.
    pub fn require(name: &str) -> Result<Self, AuthError> {
        Self::find(name).ok_or_else(|| {
            Misuse::BadChoice {
                scheme: "digest",
                field: "qop",
                choices: &["auth", "auth-int"],
            }
            .into()
        })
    }
}

/// What goes into a response.
pub(super) struct Input<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) nonce: &'a [u8],
    /// Quality, count as written, and `cnonce`; `None` for RFC 2069.
    pub(super) protection: Option<(Qop, &'a str, &'a [u8])>,
    pub(super) method: &'a str,
    pub(super) uri: &'a [u8],
    /// Needed for `auth-int`.
    pub(super) body: &'a [u8],
}

/// Returns `H(user ":" realm ":" password)` in hexadecimal: what a `-sess` session starts from, and HA1 itself without.
pub(super) fn user_hash(
    algorithm: Algorithm,
    user: &[u8],
    realm: &[u8],
    password: &[u8],
    workings: &mut Workings,
) -> Secret {
    let a1 = [user, b":", realm, b":", password].concat();
    workings.conceal("A1", text(&a1));
    let hashed = algorithm.hash().hex(&[&a1]);
    if algorithm.is_session() {
        workings.conceal("H(user:realm:password)", hashed.as_str());
    }
    Secret::from(hashed)
}

impl Input<'_> {
    /// Returns the `response` that belongs to this input (RFC 7616 section 3.4.1).
    pub(super) fn response(&self, user_hash: &Secret, workings: &mut Workings) -> String {
        self.response_over(&self.hash_of(self.body), user_hash, workings)
    }

    /// As [`Input::response`], over a body of which only the hash is known.
    pub(super) fn response_over(
        &self,
        body_hash: &str,
        user_hash: &Secret,
        workings: &mut Workings,
    ) -> String {
        let bound = self.session_key(user_hash);
        let ha1 = bound.as_ref().unwrap_or(user_hash);
        workings.conceal("HA1", text(ha1.expose()));
        let a2 = self.a2(self.method, body_hash);
        let ha2 = self.algorithm.hash().hex(&[&a2]);
        let data = self.data(&ha2);
        let response = self.algorithm.hash().hex(&[ha1.expose(), b":", &data]);
        workings.show("A2", text(&a2));
        workings.show("HA2", ha2);
        workings.show("data", text(&data));
        workings.conceal("response", response.as_str());
        response
    }

    /// Returns the `rspauth` by which the server proves itself (RFC 7616 section 3.5). `body` is the response's.
    pub(super) fn rspauth(&self, user_hash: &Secret, body: &[u8]) -> String {
        self.rspauth_over(&self.hash_of(body), user_hash)
    }

    /// As [`Input::rspauth`], over a body of which only the hash is known.
    pub(super) fn rspauth_over(&self, body_hash: &str, user_hash: &Secret) -> String {
        let bound = self.session_key(user_hash);
        let ha1 = bound.as_ref().unwrap_or(user_hash);
        let ha2 = self.algorithm.hash().hex(&[&self.a2("", body_hash)]);
        let data = self.data(&ha2);
        self.algorithm.hash().hex(&[ha1.expose(), b":", &data])
    }

    /// Returns HA1 of a `-sess` algorithm, which is bound to the nonce and the cnonce (RFC 7616 section 3.4.2).
    fn session_key(&self, user_hash: &Secret) -> Option<Secret> {
        let (_, _, cnonce) = self.protection.filter(|_| self.algorithm.is_session())?;
        let parts = [user_hash.expose(), b":", self.nonce, b":", cnonce];
        Some(Secret::from(self.algorithm.hash().hex(&parts)))
    }

    /// Returns A2 (RFC 7616 section 3.4.3). The proof of a server has no method (section 3.5).
    fn a2(&self, method: &str, body_hash: &str) -> Vec<u8> {
        let mut a2 = [method.as_bytes(), b":", self.uri].concat();
        if self.covers_body() {
            a2.push(b':');
            a2.extend_from_slice(body_hash.as_bytes());
        }
        a2
    }

    fn covers_body(&self) -> bool {
        matches!(self.protection, Some((Qop::AuthInt, _, _)))
    }

    /// Returns the hash of a body where it is covered.
    fn hash_of(&self, body: &[u8]) -> String {
        if self.covers_body() {
            self.algorithm.hash().hex(&[body])
        } else {
            String::new()
        }
    }

    fn data(&self, ha2: &str) -> Vec<u8> {
        match self.protection {
            Some((qop, nc, cnonce)) => {
                let parts = [
                    self.nonce,
                    nc.as_bytes(),
                    cnonce,
                    qop.name().as_bytes(),
                    ha2.as_bytes(),
                ];
                parts.join(&b":"[..])
            }
            // RFC 2069 section 2.1.2.
            None => [self.nonce, ha2.as_bytes()].join(&b":"[..]),
        }
    }
}
