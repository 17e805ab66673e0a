//! A Digest client that can be told to lie. What it computes is RFC 7616 section 3.4.1, written out once more so that the
//! server is not tested by its own code.

use gatepass_auth::Hash;
use gatepass_auth::challenge::{Mode, parse_challenges};
use gatepass_server::Server;

use super::{Answer, get, get_with};

/// The parts of an `Authorization` field.
#[derive(Clone)]
pub struct Digest {
    pub hash: Hash,
    pub algorithm: &'static str,
    pub user: String,
    pub password: String,
    pub realm: String,
    pub nonce: String,
    pub opaque: String,
    pub uri: String,
    /// `None` is RFC 2069.
    pub qop: Option<&'static str>,
    pub nc: &'static str,
}

impl Digest {
    /// Asks for a challenge and prepares the right answer of `u` with the password `p`.
    pub fn challenged(server: &Server, target: &str) -> Self {
        let answer = get(server, target);
        assert_eq!(answer.status, 401);
        Self::from(&answer, target)
    }

    pub fn from(answer: &Answer, target: &str) -> Self {
        let lines = answer.all("www-authenticate");
        let parsed = parse_challenges(lines.iter().map(|line| line.as_bytes()), Mode::Strict);
        assert_eq!(parsed.problems, []);
        let params = &parsed.challenges[0].params;
        let text = |name: &str| params.text(name).unwrap().into_owned();
        let sha256 = text("algorithm") == "SHA-256";
        Self {
            hash: if sha256 { Hash::Sha256 } else { Hash::Md5 },
            algorithm: if sha256 { "SHA-256" } else { "MD5" },
            user: "u".to_owned(),
            password: "p".to_owned(),
            realm: text("realm"),
            nonce: text("nonce"),
            opaque: text("opaque"),
            uri: target.to_owned(),
            qop: Some("auth"),
            nc: "00000001",
        }
    }

    /// Returns the header line for a `GET` without a body.
    pub fn line(&self) -> String {
        let hex = |text: String| self.hash.hex(&[text.as_bytes()]);
        let Self {
            user,
            password,
            realm,
            nonce,
            opaque,
            uri,
            nc,
            ..
        } = self;
        let ha1 = hex(format!("{user}:{realm}:{password}"));
        let body = hex(String::new());
        let (ha2, protection) = match self.qop {
            Some("auth-int") => (hex(format!("GET:{uri}:{body}")), "auth-int"),
            other => (hex(format!("GET:{uri}")), other.unwrap_or_default()),
        };
        let (response, qop) = if self.qop.is_some() {
            (
                hex(format!("{ha1}:{nonce}:{nc}:0a4f113b:{protection}:{ha2}")),
                format!(", qop={protection}, nc={nc}, cnonce=\"0a4f113b\""),
            )
        } else {
            (hex(format!("{ha1}:{nonce}:{ha2}")), String::new())
        };
        format!(
            "Authorization: Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", \
             algorithm={}, response=\"{response}\", opaque=\"{opaque}\"{qop}\r\n",
            self.algorithm
        )
    }

    /// Sends the answer to `target`.
    pub fn send(&self, server: &Server, target: &str) -> Answer {
        get_with(server, target, &self.line())
    }
}
