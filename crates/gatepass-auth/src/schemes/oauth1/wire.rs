//! Where the parameters stand in a request (RFC 5849 section 3.5): written by a client, found by a server.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

use super::base_string::{Pair, form_pairs};
use super::descriptor::{DESCRIPTOR, ID, WORD};
use crate::authorization::Credentials;
use crate::body::Body;
use crate::error::{AuthError, Misuse};
use crate::exchange_view::Outgoing;
use crate::headers::Headers;
use crate::params::CredentialsWriter;
use crate::percent;
use crate::received::Received;
use crate::why::{Reason, Why};

const FORM: &str = "application/x-www-form-urlencoded";

/// Where the `oauth_` parameters go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 5849 section 3.5 knows these three"
)]
pub enum Place {
    /// The `Authorization` field (RFC 5849 section 3.5.1).
    #[default]
    Header,
    /// The query (RFC 5849 section 3.5.3).
    Query,
    /// A form body (RFC 5849 section 3.5.2).
    Body,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Query => "query",
            Self::Body => "body",
        })
    }
}

/// Says whether the body is a form, whose parameters are signed (RFC 5849 section 3.4.1.3.1).
pub(super) fn is_form(headers: &Headers) -> bool {
    headers.get("Content-Type").is_some_and(|value| {
        let kind = value.split(|&byte| byte == b';').next().unwrap_or_default();
        kind.trim_ascii().eq_ignore_ascii_case(FORM.as_bytes())
    })
}

/// Makes a body that has no content yet into a form, where the parameters go into it.
///
/// # Errors
/// [`Misuse::Request`] for a body that is no form.
pub(super) fn prepare_body(message: &mut Outgoing<'_>) -> Result<(), AuthError> {
    if is_form(message.headers) {
        return Ok(());
    }
    let advice = "send the parameters in the header or the query";
    let no_content = matches!(message.body, Body::Empty);
    if ["GET", "HEAD"].contains(&message.method) && no_content {
        let problem = format!(
            "a {} request has no body for the parameters; {advice}",
            message.method
        );
        return Err(Misuse::Request {
            scheme: ID,
            problem,
        }
        .into());
    }
    if !no_content || message.headers.contains("Content-Type") {
        let problem =
            format!("its body is no form ({FORM}), so it has no room for the parameters; {advice}");
        return Err(Misuse::Request {
            scheme: ID,
            problem,
        }
        .into());
    }
    message.headers.set("Content-Type", FORM);
    Ok(())
}

/// Writes the parameters, the signature last among them. `secret` masks the signature wherever it stands.
///
/// # Errors
/// [`Misuse::BodyNotInMemory`] where they go into a body that is elsewhere.
pub(super) fn write(
    message: &mut Outgoing<'_>,
    place: Place,
    realm: Option<&str>,
    protocol: &[Pair<'_>],
    secret: bool,
) -> Result<(), AuthError> {
    match place {
        Place::Header => {
            let mut params = CredentialsWriter::new(WORD);
            if let Some(realm) = realm {
                params.quoted("realm", realm.as_bytes());
            }
            for (name, value) in encoded(protocol) {
                params.quoted(&name, value.as_bytes());
            }
            message.set_credentials(params.finish());
        }
        Place::Query => {
            let pairs: Vec<_> = encoded(protocol).collect();
            for (name, value) in &pairs {
                message.append_query(name, value);
            }
        }
        Place::Body => {
            let mut form = message.body_bytes()?.to_vec();
            for (name, value) in encoded(protocol) {
                if !form.is_empty() {
                    form.push(b'&');
                }
                form.extend_from_slice(format!("{name}={value}").as_bytes());
            }
            *message.body = Body::Bytes(Bytes::from(form));
        }
    }
    if let (true, Some((_, signature))) = (secret, protocol.last()) {
        message.conceal(percent::encode(signature));
    }
    Ok(())
}

fn encoded<'a>(protocol: &'a [Pair<'_>]) -> impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)> {
    protocol
        .iter()
        .map(|(name, value)| (percent::encoded(name), percent::encoded(value)))
}

/// Says whether this is one of the protocol's own parameters, or of an extension.
pub(super) fn is_protocol(name: &[u8]) -> bool {
    name.starts_with(b"oauth_")
}

/// The `oauth_` parameters of a request that has come in, and all others that are signed. `Debug` shows no value.
pub struct Presented<'a> {
    place: Place,
    pairs: Vec<Pair<'a>>,
}

