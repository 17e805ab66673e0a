//! Request items: no word makes a request that cannot be sent.

use gatepass_request::parse::items::{Item, Value, tell_apart};
use gatepass_request::{BodyKind, Build, Url};

use crate::split::Input;

/// Reads the lines of the input as words.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let kind = input.of(&[BodyKind::Auto, BodyKind::Json, BodyKind::Form]);
    let text = String::from_utf8_lossy(input.0).into_owned();
    let words: Vec<&str> = text.split('\n').take(20).collect();
    if let Some((method, url, items)) = tell_apart(&words) {
        assert_eq!(usize::from(method.is_some()) + 1 + items.len(), words.len());
        assert!(words.contains(&url));
    }
    let read = |word: &&str| match Item::parse(word) {
        Ok(item) => Some(item),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            None
        }
    };
    let items: Vec<_> = words.iter().filter_map(read).collect();
    let resolve = |value: &Value| match value {
        Value::File(path) => Ok(path.clone().into_bytes()),
        _ => Err("there is none".to_owned()),
    };
    let url = Url::parse("http://example.org/a?b").unwrap();
    if let Ok(request) = Build::new().kind(kind).request(url, &items, &resolve) {
        request.check().unwrap();
        assert!(
            request
                .url
                .target()
                .bytes()
                .all(|byte| byte.is_ascii_graphic())
        );
        if let Ok(stored) = serde_json::to_string(&request) {
            let again: gatepass_request::Request = serde_json::from_str(&stored).unwrap();
            assert_eq!(again.body.encode(), request.body.encode(), "{stored}");
        }
    }
}
