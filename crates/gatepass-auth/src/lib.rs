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

mod accounts;
mod authorization;
pub mod challenge;
mod descriptor;
mod env;
mod error;
pub mod hash;
pub mod mask;
mod message;
pub mod params;
pub mod percent;
mod pre_emptive;
mod replay;
mod scheme;
pub mod schemes;
mod secret;
mod select;
mod space;
mod verifier;
mod workings;

// The public surface.
pub use accounts::{Account, Accounts, Directory, Query};
pub use authorization::Credentials;
pub use challenge::Challenge;
pub use descriptor::{Alias, Descriptor, Enroll, Field, Form, MakeClient, MakeServer, Values};
pub use env::{Env, FixedEnv, Timestamp};
pub use error::{AuthError, CredentialError, Misuse, PeerError};
pub use hash::Hash;
pub use message::{Body, Connection, Header, Headers, Incoming, Outgoing, Received};
pub use params::{Param, Params};
pub use replay::{MemoryReplayCache, ReplayCache, Replayed};
pub use scheme::{
    Flow, MAX_ROUNDS, Needs, Principal, Prompt, Reply, Scheme, SideRequest, Step, Via,
};
pub use schemes::{
    api_key::ApiKey, basic::Basic, bearer::Bearer, closure::Closure, digest::Digest, oauth1::OAuth1,
};
pub use secret::{Secret, mask};
pub use select::AnyOf;
pub use space::{Role, Space};
pub use verifier::{Accepted, Check, Reason, ServerSetup, Verdict, Verifier, Why, decide};
pub use workings::{Working, Workings};
