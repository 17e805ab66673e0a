//! HTTP/1.1 as a client speaks it (RFC 9112), without I/O: whoever holds the socket hands bytes in and takes bytes out.
//!
//! A request goes out as it was meant: names in the caller's spelling, fields in the caller's order. A response is kept as it
//! came: spelling, order, repeated fields, bytes above 127, informational heads and trailers. All fields of a head are ranges of
//! the one buffer that they came in.
//!
//! ```
//! use bytes::BytesMut;
//! use gatepass_wire::{Asked, Event, Reader, Rules, Version, write_head};
//!
//! let mut out = Vec::new();
//! write_head(&mut out, "GET", "/a", Version::Http11, [("hOST", &b"api.example"[..])]).unwrap();
//! assert_eq!(out, b"GET /a HTTP/1.1\r\nhOST: api.example\r\n\r\n");
//!
//! let mut reader = Reader::new(Rules::strict());
//! reader.begin(Asked::Other);
//! let mut came = BytesMut::from("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 2\r\n\r\nhi");
//! let Some(Event::Head(head)) = reader.read(&mut came, false).unwrap() else { panic!() };
//! let etag = head.fields().iter().next().unwrap();
//! assert_eq!((head.status(), etag.name(), etag.value()), (200, "ETag", &b"\"1\""[..]));
//! let Some(Event::Data(body)) = reader.read(&mut came, false).unwrap() else { panic!() };
//! assert_eq!(&body[..], b"hi");
//! assert!(matches!(reader.read(&mut came, false), Ok(Some(Event::End))));
//! assert!(reader.may_go_on());
//! ```
//!
//! What a peer may not do is an [`Error`]. Each habit that some peers have all the same is a switch of [`Leniency`], and off in
//! [`Rules::strict`]: what two readers understand in two ways, an attacker uses (RFC 9112 section 11).
//!
//! Not supported: requests that come in, and transfer codings besides chunks, which no client here asks for.

#![forbid(unsafe_code)]

// Floors, top to bottom:
//   conversation: encoder reader
//   delimiting: chunks framing
//   heads: head
//   lines: fields request
//   words: error rules version

mod chunks;
mod encoder;
mod error;
mod fields;
mod framing;
mod head;
mod reader;
mod request;
mod rules;
mod version;

pub use encoder::Encoder;
pub use error::{Error, Unsendable};
pub use fields::{Field, Fields, Iter};
pub use framing::Asked;
pub use head::Head;
pub use reader::{Event, Reader};
pub use request::{check_field, write_head};
pub use rules::{Leniency, Limits, Rules};
pub use version::Version;
