//! What a redirect makes of a request: where it goes, the method, the body, and what may go along.

use std::borrow::Cow;

use gatepass_auth::{Header, Headers, Space, show};
use gatepass_request::Url;

use crate::config::Redirects;
use crate::error::{Error, Peer};
use crate::fields;
use crate::transcript::{Head, Withheld};

/// What the next request looks like.
#[derive(Debug)]
pub(crate) struct Next {
    pub(crate) url: Url,
    pub(crate) method: String,
    pub(crate) keeps_body: bool,
    /// Whether the `Location` had a user name in it, which is not used.
    pub(crate) had_user_info: bool,
}

/// What may go to the origin of a hop of what belongs to the origin that the caller asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Everything: it is that origin, or what became of it.
    Home,
    /// The credentials, because the caller trusts the other origin.
    Trusted,
    /// No credential. `trusted` says that plain HTTP is the only reason.
    Elsewhere { trusted: bool },
}

impl Reach {
    /// Says how far what belongs to `home` reaches, when a redirect leads to `space`.
    pub(crate) fn of(
        home: &Space,
        space: &Space,
        redirects: &Redirects,
        allow_plain_http: bool,
    ) -> Self {
        if home == space || is_upgrade(home, space) {
            return Self::Home;
        }
        let trusted = redirects.trusts(space);
        let is_downgrade = (home.scheme() == "https" && space.scheme() == "http")
            || (home.is_private() && !space.is_private());
        if trusted && (!is_downgrade || allow_plain_http) {
            Self::Trusted
        } else {
            Self::Elsewhere { trusted }
        }
    }
}

/// Says whether a redirect led from http to https on the same host, and both ports are the defaults. What was meant for the
/// host over plain HTTP is no less meant for it over TLS, and whoever types a name without its scheme is redirected so.
/// requests does the same (`should_strip_auth`); curl and browsers do not.
fn is_upgrade(home: &Space, space: &Space) -> bool {
    home.host() == space.host()
        && (home.scheme(), home.port()) == ("http", 80)
        && (space.scheme(), space.port()) == ("https", 443)
}

/// Says whether a field describes the body, and goes when it goes (RFC 9110 section 15.4).
fn describes_body(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("content-")
        || [
            "digest",
            "expect",
            "last-modified",
            "repr-digest",
            "trailer",
            "transfer-encoding",
        ]
        .contains(&name.as_str())
}

/// Names in `Referer` where a redirect was, unless it would be told to everybody on the way (RFC 9110 section 10.1.3).
pub(crate) fn name_referer(headers: &mut Headers, left: &Url, to: &Url) {
    headers.remove("Referer");
    if left.scheme() == "http" || to.scheme() == "https" {
        headers.append("Referer", format!("{}{}", left.space(), left.target()));
    }
}

/// Returns the fields that go along without a body.
pub(crate) fn without_body(headers: &Headers) -> Headers {
    let mut kept = Headers::new();
    let others = headers.iter().filter(|it| !describes_body(it.name()));
    others.for_each(|it| fields::push(&mut kept, it.name(), it.value(), it.is_secret()));
    kept
}

/// Returns where a response sends the client, or `None` if it does not.
///
/// 301 and 302 make a POST a GET, 303 makes everything but HEAD a GET, 307 and 308 change nothing (RFC 9110 sections
/// 15.4.2 to 15.4.9, and what browsers do). A `Location` means something else with any other status.
///
/// # Errors
/// [`Peer::BadRedirect`] for a `Location` that is no http or https URL, or could be read as two;
/// [`Peer::ForbiddenRedirect`].
pub(crate) fn next(
    url: &Url,
    method: &str,
    head: &Head,
    redirects: &Redirects,
) -> Result<Option<Next>, Error> {
    let becomes_get = match head.status {
        301..=303 if method == "POST" && redirects.keeps_post(head.status) => false,
        301 | 302 => method == "POST",
        303 => method != "HEAD" && method != "GET",
        307 | 308 => false,
        _ => return Ok(None),
    };
    let mut locations = head.headers.get_all("Location");
    let Some(location) = locations.next().filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let bad = |problem: String| Peer::BadRedirect {
        location: show::url(&String::from_utf8_lossy(location)),
        problem,
    };
    if locations.any(|other| other != location) {
        return Err(bad("there is another Location beside it".to_owned()).into());
    }
    let location = with_slashes(location).map_err(|problem| bad(problem.to_owned()))?;
    let mut next = url
        .join(&location)
        .map_err(|problem| bad(problem.to_string()))?;
    // The credential would be the peer's choice, not the caller's.
    let had_user_info = next.take_user_info().is_some();
    if !redirects.leads_to(next.scheme()) {
        return Err(Peer::ForbiddenRedirect {
            url: show::url(&next.to_string()),
            scheme: next.scheme().to_owned(),
        }
        .into());
    }
    Ok(Some(Next {
        url: next,
        method: if becomes_get { "GET" } else { method }.to_owned(),
        keeps_body: !becomes_get,
        had_user_info,
    }))
}

