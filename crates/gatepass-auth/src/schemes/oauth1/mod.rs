//! OAuth 1.0a signs each request with the secret of the client and the secret of a token (RFC 5849).
//!
//! # Wire example
//!
//! ```text
//! WWW-Authenticate: OAuth realm="Photos"
//! Authorization: OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03",
//!     oauth_token="nnch734d00sl2jdk", oauth_signature_method="HMAC-SHA1",
//!     oauth_timestamp="137131202", oauth_nonce="chapoH",
//!     oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"
//! ```
//!
//! The signature covers the method, the scheme, the host, the path, every parameter of the query and of a form body,
//! and every `oauth_` parameter. `-v` shows the text that was signed.
//!
//! # Methods and places
//!
//! `method` is HMAC-SHA1 (the default, and what every server knows), HMAC-SHA256, HMAC-SHA512, RSA-SHA1, RSA-SHA256,
//! RSA-SHA512 or PLAINTEXT. The RSA methods sign with `private_key`, in PEM, and need no `consumer_secret`. With a
//! private key and no method, RSA-SHA1 is used.
//!
//! `place` is `header`, `query` or `body`. In the body the parameters join those of a form; a body of another kind has
//! no room for them.
//!
//! # Bodies that are no form
//!
//! They are not signed, unless `body_hash` asks for the extension "OAuth Request Body Hash": `auto` adds
//! `oauth_body_hash` to a request whose body is no form, `always` to one without a body too. It is off (`never`) unless
//! asked for, because some servers refuse parameters that they do not know. The hash is that of the signature method,
//! and SHA-1 for PLAINTEXT. A form is signed as it is, and never gets a hash.
//!
//! # Security
//!
//! With the HMAC and RSA methods a reader learns no secret, and a request cannot be changed where it is signed, nor sent
//! twice to a server that remembers nonces. Header fields and bodies that are no form can be changed all the same.
//! PLAINTEXT sends the secrets themselves: it wants TLS, or this machine. Keys of RSA below 1024 bits are refused.
//!
//! A verifier takes parameters from one place only, no parameter twice, timestamps within 600 seconds, and each nonce
//! once per client, token and timestamp.
//!
//! # Not supported
//!
//! X.509 certificates in place of public keys, the problem reporting extension and the session extension (a
//! session handle can go along as a parameter of one's own). The realm is not signed, so that a verifier ignores it.

mod base_string;
mod claim;
mod client;
mod dance;
mod provider;
mod rsa_key;
mod server;
mod signature;
mod signing;
mod wire;

use std::sync::Arc;

use crate::accounts::{Account, Accounts};
use crate::descriptor::{Descriptor, Field, Form, Values};

pub use client::{BodyHash, OAuth1};
pub use dance::{Dance, DanceError, Endpoints, Leg, SignedRequest, TokenPair};
pub use provider::{Approval, Provider, ProviderError};
pub use rsa_key::{PrivateKey, PublicKey};
pub use server::Server;
pub use signature::Method;
pub use wire::{Place, Presented};

const ID: &str = "oauth1";
const WORD: &str = "OAuth";

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
    client: |values| Ok(Arc::new(OAuth1::from_values(values)?)),
    server: |_, setup| Ok(Arc::new(Server::new(setup))),
    enroll,
};

fn enroll(accounts: Accounts, values: &Values) -> Accounts {
    let of = |field| values.get(field).cloned().unwrap_or_default();
    let Some(key) = values.text("consumer_key") else {
        return accounts;
    };
    let mut client = Account::new(key, of("consumer_secret"));
    let private_key = values.get("private_key").map(PrivateKey::from_pem);
    client.public_key = private_key.and_then(|key| key.ok()?.public_pem());
    let accounts = accounts.with_consumer(key, client);
    match values.text("token") {
        Some(token) => {
            accounts.with_token_secret(key, token, Account::new(token, of("token_secret")))
        }
        None => accounts,
    }
}
