//! Names that a server gives to files: whatever it says, the file lands in its folder, in sight and under a name that is one
//! on every system.

use std::path::{Component, Path};

use gatepass::download::file_name;
use gatepass_auth::Headers;
use gatepass_request::Url;

use crate::split::Input;

const TYPES: [&str; 4] = ["text/html; charset=utf-8", "application/gzip", "x/y", ""];

/// Takes a media type by the first byte, and the rest for a `Content-Disposition` and for the path of a URL.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let kind = input.of(&TYPES);
    let mut headers = Headers::new();
    headers.set("Content-Type", kind);
    let path = String::from_utf8_lossy(input.0);
    let segments: Vec<&str> = path.split(['?', '#', ' ', '\r', '\n', '\t']).collect();
    let at_home = Url::parse("http://h/").unwrap();
    if let Ok(url) = Url::parse(&format!("http://h/{}", segments[0])) {
        check(&file_name(&headers, &url));
    }
    headers.set("Content-Disposition", input.0.to_vec());
    check(&file_name(&headers, &at_home));
}

fn check(name: &str) {
    let mut components = Path::new(name).components();
    let is_name = matches!(components.next(), Some(Component::Normal(_)));
    assert!(is_name && components.next().is_none(), "{name:?} is a path");
    assert!(name.len() <= 220, "{name:?} is too long");
    let starts_well = !name.starts_with(['.', '-', '~']) && name.trim() == name;
    assert!(
        starts_well && !name.ends_with('.'),
        "{name:?} is hidden or an option"
    );
    let harms = |c: char| c.is_control() || "/\\:*?\"<>|\u{202e}".contains(c);
    assert!(!name.contains(harms), "{name:?} harms");
    let lower = name.to_ascii_lowercase();
    assert!(
        !lower.ends_with(".part") && !lower.ends_with(".part.json"),
        "{name:?} would be gone on with"
    );
    let stem = lower.split('.').next().unwrap_or_default();
    assert!(
        !["con", "nul", "aux", "prn", "com1"].contains(&stem),
        "{name:?} is a device"
    );
}
