//! HTTP authentication schemes, each from both sides, without I/O.
//!
//! A [`Scheme`] is the client's side of one method, bound to credentials. For each request it begins a [`Flow`], which
//! adds credentials to what goes out and looks at what comes in. A [`Verifier`] is the server's side: it makes challenges
//! and checks requests.
//!
//! # What this crate does not do
//!
//! It opens no socket or file, reads no clock and no environment, starts no thread, and draws no random number: what it
//! needs comes as an argument ([`Env`]), what it wants done it returns as a [`Step`]. It does not follow redirects, does
//! not know which credential belongs to which host, and stores no users. Those are the work of whoever drives it.
//!
//! # One exchange
//!
//! ```
//! use std::sync::Arc;
//! use gatepass_auth::{Body, FixedEnv, Flow, Headers, Outgoing, Received, Scheme, ServerSetup, Space, Workings};
//! use gatepass_auth::{Accounts, decide, schemes};
//!
//! let env = FixedEnv::new(1_700_000_000);
//! let space = Space::origin("https", "api.example", 443);
//! let basic = schemes::find("basic")?;
//!
//! // The client adds credentials to a request that is otherwise final.
//! let scheme = basic.client(&[("username", "alice"), ("password", "s3cret")].into_iter().collect())?;
//! let mut flow = scheme.begin(&space);
//! let (mut target, mut headers, mut body) = ("/user".to_owned(), Headers::new(), Body::Empty);
//! let mut workings = Workings::default();
//! flow.authorize(&mut Outgoing::new("GET", &space, &mut target, &mut headers, &mut body, &env, &mut workings))?;
//! assert_eq!(headers.get_str("Authorization"), Some("Basic YWxpY2U6czNjcmV0"));
//!
//! // The server checks them.
//! let verifier = basic.server(&Default::default(), &ServerSetup::new("api", "a key of 32 bytes or more"))?;
//! let accounts = Accounts::new().with_user("alice", "s3cret");
//! let request = Received::new("GET", &space, &target, &headers, &env);
//! assert_eq!(decide(&*verifier, &request, &accounts).unwrap().identity, "alice");
//! # Ok::<(), gatepass_auth::AuthError>(())
//! ```

#![forbid(unsafe_code)]

// Floors, top to bottom:
//   schemes: schemes
//   making: entry pre_emptive select
//   contract: scheme
//   speaking: step verifier
//   seeing: exchange_view reading received refusal seal
//   describing: accounts authorization descriptor headers
//   parts: challenge lore replay store token_store values why
//   terms: body channel end_point error pem workings
//   world: env
//   showing: show
//   grammar: params
//   words: connection hash limits percent secret short space
// Arrows that still point up:
//   show -> schemes: what may be shown of a parameter is data of its scheme; constants are read, and no scheme is made

mod connection;
pub mod hash;
mod limits;
pub mod percent;
mod secret;
mod short;
mod space;

pub mod params;

pub mod show;

mod body;
mod channel;
mod end_point;
mod env;
mod error;
pub mod pem;
mod workings;

pub mod challenge;
mod lore;
mod replay;
mod store;
mod token_store;
mod values;
mod why;

mod accounts;
mod authorization;
mod descriptor;
mod headers;

mod exchange_view;
mod reading;
mod received;
mod refusal;
mod seal;

mod step;
mod verifier;

mod scheme;

mod entry;
mod pre_emptive;
mod select;

pub mod schemes;

// The public surface.
pub use accounts::{Account, Accounts, Directory, HashedId, Query};
pub use authorization::Credentials;
pub use body::{Body, BodyDigester, BodyDigests};
pub use challenge::Challenge;
pub use channel::ChannelBindings;
pub use connection::Connection;
pub use descriptor::Descriptor;
pub use end_point::server_end_point;
pub use entry::{Enroll, Entry, MakeClient, MakeServer};
pub use env::{Env, FixedEnv, NoRandomness, Timestamp};
pub use error::{AuthError, CredentialError, Misuse, PeerError};
pub use exchange_view::{Incoming, Outgoing};
pub use hash::Hash;
pub use headers::{Header, Headers};
pub use limits::{MAX_ROUNDS, MAX_WAITS};
pub use lore::{Elsewhere, Parameter, Postman, Refused};
pub use params::{Param, Params};
pub use reading::{ReadChallenge, ReadCredentials, Reading, Told, Value};
pub use received::Received;
pub use refusal::Refusal;
pub use replay::{MemoryReplayCache, ReplayCache, Replayed};
pub use scheme::{Flow, Needs, Principal, Scheme};
pub use schemes::{
    api_key::ApiKey, basic::Basic, bearer::Bearer, closure::Closure, digest::Digest, oauth1::OAuth1,
};
pub use seal::{Answer, Seal};
pub use secret::{Secret, mask};
pub use select::AnyOf;
pub use space::{Role, Space};
pub use step::{BodyCheck, Prompt, Reply, SideRequest, Step, Tokens, Via};
pub use store::{Connections, Handshakes, Store};
pub use token_store::{StoreError, TokenEntry, TokenStore};
pub use values::{Alias, Field, Form, Values};
pub use verifier::{
    Accepted, Check, Outcome, ServerSetup, Verdict, Verifier, decide, examine, refuse,
};
pub use why::{Reason, Why};
pub use workings::{Working, Workings};
