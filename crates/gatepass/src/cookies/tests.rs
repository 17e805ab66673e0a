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
    ("http://a.example/", "n=a\tb", "characters"),
    ("http://a.example/", "n=a; Path=/x\ty", "characters"),
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

/// Cookies of every kind, as curl 7.88 and Firefox's extensions write them.
const NETSCAPE: &str = "\
# Netscape HTTP Cookie File

#HttpOnly_.a.example\tTRUE\t/x\tTRUE\t4102444800\tsid\ts3cret
b.example\tFALSE\t/\tFALSE\t0\tplain\tv a=l
b.example\tFALSE\t/\tFALSE\t1\tover\tgone
b.example\tFALSE\t/\tFALSE\t4102444800.5\tempty
";

#[test]
fn a_netscape_file_is_read_and_written() {
    let jar = Jar::parse(NETSCAPE).unwrap();
    assert_eq!(sent(&jar, "https://w.a.example/x"), "sid=s3cret");
    assert_eq!(sent(&jar, "http://b.example/"), "plain=v a=l; empty=");
    assert_eq!(sent(&jar, "http://w.b.example/"), "");
    let text = jar.to_text(CookieFormat::Netscape);
    assert!(text.starts_with("# Netscape HTTP Cookie File\n"), "{text}");
    let lines: Vec<_> = text.lines().filter(|line| line.contains('\t')).collect();
    let expected = [
        "#HttpOnly_.a.example\tTRUE\t/x\tTRUE\t4102444800\tsid\ts3cret",
        "b.example\tFALSE\t/\tFALSE\t0\tplain\tv a=l",
        "b.example\tFALSE\t/\tFALSE\t4102444800\tempty\t",
    ];
    assert_eq!(lines, expected);
    let wget = "127.0.0.1:8765\tFALSE\t/\tFALSE\t0\tn\t1\n";
    assert_eq!(sent(&Jar::parse(wget).unwrap(), "http://127.0.0.1/"), "n=1");
    let python = "a.example\tFALSE\t/\tFALSE\t\tn\t1\n";
    assert_eq!(
        sent(&Jar::parse(python).unwrap(), "http://a.example/"),
        "n=1"
    );
    let windows = NETSCAPE.replace('\n', "\r\n");
    assert_eq!(
        Jar::parse(&windows)
            .unwrap()
            .to_text(CookieFormat::Netscape),
        text
    );
}

#[test]
fn json_is_read_and_written() {
    let jar = Jar::parse(NETSCAPE).unwrap();
    set(&jar, "https://[::1]/y/z", &["strict=1; SameSite=Strict"]);
    let json = jar.to_text(CookieFormat::Json);
    let again = Jar::parse(&json).unwrap();
    assert_eq!(again.to_text(CookieFormat::Json), json);
    let list: serde_json::Value = serde_json::from_str(&json).unwrap();
    let expected = serde_json::json!({
        "name": "sid", "value": "s3cret", "domain": ".a.example", "hostOnly": false, "path": "/x",
        "secure": true, "httpOnly": true, "sameSite": "unspecified", "session": false,
        "expirationDate": 4_102_444_800.0,
    });
    assert_eq!(list[0], expected);
    assert_eq!(list[1]["session"], true);
    assert_eq!(list[3]["domain"], "::1");
    assert_eq!(list[3]["sameSite"], "strict");

    let playwright = r#"{"cookies": [{"name": "n", "value": "1", "domain": ".a.example", "path": "/", "expires": -1,
        "httpOnly": false, "secure": false, "sameSite": "Lax"}], "origins": []}"#;
    let jar = Jar::parse(playwright).unwrap();
    assert_eq!(sent(&jar, "http://w.a.example/"), "n=1");
    assert_eq!(jar.cookies()[0].same_site, Some(SameSite::Lax));
}

