//! A request as code that authenticates, in the languages that people use.
//!
//! [`code()`] writes a [`gatepass_request::Request`] as a program for one [`Target`]: a library of a language, or a command.
//! What the target cannot do is an error with a reason and the nearest target that can, never less than was asked for.
//! Secrets are read from the environment when the program runs, unless [`Options`] say otherwise.
//!
//! # What this crate does not do
//!
//! It does no I/O: it runs nothing and reads no file. It writes programs that send one request; it does not write clients
//! for an API. What a user gave becomes code only through the literal encoder of a [`Language`](languages::Language).
//!
//! # One request in two languages
//!
//! ```
//! use gatepass_request::{Auth, Request, Source, Url};
//! use gatepass_snippet::{Options, code, find};
//!
//! let auth = Auth::parse(Some("digest"), &["alice:env:PW"])?;
//! let request = Request::get(Url::parse("https://api.example/user")?).with_auth(auth);
//! let python = code(find("python-requests")?, &request, &Options::default())?;
//! assert!(python.text.contains("auth=HTTPDigestAuth("));
//! let curl = code(find("curl")?, &request, &Options::default())?;
//! assert!(curl.text.contains(r#"--digest --user "alice:${PW}""#), "{}", curl.text);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

// Floors, top to bottom:
//   writing: code matrix
//   targets: targets
//   contract: read target
//   asking: call
//   languages: languages variable
//   letters: json language writer
//   literals: literal
//   words: error options support text warning
// Arrows that still point up:
//   language -> writer: a language writes into a writer, and a writer asks its language

mod call;
mod code;
mod error;
mod json;
mod language;
pub mod languages;
pub mod literal;
pub mod matrix;
mod options;
mod read;
mod support;
mod target;
mod targets;
mod text;
mod variable;
mod warning;
mod writer;

// The public surface.
pub use call::{
    Call, DigestAlgorithm, FormPart, Login, OAuth1, PartContent, Payload, Proxy, TlsOptions,
};
pub use code::{Code, code, code_of};
pub use error::{SnippetError, Unrepresentable};
pub use json::Syntax;
pub use options::{Options, Secrets};
pub use support::{Need, Support};
pub use target::{Info, Minimum, Recipe, Target};
pub use targets::{ALL, find};
pub use text::{Piece, Text};
pub use variable::Variable;
pub use warning::Warning;
pub use writer::{Helper, Parts, Read, Writer};

/// Reads a request as targets see it, with what cannot be said in code: a sentence each.
///
/// # Errors
/// [`SnippetError::Request`] for what is not written as code in any language.
pub fn call(
    request: &gatepass_request::Request,
    options: &Options,
) -> Result<(Call, Vec<String>), SnippetError> {
    read::call(request, options)
}
