//! What is done to servers, and what this one answers. Each test is one attack.

#![expect(clippy::unwrap_used, reason = "a test panics when it fails")]

mod content;
mod credentials;
mod framing;
mod resources;
mod secrets;
#[path = "../support/mod.rs"]
mod support;

use gatepass_server::Server;
use support::{Answer, connect};

/// Sends what is refused before it is looked at further: the answer says why, and the connection ends.
pub(crate) fn refused(server: &Server, request: impl AsRef<[u8]>) -> Answer {
    let mut wire = connect(server);
    wire.send(request);
    let answer = wire.read();
    assert_eq!(answer.header("connection"), Some("close"), "{answer:?}");
    assert!(answer.json()["detail"].is_string(), "{answer:?}");
    wire.expect_end();
    answer
}
