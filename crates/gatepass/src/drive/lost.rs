//! What broke a connection, and whose fault that is.

use std::error::Error as _;
use std::io;

use gatepass_auth::Space;

use crate::address::address;
use crate::error::{Error, Network, Peer};

/// Says what broke a connection.
pub(crate) fn lost(space: &Space, error: &hyper::Error) -> Error {
    if error.is_parse() {
        return not_http(space, error.to_string());
    }
    if error.is_user() {
        let cause = error.source();
        let problem = cause.map_or_else(|| error.to_string(), ToString::to_string);
        return Network::BodySource { problem }.into();
    }
    let problem = match cause(error) {
        Cause::Incomplete => "the server closed it".to_owned(),
        Cause::Unasked => return not_http(space, "it answers what nobody has asked".to_owned()),
        Cause::Io(cause) => match cause.kind() {
            _ if is_tls(cause) => cause.to_string(),
            // The codec says so of chunks.
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                return not_http(space, cause.to_string());
            }
            io::ErrorKind::UnexpectedEof => {
                "the server closed it before the end of the body".to_owned()
            }
            _ => cause.to_string(),
        },
        Cause::Other(problem) => problem,
    };
    let address = address(space);
    Network::Lost { address, problem }.into()
}

fn not_http(space: &Space, problem: String) -> Error {
    let space = space.clone();
    Peer::NotHttp { space, problem }.into()
}

/// What is at the bottom of a codec's error.
enum Cause<'a> {
    /// The peer closed where more had to come.
    Incomplete,
    /// The peer spoke while no request was under way.
    Unasked,
    Io(&'a io::Error),
    Other(String),
}

fn cause(error: &hyper::Error) -> Cause<'_> {
    if error.is_incomplete_message() {
        return Cause::Incomplete;
    }
    let Some(cause) = error.source() else {
        let ours = error.is_canceled() || error.is_closed() || error.is_timeout();
        return match ours {
            true => Cause::Other(error.to_string()),
            // It is the only one of the codec's errors that cannot be told in another way.
            false => Cause::Unasked,
        };
    };
    if let Some(inner) = cause.downcast_ref::<hyper::Error>() {
        return self::cause(inner);
    }
    match cause.downcast_ref() {
        Some(cause) => Cause::Io(cause),
        None => Cause::Other(cause.to_string()),
    }
}

/// Says whether TLS has refused what came, which says nothing about HTTP.
fn is_tls(error: &io::Error) -> bool {
    let inner = error.get_ref();
    inner.is_some_and(|inner| inner.is::<rustls::Error>())
}
