//! Nested JSON: what HTTPie's documentation shows, and where the errors point.

use gatepass_request::NestedError;
use gatepass_request::parse::nested::{MAX_DEPTH, MAX_INDEX, insert};
use serde_json::{Value, json};

fn put(keys: &[(&str, Value)]) -> Result<Value, NestedError> {
    let mut root = Value::Null;
    for (key, value) in keys {
        insert(&mut root, key, value.clone())?;
    }
    Ok(root)
}

#[test]
fn names_reach_into_objects_and_arrays() {
    for (keys, expected) in [
        (vec!["a", "b"], json!({"a": 0, "b": 1})),
        (vec![""], json!({"": 0})),
        (vec!["a[]", "a[]"], json!({"a": [0, 1]})),
        (vec!["a[b]", "a[c]"], json!({"a": {"b": 0, "c": 1}})),
        (vec!["a[1]", "a[0]"], json!({"a": [1, 0]})),
        (vec!["a[]", "a[2]"], json!({"a": [0, null, 1]})),
        (
            vec!["a[0][b]", "a[0][c]", "a[1][b]"],
            json!({"a": [{"b": 0, "c": 1}, {"b": 2}]}),
        ),
        (
            vec!["a[b][][c]", "a[b][0][d]"],
            json!({"a": {"b": [{"c": 0, "d": 1}]}}),
        ),
        (vec!["a[][]", "a[][]"], json!({"a": [[0], [1]]})),
        (vec!["[]", "[2]"], json!([0, null, 1])),
        (vec!["[0][x]", "[0][y]"], json!([{"x": 0, "y": 1}])),
        (vec!["1", "007"], json!({"1": 0, "007": 1})),
        (vec![r"a\[b\]"], json!({"a[b]": 0})),
        (vec![r"\[\]"], json!({"[]": 0})),
        (
            vec![r"a[\1]", r"a[\\1]", r"a[\x]"],
            json!({"a": {"1": 0, "\\1": 1, "\\x": 2}}),
        ),
        (vec![r"\1", r"\2[\3]"], json!({"1": 0, "2": {"3": 1}})),
        (
            vec![r"a[b\\]", r"a[\\-3\\]"],
            json!({"a": {"b\\": 0, "\\-3\\": 1}}),
        ),
        (vec![r"a\"], json!({"a\\": 0})),
        (
            vec!["a[b c]", "é[ü]"],
            json!({"a": {"b c": 0}, "é": {"ü": 1}}),
        ),
    ] {
        let keys: Vec<_> = keys
            .into_iter()
            .enumerate()
            .map(|(at, key)| (key, json!(at)))
            .collect();
        assert_eq!(put(&keys).unwrap(), expected, "{keys:?}");
    }
    let given = [
        ("a", json!([1, 2])),
        ("a[]", json!(3)),
        ("b", json!(null)),
        ("b[c]", json!(4)),
    ];
    assert_eq!(put(&given).unwrap(), json!({"a": [1, 2, 3], "b": {"c": 4}}));
}

#[test]
fn errors_point_at_the_place() {
    for (keys, what, mark) in [
        (vec!["A["], "expected a text, a number or ']'", "  ^"),
        (vec!["A[1"], "expected ']'", "   ^"),
        (vec!["A[text"], "expected ']'", "      ^"),
        (
            vec!["A[text]["],
            "expected a text, a number or ']'",
            "        ^",
        ),
        (vec!["A[text]1"], "expected '['", "       ^"),
        (vec![r"A\[]"], "expected '['", "   ^"),
        (vec![r"A[something\]"], "expected ']'", "             ^"),
        (vec!["foo[bar][1]][]"], "expected '['", "           ^"),
        (
            vec!["foo[bar][1]something[]"],
            "expected '['",
            "           ^^^^^^^^^",
        ),
        (
            vec!["foo[bar][1][1422[]"],
            "expected ']'",
            "                ^",
        ),
        (vec!["]"], "expected a text, a number or '['", "^"),
        (vec!["[a]"], "expected a number or ']'", " ^"),
        (vec!["["], "expected a number or ']'", " ^"),
        (
            vec!["foo", "foo[key]"],
            "\"foo\" is already a number, and this needs an object",
            "   ^^^^^",
        ),
        (vec!["foo", "foo[0]"], "this needs an array", "   ^^^"),
        (vec!["foo", "foo[]"], "this needs an array", "   ^^"),
        (vec!["a[b]", "a[0]"], "\"a\" is already an object", " ^^^"),
        (
            vec!["a[b][c]", "a[b][]"],
            "\"a[b]\" is already an object",
            "    ^^",
        ),
        (
            vec!["[]", "foo"],
            "the whole body is already an array",
            "^^^",
        ),
        (
            vec!["foo", "[]"],
            "the whole body is already an object",
            "^^",
        ),
        (vec!["a[-1]"], "an index cannot be negative", "  ^^"),
        (
            vec!["a[10000]"],
            "an index cannot be larger than 9999",
            "  ^^^^^",
        ),
        (
            vec!["a[99999999999999999999]"],
            "an index cannot be larger",
            "  ^^^^^^^^^^^^^^^^^^^^",
        ),
        (vec!["é[é"], "expected ']'", "   ^"),
    ] {
        let last = *keys.last().unwrap();
        let keys: Vec<_> = keys.iter().map(|key| (*key, json!(0))).collect();
        let error = put(&keys).unwrap_err().to_string();
        assert!(
            error.contains(what) && error.ends_with(&format!("\n  {last}\n  {mark}")),
            "{error}"
        );
    }
}

#[test]
fn one_word_cannot_fill_the_memory_or_the_stack() {
    let deep = |levels: usize| format!("a{}", "[b]".repeat(levels));
    assert!(put(&[(&deep(MAX_DEPTH - 1), json!(0))]).is_ok());
    let error = put(&[(&deep(100_000), json!(0))]).unwrap_err().to_string();
    assert!(
        error.starts_with("a name cannot go deeper than 100 levels"),
        "{}",
        &error[..80]
    );
    assert!(put(&[(&format!("a[{MAX_INDEX}]"), json!(0))]).is_ok());
}
