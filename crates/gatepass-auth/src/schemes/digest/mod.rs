//! Digest proves the knowledge of a password without sending it (RFC 7616, with RFC 2617 and RFC 2069 as fallbacks).
//!
//! # Wire example
//!
//! ```text
//! WWW-Authenticate: Digest realm="api", nonce="Zf…", opaque="5cc…", qop="auth, auth-int", algorithm=SHA-256
//! Authorization: Digest username="alice", realm="api", nonce="Zf…", uri="/user?id=1", algorithm=SHA-256,
//!     response="7539…", qop=auth, nc=00000001, cnonce="f2…", opaque="5cc…"
//! Authentication-Info: rspauth="1e4f…", qop=auth, nc=00000001, cnonce="f2…"
//! ```
//!
//! The response is `H(HA1 ":" nonce ":" nc ":" cnonce ":" qop ":" HA2)`, where `HA1` hashes user, realm and password and
//! `HA2` hashes the method and the target exactly as sent, with its query. With `qop=auth-int` it hashes the body too.
//!
//! # Security
//!
//! The password stays at home, but whoever reads the exchange can try passwords against it at leisure: over plain HTTP a
//! weak one is lost. SHA-256 does not change that; it only ends the use of MD5. A server that gives `rspauth` has proved
//! that it knows the password as well; a wrong proof makes the response an error.
//!
//! A nonce and its count are kept for each origin and shared by all requests of one client: the count is never used
//! twice, and a nonce is never sent to another origin. Where a server offers several challenges, the strongest that can
//! be performed is answered: SHA-512-256, SHA-512, SHA-256, SHA, MD5, each before its form without qop.
//!
//! # Not supported
//!
//! `domain` does not widen a credential to other origins. Names and passwords are sent as UTF-8 without normalisation.

mod algorithm;
mod client;
mod descriptor;
mod nonce;
mod reading;
mod response;
mod server;
mod wire;

use std::sync::Arc;

use crate::accounts::Accounts;
use crate::entry::Entry;

pub use algorithm::Algorithm;
pub use client::Digest;
pub use descriptor::DESCRIPTOR;
use descriptor::PARAMETERS;
pub use response::Qop;
pub use server::Server;
pub use wire::{Challenge, Response};

/// Makes both sides of Digest.
pub(super) static ENTRY: Entry = Entry {
    about: &DESCRIPTOR,
    client: |values| {
        let username = values.require("digest", "username")?;
        let mut digest = Digest::new(username, values.require("digest", "password")?);
        if let Some(algorithm) = values.text("algorithm").and_then(Algorithm::find) {
            digest = digest.with_algorithm(algorithm);
        }
        if let Some(qop) = values.text("qop").and_then(Qop::find) {
            digest = digest.with_qop(qop);
        }
        Ok(Arc::new(digest))
    },
    server: |values, setup| {
        let mut server = Server::new(setup);
        if let Some(algorithm) = values.text("algorithm") {
            server = server.with_algorithms([Algorithm::require(algorithm)?]);
        }
        if let Some(qop) = values.text("qop") {
            server = server.with_qop([Qop::require(qop)?]);
        }
        Ok(Arc::new(server))
    },
    read: Some(reading::credentials),
    read_challenge: Some(reading::challenge),
    enroll: Accounts::with_user_of,
};
