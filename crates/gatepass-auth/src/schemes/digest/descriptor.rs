//! What Digest is, without credentials.

use crate::descriptor::Descriptor;
use crate::lore::{Elsewhere, Parameter, Postman, REALM, Refused};
use crate::values::{Field, Form};

use super::algorithm::Algorithm;

/// The parameters of a response, and of `Authentication-Info` behind it.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::telling("username", "who it is"),
    Parameter::telling("username*", "who it is"),
    Parameter::open("realm", "from the challenge"),
    Parameter::open("nonce", "from the challenge"),
    Parameter::open("uri", "the target that was signed"),
    Parameter::hidden("response", "the proof"),
    Parameter::telling("algorithm", "the hash function"),
    Parameter::open("qop", "what is protected"),
    Parameter::open("nc", "how often this nonce was used, in hexadecimal"),
    Parameter::open("cnonce", "the client's own random text"),
    Parameter::open("opaque", "from the challenge"),
    Parameter::open("userhash", "whether the user name is hashed"),
    Parameter::open("charset", ""),
    Parameter::hidden("rspauth", "the server's proof that it knows the secret"),
    Parameter::hidden("nextnonce", "the nonce for the next request"),
];

/// Describes Digest.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: "digest",
    word: Some("Digest"),
    title: "Digest",
    summary: "Proves the knowledge of a password without sending it.",
    reference: "RFC 7616",
    strength: 60,
    reveals_secret: false,
    fields: &[
        Field::required("username", "the user name"),
        Field::secret("password", "the password"),
        Field {
            choices: Algorithm::NAMES,
            ..Field::optional(
                "algorithm",
                "the only algorithm to use; without it, the strongest that is offered",
            )
        },
        Field {
            choices: &["auth", "auth-int"],
            ..Field::optional(
                "qop",
                "the quality of protection to prefer; auth-int covers the body",
            )
        },
    ],
    form: Form::UserPassword,
    parameters: &["algorithm", "qop"],
    aliases: &[],
    example: &[("username", "alice"), ("password", "s3cret")],
    credential: "A Digest response",
    parameters_sent: PARAMETERS,
    parameters_asked: &[
        Parameter::telling("realm", REALM),
        Parameter::open("nonce", "a value of the server's that goes into the answer"),
        Parameter::open("opaque", "goes back as it came"),
        Parameter::telling("algorithm", ""),
        Parameter::telling("qop", "what the answer protects"),
        Parameter::open("stale", "whether only the nonce was too old"),
        Parameter::open("domain", "where else the credentials are wanted"),
        Parameter::open("userhash", "whether the user name may be hashed"),
        Parameter::open("charset", "how user name and password are written as bytes"),
    ],
    own_place: false,
    refused: Refused::PASSWORD,
    elsewhere: Elsewhere {
        postman: Some(Postman {
            // What the challenge says, Postman lets one write down too; the challenge goes before it.
            idle: &["algorithm", "disableRetryRequest", "showPassword"],
            ..Postman::new(
                "digest",
                &[("username", "username"), ("password", "password")],
            )
        }),
        http_file: Some("Digest"),
        curl: Some(["digest", "proxy-digest"]),
        httpie: Some("digest"),
    },
    source: include_str!("mod.rs"),
};
