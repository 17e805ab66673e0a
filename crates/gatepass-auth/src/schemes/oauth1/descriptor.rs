//! What OAuth 1.0a is, without credentials.

use crate::descriptor::Descriptor;
use crate::values::{Field, Form};

use super::signature::Method;

pub(super) const ID: &str = "oauth1";
pub(super) const WORD: &str = "OAuth";

const METHODS: [&str; Method::ALL.len()] = {
    let mut names = [""; Method::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = Method::ALL[at].name();
        at += 1;
    }
    names
};

/// Describes OAuth 1.0a.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: ID,
    word: Some(WORD),
    title: "OAuth 1.0a",
    summary: "Signs the request with the secrets of a client and of a token.",
    reference: "RFC 5849",
    strength: 70,
    reveals_secret: false,
    fields: &[
        Field::required("consumer_key", "the name of the client"),
        Field {
            required: false,
            ..Field::secret(
                "consumer_secret",
                "the client's secret; not used by the RSA methods",
            )
        },
        Field::optional("token", "the token; none for requests of the client alone"),
        Field {
            required: false,
            ..Field::secret("token_secret", "the token's secret")
        },
        Field {
            choices: &METHODS,
            default: Some("HMAC-SHA1"),
            ..Field::optional("method", "how the request is signed")
        },
        Field {
            required: false,
            ..Field::secret(
                "private_key",
                "the client's RSA key in PEM, for the RSA methods",
            )
        },
        Field {
            choices: &["header", "query", "body"],
            default: Some("header"),
            ..Field::optional("place", "where the parameters go")
        },
        Field::optional("realm", "a realm to name in the header"),
        Field::optional(
            "callback",
            "where the user comes back to, or oob; in the request for a request token",
        ),
        Field::optional(
            "verifier",
            "what the user came back with; in the request for an access token",
        ),
        Field {
            choices: &["never", "auto", "always"],
            default: Some("never"),
            ..Field::optional("body_hash", "whether a body that is no form is hashed")
        },
        Field {
            choices: &["1.0", "none"],
            default: Some("1.0"),
            ..Field::optional("version", "the oauth_version to send")
        },
    ],
    form: Form::Named,
    parameters: &["method"],
    aliases: &[],
    example: &[
        ("consumer_key", "key"),
        ("consumer_secret", "secret"),
        ("token", "accesskey"),
        ("token_secret", "accesssecret"),
    ],
    source: include_str!("mod.rs"),
};
