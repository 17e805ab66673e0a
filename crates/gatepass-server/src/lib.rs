//! A test server that answers like httpbin and verifies every authentication scheme.
//!
//! [`Server::start`] gives a server at a free port on a thread of its own; it stops when it is dropped. Its endpoints are
//! listed at `/`. The most useful one is `/auth/<scheme>`: it verifies the credentials of any scheme that
//! [`gatepass_auth`] knows, and where it refuses them it says what it computed and what it got.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//! use gatepass_server::Server;
//!
//! let server = Server::start()?;
//! let mut stream = TcpStream::connect(server.address())?;
//! stream.write_all(b"GET /basic-auth/alice/s3cret HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
//! let mut answer = String::new();
//! stream.read_to_string(&mut answer)?;
//! assert!(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n"));
//! assert_eq!(server.requests()[0].target, "/basic-auth/alice/s3cret");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What this crate does not do
//!
//! It computes no response, signature or token: schemes are `gatepass-auth`'s. It speaks HTTP/1.1 and HTTP/1.0 only. It
//! is no production server: on a refusal it tells whoever asks what it computed from a secret, unless the accounts are
//! your own ([`Builder::accounts`]). It believes no `X-Forwarded-For`.

#![forbid(unsafe_code)]

// Floors, top to bottom:
//   door: server
//   serving: connection listen
//   answering: endpoints reply
//   arriving: framing site
//   misbehaving: faults
//   seeing: record request
//   words: access_log accounts address chunks error head json limits link multipart system_env tls verifiers

mod access_log;
mod accounts;
mod address;
mod chunks;
mod connection;
mod endpoints;
mod error;
mod faults;
mod framing;
mod head;
mod json;
mod limits;
mod link;
mod listen;
mod multipart;
mod record;
mod reply;
mod request;
mod server;
mod site;
mod system_env;
mod tls;
mod verifiers;

// The public surface.
pub use error::ServerError;
pub use faults::Fault;
pub use limits::{Limits, MAX_HEADERS};
pub use record::Recorded;
pub use server::{Builder, Server, Stopper};
pub use tls::ClientCertificates;
