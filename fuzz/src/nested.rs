//! Nested JSON: names never panic, errors point into the name, and the value ends up in the tree.

use gatepass_request::parse::nested::{MAX_DEPTH, insert};
use serde_json::Value;

/// Reads the lines of the input as names.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    let mut root = Value::Null;
    for (number, name) in text.split('\n').take(10).enumerate() {
        let mark = Value::String(format!("mark {number}"));
        let before = root.clone();
        match insert(&mut root, name, mark.clone()) {
            Ok(()) => assert!(depth_of(&root, &mark).is_some(), "{name:?}"),
            Err(error) => {
                assert!(
                    error.start <= error.end && error.start <= name.chars().count(),
                    "{error:?}"
                );
                assert!(error.to_string().contains('^'));
                root = before;
            }
        }
    }
}

/// Returns how deep `mark` is in `value`.
fn depth_of(value: &Value, mark: &Value) -> Option<usize> {
    if value == mark {
        return Some(0);
    }
    let inner: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Array(list) => Box::new(list.iter()),
        Value::Object(map) => Box::new(map.values()),
        _ => return None,
    };
    let depth = inner.filter_map(|value| depth_of(value, mark)).next()? + 1;
    assert!(depth <= MAX_DEPTH);
    Some(depth)
}
