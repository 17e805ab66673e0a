use super::*;
use gatepass_auth::Header;

const NOW: Timestamp = 1_800_000_000;

fn errand<'a>(url: &'a Url, home: &'a Space) -> Errand<'a> {
    Errand {
        url,
        method: "GET",
        home,
        now: NOW,
    }
}

/// Has `url` set these cookies, and returns why those that were not kept were not.
fn set(jar: &Jar, url: &str, lines: &[&str]) -> Vec<&'static str> {
    let url = Url::parse(url).unwrap();
    let head = lines.iter().map(|line| ("Set-Cookie", *line)).collect();
    let notes = jar.keep(&errand(&url, &url.space()), &head);
    notes.iter().map(|note| note.note).collect()
}

/// Returns what a request for `url` carries.
fn sent(jar: &Jar, url: &str) -> String {
    let url = Url::parse(url).unwrap();
    let mut headers = Headers::new();
    jar.attach(&errand(&url, &url.space()), &mut headers);
    let all: Vec<&Header> = headers.iter().collect();
    assert!(all.len() <= 1, "one field at most: {headers:?}");
    headers.get_str("Cookie").unwrap_or_default().to_owned()
}

/// Who sets what, and who gets it.
#[rustfmt::skip]
const PLACES: &[(&str, &str, &str, bool)] = &[
    ("http://a.example/", "n=1", "http://a.example:8080/x", true),
    ("http://a.example/", "n=1", "https://a.example/", true),
    ("http://a.example/", "n=1", "http://b.a.example/", false),
    ("http://a.example/", "n=1", "http://A.EXAMPLE/", true),
    ("http://a.example/", "n=1; Domain=a.example", "http://b.a.example/", true),
    ("http://a.example/", "n=1; domain=.A.Example", "http://b.a.example/", true),
    ("http://b.a.example/", "n=1; Domain=a.example", "http://a.example/", true),
    ("http://b.a.example/", "n=1; Domain=a.example", "http://ba.example/", false),
    ("http://a.example/", "n=1; Domain=", "http://b.a.example/", false),
    ("http://127.0.0.1/", "n=1; Domain=127.0.0.1", "http://127.0.0.1/", true),
    ("http://[::1]/", "n=1", "http://[::1]:81/", true),
    ("http://a.example/x/y", "n=1", "http://a.example/x/z", true),
    ("http://a.example/x/y", "n=1", "http://a.example/x", true),
    ("http://a.example/x/y", "n=1", "http://a.example/", false),
    ("http://a.example/", "n=1; Path=/x", "http://a.example/x/y", true),
    ("http://a.example/", "n=1; Path=/x", "http://a.example/xy", false),
    ("http://a.example/x/y", "n=1; Path=z", "http://a.example/x/", true),
    ("https://a.example/", "n=1; Secure", "http://a.example/", false),
    ("https://a.example/", "n=1; Secure", "https://a.example/", true),
    ("http://localhost/", "n=1; Secure", "http://localhost:1/", true),
    ("http://a.example/", "n=1; HttpOnly", "http://a.example/", true),
    ("http://bücher.example/", "n=1", "http://xn--bcher-kva.example/", true),
    ("http://a.bücher.example/", "n=1; Domain=bücher.example", "http://bücher.example/", true),
    ("http://a.example/", "n=1; Max-Age=0", "http://a.example/", false),
    ("http://a.example/", "n=1; Max-Age=-5", "http://a.example/", false),
    ("http://a.example/", "n=1; Max-Age=9", "http://a.example/", true),
    ("http://a.example/", "n=1; Expires=Thu, 1 Jan 1970 00:00:00 GMT", "http://a.example/", false),
    ("http://a.example/", "n=1; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "http://a.example/", true),
    ("http://a.example/", "n=1; Expires=nonsense", "http://a.example/", true),
];

#[test]
fn a_cookie_goes_where_its_attributes_say() {
    for (from, line, to, expected) in PLACES {
        let jar = Jar::new();
        assert_eq!(set(&jar, from, &[line]), [""; 0], "{from} {line}");
        assert_eq!(
            sent(&jar, to),
            if *expected { "n=1" } else { "" },
            "{from} {line} {to}"
        );
    }
}

/// Who sets what, and why it is not kept.
#[rustfmt::skip]
const REFUSALS: &[(&str, &str, &str)] = &[
    ("http://a.example/", "n=1; Domain=b.example", "not one of this host's"),
    ("http://a.example/", "n=1; Domain=b.a.example", "not one of this host's"),
    ("http://1.2.3.4/", "n=1; Domain=3.4", "not one of this host's"),
    ("http://a.co.uk/", "n=1; Domain=co.uk", "public suffix"),
    ("http://a.github.io/", "n=1; Domain=github.io", "public suffix"),
    ("http://a.intranet/", "n=1; Domain=intranet", "public suffix"),
    ("http://a.example/", "n=1; Secure", "plain http"),
    ("https://a.example/", "n=1; SameSite=None", "needs Secure"),
    ("https://a.example/", "__Secure-n=1", "needs Secure"),
    ("https://a.example/", "__host-n=1; Secure", "Path=/"),
    ("https://a.example/", "__Host-n=1; Secure; Path=/x", "Path=/"),
    ("https://a.example/", "__Host-n=1; Secure; Path=/; Domain=a.example", "no Domain"),
    ("http://a.example/", "=1", "no name"),
    ("http://a.example/", "n", "no name"),
    ("http://a.example/", "n=a\u{7f}b", "characters"),
];

#[test]
fn what_must_not_be_kept_is_refused_with_the_reason() {
    for (from, line, why) in REFUSALS {
        let jar = Jar::new();
        let notes = set(&jar, from, &[line]);
        assert!(
            notes.len() == 1 && notes[0].contains(why),
            "{from} {line}: {notes:?}"
        );
        assert!(jar.is_empty(), "{from} {line}");
    }
    let jar = Jar::new();
    let long = format!("n={}", "x".repeat(4096));
    assert!(set(&jar, "http://a.example/", &[&long])[0].contains("4096"));
    assert_eq!(
        set(&jar, "https://a.example/", &["__Host-n=1; Secure; Path=/"]),
        [""; 0]
    );
    // A host that is a public suffix itself has its cookie to itself.
    assert_eq!(
        set(&jar, "http://github.io/", &["n=1; Domain=github.io"]),
        [""; 0]
    );
    assert_eq!(sent(&jar, "http://a.github.io/"), "");
}

#[test]
fn plain_http_leaves_secure_cookies_alone() {
    let jar = Jar::new();
    set(&jar, "https://a.example/", &["n=1; Secure; Path=/x"]);
    for (from, line, refused) in [
        ("http://a.example/", "n=2; Path=/x", true),
        ("http://a.example/", "n=2; Path=/x/y", true),
        (
            "http://b.a.example/",
            "n=2; Domain=a.example; Path=/x",
            true,
        ),
        ("http://a.example/", "n=2; Path=/", false),
        ("http://a.example/", "m=2; Path=/x", false),
    ] {
        assert_eq!(
            set(&jar, from, &[line]).len(),
            usize::from(refused),
            "{from} {line}"
        );
    }
    assert_eq!(sent(&jar, "https://a.example/x"), "n=1; m=2; n=2");
}

#[test]
fn longer_paths_and_older_cookies_stand_first() {
    let jar = Jar::new();
    let url = "http://a.example/x/y/z";
    set(
        &jar,
        url,
        &[
            "a=1; Path=/",
            "b=1; Path=/x/y",
            "c=1; Path=/x",
            "d=1; Path=/x/y; Domain=a.example",
        ],
    );
    // A cookie that is set again keeps its place.
    set(&jar, url, &["b=2; Path=/x/y"]);
    assert_eq!(sent(&jar, url), "b=2; d=1; c=1; a=1");
    set(
        &jar,
        url,
        &["b=; Path=/x/y; Max-Age=0", "c=; Path=/; Max-Age=0"],
    );
    assert_eq!(sent(&jar, url), "d=1; c=1; a=1");
}

#[test]
fn the_callers_cookies_stand_first_and_win() {
    let jar = Jar::new();
    set(&jar, "http://a.example/", &["a=jar", "b=jar"]);
    let url = Url::parse("http://a.example/").unwrap();
    let given = [("Cookie", "a=mine; z=1"), ("X", "y"), ("cookie", "q=2")];
    let mut headers: Headers = given.into_iter().collect();
    jar.attach(&errand(&url, &url.space()), &mut headers);
    assert_eq!(headers.get_all("Cookie").count(), 1);
    assert_eq!(headers.get_str("Cookie"), Some("a=mine; z=1; q=2; b=jar"));
}

#[test]
fn same_site_cookies_do_not_follow_a_redirect_from_another_site() {
    let jar = Jar::new();
    let lines = [
        "s=1; SameSite=Strict",
        "l=1; SameSite=Lax",
        "u=1",
        "n=1; SameSite=None; Secure",
    ];
    set(&jar, "https://a.example.co.uk/", &lines);
    let to = Url::parse("https://a.example.co.uk/").unwrap();
    for (home, method, expected) in [
        ("https://b.example.co.uk/", "POST", "s=1; l=1; u=1; n=1"),
        ("http://a.example.co.uk/", "POST", "s=1; l=1; u=1; n=1"),
        ("https://other.co.uk/", "GET", "l=1; u=1; n=1"),
        ("https://other.co.uk/", "POST", "n=1"),
        ("https://1.2.3.4/", "GET", "l=1; u=1; n=1"),
    ] {
        let home = Url::parse(home).unwrap().space();
        let mut headers = Headers::new();
        let errand = Errand {
            method,
            ..errand(&to, &home)
        };
        let notes = jar.attach(&errand, &mut headers);
        assert_eq!(headers.get_str("Cookie"), Some(expected), "{home} {method}");
        let left = 4 - expected.split(';').count();
        assert_eq!(notes.len(), left, "{notes:?}");
    }
}

#[test]
fn a_cookie_lives_400_days_at_most() {
    let jar = Jar::new();
    set(
        &jar,
        "http://a.example/",
        &["a=1; Max-Age=99999999999999999999", "b=1"],
    );
    let url = Url::parse("http://a.example/").unwrap();
    let (mut headers, home) = (Headers::new(), url.space());
    let later = Errand {
        now: NOW + 401 * 86_400,
        ..errand(&url, &home)
    };
    jar.attach(&later, &mut headers);
    assert_eq!(headers.get_str("Cookie"), Some("b=1"));
}

#[test]
fn a_domain_that_sets_too_many_loses_its_own() {
    let jar = Jar::new();
    set(&jar, "https://b.example/", &["keep=1"]);
    set(&jar, "https://a.example/", &["first=1; Secure"]);
    for at in 0..PER_DOMAIN + 20 {
        set(&jar, "https://a.example/", &[&format!("n{at}=1")]);
    }
    assert_eq!(jar.len(), PER_DOMAIN + 1);
    assert_eq!(sent(&jar, "https://b.example/"), "keep=1");
    let all = sent(&jar, "https://a.example/");
    assert!(
        all.starts_with("first=1; n21=1") && all.ends_with(&format!("n{}=1", PER_DOMAIN + 19)),
        "{all}"
    );
    for at in 0..IN_ALL + 5 {
        set(&jar, &format!("https://h{at}.example/"), &["n=1"]);
    }
    assert_eq!(jar.len(), IN_ALL);
}

#[test]
fn debug_shows_no_value() {
    let jar = Jar::new();
    set(&jar, "http://a.example/x/y", &["sid=s3cret-s3cret-s3cret"]);
    let shown = format!("{jar:?}");
    assert!(
        shown.contains("sid of a.example/x") && !shown.contains("s3cret"),
        "{shown}"
    );
}
