//! A page in the browser that sends authenticated requests and shows how they went: every request and answer in order, what a
//! challenge asked for, and what was computed from what.
//!
//! The page and all that it needs are in this library; it works without a network. It talks to a JSON API of the same
//! server, which sends the requests with the crate `gatepass` and writes code with `gatepass-snippet`. What is typed into the page
//! stays in the page's memory and in that of this process.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let web = gatepass_web::Web::builder().bind().await?;
//! assert!(web.url().starts_with(&format!("http://{}/#token=", web.address())));
//! // `web.run().await` serves it until the future is dropped.
//! # std::io::Result::Ok(())
//! # })?;
//! # std::io::Result::Ok(())
//! ```
//!
//! # Who may use it
//!
//! `guard.rs` lets a request through only when it names this server in `Host`, so that a name that was made to point here is of no
//! use; and to the API only when it comes from a page of this server and carries the token of this launch, which stands in
//! the fragment of [`Web::url`] and so is sent to nobody.
//!
//! Where it listens on anything but loopback, others can reach it. Then it connects to public addresses only
//! ([`gatepass::config::Dial::public_only`]), those of proxies included, and names no built-in server.
//!
//! # What this crate does not do
//!
//! It knows no scheme, no target and no form of a request by itself, and holds nothing that another front would need. It
//! speaks plain HTTP: off this machine, put a server with TLS before it.

#![forbid(unsafe_code)]

// Floors, top to bottom:
//   door: server
//   calls: api
//   answering: catalogue exchange redact understand
//   form: draft
//   parts: connection page
//   words: guard hidden problem remedy site told

mod api;
mod catalogue;
mod connection;
mod draft;
mod exchange;
mod guard;
mod hidden;
mod page;
mod problem;
mod redact;
mod remedy;
mod server;
mod site;
mod told;
mod understand;

// The public surface.
pub use server::{Builder, Web};
