//! The options of curl: those of an installed curl are known, and what each does to a request.

use std::process::Command;

use gatepass_request::parse::curl::{self, Curl, CurlError, Wanted};
use gatepass_request::{Body, HttpVersion, Request};

fn read(wanted: &Wanted<'_>) -> Result<Vec<u8>, String> {
    match wanted {
        Wanted::File("rc") => {
            Ok(b"# comment\nuser = \"a:b\"\n-H 'x'\nheader: \"X: 1\"\nurl http://h/rc".to_vec())
        }
        Wanted::File("loop") => Ok(b"-K loop\n-K loop\n".to_vec()),
        Wanted::File("urls") => Ok(b"http://h/1\n\n# no\nhttp://h/2\n".to_vec()),
        other => Err(format!("{other} is not there")),
    }
}

fn words(line: &str) -> Result<Curl, CurlError> {
    let words: Vec<&str> = line.split(' ').collect();
    curl::parse_words(&words, &read)
}

fn one(line: &str) -> Request {
    let curl = words(line).unwrap_or_else(|error| panic!("{line}\n{error}"));
    curl.transfers[0].request.clone()
}

/// A newer curl may have options that nobody has told us of.
#[test]
#[expect(clippy::print_stderr, reason = "what is passed over is told")]
#[expect(
    clippy::disallowed_methods,
    reason = "it says whether curl may be missing"
)]
fn every_option_of_the_installed_curl_is_known() {
    let Ok(output) = Command::new("curl").args(["--help", "all"]).output() else {
        assert!(std::env::var_os("CI").is_none(), "curl is needed here");
        eprintln!("skipped: there is no curl");
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let mut known = 0;
    for line in text.lines() {
        let Some(option) = line.split_whitespace().find(|word| word.starts_with("--")) else {
            continue;
        };
        let outcome = curl::parse_words(&[option, "1", "http://h/"], &read);
        assert!(
            !matches!(outcome, Err(CurlError::UnknownOption { .. })),
            "{option}"
        );
        known += 1;
    }
    assert!(known > 200, "{known} options in {text}");
}

#[test]
fn what_an_option_says_is_in_the_settings() {
    let settings = one(
        "-L --max-redirs 5 --post302 -m 1.5 --connect-timeout 2 --retry 3 --retry-delay 4 -k --cacert ca --cert c\\:1:pw \
         --key k --tlsv1.2 --tls-max 1.3 --pinnedpubkey sha256//x --resolve a:1:b --connect-to a:b:c:d --unix-socket s \
         --interface i -6 --http2 --compressed --request-target /t -b file -c jar -j -n http://h/",
    )
    .settings;
    assert_eq!(
        (settings.redirects.follow, settings.redirects.limit),
        (Some(true), Some(5))
    );
    assert_eq!(settings.redirects.keep_post, [false, true, false]);
    assert_eq!(settings.timeouts.total.map(|it| it.as_millis()), Some(1500));
    assert_eq!(
        (settings.retries.count, settings.tls.insecure),
        (Some(3), true)
    );
    let client = settings.tls.client.as_ref();
    assert_eq!(
        client.map(|it| (it.certificate.as_str(), it.key.as_deref())),
        Some(("c:1", Some("k")))
    );
    assert_eq!(
        (
            settings.tls.min_version.as_deref(),
            settings.tls.max_version.as_deref()
        ),
        (Some("1.2"), Some("1.3"))
    );
    assert_eq!(
        (settings.connect.ip_version, settings.http_version),
        (Some(6), Some(HttpVersion::Http2))
    );
    assert_eq!(
        (
            settings.cookies.files.as_slice(),
            settings.cookies.jar.as_deref()
        ),
        (&["file".to_owned()][..], Some("jar"))
    );
    assert!(settings.compressed && settings.cookies.new_session && settings.netrc.is_some());
    // What turns an option off again.
    let settings = one(
        "-L -k --compressed -n --no-location --no-insecure --no-compressed --no-netrc http://h/",
    )
    .settings;
    assert!(!settings.tls.insecure && !settings.compressed && settings.netrc.is_none());
    assert_eq!(settings.redirects.follow, Some(false));
}

#[test]
fn schemes_and_proxies_are_data() {
    for (line, scheme) in [
        ("-u a:b", Some("basic")),
        ("-u a:b --digest", Some("digest")),
        ("-u a:b --ntlm", Some("ntlm")),
        ("-u : --negotiate", Some("negotiate")),
        ("-u a:b --anyauth", Some("auto")),
        ("-u a:b --basic --digest", Some("auto")),
        ("-u a:b --digest --no-digest", Some("basic")),
        ("--oauth2-bearer t", Some("bearer")),
        ("--oauth2-bearer t -u a:b", Some("bearer")),
        ("--digest", None),
        ("-u a:b -H Authorization:", None),
    ] {
        let auth = one(&format!("{line} http://h/")).auth;
        assert_eq!(
            auth.and_then(|auth| auth.scheme).as_deref(),
            scheme,
            "{line}"
        );
    }
    let auth = one("-u id:key --aws-sigv4 aws:amz:eu-west-1:s3 http://h/")
        .auth
        .unwrap_or_else(|| unreachable!());
    let fields: Vec<&str> = auth.values.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        fields,
        ["access_key", "secret_key", "provider", "region", "service"]
    );
    for (line, url, scheme) in [
        ("-x proxy", "http://proxy:1080", None),
        ("-x https://proxy", "https://proxy:443", None),
        (
            "-x http://u%40x:p@proxy:3128/",
            "http://proxy:3128",
            Some("basic"),
        ),
        ("--socks5 [::1]:9 -U u:p", "socks5://[::1]:9", Some("basic")),
        (
            "-x proxy:1 -U u:p --proxy-digest",
            "http://proxy:1",
            Some("digest"),
        ),
        (
            "-x proxy:1 -U u:p --proxy-anyauth",
            "http://proxy:1",
            Some("auto"),
        ),
    ] {
        let proxy = one(&format!("{line} http://h/"))
            .settings
            .proxy
            .unwrap_or_else(|| panic!("{line}"));
        assert_eq!(proxy.url, url, "{line}");
        assert_eq!(
            proxy.auth.and_then(|auth| auth.scheme).as_deref(),
            scheme,
            "{line}"
        );
    }
}

