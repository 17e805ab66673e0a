//! What people type as a URL, and where relative references lead.

use gatepass_request::{Typed, Url, UrlError};
use proptest::prelude::*;

fn typed(text: &str) -> Result<String, UrlError> {
    Url::typed(text, "http").map(|typed| match typed {
        Typed::Absolute(url) => url.to_string(),
        other => format!("{other:?}"),
    })
}

#[test]
fn what_people_type_is_understood() {
    for (text, expected) in [
        ("example.org", "http://example.org/"),
        (" example.org/x \n", "http://example.org/x"),
        ("localhost:8080/x", "http://localhost:8080/x"),
        (":8080/x", "http://localhost:8080/x"),
        (":/x", "http://localhost/x"),
        (":", "http://localhost/"),
        ("://host/x", "http://host/x"),
        ("//host/x", "http://host/x"),
        ("HTTPS://Example.ORG:443", "https://example.org/"),
        ("https://example.org:80", "https://example.org:80/"),
        ("http:8080/x", "http://http:8080/x"),
        ("localhost:/x", "http://localhost/x"),
        ("example.org?a=b", "http://example.org/?a=b"),
        (
            "example.org/?to=http://x",
            "http://example.org/?to=http://x",
        ),
        ("example.org#top", "http://example.org/#top"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("[::1]/x", "http://[::1]/x"),
        (
            "bücher.example/ü?ü#ü",
            "http://xn--bcher-kva.example/%C3%BC?%C3%BC#%C3%BC",
        ),
        ("a_b.example.", "http://a_b.example./"),
        ("127.1", "http://127.0.0.1/"),
        ("alice:s3cret@host/x", "http://host/x"),
        (
            "host/a b\"<>\\^`{|}",
            "http://host/a%20b%22%3C%3E%5C%5E%60%7B%7C%7D",
        ),
        ("host/%zz%4", "http://host/%25zz%254"),
        (
            "host/a%2Fb/../c;d=1//e?q[]=1&r='%20+",
            "http://host/a%2Fb/../c;d=1//e?q[]=1&r='%20+",
        ),
        ("/get?a=1#x", "Path(\"/get?a=1\")"),
        ("/", "Path(\"/\")"),
    ] {
        assert_eq!(typed(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_no_url_says_what_to_write() {
    for (text, expected) in [
        ("", "the URL is empty"),
        (
            "hppts://example.org",
            "\"hppts\" is no scheme of a URL here; did you mean https://?",
        ),
        ("htp://example.org", "did you mean http://?"),
        ("htps:/example.org", "did you mean https://?"),
        (
            "ftp://example.org",
            "\"ftp\" is no scheme of a URL here; write http:// or https://",
        ),
        (
            "http:/host",
            "two slashes must follow the scheme: http://host/path",
        ),
        ("https:host", "https://host/path"),
        ("http://", "has no host"),
        ("https:///x", "has no host"),
        ("?a", "has no host"),
        ("http://:80/", "has no host"),
        ("http://user@/", "has no host"),
        ("host:port/x", "the port must be a number"),
        ("host:0", "the port must be a number"),
        ("host:65536", "the port must be a number"),
        ("host:+1", "the port must be a number"),
        ("[::1]8080", "the port must be a number"),
        ("a b.example", "\"a b.example\" has a space"),
        (
            "http://good.example\\@evil.example/",
            "the host has a backslash; in a user name or password write it as %5C",
        ),
        ("::1/x", "stands in brackets"),
        ("[::1", "no closing one"),
        ("[::g]", "is no IPv6 address"),
        ("1.2.3.256", "is no IPv4 address"),
        ("a<b", "has a character in it that no host name has"),
        ("host/a\r\nX: y", "has a control character at character 7"),
        ("http://%ff@host/", "is not UTF-8"),
    ] {
        let error = typed(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn user_info_is_kept_apart_and_never_printed() {
    let mut url = Url::parse("http://al%3Aice:s3cr%C3%A9t%40:x@host/").unwrap();
    let info = url.user_info().unwrap().clone();
    assert_eq!(info.user, "al:ice");
    assert_eq!(
        info.password.as_ref().unwrap().expose_str(),
        Some("s3crét@:x")
    );
    let shown = format!("{url} {url:?} {info:?}");
    assert!(
        !shown.contains("s3cr") && !shown.contains("al:ice"),
        "{shown}"
    );
    assert_eq!(url.take_user_info(), Some(info));
    assert_eq!(url, Url::parse("http://host/").unwrap());
    for text in [
        "http://alice:s3cret/x@host/",
        "alice:s3cret",
        "http://alice:s3/cr<et@ho<st",
    ] {
        let error = Url::typed(text, "http").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3"), "{error}");
    }
}

#[test]
fn references_resolve_as_rfc_3986_says() {
    // RFC 3986 sections 5.4.1 and 5.4.2, with an http base.
    let base = Url::parse("http://a/b/c/d;p?q").unwrap();
    for (reference, expected) in [
        ("g", "http://a/b/c/g"),
        ("./g", "http://a/b/c/g"),
        ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"),
        ("//g", "http://g/"),
        ("?y", "http://a/b/c/d;p?y"),
        ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q#s"),
        ("g?y#s", "http://a/b/c/g?y#s"),
        (";x", "http://a/b/c/;x"),
        ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
        ("", "http://a/b/c/d;p?q"),
        (".", "http://a/b/c/"),
        ("./", "http://a/b/c/"),
        ("..", "http://a/b/"),
        ("../g", "http://a/b/g"),
        ("../..", "http://a/"),
        ("../../../g", "http://a/g"),
        ("/./g", "http://a/g"),
        ("/../g", "http://a/g"),
        ("g.", "http://a/b/c/g."),
        ("..g", "http://a/b/c/..g"),
        ("./g/.", "http://a/b/c/g/"),
        ("g/./h", "http://a/b/c/g/h"),
        ("g/../h", "http://a/b/c/h"),
        ("g?y/../x", "http://a/b/c/g?y/../x"),
        ("g#s/../x", "http://a/b/c/g#s/../x"),
        ("http://h/%2E%2e/%2F/x", "http://h/%2E%2e/%2F/x"),
        ("https://h/a/../b", "https://h/b"),
        ("a b", "http://a/b/c/a%20b"),
    ] {
        assert_eq!(
            base.join(reference).unwrap().to_string(),
            expected,
            "{reference}"
        );
    }
    assert_eq!(base.join(b"/\xe9").unwrap().target(), "/%E9");
    assert_eq!(base.join("/é").unwrap().target(), "/%C3%A9");
    for reference in [
        "g:h",
        "javascript:alert(1)",
        "http:g",
        "ftp://h/",
        "//",
        "/a\r\nb",
    ] {
        assert!(base.join(reference).is_err(), "{reference}");
    }
    let base = Url::parse("http://alice:s3cret@a/#top").unwrap();
    assert_eq!(base.join("/x").unwrap().to_string(), "http://a/x#top");
    assert!(base.join("/x").unwrap().user_info().is_some());
    assert!(base.join("http://a/x").unwrap().user_info().is_none());
}

#[test]
fn the_query_grows() {
    for (text, expected) in [
        ("h/a", "/a?n=%26%20"),
        ("h/a?", "/a?n=%26%20"),
        ("h/a?b", "/a?b&n=%26%20"),
        ("h?b&", "/?b&n=%26%20"),
    ] {
        let Ok(Typed::Absolute(mut url)) = Url::typed(text, "http") else {
            panic!("{text}")
        };
        url.push_query("n", "& ");
        assert_eq!(url.target(), expected);
    }
}

proptest! {
    #[test]
    fn whatever_is_read_is_read_alike_again(text in "[a-z:/@?#\\[\\]. %é\\\\0-9]{0,30}") {
        if let Ok(Typed::Absolute(url)) = Url::typed(&text, "https") {
            let again = Url::parse(&url.to_string()).unwrap();
            prop_assert_eq!(again.to_string(), url.to_string());
            prop_assert!(url.target().starts_with('/') && url.target().bytes().all(|b| b.is_ascii_graphic()));
        }
    }

    #[test]
    fn no_reference_leaves_http(reference in proptest::collection::vec(any::<u8>(), 0..40)) {
        if let Ok(url) = Url::parse("http://a/b/c?d").unwrap().join(&reference) {
            prop_assert!(url.target().starts_with('/') && url.target().bytes().all(|b| b.is_ascii_graphic()));
        }
    }
}
