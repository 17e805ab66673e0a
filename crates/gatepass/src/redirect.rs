//! What a redirect makes of a request: the method, the body, and the header fields that go along.

use std::borrow::Cow;

use gatepass_auth::mask::carries_credential;
use gatepass_auth::{Header, Headers, Space};
use gatepass_request::Url;

use crate::error::{Error, Peer};
use crate::transcript::{Head, Withheld};

/// What the next request looks like.
#[derive(Debug)]
pub(crate) struct Next {
    pub(crate) url: Url,
    pub(crate) method: String,
    pub(crate) keeps_body: bool,
}

/// Header fields that describe a body, and go when it goes (RFC 9110 section 15.4).
pub(crate) const BODY_HEADERS: [&str; 6] = [
    "Content-Type",
    "Content-Encoding",
    "Content-Language",
    "Content-Location",
    "Content-Length",
    "Transfer-Encoding",
];

/// Returns where a response sends the client, or `None` if it does not.
///
/// 301 and 302 make a POST a GET, 303 makes everything but HEAD a GET, 307 and 308 change nothing (RFC 9110 sections
/// 15.4.2 to 15.4.9, and what browsers do).
///
/// # Errors
/// [`Peer::BadRedirect`] for a `Location` that is no http or https URL.
pub(crate) fn next(url: &Url, method: &str, head: &Head) -> Result<Option<Next>, Error> {
    let Some(location) = head
        .headers
        .get("Location")
        .filter(|value| !value.is_empty())
    else {
        return Ok(None);
    };
    let becomes_get = match head.status {
        301 | 302 => method == "POST",
        303 => method != "HEAD" && method != "GET",
        307 | 308 => false,
        _ => return Ok(None),
    };
    let mut next = url.join(location).map_err(|problem| Peer::BadRedirect {
        location: without_user_info(&String::from_utf8_lossy(location)),
        problem: problem.to_string(),
    })?;
    // The credential would be the peer's choice, not the caller's.
    next.take_user_info();
    Ok(Some(Next {
        url: next,
        method: if becomes_get { "GET" } else { method }.to_owned(),
        keeps_body: !becomes_get,
    }))
}

/// Returns a URL as it may be shown, however malformed it is: what stands before an `@` is left out.
fn without_user_info(text: &str) -> String {
    let start = text.find("//").map_or(0, |at| at + 2);
    match text.rfind('@') {
        Some(at) if at >= start => format!("{}{}", &text[..start], &text[at + 1..]),
        _ => text.to_owned(),
    }
}

/// Says whether a field that the caller gave stays at the origin that it was given for.
///
/// `Host` names that origin, so it stays too.
pub(crate) fn stays_behind(header: &Header) -> bool {
    header.is_secret()
        || carries_credential(header.name())
        || header.name().eq_ignore_ascii_case("Host")
}

/// Returns the fields of `given` that may go to `space`, and notes the credentials that may not.
pub(crate) fn allowed<'a>(
    given: &'a Headers,
    home: &Space,
    space: &Space,
    withheld: &mut Vec<Withheld>,
) -> Cow<'a, Headers> {
    if home == space {
        return Cow::Borrowed(given);
    }
    let mut allowed = Headers::new();
    for header in given {
        if !stays_behind(header) {
            allowed.append(header.name(), header.value());
        } else if !header.name().eq_ignore_ascii_case("Host") {
            withheld.push(Withheld {
                what: format!("the {} header", header.name()),
                belongs_to: home.clone(),
            });
        }
    }
    Cow::Owned(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(status: u16, location: &str) -> Head {
        Head {
            status,
            reason: String::new(),
            version: "HTTP/1.1",
            headers: [("Location", location)].into_iter().collect(),
        }
    }

    #[test]
    fn methods_change_as_in_browsers() {
        let url = Url::parse("http://h/").unwrap();
        for (status, method, expected, keeps_body) in [
            (301, "POST", "GET", false),
            (302, "POST", "GET", false),
            (302, "PUT", "PUT", true),
            (301, "HEAD", "HEAD", true),
            (303, "PUT", "GET", false),
            (303, "HEAD", "HEAD", true),
            (307, "POST", "POST", true),
            (308, "DELETE", "DELETE", true),
        ] {
            let next = next(&url, method, &head(status, "/x")).unwrap().unwrap();
            assert_eq!(
                (next.method.as_str(), next.keeps_body),
                (expected, keeps_body),
                "{status} {method}"
            );
        }
        assert!(next(&url, "GET", &head(300, "/x")).unwrap().is_none());
        assert!(next(&url, "GET", &head(200, "/x")).unwrap().is_none());
        assert!(next(&url, "GET", &head(302, "")).unwrap().is_none());
    }

    #[test]
    fn a_bad_location_names_itself_without_its_password() {
        let url = Url::parse("http://h/").unwrap();
        let error = next(&url, "GET", &head(302, "ftp://u:s3cret@k/"))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("ftp://k/") && !error.contains("s3cret"),
            "{error}"
        );
    }
}
