//! What broke a connection, and whose fault that is.

use std::io;

use gatepass_auth::Space;

use crate::address::address;
use crate::error::{Error, Network, Peer};
use crate::transport::broken::Broken;

/// Says what broke a connection.
pub(crate) fn lost(space: &Space, broken: &Broken) -> Error {
    let problem = match broken {
        Broken::Wire(error) if !error.is_cut() => return not_http(space, error.to_string()),
        Broken::NotHttp(problem) => return not_http(space, problem.clone()),
        Broken::Source(problem) => {
            let problem = problem.clone();
            return Network::BodySource { problem }.into();
        }
        Broken::Io(cause) if cause.kind() == io::ErrorKind::UnexpectedEof && !is_tls(cause) => {
            "the server closed it before the end of the body".to_owned()
        }
        other => other.to_string(),
    };
    let address = address(space);
    Network::Lost { address, problem }.into()
}

fn not_http(space: &Space, problem: String) -> Error {
    let space = space.clone();
    Peer::NotHttp { space, problem }.into()
}

/// Says whether TLS has refused what came, which says nothing about HTTP.
fn is_tls(error: &io::Error) -> bool {
    let inner = error.get_ref();
    inner.is_some_and(|inner| inner.is::<rustls::Error>())
}
