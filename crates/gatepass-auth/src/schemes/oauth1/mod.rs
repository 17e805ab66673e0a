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
mod descriptor;
mod provider;
mod questions;
mod reading;
mod rsa_key;
mod server;
mod signature;
mod signing;
mod wire;

use std::sync::Arc;

use crate::entry::Entry;

pub use client::{BodyHash, OAuth1};
pub use dance::{Dance, DanceError, Endpoints, Leg, SignedRequest, TokenPair};
pub use descriptor::DESCRIPTOR;
use descriptor::PARAMETERS;
pub use provider::{Approval, Provider, ProviderError};
pub use questions::{CLIENT, TOKEN, client_of, token_of};
pub use rsa_key::{PrivateKey, PublicKey};
pub use server::Server;
pub use signature::Method;
pub use wire::{Place, Presented};

/// Makes both sides of OAuth 1.0a.
pub(super) static ENTRY: Entry = Entry {
    about: &DESCRIPTOR,
    client: |values| Ok(Arc::new(OAuth1::from_values(values)?)),
    server: |_, setup| Ok(Arc::new(Server::new(setup))),
    read: Some(reading::credentials),
    read_challenge: None,
    enroll: questions::enroll,
};
