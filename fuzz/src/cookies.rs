//! Cookies: whatever a server or a file says, what is kept can be sent, written and read again.

use gatepass::{CookieFormat, Jar, SystemEnv};
use gatepass_auth::Env as _;
use gatepass_request::Url;

use crate::split::Input;

const URLS: [&str; 4] = [
    "https://www.example.co.uk/a/b",
    "http://www.example.co.uk/",
    "http://[::1]:80/x",
    "http://localhost/",
];

/// Has a server set every line of the input, or reads the input as a file, as its first byte says.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let is_file = input.of(&[true, false]);
    let url = Url::parse(input.of(&URLS)).unwrap();
    let Ok(text) = std::str::from_utf8(input.0) else {
        return;
    };
    let jar = if is_file {
        match Jar::parse(text) {
            Ok(jar) => jar,
            Err(problem) => return assert!(!problem.is_empty()),
        }
    } else {
        let jar = Jar::new();
        for line in text.split('\n') {
            if let Err(note) = jar.set(&url, line) {
                assert!(note.note.starts_with("was not kept"), "{note}");
            }
        }
        jar
    };
    if let Some(value) = jar.header_for(&url) {
        let fits = |byte: &u8| !byte.is_ascii_control();
        assert!(
            value.expose().iter().all(fits),
            "it would break out of its line"
        );
        let pairs = value.expose().split(|&byte| byte == b';').count();
        assert!(pairs <= jar.len(), "a cookie became several");
    }
    let cookies = jar.cookies();
    // One that ends while it is looked at would be in the first text and not in the second.
    let soon = SystemEnv.now() + 60;
    if cookies
        .iter()
        .all(|it| it.expires.is_none_or(|end| end > soon))
    {
        for format in [CookieFormat::Netscape, CookieFormat::Json] {
            let written = jar.to_text(format);
            let again = Jar::parse(&written).expect("what is written is read");
            assert_eq!(again.to_text(format), written);
        }
    }
    for mut cookie in cookies {
        for open in [&mut cookie.name, &mut cookie.path, &mut cookie.domain] {
            open.clear();
        }
        let value = cookie.value.expose_str().unwrap();
        let shown = format!("{cookie:?}");
        assert!(value.len() < 12 || !shown.contains(value), "{shown}");
    }
}
