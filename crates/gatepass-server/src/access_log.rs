//! One line for each request, without secrets.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use url::form_urlencoded;

/// Where the lines go.
pub(crate) struct AccessLog(Mutex<Box<dyn Write + Send>>);

impl AccessLog {
    pub(crate) fn new(out: Box<dyn Write + Send>) -> Self {
        Self(Mutex::new(out))
    }

    /// Writes one line: client, method, target, status, length of the body, milliseconds.
    pub(crate) fn line(
        &self,
        peer: SocketAddr,
        request: Option<(&str, &str)>,
        status: Option<u16>,
        length: Option<usize>,
        took: Duration,
    ) {
        let mut line = format!("{} ", peer.ip().to_canonical());
        // Writing to a string cannot fail, and nobody is there to hear that a log is gone.
        let _ = match request {
            Some((method, target)) => write!(line, "{method} {}", shown_target(target)),
            None => write!(line, "- -"),
        };
        let _ = match status {
            Some(status) => write!(line, " {status}"),
            None => write!(line, " -"),
        };
        let _ = match length {
            Some(length) => write!(line, " {length}"),
            None => write!(line, " -"),
        };
        let _ = writeln!(line, " {:.1}ms", took.as_secs_f64() * 1000.0);
        let mut out = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
    }
}

/// What stands in place of a secret.
const MASK: &str = "***";

/// Paths whose further segments are credentials; so are all of the query's values behind them.
const SECRET_PATHS: &[&str] = &[
    "/auth/",
    "/basic-auth/",
    "/cookies/set",
    "/digest-auth/",
    "/hidden-basic-auth/",
];

/// Parts of the name of a parameter that carries a secret.
const SECRET_NAMES: &[&str] = &[
    "access",
    "assertion",
    "auth",
    "code",
    "cookie",
    "credential",
    "jwt",
    "key",
    "nonce",
    "pass",
    "pwd",
    "secret",
    "session",
    "sid",
    "sig",
    "token",
    "verifier",
];

/// Returns a request target as it may be shown: passwords in its path, user information, and secret values of its query
/// are masked.
pub(crate) fn shown_target(target: &str) -> String {
    let printable: Cow<'_, str> = if target.bytes().all(|byte| byte.is_ascii_graphic()) {
        target.into()
    } else {
        target.escape_default().to_string().into()
    };
    let (path, query) = match printable.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (printable.as_ref(), None),
    };
    let (path, secret) = shown_path(path);
    query.map_or_else(
        || path.clone(),
        |query| format!("{path}?{}", shown_query(query, secret)),
    )
}

/// Returns the path, and whether it is one whose parts are secret.
fn shown_path(path: &str) -> (String, bool) {
    let (before, path) = match path.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = authority.rsplit_once('@').map(|(_, host)| host);
            let authority =
                host.map_or_else(|| authority.to_owned(), |host| format!("{MASK}@{host}"));
            (format!("{scheme}://{authority}"), path)
        }
        None => (String::new(), path),
    };
    let known = SECRET_PATHS.iter().find(|start| path.starts_with(**start));
    match known {
        // What follows is a scheme's name and its settings.
        Some(&"/auth/") | None => (before + path, known.is_some()),
        Some(start) => {
            let masked = path[start.len()..]
                .split('/')
                .map(|segment| if segment.is_empty() { "" } else { MASK });
            let masked: Vec<&str> = masked.collect();
            (format!("{before}{start}{}", masked.join("/")), true)
        }
    }
}

fn shown_query(query: &str, secret: bool) -> String {
    let shown = query.split('&').map(|pair| {
        let Some((name, value)) = pair.split_once('=') else {
            // A value without a name may be a token that somebody has pasted.
            return if secret {
                MASK.to_owned()
            } else {
                pair.to_owned()
            };
        };
        if secret || is_secret_name(name) || holds_more(value) {
            format!("{name}={MASK}")
        } else {
            pair.to_owned()
        }
    });
    shown.collect::<Vec<_>>().join("&")
}

fn is_secret_name(name: &str) -> bool {
    let decoded: String = form_urlencoded::parse(name.as_bytes())
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect();
    SECRET_NAMES.iter().any(|part| decoded.contains(part))
}

/// Says whether a value is itself a URL with user information or a query.
fn holds_more(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    ["?", "@", "%3f", "%40", "%25"]
        .iter()
        .any(|part| value.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_of_a_target_is_shown() {
        for target in [
            "/basic-auth/alice/s3cret",
            "/hidden-basic-auth/alice/s3cret",
            "/digest-auth/auth/alice/s3cret/MD5",
            "/get?access_token=s3cret&a=1",
            "/get?API%5Fkey=s3cret",
            "/auth/apikey/query/k?k=s3cret",
            "/oauth1?oauth_signature=s3cret",
            "/cookies/set/sid/s3cret",
            "/cookies/set?x=s3cret",
            "http://a:s3cret@host/get",
            "/redirect-to?url=http%3A%2F%2Fa%3As3cret%40host",
            "/redirect-to?url=/get%3Ftoken=s3cret",
            "/get?password=s3cret",
        ] {
            let shown = shown_target(target);
            assert!(!shown.contains("s3cret") && shown.contains(MASK), "{shown}");
        }
        assert_eq!(shown_target("/get?a=1&b"), "/get?a=1&b");
        assert_eq!(shown_target("/auth/bearer/JWT"), "/auth/bearer/JWT");
    }
}
