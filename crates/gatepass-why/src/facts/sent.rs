//! Every credential that a request carries: where it stands, of which kind it is, and what can be read of it.

use gatepass_auth::show::carries_credential;
use gatepass_auth::{Credentials, mask, schemes};

use super::jwt::Jwt;
use super::pairs;
use super::prefix::{self, Prefix};
use crate::record::Leg;
use gatepass_auth::show::is_secret_name;

/// Where a credential stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the field that credentials for whoever refused go into.
    Authorization(String),
    /// In another header field.
    Header(String),
    /// In the query.
    Query(String),
    /// In the body.
    Body(String),
    /// In a cookie.
    Cookie(String),
    /// The connection shows it: a client certificate.
    Connection,
}

/// Of which kind a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Basic,
    Bearer,
    Digest,
    OAuth1,
    /// A signature over the request.
    Signature,
    /// Another word before a value.
    Word,
    /// A value without a word, where a word belongs.
    Bare,
    /// A key in a place of its own.
    Key,
    /// The cookie of a session.
    Cookie,
    /// A signed URL.
    SignedUrl,
    Certificate,
}

/// A credential that went out.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) place: Place,
    pub(crate) kind: Kind,
    /// The word before the value, where it is one that may be shown.
    pub(crate) word: Option<String>,
    /// What stands there, without the word.
    pub(crate) value: String,
    /// User and password of Basic.
    pub(crate) user: Option<(String, String)>,
    pub(crate) jwt: Option<Jwt>,
    pub(crate) prefix: Option<&'static Prefix>,
    /// Whether whoever recorded it masked it, so that nothing can be said of the value.
    pub(crate) masked: bool,
}

/// Words before credentials that services read, beside those of the schemes that are performed here.
const WORDS: &[&str] = &[
    "apikey",
    "api-key",
    "api_key",
    "aws4-hmac-sha256",
    "aws",
    "amx",
    "ak",
    "bce-auth-v1",
    "bot",
    "client",
    "cos",
    "custom",
    "dpop",
    "endpoint",
    "genie",
    "geniekey",
    "gnap",
    "googlelogin",
    "hawk",
    "hmac",
    "hmac-sha256",
    "hmac-sha1",
    "hoba",
    "jwt",
    "key",
    "klaviyo-api-key",
    "mac",
    "mutual",
    "negotiate",
    "ntlm",
    "oauth2",
    "osdi",
    "payment",
    "l402",
    "lsat",
    "privatetoken",
    "sharedaccesssignature",
    "sharedkey",
    "sharedkeylite",
    "signature",
    "sso-key",
    "ssws",
    "tc3-hmac-sha256",
    "token",
    "vapid",
    "wsse",
    "x-api-key",
    "zoho-oauthtoken",
    "discogs",
    "deepl-auth-key",
    "kakaoak",
    "bearertoken",
    "user",
    "basicauth",
    "kerberos",
    "concealed",
    "privatetoken",
    "acs3-hmac-sha256",
    "goog4-hmac-sha256",
    "goog4-rsa-sha256",
    "cloudsignature",
    "application",
    "access_token",
    "session",
    "xbl3.0",
    "snowflake",
];

/// Says whether this is a word that stands before a credential, so that it may be shown.
pub(crate) fn is_known_word(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let of_scheme = || {
        schemes::ALL.iter().any(|scheme| {
            scheme
                .about
                .word
                .is_some_and(|known| known.eq_ignore_ascii_case(&word))
        })
    };
    WORDS.contains(&word.as_str()) || of_scheme()
}

/// Returns every credential of a request, that for whoever refused first.
pub(crate) fn of(leg: &Leg, field: &str) -> Vec<Sent> {
    let mut all: Vec<Sent> = Vec::new();
    for value in leg.headers.get_all(field) {
        all.push(authorization(field, &String::from_utf8_lossy(value)));
    }
    for header in &leg.headers {
        let name = header.name();
        let is_key = carries_credential(name) || header.is_secret();
        if name.eq_ignore_ascii_case("cookie") {
            all.extend(cookies(&String::from_utf8_lossy(header.value())));
        } else if is_key && !is_no_credential(name) && !name.eq_ignore_ascii_case(field) {
            let value = String::from_utf8_lossy(header.value()).into_owned();
            all.push(Sent::new(
                Place::Header(name.to_owned()),
                Kind::Key,
                None,
                value,
            ));
        }
    }
    let query = pairs::of_form(leg.query());
    let is_signed = query.iter().any(|(name, _)| is_signature_name(name));
    for (name, value) in query {
        if is_signature_name(&name) {
            all.push(Sent::new(Place::Query(name), Kind::SignedUrl, None, value));
        } else if is_secret_name(&name) && !is_signed {
            all.push(Sent::new(Place::Query(name), Kind::Key, None, value));
        } else if name.eq_ignore_ascii_case("oauth_token")
            || name.eq_ignore_ascii_case("oauth_consumer_key")
        {
            all.push(Sent::new(Place::Query(name), Kind::OAuth1, None, value));
        }
    }
    let body = String::from_utf8_lossy(&leg.body);
    for (name, value) in pairs::of_body(&body) {
        if [
            "client_secret",
            "password",
            "access_token",
            "refresh_token",
            "assertion",
            "code",
        ]
        .contains(&name.to_ascii_lowercase().as_str())
        {
            all.push(Sent::new(Place::Body(name), Kind::Key, None, value));
        }
    }
    if let Some(tls) = &leg.tls
        && let crate::record::Certificate::Sent { .. } = tls.certificate
    {
        all.push(Sent::new(
            Place::Connection,
            Kind::Certificate,
            None,
            String::new(),
        ));
    }
    all
}

