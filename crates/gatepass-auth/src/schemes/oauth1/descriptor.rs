//! What OAuth 1.0a is, without credentials.

use crate::descriptor::Descriptor;
use crate::lore::{Elsewhere, Parameter, Postman, REALM, Refused};
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

/// The parameters of credentials.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::open("realm", ""),
    Parameter::telling("oauth_consumer_key", "which client it is"),
    Parameter::hidden("oauth_token", "for whom the client acts"),
    Parameter::hidden("oauth_signature", "the proof"),
    Parameter::telling("oauth_signature_method", "how it was made"),
    Parameter::open("oauth_timestamp", ""),
    Parameter::open("oauth_nonce", "used once with this timestamp"),
    Parameter::open("oauth_version", ""),
    Parameter::open("oauth_callback", "where the user comes back to"),
    Parameter::hidden("oauth_verifier", "from the user's consent"),
    Parameter::open("oauth_body_hash", "the hash of the body"),
];

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
    credential: "An OAuth 1.0a signature",
    parameters_sent: PARAMETERS,
    parameters_asked: &[Parameter::telling("realm", REALM)],
    own_place: false,
    refused: Refused {
        what: "a key, a token or the signature is wrong",
        hint: "Compare the signature base string in the transcript with the server's, and check the clock",
        by_error: &[],
    },
    elsewhere: Elsewhere {
        postman: Some(Postman {
            switches: &[
                ("addParamsToHeader", "false", ("place", "query")),
                ("includeBodyHash", "true", ("body_hash", "always")),
            ],
            // A version of 1.0 is what is sent anyway, and time and nonce are made anew.
            idle: &[
                "version",
                "timestamp",
                "nonce",
                "disableHeaderEncoding",
                "addEmptyParamsToSign",
            ],
            ..Postman::new(
                "oauth1",
                &[
                    ("consumerKey", "consumer_key"),
                    ("consumerSecret", "consumer_secret"),
                    ("token", "token"),
                    ("tokenSecret", "token_secret"),
                    ("signatureMethod", "method"),
                    ("privateKey", "private_key"),
                    ("realm", "realm"),
                    ("callback", "callback"),
                    ("verifier", "verifier"),
                ],
            )
        }),
        ..Elsewhere::NOWHERE
    },
    source: include_str!("mod.rs"),
};
