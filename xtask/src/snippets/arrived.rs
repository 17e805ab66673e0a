//! What arrived, compared with what was to be sent.

use gatepass_auth::percent;
use gatepass_server::Recorded;

/// What is wrong, or nothing.
pub(crate) type Verdict = Result<(), String>;

/// A look at a request.
pub(crate) type Look = Box<dyn Fn(&Recorded) -> Verdict + Send + Sync>;

/// Wants two values to be equal.
pub(crate) fn equal<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, wanted: &T) -> Verdict {
    if found == wanted {
        return Ok(());
    }
    Err(format!(
        "{what}: {found:?} arrived, and {wanted:?} was to be sent"
    ))
}

/// Wants this method.
pub(crate) fn method(wanted: &'static str) -> Look {
    Box::new(move |request| equal("the method", &request.method.as_str(), &wanted))
}

/// Wants a header field with this value, byte for byte.
pub(crate) fn header(name: &'static str, wanted: impl Into<Vec<u8>>) -> Look {
    let wanted = wanted.into();
    Box::new(move |request| {
        let found = request.headers.get(name).map(String::from_utf8_lossy);
        equal(name, &found, &Some(String::from_utf8_lossy(&wanted)))
    })
}

/// Wants a header field whose value begins like this.
pub(crate) fn header_begins(name: &'static str, wanted: &'static str) -> Look {
    Box::new(move |request| {
        let found = request.headers.get(name).map(String::from_utf8_lossy);
        match found {
            Some(found) if found.starts_with(wanted) => Ok(()),
            found => Err(format!(
                "{name}: {found:?} arrived, which does not begin with {wanted:?}"
            )),
        }
    })
}

/// Wants a JSON body that means the same.
pub(crate) fn json(wanted: serde_json::Value) -> Look {
    Box::new(move |request| {
        header_begins("Content-Type", "application/json")(request)?;
        let found: serde_json::Value = serde_json::from_slice(&request.body)
            .map_err(|error| format!("the body is no JSON: {error}: {:?}", request.body))?;
        equal("the JSON body", &found, &wanted)
    })
}

/// Wants a form with these fields, in any order.
pub(crate) fn form(wanted: Vec<(String, String)>) -> Look {
    Box::new(move |request| {
        header_begins("Content-Type", "application/x-www-form-urlencoded")(request)?;
        let decode =
            |text: &[u8]| String::from_utf8_lossy(&percent::decode_form(text)).into_owned();
        let mut found: Vec<(String, String)> = request
            .body
            .split(|&byte| byte == b'&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let at = pair
                    .iter()
                    .position(|&byte| byte == b'=')
                    .unwrap_or(pair.len());
                (
                    decode(&pair[..at]),
                    decode(pair.get(at + 1..).unwrap_or_default()),
                )
            })
            .collect();
        let mut wanted = wanted.clone();
        found.sort();
        wanted.sort();
        equal("the form", &found, &wanted)
    })
}

/// Wants these bytes as the body, of this type.
pub(crate) fn body(content_type: &'static str, wanted: impl Into<Vec<u8>>) -> Look {
    let wanted = wanted.into();
    Box::new(move |request| {
        header_begins("Content-Type", content_type)(request)?;
        equal(
            "the body",
            &String::from_utf8_lossy(&request.body),
            &String::from_utf8_lossy(&wanted),
        )?;
        equal("the body's length", &request.body.len(), &wanted.len())
    })
}

/// A part of a multipart body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) filename: Option<String>,
    pub(crate) content: Vec<u8>,
}

impl Part {
    pub(crate) fn new(name: &str, filename: Option<&str>, content: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.to_owned(),
            filename: filename.map(str::to_owned),
            content: content.into(),
        }
    }
}

/// Wants a multipart body with these parts, in order.
pub(crate) fn multipart(wanted: Vec<Part>) -> Look {
    Box::new(move |request| {
        header_begins("Content-Type", "multipart/form-data")(request)?;
        let content_type = request.headers.get("Content-Type").unwrap_or_default();
        let content_type = String::from_utf8_lossy(content_type).into_owned();
        let boundary = content_type
            .split_once("boundary=")
            .map(|(_, rest)| rest.split(';').next().unwrap_or_default().trim_matches('"'))
            .unwrap_or_default();
        let found = parts(&request.body, boundary);
        equal("the multipart body", &found, &wanted)
    })
}

fn parts(body: &[u8], boundary: &str) -> Vec<Part> {
    let mark = format!("\r\n--{boundary}");
    let whole = [b"\r\n", body].concat();
    let mut found = Vec::new();
    let mut rest = whole.as_slice();
    while let Some(start) = position(rest, mark.as_bytes()) {
        rest = &rest[start + mark.len()..];
        let Some(part) = rest.strip_prefix(b"\r\n") else {
            break;
        };
        let end = position(part, mark.as_bytes()).unwrap_or(part.len());
        let (head, content) =
            part[..end].split_at(position(&part[..end], b"\r\n\r\n").unwrap_or(0));
        let head = String::from_utf8_lossy(head).into_owned();
        found.push(Part {
            name: parameter(&head, "name").unwrap_or_default(),
            filename: parameter(&head, "filename"),
            content: content.get(4..).unwrap_or_default().to_vec(),
        });
    }
    found
}

/// Reads a parameter of `Content-Disposition` in the three ways in which libraries write it: percent-escapes for quotation marks and
/// line breaks (HTML), backslashes (RFC 822), and `name*=utf-8''…` (RFC 2231).
fn parameter(head: &str, name: &str) -> Option<String> {
    let line = head
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with("content-disposition"))?;
    if let Some((_, value)) = line.split_once(&format!("; {name}*=")) {
        let value = value.split(';').next().unwrap_or_default();
        let value = value.rsplit('\'').next().unwrap_or_default();
        return Some(String::from_utf8_lossy(&percent::decode(value)).into_owned());
    }
    let (_, value) = line.split_once(&format!("; {name}="))?;
    let Some(quoted) = value.strip_prefix('"') else {
        return Some(value.split(';').next().unwrap_or_default().to_owned());
    };
    let mut out = String::new();
    let mut rest = quoted.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => break,
            '\\' => out.extend(rest.next()),
            c => out.push(c),
        }
    }
    Some(
        out.replace("%22", "\"")
            .replace("%0D", "\r")
            .replace("%0A", "\n"),
    )
}

fn position(text: &[u8], pattern: &[u8]) -> Option<usize> {
    text.windows(pattern.len())
        .position(|window| window == pattern)
}

/// Returns the target with percent-escapes decoded: libraries escape more than they have to.
pub(crate) fn decoded_target(request: &Recorded) -> String {
    String::from_utf8_lossy(&percent::decode(&request.target)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_in_every_spelling() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"a%22\\\\\"\r\n\r\n1\r\n2\r\n--b\r\n\
                    Content-Disposition: form-data; name=\"f\"; filename*=utf-8''%C3%A9\r\nX: y\r\n\r\n\r\n--b--\r\n";
        let wanted = [
            Part::new("a\"\\", None, "1\r\n2"),
            Part::new("f", Some("é"), ""),
        ];
        assert_eq!(parts(body.as_bytes(), "b"), wanted);
    }
}
