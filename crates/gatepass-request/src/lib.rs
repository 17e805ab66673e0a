//! An HTTP request as data, and the forms that are read into it.
//!
//! A [`Request`] says what to send: method, URL, header fields, body, and by which [`Auth`] to authenticate. It can be
//! stored and read again with serde. A [`Url`] keeps the request target byte for byte, because signatures cover it.
//!
//! # What this crate does not do
//!
//! It does no I/O: what stands in a file or an environment variable is asked of a closure. It sends nothing, computes no
//! credentials, and resolves no [`Source`]: an [`Auth`] only says where its secrets are. It never writes a secret:
//! serialising a request that holds one is an error that says which. A body in a file, and a multipart form, are only
//! described: whoever sends them reads the files as they go out.
//!
//! # From words to a request
//!
//! ```
//! use gatepass_request::parse::items::{Item, Value};
//! use gatepass_request::{Auth, Build, Source, Typed, Url};
//!
//! let Typed::Absolute(url) = Url::typed("api.example/people", "https")? else { unreachable!() };
//! let items = ["X-Request-Id:7", "page==2", "name=Ada", "tags[]:=1", "X-Key:@env:KEY"];
//! let items = items.into_iter().map(Item::parse).collect::<Result<Vec<_>, _>>()?;
//! let mut request = Build::new().request(url, &items, &|value| match value {
//!     Value::Env(name) if name == "KEY" => Ok(b"s3cret".to_vec()),
//!     other => Err(format!("{other} is not there")),
//! })?;
//! request.auth = Some(Auth::parse(Some("basic"), &["alice:env:PW"])?);
//!
//! assert_eq!(request.method, "POST");
//! assert_eq!(request.url.to_string(), "https://api.example/people?page=2");
//! assert_eq!(request.body.encode().ok_or("elsewhere")?.1, r#"{"name":"Ada","tags":[1]}"#);
//! assert_eq!(request.auth.unwrap().get("password"), Some(&Source::Env("PW".to_owned())));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

// Floors, top to bottom:
//   reading: build outside parse resolve secrets
//   whole: authorization request
//   parts: auth body multipart settings url
//   texts: content field host
//   failing: error
//   words: blob elsewhere limits media variable warning
// Arrows that still point up:
//   parse::curl::operation -> parse::curl::credentials: an operation holds what the options of each topic have said
//   parse::curl::operation -> parse::curl::data: as of credentials
//   parse::curl::operation -> parse::curl::form: as of credentials
//   parse::curl::operation -> parse::curl::output: as of credentials
//   parse::curl::config_file -> parse::curl::options: an option names a file of more options

mod auth;
mod authorization;
mod blob;
mod body;
mod build;
mod content;
mod elsewhere;
mod error;
mod field;
mod host;
mod limits;
mod media;
pub mod multipart;
mod outside;
pub mod parse;
mod request;
mod resolve;
mod secrets;
mod settings;
mod url;
mod variable;
mod warning;

// The public surface; the forms that are read stand in `parse`, one module each, and how parts are written in `multipart`.
pub use auth::{Auth, Source, USER_PASSWORD};
pub use body::Body;
pub use build::{BodyKind, Build, Resolve};
pub use content::{Change, Chunk, Content, Multipart, Part};
pub use error::{AuthArgError, ItemError, NestedError, NestedErrorKind, RequestError, UrlError};
pub use media::{content_type_of, extension_of};
pub use outside::Outside;
pub use request::Request;
pub use settings::{
    ClientCertificate, Connect, Cookies, HttpVersion, Netrc, Proxy, Redirects, Retries, Settings,
    Timeouts, Tls,
};
pub use url::{Typed, Url, UserInfo};
pub use variable::{Piece, StandIns, Variable, has_variable, pieces};
pub use warning::Warning;
