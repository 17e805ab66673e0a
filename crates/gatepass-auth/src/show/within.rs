//! Secrets inside a text that is no secret as a whole: what form it has, and what is masked in it.

use super::{json, loose, multipart, pairs as form, url as place};
use crate::secret::mask;

/// How deep one text is looked for in another: a URL in a form in JSON, and no more often than anybody writes.
const DEPTH: u8 = 4;

/// Returns a body as it may be shown: secrets are masked by their names, in JSON, forms, forms in parts, markup, and what
/// looks like any of them. `media_type` is what it is said to be.
///
/// ```
/// use gatepass_auth::show::body;
///
/// let shown = body(r#"{"user": "al", "password": "s3cret"}"#, Some("application/json"));
/// assert!(shown.starts_with(r#"{"user": "al", "password": "…⟨"#) && !shown.contains("s3cret"));
/// ```
pub fn body(text: &str, media_type: Option<&str>) -> String {
    let essence = media_type
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let starts_json = text.trim_start().starts_with(['{', '[']);
    match essence.as_str() {
        "application/x-www-form-urlencoded" if is_pairs(text) => pairs(text),
        // Programs are full of such names, and a program with a mask in it is none.
        "text/css" | "text/javascript" | "application/javascript" => text.to_owned(),
        kind if kind.starts_with("multipart/") => {
            multipart::masked(text, &|content| body(content, None))
        }
        // What it is said to be is not always what it is.
        _ if starts_json => json::masked(text, &inside(DEPTH)),
        _ if is_pairs(text) => pairs(text),
        _ => loose::masked(&urls_in(text)),
    }
}

/// Returns the pairs of a query or of a form as they may be shown: values of secret names are masked, and so is what a value
/// holds of the kind, a URL with a query of its own say.
///
/// ```
/// use gatepass_auth::show::pairs;
///
/// let shown = pairs("q=1&access%5Ftoken=s3cret&b");
/// assert!(shown.starts_with("q=1&access%5Ftoken=…⟨") && shown.ends_with("&b"));
/// ```
pub fn pairs(text: &str) -> String {
    form::masked(text, &inside(DEPTH))
}

/// Returns a URL, or a reference to one, as it may be shown: without user and password, and with the secret values of its query, its
/// fragment and its path's parameters masked. It may be malformed.
///
/// ```
/// use gatepass_auth::show::url;
///
/// let shown = url("https://al:s3cret@h.example/x?a=1&api_key=s3cret");
/// assert!(shown.starts_with("https://h.example/x?a=1&api_key=…⟨"));
/// assert_eq!(url("/x?page=2"), "/x?page=2");
/// ```
pub fn url(text: &str) -> String {
    place::masked(text, &inside(DEPTH))
}

/// Returns a text with every absolute URL in it as [`url`] shows it.
pub fn urls_in(text: &str) -> String {
    place::in_text(text, &inside(DEPTH))
}

/// Returns the value of a header field that holds references: `Location`, `Link`, `Refresh` and their kin; `None` for another.
pub(super) fn in_field(lower_name: &str, text: &str) -> Option<String> {
    Some(match lower_name {
        "location" | "content-location" | "referer" | "destination" | "sourcemap"
        | "x-original-url" | "x-rewrite-url" | "x-forwarded-uri" | "x-original-uri" | "origin"
        | "uri" => url(text),
        // RFC 8288 section 3: references in angle brackets.
        "link" => {
            let parts = text.split('<').map(|part| match part.split_once('>') {
                Some((target, behind)) => format!("{}>{}", url(target), urls_in(behind)),
                None => urls_in(part),
            });
            parts.collect::<Vec<_>>().join("<")
        }
        "refresh" => match text.to_ascii_lowercase().find("url=") {
            Some(at) => {
                let (before, target) = text.split_at(at + "url=".len());
                format!("{before}{}", url(target))
            }
            None => text.to_owned(),
        },
        _ => return within(text, DEPTH),
    })
}

