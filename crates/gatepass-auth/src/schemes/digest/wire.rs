//! What goes over the wire: the challenge that a client reads and the credentials that a server reads.

use std::borrow::Cow;
use std::fmt;

use crate::authorization::Credentials;
use crate::challenge;
use crate::params::{CredentialsWriter, Params, ext_value, is_token};
use crate::percent;
use crate::show::masked_value;

use super::algorithm::Algorithm;
use super::response::Qop;

/// A challenge that can be answered (RFC 7616 section 3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Challenge {
    /// The realm, byte for byte.
    pub realm: Vec<u8>,
    /// The nonce.
    pub nonce: Vec<u8>,
    /// What must be sent back as it is.
    pub opaque: Option<Vec<u8>>,
    /// The algorithm; MD5 where none is named.
    pub algorithm: Algorithm,
    /// Whether the challenge names the algorithm: RFC 2069 servers do not expect it in the answer.
    pub names_algorithm: bool,
    /// The qualities of protection that are offered; `None` where the parameter is absent (RFC 2069).
    pub qop: Option<Vec<Qop>>,
    /// Whether the credentials were right and only the nonce was too old.
    pub stale: bool,
    /// Whether the server wants UTF-8.
    pub utf8: bool,
    /// Whether the server takes a hashed user name (RFC 7616 section 3.4.4).
    pub userhash: bool,
}

impl Challenge {
    /// Reads a challenge.
    ///
    /// # Errors
    /// A phrase that says why it cannot be answered: a part is missing, or nothing that is offered is known.
    ///
    /// ```
    /// use gatepass_auth::challenge::{Mode, parse_challenges};
    /// use gatepass_auth::schemes::digest::Challenge;
    ///
    /// let parsed = parse_challenges([&b"Digest realm=\"x\", nonce=\"n\", algorithm=SHA-384"[..]], Mode::Lenient);
    /// assert_eq!(Challenge::read(&parsed.challenges[0]).unwrap_err(), "it wants the algorithm SHA-384, which is not known");
    /// ```
    pub fn read(challenge: &challenge::Challenge) -> Result<Self, String> {
        let params = &challenge.params;
        let part = |name: &str| {
            params
                .get(name)
                .map(<[u8]>::to_vec)
                .ok_or_else(|| format!("it has no {name}"))
        };
        let is_true = |name: &str| {
            params
                .text(name)
                .is_some_and(|value| value.eq_ignore_ascii_case("true"))
        };
        let algorithm = match params.text("algorithm") {
            None => Algorithm::MD5,
            Some(name) => Algorithm::find(&name)
                .ok_or_else(|| format!("it wants the algorithm {name}, which is not known"))?,
        };
        // An empty list is what some RFC 2069 servers send.
        let qop = match params.text("qop") {
            Some(list) if !list.trim().is_empty() => {
                let known: Vec<Qop> = list.split([',', ' ', '\t']).filter_map(Qop::find).collect();
                if known.is_empty() {
                    return Err(format!(
                        "it wants the quality of protection {list}, which is not known"
                    ));
                }
                Some(known)
            }
            _ => None,
        };
        if qop.is_none() && algorithm.is_session() {
            return Err(format!(
                "it wants {algorithm}, which needs a qop, and offers none"
            ));
        }
        Ok(Self {
            realm: part("realm")?,
            nonce: part("nonce")?,
            opaque: params.get("opaque").map(<[u8]>::to_vec),
            algorithm,
            names_algorithm: params.find("algorithm").is_some(),
            qop,
            stale: is_true("stale"),
            utf8: params
                .text("charset")
                .is_some_and(|charset| charset.eq_ignore_ascii_case("utf-8")),
            userhash: is_true("userhash"),
        })
    }
}

/// The credentials of a request (RFC 7616 section 3.4). `Debug` masks the response, against which passwords can be tried.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The user name, or its hash.
    pub username: Vec<u8>,
    /// Whether the user name is hashed.
    pub userhash: bool,
    /// The realm.
    pub realm: Vec<u8>,
    /// The nonce.
    pub nonce: Vec<u8>,
    /// The target that was signed.
    pub uri: Vec<u8>,
    /// The response, in hexadecimal.
    pub response: String,
    /// The name of the algorithm, where one is given.
    pub algorithm: Option<String>,
    /// What was sent back.
    pub opaque: Option<Vec<u8>>,
    /// Quality of protection as written, count as written, and client nonce; `None` for RFC 2069.
    pub protection: Option<(String, String, Vec<u8>)>,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protection = self.protection.as_ref();
        let answer = Answer {
            username: &self.username,
            userhash: self.userhash,
            realm: &self.realm,
            nonce: &self.nonce,
            uri: &self.uri,
            response: &self.response,
            algorithm: self.algorithm.as_deref(),
            opaque: self.opaque.as_deref(),
            protection: protection.map(|(qop, nc, cnonce)| (qop.as_str(), nc.as_str(), &**cnonce)),
        };
        f.write_str(&masked_value("Authorization", &write(&answer, false), true))
    }
}