/// Names of fields that [`carries_credential`] counts, and that do not say who asks.
fn is_no_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("csrf")
        || name.contains("xsrf")
        || name.contains("crumb")
        || name.starts_with("proxy-")
        || name == "authorization"
        || name.contains("encryption-key")
        || name.contains("encryption-customer-key")
        || name.contains("customer-key")
}

fn is_signature_name(name: &str) -> bool {
    ["x-amz-signature", "x-goog-signature", "sig", "signature"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

fn cookies(value: &str) -> Vec<Sent> {
    let pairs = value
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .filter(|(name, _)| is_session(name))
        .map(|(name, value)| {
            Sent::new(
                Place::Cookie(name.to_owned()),
                Kind::Cookie,
                None,
                value.to_owned(),
            )
        })
        .collect()
}

/// Says whether a cookie of this name is a session's, by the habits of frameworks.
fn is_session(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if name.contains("csrf") || name.contains("xsrf") {
        return false;
    }
    [
        "sess", "sid", "auth", "token", "jwt", "login", "remember", "identity", "aspxauth",
        "account", "user",
    ]
    .iter()
    .any(|part| name.contains(part))
}

/// Takes a field's value apart.
fn authorization(field: &str, value: &str) -> Sent {
    let place = Place::Authorization(field.to_owned());
    let trimmed = value.trim();
    let parsed = Credentials::parse(trimmed.as_bytes());
    let Some(credentials) = parsed.filter(|parsed| is_known_word(parsed.scheme())) else {
        return match trimmed.split_once([' ', '\t']) {
            // A word that is not known may be a part of the secret: it is not shown.
            Some((word, rest)) if word.len() <= 24 && rest.len() > word.len() => {
                Sent::new(place, Kind::Word, None, rest.trim().to_owned())
            }
            _ => Sent::new(place, Kind::Bare, None, trimmed.to_owned()),
        };
    };
    let word = credentials.scheme().to_owned();
    let kind = match word.to_ascii_lowercase().as_str() {
        "basic" => Kind::Basic,
        "bearer" => Kind::Bearer,
        "digest" => Kind::Digest,
        "oauth" => Kind::OAuth1,
        word if word.contains("hmac")
            || word.contains("signature")
            || ["aws", "sharedkey", "sharedkeylite", "hawk", "mac"].contains(&word) =>
        {
            Kind::Signature
        }
        _ => Kind::Word,
    };
    let rest = String::from_utf8_lossy(credentials.rest()).into_owned();
    let mut sent = Sent::new(place, kind, Some(word), rest);
    if kind == Kind::Basic
        && let Ok((user, password)) = schemes::basic::decode(&credentials)
    {
        let password = String::from_utf8_lossy(password.expose()).into_owned();
        sent.prefix = prefix::of(&password).or_else(|| prefix::of(&user));
        sent.user = Some((user, password));
    }
    sent
}

impl Sent {
    fn new(place: Place, kind: Kind, word: Option<String>, value: String) -> Self {
        let simple = !matches!(
            kind,
            Kind::Basic | Kind::Digest | Kind::OAuth1 | Kind::Signature
        );
        let bare = value.trim().trim_matches(['"', '\'']);
        let bare = bare
            .split_once(' ')
            .filter(|(word, _)| is_known_word(word))
            .map_or(bare, |(_, rest)| rest);
        Self {
            jwt: simple.then(|| Jwt::find(bare)).flatten(),
            prefix: simple.then(|| prefix::of(bare)).flatten(),
            masked: is_masked(&value),
            place,
            kind,
            word,
            value,
            user: None,
        }
    }

    /// Returns what was sent, as a phrase: `a Bearer token`, `a key in X-Api-Key`.
    pub(crate) fn phrase(&self) -> String {
        match (&self.place, self.kind) {
            (_, Kind::Certificate) => "a client certificate".to_owned(),
            (Place::Cookie(_), _) => "the cookie of a session".to_owned(),
            (_, Kind::SignedUrl) => "a signed URL".to_owned(),
            (Place::Authorization(field), Kind::Bare) => {
                format!("a value without a word in {field}")
            }
            (Place::Authorization(field), Kind::Word) if self.word.is_none() => {
                format!("a value after an unknown word in {field}")
            }
            (Place::Authorization(_), _) => {
                let word = self.word.as_deref().unwrap_or_default();
                let article =
                    if word.starts_with(['A', 'E', 'I', 'O', 'U', 'a', 'e', 'i', 'o', 'u']) {
                        "an"
                    } else {
                        "a"
                    };
                format!("{article} {word} credential")
            }
            (Place::Header(name), _) => format!("a key in {name}"),
            (Place::Query(name), _) => format!("a key in the query ({name})"),
            (Place::Body(name), _) => format!("{name} in the body"),
            (Place::Connection, _) => "a client certificate".to_owned(),
        }
    }
}

impl Sent {
    /// Returns what was sent without the secret, with what tells people something: `Basic of user "alice"`.
    pub(crate) fn shown(&self, facts: &super::Facts<'_>) -> String {
        match (&self.place, &self.user) {
            (Place::Authorization(_), Some((user, _))) if self.prefix.is_none() => {
                format!("Basic of user {:?}", facts.quote(user))
            }
            (Place::Authorization(field), _) => {
                let word = self.word.as_deref().unwrap_or_default();
                let value = match self.word {
                    Some(_) => format!("{word} {}", self.value),
                    None => self.value.clone(),
                };
                let is_open = matches!(self.kind, Kind::Digest | Kind::OAuth1);
                match is_open {
                    true => facts.veil.field(field, value.as_bytes(), true),
                    false => format!("{word} {}", mask(self.value.as_bytes()))
                        .trim_start()
                        .to_owned(),
                }
            }
            _ => self.phrase(),
        }
    }
}

/// Says whether whoever recorded an exchange masked a value.
fn is_masked(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let stars = value.chars().filter(|char| "*•█".contains(*char)).count();
    (stars >= 3 && stars * 2 >= value.chars().count())
        || (value.contains('⟨') && value.contains('…'))
        || [
            "redacted",
            "[filtered]",
            "[hidden]",
            "<hidden>",
            "(hidden)",
            "removed",
        ]
        .iter()
        .any(|word| lower.contains(word))
        || (value.len() >= 3 && value.bytes().all(|byte| byte == b'x' || byte == b'X'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatepass_auth::Space;

    fn sent(headers: &[(&str, &str)], target: &str) -> Vec<Sent> {
        let mut leg = Leg::new("GET", Space::origin("https", "h", 443), target);
        headers
            .iter()
            .for_each(|(name, value)| leg.headers.append(*name, *value));
        of(&leg, "Authorization")
    }

    #[test]
    fn every_place_is_looked_at() {
        for (headers, target, kind, phrase) in [
            (
                &[("Authorization", "Bearer abc")][..],
                "/",
                Kind::Bearer,
                "a Bearer credential",
            ),
            (
                &[("Authorization", "ApiKey abc")],
                "/",
                Kind::Word,
                "an ApiKey credential",
            ),
            (
                &[("Authorization", "ghp_0123456789abcdef")],
                "/",
                Kind::Bare,
                "a value without a word in Authorization",
            ),
            (
                &[("X-Acme-Api-Key", "abc")],
                "/",
                Kind::Key,
                "a key in X-Acme-Api-Key",
            ),
            (
                &[("Cookie", "theme=dark; sessionid=abc")],
                "/",
                Kind::Cookie,
                "the cookie of a session",
            ),
            (
                &[],
                "/?api_key=abc",
                Kind::Key,
                "a key in the query (api_key)",
            ),
            (
                &[],
                "/?X-Amz-Credential=a&X-Amz-Signature=b",
                Kind::SignedUrl,
                "a signed URL",
            ),
        ] {
            let all = sent(headers, target);
            assert_eq!(
                (all.len(), all[0].kind, all[0].phrase().as_str()),
                (1, kind, phrase),
                "{headers:?} {target}"
            );
        }
        assert!(
            sent(
                &[
                    ("Cookie", "theme=dark"),
                    ("X-CSRFToken", "abc"),
                    ("Accept", "*/*")
                ],
                "/?page=2"
            )
            .is_empty()
        );
    }

    #[test]
    fn a_token_is_never_taken_for_a_word() {
        for value in ["ghp_0123456789abcdef", "s3cret-token x", "s3cret-token"] {
            let all = sent(&[("Authorization", value)], "/");
            assert_eq!(all[0].word, None);
            assert!(!all[0].phrase().contains("s3cret") && !all[0].phrase().contains("ghp_"));
        }
    }
}