/// Returns what looks into a text that stands in one of this depth.
fn inside(depth: u8) -> impl Fn(&str) -> Option<String> {
    move |text| within(text, depth)
}

/// Returns what may be shown of a text that stands inside another; `None` where nothing in it has to be masked.
fn within(text: &str, depth: u8) -> Option<String> {
    let shown = |shown: String| Some(shown).filter(|shown| shown != text);
    let is_json = text.trim_start().starts_with(['{', '[']);
    let has_query = text.contains('?') || text.contains('#');
    let is_place =
        text.contains("://") || text.starts_with("//") || (has_query && text.contains('='));
    if !is_json && !is_place && !is_pairs(text) {
        return None;
    }
    let Some(depth) = depth.checked_sub(1) else {
        return Some(mask(text.as_bytes()));
    };
    if is_json {
        shown(json::masked(text, &inside(depth)))
    } else if text.contains(char::is_whitespace) {
        shown(place::in_text(text, &inside(depth)))
    } else if is_place {
        shown(place::masked(text, &inside(depth)))
    } else {
        shown(form::masked(text, &inside(depth)))
    }
}

/// Says whether a text looks like the pairs of a form.
fn is_pairs(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.[]%+*~".contains(c);
    let name = text.split('=').next().unwrap_or_default();
    text.contains('=')
        && !name.is_empty()
        && name.chars().all(plain)
        && !text.contains(|c: char| c.is_whitespace() || "\"<>".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_of_every_form_lose_their_secrets() {
        for (text, kind) in [
            ("{\"token\":\"s3cret\"}", None),
            ("{\"a\":{\"pin\":\"s3cret\"", Some("application/vnd.x+json")),
            ("a=1&pwd=s3cret", None),
            (
                "a=1&pwd=s3cret",
                Some("application/x-www-form-urlencoded; charset=utf-8"),
            ),
            (
                "{\"pwd\":\"s3cret\"}",
                Some("application/x-www-form-urlencoded"),
            ),
            ("<r><password>s3cret</password></r>", Some("text/xml")),
            (
                "<r><x:Password a=\"b\">s3cret</x:Password></r>",
                Some("text/xml"),
            ),
            ("<r password='s3cret'/>", Some("text/xml")),
            (
                "<input type=hidden name=\"SAMLResponse\" value=\"s3cret\">",
                Some("text/html"),
            ),
            ("user: al\npassword: s3cret\n", Some("application/yaml")),
            ("PASSWORD = \"s3cret\"", Some("text/plain")),
            ("see https://h/?token=s3cret now", Some("text/plain")),
            ("Authorization: Bearer s3cret\r\n", None),
            (
                "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\ns3cret\r\n--b--\r\n",
                Some("multipart/form-data; boundary=b"),
            ),
        ] {
            let shown = body(text, kind);
            assert!(!shown.contains("s3cret"), "{text}: {shown}");
        }
        for (text, kind) in [
            ("{\"a\":[1,\"b\",null]}", Some("application/json")),
            ("hello, world", None),
            ("let token = 's3cret';", Some("text/javascript")),
            ("<html><p>Enter the code</p></html>", Some("text/html")),
        ] {
            assert_eq!(body(text, kind), text);
        }
    }

    #[test]
    fn secrets_go_and_the_rest_stays_as_it_is_written() {
        for open in [
            "",
            "a",
            "a=",
            "a=%20b&c=+",
            "&&=",
            "next=/x?page=2",
            "password=",
        ] {
            assert_eq!(pairs(open), open);
        }
        for secret in [
            "token=s3cret",
            "a=1&KEY=s3cret&b=2",
            "pass%77ord=s3cret",
            "next=https%3A%2F%2Fh%2F%3Ftoken%3Ds3cret",
            "next=%2Fx%3Fa%3D1%26code%3Ds3cret",
            "a={\"pin\":\"s3cret\"}",
            "u=https://al:s3cret@h/",
            "to=https%3A%2F%2Fh%2F%3Fto%3Dhttps%253A%252F%252Fh%252F%253Ftoken%253Ds3cret",
        ] {
            let shown = pairs(secret);
            assert!(!shown.contains("s3cret"), "{secret}: {shown}");
        }
    }

    #[test]
    fn values_of_secret_names_go_whatever_they_hold() {
        for text in [
            r#"{"password":"s3cret"}"#,
            r#"{"pass\u0077ord" : "s3cret"}"#,
            r#"[{"a":[{"api_key":"s3cret"}]}]"#,
            r#"{"secrets":{"A":"s3cret","b":["s3cret",{"c":"s3cret"}]}}"#,
            r#"{"pin":"s3cret","n":1}"#,
            r#"{"data":"{\"token\":\"s3cret\"}"}"#,
            r#"{"data":"a=1&token=s3cret"}"#,
            r#"{"url":"https://h/x?token=s3cret&b=1"}"#,
            r#"{"url":"/x?a=1&token=s3cret"}"#,
            r#"{"headers":{"Authorization":["Bearer s3cret"],"Cookie":"a=s3cret"}}"#,
            "{\"token\":\n\"s3cret\"}",
            r#"{"token":"s3cret"#,
            "{\"token\":\"s3cret\"}\n{\"token\":\"s3cret\"}",
        ] {
            let shown = json::masked(text, &inside(DEPTH));
            assert!(!shown.contains("s3cret"), "{text}: {shown}");
        }
        assert!(!json::masked(r#"{"otp":123456}"#, &inside(DEPTH)).contains("123456"));
    }

    #[test]
    fn everything_else_stays_byte_for_byte() {
        for text in [
            "",
            "null",
            " [1, 2.5e3 , true,\t\"a\\\"b\"] ",
            r#"{"code": 404, "token": null, "a": "b"}"#,
            "{\"a\" \"b\"",
            "\"",
            r#"{"max_tokens":1000,"message":"key: value"}"#,
        ] {
            assert_eq!(json::masked(text, &inside(DEPTH)), text);
        }
    }

    #[test]
    fn no_secret_of_a_url_is_shown() {
        for secret in [
            "https://al:s3cret@h/x",
            "//al:s3cret@h",
            "ftp://s3cret@h/",
            "https://al:p/s3cret@h/x",
            "/x?token=s3cret",
            "https://h/cb#access_token=s3cret&state=1",
            "https://h/#/cb?code=s3cret",
            "/a;jsessionid=s3cret/b",
            "?sig=s3cret",
            "https://h/?u=https://a:s3cret@k/",
        ] {
            assert!(!url(secret).contains("s3cret"), "{secret}: {}", url(secret));
        }
        for open in [
            "https://h/@me/x",
            "/a?b=c&d#e",
            "https://h:8080/",
            "http://[::1]:80/x@y",
            "",
            "user@h/x",
            "/x?u=a%20b%26c",
        ] {
            assert_eq!(url(open), open);
        }
    }

    #[test]
    fn fields_and_sentences_are_searched() {
        for (name, value) in [
            ("location", "/x?code=s3cret"),
            (
                "link",
                "<https://h/?a=1&token=s3cret>; rel=\"next\", </x?key=s3cret>; rel=prev",
            ),
            ("refresh", "5; URL=/x?token=s3cret"),
            ("x-other", "https://h/?token=s3cret"),
            ("referer", "https://a:s3cret@h/"),
        ] {
            let shown = in_field(name, value).unwrap();
            assert!(!shown.contains("s3cret"), "{shown}");
        }
        assert_eq!(in_field("accept", "*/*;q=0.8"), None);
        let shown = urls_in("from http://h/?token=s3cret to https://a:s3cret@h/, twice");
        assert!(
            !shown.contains("s3cret") && shown.ends_with(" twice"),
            "{shown}"
        );
    }
}