impl Response {
    /// Reads credentials. `lenient` puts up with malformed and repeated parameters.
    ///
    /// # Errors
    /// A phrase that says what is missing or malformed.
    pub fn read(credentials: &Credentials, lenient: bool) -> Result<Self, String> {
        let (params, problems) = credentials.params();
        if let (Some(problem), false) = (problems.first(), lenient) {
            return Err(problem.to_string());
        }
        let part = |name: &str| {
            params
                .get(name)
                .map(<[u8]>::to_vec)
                .ok_or_else(|| format!("there is no {name}"))
        };
        let word = |name: &str| params.text(name).map(Cow::into_owned);
        let userhash = word("userhash").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let protection = match (word("qop"), word("nc"), params.get("cnonce")) {
            (None, None, _) => None,
            (Some(qop), Some(nc), Some(cnonce)) => Some((qop, nc, cnonce.to_vec())),
            (None, Some(_), _) => return Err("there is a nc without a qop".to_owned()),
            (Some(_), None, _) => return Err("there is a qop without a nc".to_owned()),
            (Some(_), Some(_), None) => return Err("there is a qop without a cnonce".to_owned()),
        };
        Ok(Self {
            username: username(&params, userhash)?,
            userhash,
            realm: part("realm")?,
            nonce: part("nonce")?,
            uri: part("uri")?,
            response: word("response")
                .ok_or("there is no response")?
                .to_ascii_lowercase(),
            algorithm: word("algorithm"),
            opaque: params.get("opaque").map(<[u8]>::to_vec),
            protection,
        })
    }
}

/// Reads `username` or `username*`, of which exactly one must be there, and only the former hashed (section 3.4).
fn username(params: &Params, userhash: bool) -> Result<Vec<u8>, String> {
    match (params.get("username"), params.text("username*")) {
        (Some(_), Some(_)) => Err("there are both username and username*".to_owned()),
        (Some(name), None) => Ok(name.to_vec()),
        (None, Some(_)) if userhash => Err("username* cannot be a hash".to_owned()),
        (None, Some(value)) => {
            let name = ext_value(&value).map(String::into_bytes);
            name.ok_or_else(|| "username* is malformed".to_owned())
        }
        (None, None) => Err("there is no username".to_owned()),
    }
}

/// What a client answers with, borrowed from where it is kept.
pub(super) struct Answer<'a> {
    pub(super) username: &'a [u8],
    pub(super) userhash: bool,
    pub(super) realm: &'a [u8],
    pub(super) nonce: &'a [u8],
    pub(super) uri: &'a [u8],
    pub(super) response: &'a str,
    pub(super) algorithm: Option<&'a str>,
    pub(super) opaque: Option<&'a [u8]>,
    pub(super) protection: Option<(&'a str, &'a str, &'a [u8])>,
}

/// Writes the credentials of a request. RFC 7616 section 3.4 says which values stand in quotes.
pub(super) fn write(answer: &Answer<'_>, ext_username: bool) -> Vec<u8> {
    let mut params = CredentialsWriter::new("Digest");
    if ext_username {
        let value = format!("UTF-8''{}", percent::encode(answer.username));
        params.bare("username*", value.as_bytes());
    } else {
        params.quoted("username", answer.username);
    }
    params.quoted("realm", answer.realm);
    params.quoted("nonce", answer.nonce);
    params.quoted("uri", answer.uri);
    if let Some(algorithm) = answer.algorithm {
        params.bare("algorithm", algorithm.as_bytes());
    }
    params.quoted("response", answer.response.as_bytes());
    if let Some((qop, nc, cnonce)) = answer.protection {
        params.bare("qop", qop.as_bytes());
        params.bare("nc", nc.as_bytes());
        params.quoted("cnonce", cnonce);
    }
    if let Some(opaque) = answer.opaque {
        params.quoted("opaque", opaque);
    }
    if answer.userhash {
        params.bare("userhash", b"true");
    }
    params.finish()
}

/// Reads a count: exactly eight hexadecimal digits (RFC 7616 section 3.4), from 1 on.
pub(super) fn read_count(nc: &str) -> Option<u64> {
    let digits =
        nc.len() == 8 && is_token(nc.as_bytes()) && nc.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(nc, 16)
        .ok()
        .filter(|count| digits && *count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_eight_digits() {
        assert_eq!(read_count("0000000a"), Some(10));
        for bad in ["00000000", "1", "000000001", "+0000001", "0000000g", ""] {
            assert_eq!(read_count(bad), None, "{bad}");
        }
    }
}
