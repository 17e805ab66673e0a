//! What Digest is, without credentials.

use crate::descriptor::Descriptor;
use crate::values::{Field, Form};

use super::algorithm::Algorithm;

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
    source: include_str!("mod.rs"),
};