impl<'a> Presented<'a> {
    /// Finds the parameters. The body must have been read if it is a form.
    ///
    /// # Errors
    /// [`Reason::Missing`] or [`Reason::OtherScheme`] where there are none; [`Reason::Malformed`] where they stand in
    /// more than one place (RFC 5849 section 3.5) or one of them stands twice (section 3.1).
    pub fn of(request: &Received<'a>) -> Result<Self, Why> {
        let header = match request.credentials_for(&DESCRIPTOR) {
            Ok(credentials) => Ok(header_pairs(&credentials)?),
            Err(why) if why.reason == Reason::Malformed => return Err(why),
            Err(why) => Err(why),
        };
        let query = form_pairs(percent::query_of(request.target).as_bytes()).collect();
        let body = match request.body {
            Some(body) if is_form(request.headers) => form_pairs(body).collect(),
            _ => Vec::new(),
        };
        let place = sole_place(&header, &query, &body)?;
        let mut pairs = header.unwrap_or_default();
        pairs.extend(query);
        pairs.extend(body);
        let presented = Self { place, pairs };
        presented.check_repetition()?;
        Ok(presented)
    }

    /// Returns where they stand.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Returns the value of the parameter of this name, such as `oauth_callback`, if it is UTF-8.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.value(name)
            .and_then(|value| std::str::from_utf8(value).ok())
    }

    pub(super) fn value(&self, name: &str) -> Option<&[u8]> {
        let named = |(other, _): &&Pair<'_>| **other == *name.as_bytes();
        self.pairs
            .iter()
            .find(named)
            .map(|(_, value)| value.as_ref())
    }

    /// Returns what is signed: everything but the signature (RFC 5849 section 3.4.1.3.1).
    pub(super) fn into_signed(mut self) -> Vec<Pair<'a>> {
        self.pairs.retain(|(name, _)| **name != *b"oauth_signature");
        self.pairs
    }

    fn check_repetition(&self) -> Result<(), Why> {
        let mut names: Vec<&[u8]> = self
            .pairs
            .iter()
            .map(|(name, _)| name.as_ref())
            .filter(|name| is_protocol(name))
            .collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            None => Ok(()),
            Some(pair) => {
                let name = String::from_utf8_lossy(pair[0]);
                let detail = format!("the parameter {name:?} stands more than once");
                Err(Why::new(Reason::Malformed, detail))
            }
        }
    }
}

impl fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self
            .pairs
            .iter()
            .map(|(name, _)| String::from_utf8_lossy(name));
        write!(f, "Presented({}, ", self.place)?;
        f.debug_list().entries(names).finish()?;
        f.write_str(")")
    }
}

fn sole_place(
    header: &Result<Vec<Pair<'_>>, Why>,
    query: &Vec<Pair<'_>>,
    body: &Vec<Pair<'_>>,
) -> Result<Place, Why> {
    let in_pairs = |pairs: &Vec<Pair<'_>>| pairs.iter().any(|(name, _)| is_protocol(name));
    match (header, in_pairs(query), in_pairs(body)) {
        (Ok(_), false, false) => Ok(Place::Header),
        (Err(_), true, false) => Ok(Place::Query),
        (Err(_), false, true) => Ok(Place::Body),
        (Err(why), false, false) => {
            let detail = format!("{why}, and there are no oauth_ parameters in query or form");
            Err(Why::new(why.reason, detail))
        }
        (header, query, body) => {
            let places = [
                (header.is_ok(), Place::Header),
                (query, Place::Query),
                (body, Place::Body),
            ];
            let found: Vec<_> = places
                .iter()
                .filter(|(there, _)| *there)
                .map(|(_, place)| place.to_string())
                .collect();
            let detail = format!(
                "oauth_ parameters stand in more than one place: {}",
                found.join(" and ")
            );
            Err(Why::new(Reason::Malformed, detail))
        }
    }
}

/// Decodes the parameters of the header field; the realm is none of those that are signed.
fn header_pairs<'a>(credentials: &Credentials) -> Result<Vec<Pair<'a>>, Why> {
    let (params, problems) = credentials.params();
    if let Some(problem) = problems.first() {
        let detail = format!("the {WORD} credentials are malformed: {problem}");
        return Err(Why::new(Reason::Malformed, detail));
    }
    let signed = params
        .iter()
        .filter(|param| !param.name().eq_ignore_ascii_case("realm"));
    Ok(signed
        .map(|param| {
            let name = percent::decode(param.name()).into_owned();
            let value = percent_encoding::percent_decode(param.value()).collect();
            (Cow::Owned(name), Cow::Owned(value))
        })
        .collect())
}