#[test]
fn a_file_that_is_none_is_refused_with_the_place_and_without_the_value() {
    for (text, place) in [
        ("s3cret", "line 1 has not seven fields"),
        (
            "# c\n\na.example\tFALSE\t/\tmaybe\t0\tn\ts3cret",
            "line 3 has neither",
        ),
        (
            "a.example\tFALSE\t/\tFALSE\tsoon\tn\ts3cret",
            "line 1 has no number",
        ),
        (
            "a.example\tFALSE\t/\tFALSE\t0\tn\ts3cret; x",
            "cookie 1 cannot be used: its value",
        ),
        (
            "a b\tFALSE\t/\tFALSE\t0\tn\ts3cret",
            "its domain is no host",
        ),
        ("\tFALSE\t/\tFALSE\t0\tn\ts3cret", "its domain is no host"),
        (
            "a/b\tFALSE\t/\tFALSE\t0\tn\ts3cret",
            "its domain is no host",
        ),
        ("a.example\tFALSE\tx\tFALSE\t0\tn\ts3cret", "its path"),
        ("a.example\tFALSE\t/\tFALSE\t0\t\ts3cret", "its name"),
        (
            "a.example\tFALSE\t/\tFALSE\t0\t__Host-n\ts3cret",
            "do not fit together",
        ),
        ("{\"s3cret\": 1}", "no list of cookies in JSON"),
        (
            "[{\"name\": \"n\", \"value\": \"s3cret\\r\\nX: y\", \"domain\": \"h\"}]",
            "its value",
        ),
        (
            "[{\"name\": \"n\", \"value\": \"s3cret\"}]",
            "its domain is no host",
        ),
    ] {
        let problem = Jar::parse(text).unwrap_err();
        assert!(
            problem.contains(place) && !problem.contains("s3cret"),
            "{text}: {problem}"
        );
    }
}

#[test]
fn a_line_is_kept_as_if_it_had_come() {
    let jar = Jar::new();
    let url = Url::parse("https://a.example/x").unwrap();
    jar.set(&url, "n=1; Secure").unwrap();
    let refused = jar.set(&url, "m=1; Domain=example").unwrap_err();
    assert!(
        refused.to_string().starts_with("the cookie m was not kept"),
        "{refused}"
    );
    assert_eq!(jar.header_for(&url).unwrap().expose(), b"n=1");
    assert!(
        jar.header_for(&Url::parse("http://a.example/").unwrap())
            .is_none()
    );
}

#[test]
fn a_cookie_by_hand_is_checked_and_can_be_removed() {
    let jar = Jar::new();
    let cookie = Cookie::new("n", "s3cret", "A.Example");
    jar.insert(&cookie).unwrap();
    assert_eq!(sent(&jar, "http://a.example/x"), "n=s3cret");
    assert!(!format!("{:?}", jar.cookies()).contains("s3cret"));
    for domain in [
        "/.example",
        "..example",
        "a..example",
        "a/b",
        "a@b",
        "a:1",
        "a?b",
        "a b",
        "",
    ] {
        let mut cookie = Cookie::new("n", "1", domain);
        cookie.host_only = false;
        assert!(jar.insert(&cookie).is_err(), "{domain}");
    }
    // A file can say that a public suffix is meant, and nobody may believe it.
    let mut wide = Cookie::new("w", "1", "co.uk");
    wide.host_only = false;
    jar.insert(&wide).unwrap();
    assert_eq!(sent(&jar, "http://a.co.uk/"), "");
    assert!(jar.remove("a.example", "/", "n") && !jar.remove("a.example", "/", "n"));
    assert_eq!(jar.len(), 1);
    for bad in [
        Cookie::new("a=b", "1", "h"),
        Cookie::new("a", "1\r\n", "h"),
        Cookie::new("a", "1", "h:80"),
    ] {
        assert!(jar.insert(&bad).is_err(), "{bad:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cookies.txt");
    assert!(Jar::read(&path).unwrap().is_empty());
    let jar = Jar::parse(NETSCAPE).unwrap();
    jar.write(&path, CookieFormat::of_path(&path)).unwrap();
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(Jar::read(&path).unwrap().len(), 3);
    std::fs::write(&path, "no cookies").unwrap();
    let error = Jar::read(&path).unwrap_err().to_string();
    assert!(
        error.contains("cookies.txt cannot be used: line 1"),
        "{error}"
    );
}
