//! The parts of a `multipart/form-data` body (RFC 7578), as far as an echo shows them.

use gatepass_auth::params::parse_parameters;

/// One part.
pub(crate) struct Part<'a> {
    pub(crate) name: String,
    pub(crate) is_file: bool,
    pub(crate) media_type: String,
    pub(crate) content: &'a [u8],
}

/// Returns the parts of `body`, whose `Content-Type` says what stands between them. What has no name is left out.
pub(crate) fn parts<'a>(body: &'a [u8], content_type: &str) -> Vec<Part<'a>> {
    let Some(boundary) = parameter(content_type, "boundary") else {
        return Vec::new();
    };
    let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
    // The first delimiter may stand at the very start, without a line break before it.
    let mut rest = match body.strip_prefix(&delimiter[2..]) {
        Some(rest) => rest,
        None => match find(body, &delimiter) {
            Some(at) => &body[at + delimiter.len()..],
            None => return Vec::new(),
        },
    };
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let Some(end) = find(rest, &delimiter) else {
            break;
        };
        parts.extend(part(&rest[..end]));
        rest = &rest[end + delimiter.len()..];
    }
    parts
}

fn part(bytes: &[u8]) -> Option<Part<'_>> {
    let bytes = &bytes[find(bytes, b"\r\n")?..];
    let end = find(bytes, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]);
    let field = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let same = name.trim().eq_ignore_ascii_case(wanted);
            same.then(|| value.trim().to_owned())
        })
    };
    let disposition = field("content-disposition")?;
    Some(Part {
        name: parameter(&disposition, "name")?,
        is_file: parameter(&disposition, "filename").is_some(),
        media_type: field("content-type").unwrap_or_default(),
        content: &bytes[end + 4..],
    })
}

/// Returns a parameter of a header value such as `form-data; name="a"`.
fn parameter(value: &str, name: &str) -> Option<String> {
    let params = parse_parameters(value.as_bytes());
    params.text(name).map(|value| value.into_owned())
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_files_are_told_apart() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"a;b\"\r\n\r\n1\r\n\r\n2\r\n--x\r\n\
            Content-Disposition: form-data; name=\"f\"; filename=\"n.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x--\r\n";
        let parts = parts(body, "multipart/form-data; boundary=x");
        let shown: Vec<_> = parts
            .iter()
            .map(|part| (part.name.as_str(), part.is_file, part.content))
            .collect();
        assert_eq!(
            shown,
            [("a;b", false, &b"1\r\n\r\n2"[..]), ("f", true, b"hello")]
        );
    }

    #[test]
    fn what_is_no_multipart_has_no_parts() {
        for body in ["", "--x", "--x\r\n", "--x\r\n\r\n--x--", "--x--", "x"] {
            assert_eq!(
                parts(body.as_bytes(), "multipart/form-data; boundary=x").len(),
                0,
                "{body}"
            );
        }
        assert_eq!(parts(b"--\r\n", "multipart/form-data").len(), 0);
    }
}
