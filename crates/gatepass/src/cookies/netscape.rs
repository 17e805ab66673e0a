//! Cookie files as Netscape wrote them, and curl, wget and Python read and write them.
//!
//! A line has seven fields between tabs: the domain, whether hosts below it are meant, the path, whether TLS is wanted, the
//! end in seconds since 1970 or 0 for that of the session, the name and the value. `#HttpOnly_` before the domain is
//! curl's. There is no place for `SameSite`.

use super::cookie::Cookie;

/// Python looks for the first line.
const HEAD: &str = "# Netscape HTTP Cookie File\n# https://curl.se/docs/http-cookies.html\n\n";
const HTTP_ONLY: &str = "#HttpOnly_";

/// Reads a file, and returns what is wrong with it, as a phrase with the number of the line that quotes nothing.
pub(super) fn read(text: &str) -> Result<Vec<Cookie>, String> {
    let lines = text.lines().enumerate();
    let cookies = lines.filter_map(|(at, line)| {
        let line = line
            .strip_prefix(HTTP_ONLY)
            .map_or((line, false), |rest| (rest, true));
        let is_comment = line.0.trim().is_empty() || (!line.1 && line.0.starts_with('#'));
        (!is_comment).then(|| {
            let cookie = read_line(line.0, line.1);
            cookie.map_err(|problem| format!("line {} {problem}", at + 1))
        })
    });
    cookies.collect()
}

fn read_line(line: &str, http_only: bool) -> Result<Cookie, &'static str> {
    let fields: Vec<&str> = line.trim_end_matches('\r').split('\t').collect();
    let (head, value) = match fields[..] {
        [_, _, _, _, _, _] => (&fields[..], ""),
        [_, _, _, _, _, _, value] => (&fields[..6], value),
        _ => return Err("has not seven fields between tabs"),
    };
    let flag = |text: &str| match text {
        "TRUE" => Ok(true),
        "FALSE" => Ok(false),
        _ => Err("has neither TRUE nor FALSE where one of them must stand"),
    };
    let below = flag(head[1])?;
    // wget writes the port, which is of no account (RFC 6265 section 8.5).
    let host = match head[0].rsplit_once(':') {
        Some((host, port)) if !host.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => {
            host
        }
        _ => head[0],
    };
    // Python writes fractions, and both write 0 or nothing for the end of the session.
    let end: f64 = match head[4] {
        "" => 0.0,
        text => text
            .parse()
            .map_err(|_| "has no number where the end stands")?,
    };
    let mut cookie = Cookie::new(head[5], value, host.trim_start_matches('.').to_lowercase());
    cookie.host_only = !below;
    head[2].clone_into(&mut cookie.path);
    cookie.secure = flag(head[3])?;
    cookie.http_only = http_only;
    cookie.expires = super::moment(end).filter(|end| *end > 0);
    Ok(cookie)
}

/// Writes a file.
pub(super) fn write(cookies: &[Cookie]) -> String {
    let flag = |set| if set { "TRUE" } else { "FALSE" };
    cookies.iter().fold(HEAD.to_owned(), |mut text, cookie| {
        if cookie.http_only {
            text.push_str(HTTP_ONLY);
        }
        if !cookie.host_only {
            text.push('.');
        }
        let fields = [
            cookie.domain.as_str(),
            flag(!cookie.host_only),
            &cookie.path,
            flag(cookie.secure),
            &cookie.expires.unwrap_or(0).to_string(),
            &cookie.name,
            cookie.value.expose_str().unwrap_or_default(),
        ];
        text.push_str(&fields.join("\t"));
        text.push('\n');
        text
    })
}