#[test]
fn files_are_options_too() {
    let curl = words("-K rc").unwrap_or_else(|error| panic!("{error}"));
    let request = &curl.transfers[0].request;
    assert_eq!(
        (request.url.path(), request.headers.get_str("X")),
        ("/rc", Some("1"))
    );
    assert!(request.auth.is_some());
    assert!(words("-K loop http://h/").is_err_and(|error| error.to_string().contains("too often")));
    assert_eq!(words("--url @urls").map(|curl| curl.transfers.len()), Ok(2));
    assert!(words("--next http://h/").is_err());
    let curl = words("--user=a:b --data=x http://h/ -: http://i/")
        .unwrap_or_else(|error| panic!("{error}"));
    let methods: Vec<&str> = curl
        .transfers
        .iter()
        .map(|it| it.request.method.as_str())
        .collect();
    assert_eq!(methods, ["POST", "GET"]);
}

#[test]
fn variables_of_curl_are_expanded() {
    let body = |line: &str| match one(line).body {
        Body::Raw { bytes, .. } => String::from_utf8_lossy(&bytes).into_owned(),
        other => format!("{other:?}"),
    };
    assert_eq!(
        body("--variable a=b&c --expand-data {{a:url}}-{{a:b64}}-{{a}} u"),
        "b%26c-YiZj-b&c"
    );
    assert_eq!(body("--variable a=\"x --expand-data {{a:json}} u"), "\\\"x");
    assert_eq!(
        body("--variable a=Yg== --expand-data {{a:64dec}}\\{{{none} u"),
        "b{{{none}"
    );
    let error = words("--variable a=b --expand-data {{a:nope}} u")
        .map(drop)
        .unwrap_err();
    assert!(error.to_string().contains("unknown function"), "{error}");
    let mut line = "--variable a=xxxxxxxxxx".to_owned();
    for _ in 0..30 {
        line.push_str(" --expand-variable a={{a}}{{a}}");
    }
    assert!(words(&format!("{line} u")).is_err_and(|error| error.to_string().contains("grows")));
    let request = one("--variable %NAME --expand-url http://h/{{NAME}} -d x");
    assert_eq!(request.variables[0].name, "NAME");
}

#[test]
fn what_is_ignored_is_named() {
    let curl = words("--ftp-pasv --ciphers x --tcp-nodelay -# http://h/")
        .unwrap_or_else(|error| panic!("{error}"));
    let named: Vec<&str> = curl
        .ignored
        .iter()
        .map(|(option, _)| option.as_str())
        .collect();
    assert_eq!(named, ["--ftp-pasv", "--ciphers", "--tcp-nodelay", "-#"]);
    assert_eq!(curl.warnings.len(), 4);
    let harmless: Vec<bool> = curl
        .ignored
        .iter()
        .map(|(_, why)| why.is_harmless())
        .collect();
    assert_eq!(harmless, [true, false, true, true]);
}
