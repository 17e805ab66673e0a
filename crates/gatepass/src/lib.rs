//! An HTTP client that authenticates, and says why it was refused.
//!
//! # Send a request
//!
//! ```
//! # let server = gatepass_server::Server::start().unwrap();
//! # let url = server.url("/basic-auth/alice/s3cret");
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use gatepass::{Basic, Client};
//!
//! let client = Client::new();
//! let response = client.get(&url).auth(Basic::new("alice", "s3cret")?).send().await?;
//! assert_eq!(response.status(), 200);
//! let answer: serde_json::Value = response.json().await?;
//! assert_eq!(answer["user"], "alice");
//! # Ok::<(), gatepass::Error>(())
//! # }).unwrap();
//! ```
//!
//! Every scheme of `gatepass-auth` fits into [`RequestBuilder::auth`], a closure too. Challenges are answered, and what a
//! scheme learns (a nonce, a token) it keeps for the next request: share the scheme in an `Arc`, or give it to
//! [`ClientBuilder::auth_for`].
//!
//! # A credential belongs to an origin
//!
//! An origin is scheme, host and port. A credential of a request belongs to the origin of its URL, one of `auth_for` to
//! the origin that is named there. A redirect to another origin leaves all of them behind: the scheme, `Authorization`,
//! the `Cookie` header, header fields that are known to carry keys ([`gatepass_auth::show::CREDENTIAL_HEADERS`]) and those
//! of [`RequestBuilder::secret_header`]. The [`Transcript`] says what stayed behind.
//!
//! They go along where [`config::Redirects::trusting`] says so, and from http to https on the same host and the default
//! ports, where whoever types a name without its scheme is redirected. A scheme is performed anew for each place. Back at
//! the first origin, its credentials are sent again.
//!
//! The cookies of a [`Jar`] go where their attributes say, which is how the server bound them. [`session`] keeps headers,
//! the place of a credential and cookies between runs of a program.
//!
//! Who goes first: an explicit `Authorization` header, [`RequestBuilder::auth`], [`ClientBuilder::auth_for`],
//! [`ClientBuilder::credentials_from`], user and password in the URL, [`ClientBuilder::netrc`].
//!
//! A scheme that shows its secret to whoever reads the request is refused over plain HTTP to another machine, unless
//! [`ClientBuilder::allow_plain_http`] allows it.
//!
//! # See what happened
//!
//! ```
//! # let server = gatepass_server::Server::start().unwrap();
//! # let url = server.url("/digest-auth/auth/alice/s3cret");
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use gatepass::{Bearer, Client, diagnose};
//!
//! let response = Client::new().get(&url).auth(Bearer::new("mF_9.B5f-4.1JqM")?).send().await?;
//! let diagnosis = diagnose::explain(response.transcript()).unwrap();
//! assert_eq!(diagnosis.headline, "The server asks for Digest, and Bearer was sent");
//!
//! // Every request and response, secrets masked.
//! let shown = response.transcript().to_string();
//! assert!(shown.contains("> Authorization: Bearer …⟨") && !shown.contains("mF_9"));
//! # Ok::<(), gatepass::Error>(())
//! # }).unwrap();
//! ```
//!
//! [`download`] makes a file of a body, and goes on where an earlier transfer broke off.
//!
//! An error is there when no response came; it says whose fault that is ([`Error::kind`]) and often what to do
//! ([`Error::hint`]). A response of any status is no error.
//!
//! # Without a network
//!
//! ```
//! use gatepass::{Basic, Client};
//!
//! let request = Client::new().get("https://api.example/a%2Fb?x=[1]").auth(Basic::new("alice", "s3cret")?);
//! let offline = request.offline()?;
//! let text = std::str::from_utf8(offline.bytes()).unwrap();
//! assert!(text.starts_with("GET /a%2Fb?x=[1] HTTP/1.1\r\nHost: api.example\r\n"));
//! assert!(text.ends_with("Authorization: Basic YWxpY2U6czNjcmV0\r\n\r\n"));
//! # Ok::<(), gatepass::Error>(())
//! ```
//!
//! # What this crate does not do
//!
//! It speaks HTTP/1.1 and HTTP/2, on a tokio runtime of the caller's with time and I/O enabled, or HTTP/1.1
//! without one ([`blocking`]). It keeps no cookies without a [`Jar`], looks into no netrc file and no profiles unless it is
//! told to, and repeats a request only for a challenge, a redirect, an idle connection that turns out to be dead, or where
//! [`config::Retries`] says so. Header names go out as they are spelt, and responses are kept as they came. It never prints; it reads the
//! environment only in [`credentials`] and [`config`], and no file that it was not told of.

#![forbid(unsafe_code)]

// Floors, top to bottom:
//   fronts: blocking settings
//   asking: client download request response
//   carrying: arrived drive live mode shared transport
//   deciding: exchange
//   judging: diagnose har observer redirect retry wire
//   remembering: multipart session transcript
//   giving: body cookies credentials decode given options
//   settling: charset checks config tls_info
//   failing: certificate error
//   naming: address diagnosis env fields interrupt method moment pin prompt repeated remedy tls_version
// Arrows that still point up:
//   arrived -> drive: the clock, which waits, still stands in drive
//   live -> drive: the clock, which waits, still stands in drive
//   shared -> drive: the runtime, which waits, still stands in drive
//   transport -> drive: the runtime, which waits, still stands in drive

mod address;
mod arrived;
#[cfg(unix)]
pub mod blocking;
mod body;
mod certificate;
pub mod charset;
mod checks;
mod client;
pub mod config;
mod cookies;
pub mod credentials;
mod decode;
pub mod diagnose;
mod diagnosis;
pub mod download;
mod drive;
mod env;
pub mod error;
mod exchange;
mod fields;
mod given;
pub mod har;
mod interrupt;
mod live;
mod method;
mod mode;
mod moment;
mod multipart;
mod observer;
mod options;
mod pin;
mod prompt;
mod redirect;
mod remedy;
mod repeated;
mod request;
mod response;
mod retry;
pub mod session;
mod settings;
mod shared;
mod tls_info;
mod tls_version;
mod transcript;
mod transport;
mod wire;

// The public surface.
pub use body::Body;
pub use certificate::Certificate;
pub use client::{Client, ClientBuilder, ClientBuilderOf, ClientOf, IntoUrl};
pub use cookies::{Cookie, CookieFormat, CookieNote, Jar, SameSite};
pub use env::SystemEnv;
pub use error::{Error, Kind};
pub use gatepass_auth::{self as auth, AnyOf, ApiKey, Basic, Bearer, Headers, Scheme, Secret};
pub use gatepass_request::{Request, Url};
#[cfg(unix)]
pub use mode::Blocking;
pub use mode::{Async, Mode};
pub use multipart::{Multipart, Part};
pub use observer::Observer;
pub use prompt::{NoAnswer, Prompter};
pub use request::{Offline, RequestBuilder, RequestBuilderOf};
pub use response::{Response, ResponseOf};
pub use tls_info::{ClientCertificate, TlsInfo};
pub use transcript::{
    Authentication, Ends, Head, Leg, Passed, PassedOver, SentBody, Timing, Transcript, Withheld,
};

/// The guides' examples are tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/rust.md")]
#[doc = include_str!("../../../docs/guide/certificates.md")]
mod guide {}
