//! An HTTP client that authenticates.

#![forbid(unsafe_code)]

mod body;
mod client;
pub mod config;
pub mod credentials;
pub mod diagnose;
mod drive;
mod env;
pub mod error;
mod exchange;
mod live;
mod prompt;
mod redirect;
mod request;
mod response;
mod transcript;
mod transport;
mod wire;

// The public surface.
pub use client::{Client, ClientBuilder, IntoUrl};
pub use env::SystemEnv;
pub use error::{Error, Kind};
pub use gatepass_auth::{AnyOf, ApiKey, Basic, Bearer, Headers, Scheme, Secret};
pub use gatepass_request::{Request, Url};
pub use prompt::Prompter;
pub use request::{Offline, RequestBuilder};
pub use response::Response;
pub use transcript::{Authentication, Head, Leg, SentBody, Transcript, Withheld};