/// Writes the backslashes of a path as slashes, as browsers do. Where one stands so that the host depends on how it is read,
/// nobody can tell what was meant: to a browser `/\h/x` is on another host, to curl and requests it is a path.
fn with_slashes(location: &[u8]) -> Result<Cow<'_, [u8]>, &'static str> {
    let location = location.trim_ascii();
    let end = location.iter().position(|byte| matches!(byte, b'?' | b'#'));
    let (path, rest) = location.split_at(end.unwrap_or(location.len()));
    if !path.contains(&b'\\') {
        return Ok(Cow::Borrowed(location));
    }
    let slashed: Vec<u8> = path
        .iter()
        .map(|&byte| if byte == b'\\' { b'/' } else { byte })
        .collect();
    let start = match slashed.windows(2).position(|two| two == b"//") {
        // An authority, perhaps behind a scheme, ends at the next slash.
        Some(at) if at == 0 || slashed[at - 1] == b':' => {
            let authority = &slashed[at + 2..];
            let length = authority.iter().position(|&byte| byte == b'/');
            at + 2 + length.map_or(authority.len(), |length| length + 1)
        }
        _ => 0,
    };
    if path[..start].contains(&b'\\') {
        return Err("a backslash makes it unclear which host is meant");
    }
    Ok(Cow::Owned([&slashed, rest].concat()))
}

/// Says whether a field that the caller gave stays at the origin that it was given for: all do, but those that are known to tell
/// nothing of who asks. A name that is not known may be that of a credential, and who notices that it does not go along loses
/// less than who does not notice that it does.
fn is_bound(header: &Header) -> bool {
    let is_open_referer = |header: &Header| {
        let value = String::from_utf8_lossy(header.value());
        header.name().eq_ignore_ascii_case("Referer") && show::url(&value) == value
    };
    header.is_secret() || !(show::travels(header.name()) || is_open_referer(header))
}

/// Returns the fields of `given` that may go as far as `reach` says, and notes those that may not.
pub(crate) fn allowed<'a>(
    given: &'a Headers,
    home: &Space,
    reach: Reach,
    withheld: &mut Vec<Withheld>,
) -> Cow<'a, Headers> {
    if reach == Reach::Home {
        return Cow::Borrowed(given);
    }
    let mut allowed = Headers::new();
    for header in given {
        // It names the origin that it was given for.
        if header.name().eq_ignore_ascii_case("Host") {
            continue;
        }
        match reach {
            Reach::Elsewhere { trusted } if is_bound(header) => withheld.push(Withheld {
                what: format!("the {} header", header.name()),
                belongs_to: home.clone(),
                trusted,
                is_certificate: false,
                is_unknown: !header.is_secret() && !show::carries_credential(header.name()),
            }),
            _ => fields::push(
                &mut allowed,
                header.name(),
                header.value(),
                header.is_secret(),
            ),
        }
    }
    Cow::Owned(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(url: &Url, method: &str, head: &Head) -> Result<Option<Next>, Error> {
        super::next(url, method, head, &Redirects::default())
    }

    fn head(status: u16, locations: &[&str]) -> Head {
        Head {
            status,
            headers: locations.iter().map(|it| ("Location", *it)).collect(),
            ..Head::none()
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
            let next = next(&url, method, &head(status, &["/x"])).unwrap().unwrap();
            assert_eq!(
                (next.method.as_str(), next.keeps_body),
                (expected, keeps_body),
                "{status} {method}"
            );
        }
        for status in [200, 201, 300, 304, 305, 306, 309] {
            assert!(next(&url, "GET", &head(status, &["/x"])).unwrap().is_none());
        }
        assert!(next(&url, "GET", &head(302, &[""])).unwrap().is_none());
        assert!(next(&url, "GET", &head(302, &[])).unwrap().is_none());
    }

    #[test]
    fn a_post_stays_one_where_that_is_wanted() {
        let url = Url::parse("http://h/").unwrap();
        let redirects = Redirects::default().keeping_post(&[301, 303]);
        for (status, method, expected) in [
            (301, "POST", "POST"),
            (302, "POST", "GET"),
            (303, "POST", "POST"),
            (303, "PUT", "GET"),
        ] {
            let head = head(status, &["/x"]);
            let next = super::next(&url, method, &head, &redirects).unwrap();
            assert_eq!(next.unwrap().method, expected, "{status} {method}");
        }
    }

    #[test]
    fn a_redirect_to_a_scheme_that_is_left_out_is_an_error() {
        let url = Url::parse("https://h/").unwrap();
        let redirects = Redirects::default().only_to(&["https"]);
        let to = |location| super::next(&url, "GET", &head(302, &[location]), &redirects);
        assert!(to("/x").unwrap().is_some());
        let error = to("http://u:s3cret@h/x").unwrap_err().to_string();
        assert!(
            error.contains("http://h/x") && error.contains("http is not allowed"),
            "{error}"
        );
    }

    /// What browsers, curl and requests agree upon, and where they do not, what browsers do.
    #[test]
    fn a_location_is_read_where_it_can_mean_one_thing_only() {
        let url = Url::parse("https://h:444/a/b?c#old").unwrap();
        for (location, expected) in [
            ("/x", "https://h:444/x#old"),
            ("x", "https://h:444/a/x#old"),
            ("?x", "https://h:444/a/b?x#old"),
            ("#new", "https://h:444/a/b?c#new"),
            ("../../x/./y", "https://h:444/x/y#old"),
            ("//k/x", "https://k/x#old"),
            ("//k", "https://k/#old"),
            ("HTTP://K:80", "http://k/#old"),
            ("  /x y  ", "https://h:444/x%20y#old"),
            ("/é|\"<>%zz", "https://h:444/%C3%A9%7C%22%3C%3E%25zz#old"),
            (
                "http://bücher.example/ü",
                "http://xn--bcher-kva.example/%C3%BC#old",
            ),
            ("/x?u=http://k/y z", "https://h:444/x?u=http://k/y%20z#old"),
            ("\\x\\y", "https://h:444/x/y#old"),
            ("x\\y?z\\", "https://h:444/a/x/y?z%5C#old"),
            ("http://k/x\\y//z", "http://k/x/y//z#old"),
            ("//k/x\\..\\y", "https://k/y#old"),
            ("/x\\\\y", "https://h:444/x//y#old"),
        ] {
            let next = next(&url, "GET", &head(302, &[location])).unwrap().unwrap();
            assert_eq!(next.url.to_string(), expected, "{location}");
        }
        let twice = head(302, &["/x", "/x"]);
        assert!(next(&url, "GET", &twice).unwrap().is_some());
    }

    #[test]
    fn a_location_that_can_mean_two_things_is_an_error_that_says_why() {
        let url = Url::parse("http://h/a").unwrap();
        for (locations, why) in [
            (&["/\\k/x"][..], "which host"),
            (&["\\\\k\\x"], "which host"),
            (&["\\/k/x"], "which host"),
            (&["http:\\\\k/x"], "which host"),
            (&["http:/\\k/x"], "which host"),
            (&["http://k\\@j/x"], "which host"),
            (&["http://k\\x"], "which host"),
            (&["http:/x"], "http://"),
            (&["http:x"], "http://"),
            (&["http:///x"], "host"),
            (&["http://"], "host"),
            (&["javascript:alert(1)"], "javascript"),
            (&["k.example:80/x"], "k.example"),
            (&["http://k:99999/"], "port"),
            (&["http://a b/"], "space"),
            (&["/x\ty"], "control"),
            (&["/x", "/y"], "another Location"),
        ] {
            let error = next(&url, "GET", &head(302, locations))
                .unwrap_err()
                .to_string();
            assert!(
                error.starts_with("the server redirects to") && error.contains(why),
                "{locations:?}: {error}"
            );
        }
    }

    #[test]
    fn a_bad_location_names_itself_without_its_password() {
        let url = Url::parse("http://h/").unwrap();
        let error = next(&url, "GET", &head(302, &["ftp://u:s3cret@k/"]))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("ftp://k/") && !error.contains("s3cret"),
            "{error}"
        );
    }

    #[test]
    fn credentials_reach_home_its_upgrade_and_what_is_trusted() {
        const HOME: Reach = Reach::Home;
        const TRUSTED: Reach = Reach::Trusted;
        const NO: Reach = Reach::Elsewhere { trusted: false };
        const PLAIN: Reach = Reach::Elsewhere { trusted: true };
        let trusting = Redirects::default().trusting("t.example").unwrap();
        for (home, to, expected) in [
            ("http://h", "http://h:80", HOME),
            ("http://h", "https://h", HOME),
            ("http://h", "https://h:8443", NO),
            ("http://h:8080", "https://h", NO),
            ("http://h", "https://www.h", NO),
            ("https://h", "http://h", NO),
            ("https://h", "https://h:444", NO),
            ("https://h", "https://sub.h", NO),
            ("https://h", "https://t.example:444", TRUSTED),
            ("http://h", "http://t.example", TRUSTED),
            ("https://h", "http://t.example", PLAIN),
            ("http://localhost", "http://t.example", PLAIN),
            ("https://t.example", "http://t.example", PLAIN),
        ] {
            let space = |text| Url::parse(text).unwrap().space();
            let reach = |plain| Reach::of(&space(home), &space(to), &trusting, plain);
            assert_eq!(reach(false), expected, "{home} {to}");
            let allowed = if expected == PLAIN { TRUSTED } else { expected };
            assert_eq!(reach(true), allowed, "{home} {to}");
        }
    }

    #[test]
    fn what_describes_the_body_goes_with_it() {
        let given = [
            ("content-type", "1"),
            ("Content-MD5", "1"),
            ("Digest", "1"),
            ("Expect", "1"),
            ("X-Content", "1"),
            ("Accept", "1"),
        ];
        let kept = without_body(&given.into_iter().collect());
        let names: Vec<_> = kept.iter().map(Header::name).collect();
        assert_eq!(names, ["X-Content", "Accept"]);
    }
}
