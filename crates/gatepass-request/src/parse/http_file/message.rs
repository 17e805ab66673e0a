//! One request of a file: its line, its header fields, its body.

use std::time::Duration;

use super::{Block, Line, comment, is_aside, setting};
use crate::auth::Auth;
use crate::authorization;
use crate::body::Body;
use crate::content::{Change, Chunk, Content};
use crate::parse::braces::Braces;
use crate::request::Request;
use crate::settings::Settings;
use crate::url::Url;

/// A request, taken apart.
pub(super) struct Message<'a> {
    method: &'a str,
    url: String,
    headers: Vec<(&'a str, &'a str)>,
    body: Vec<Line<'a>>,
    settings: Settings,
}

/// Methods that stand for other protocols.
const OTHERS: &[&str] = &["GRPC", "RSOCKET", "WEBSOCKET", "WSS", "WS"];

impl<'a> Message<'a> {
    /// Takes a block apart; `None` for one without a request.
    pub(super) fn of(block: &Block<'a>, braces: &mut Braces) -> Option<Result<Self, String>> {
        let mut settings = Settings::default();
        let mut lines = block.lines.as_slice();
        while let [line, rest @ ..] = lines
            && (is_aside(line.text) || is_script(line.text))
        {
            read_setting(line.text, &mut settings, braces);
            lines = rest;
            if is_script(line.text) {
                lines = without_script(line.text, lines);
                braces.warn(
                    "< {% … %}",
                    "a script that runs before the request is left out",
                );
            }
        }
        let [first, rest @ ..] = lines else {
            return None;
        };
        let first = first.text.trim();
        for directive in ["import ", "run "] {
            if first.starts_with(directive) {
                braces.warn(directive.trim(), "requests of other files are not taken in");
                return None;
            }
        }
        let (method, target) = match first.split_once([' ', '\t']) {
            Some((method, target)) if is_method(method) => (method, target.trim()),
            _ => ("GET", first),
        };
        if OTHERS.contains(&method) {
            return Some(Err(format!("{method} is not HTTP")));
        }
        let mut url = without_version(target).to_owned();
        let mut lines = rest;
        // A URL goes on in lines that are set in, or that begin with a part of a query.
        while let [line, rest @ ..] = lines {
            let text = line.text.trim();
            let goes_on = !text.is_empty()
                && (line.text.starts_with([' ', '\t']) || text.starts_with(['?', '&']));
            if !goes_on {
                break;
            }
            if comment(text).is_none() {
                url.push_str(without_version(text));
            }
            lines = rest;
        }
        let mut headers = Vec::new();
        while let [line, rest @ ..] = lines {
            lines = rest;
            let text = line.text.trim();
            if text.is_empty() {
                break;
            }
            if comment(text).is_some() {
                read_setting(text, &mut settings, braces);
                continue;
            }
            match text.split_once(':') {
                Some((name, value)) => headers.push((name.trim(), value.trim())),
                None => return Some(Err(format!("line {} is no header field", line.number))),
            }
        }
        Some(Ok(Self {
            method,
            url,
            headers,
            body: body_lines(lines, braces),
            settings,
        }))
    }

    /// Makes the request.
    pub(super) fn request(self, braces: &mut Braces) -> Result<Request, String> {
        let graphql = self.method == "GRAPHQL" || self.header("X-Request-Type") == Some("GraphQL");
        let method = if self.method == "GRAPHQL" {
            "POST"
        } else {
            self.method
        };
        let text = self.url_text(braces);
        let url = Url::with_variables(&text, "http", braces.stand_ins().variables())
            .map_err(|error| error.to_string())?;
        let mut request = Request::new(braces.text(method), url);
        for (name, value) in &self.headers {
            if name.eq_ignore_ascii_case("X-Request-Type") && graphql {
                continue;
            }
            if name.eq_ignore_ascii_case("Authorization")
                && let Some(auth) = credential(value, braces)
            {
                request.auth = Some(auth);
                continue;
            }
            let host = name.eq_ignore_ascii_case("Host") && self.url.starts_with('/');
            if !host {
                request
                    .headers
                    .append(braces.text(name), braces.text(value));
            }
        }
        request.body = if graphql {
            self.graphql(braces)
        } else {
            self.body(braces)
        };
        request.settings = self.settings;
        request.check().map_err(|error| error.to_string())?;
        request.take_used_variables(braces.stand_ins().variables());
        Ok(request)
    }

    fn header(&self, name: &str) -> Option<&'a str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| *value)
    }

    /// Returns the URL; a path alone goes to the host that a header field names.
    fn url_text(&self, braces: &mut Braces) -> String {
        let url = braces.text(&self.url);
        match self.header("Host") {
            Some(host) if url.starts_with('/') => format!("{}{url}", braces.text(host)),
            _ => url,
        }
    }

    fn body(&self, braces: &mut Braces) -> Body {
        let content_type = self.header("Content-Type").map(|value| braces.text(value));
        let is = |start: &str| {
            content_type
                .as_deref()
                .is_some_and(|it| it.to_ascii_lowercase().starts_with(start))
        };
        // A multipart body is written out by hand, and its lines end as HTTP's do (RFC 2046 section 4.1.1).
        let end = if is("multipart/") { "\r\n" } else { "\n" };
        let form = is("application/x-www-form-urlencoded");
        let mut chunks: Vec<Chunk> = Vec::new();
        let mut text = String::new();
        for (at, line) in self.body.iter().enumerate() {
            let last = at + 1 == self.body.len();
            if let Some(file) = included(line.text, braces) {
                flush(&mut text, &mut chunks);
                chunks.push(Chunk::new(file, Change::None));
            } else if form {
                text.push_str(&braces.text(line.text.trim()));
                continue;
            } else {
                text.push_str(&braces.text(line.text));
            }
            if !last || is("multipart/") {
                text.push_str(end);
            }
        }
        flush(&mut text, &mut chunks);
        match <[Chunk; 1]>::try_from(chunks) {
            Ok([one]) => match one.content {
                Content::Bytes(bytes) => Body::Raw {
                    bytes,
                    content_type,
                },
                content => Body::File {
                    content,
                    content_type,
                },
            },
            Err(chunks) if chunks.is_empty() => Body::Empty,
            Err(chunks) => Body::Joined {
                chunks,
                content_type,
            },
        }
    }

    /// Writes a query and, behind an empty line, its variables as the JSON that they are sent as.
    fn graphql(&self, braces: &mut Braces) -> Body {
        let lines: Vec<&str> = self.body.iter().map(|line| line.text).collect();
        let text = lines.join("\n");
        let (query, variables) = match text.split_once("\n\n") {
            Some((query, variables)) if variables.trim_start().starts_with('{') => {
                (query, Some(variables.trim()))
            }
            _ => (text.as_str(), None),
        };
        let query = serde_json::Value::from(query);
        let json = match variables {
            Some(variables) => format!("{{\"query\":{query},\"variables\":{variables}}}"),
            None => format!("{{\"query\":{query}}}"),
        };
        Body::raw_of("application/json", braces.text(&json))
    }
}

/// Reads a credential in clear, in which the scheme itself or all of the login may stand in a variable.
fn credential(value: &str, braces: &mut Braces) -> Option<Auth> {
    let filled = braces.filled(value);
    [value, &filled].into_iter().find_map(|value| {
        let value = braces.text(value);
        authorization::read(&value, braces.stand_ins().variables())
    })
}

fn flush(text: &mut String, chunks: &mut Vec<Chunk>) {
    if !text.is_empty() {
        let content = Content::bytes(std::mem::take(text));
        chunks.push(Chunk::new(content, Change::None));
    }
}

/// Returns the file of `< path`; `<@ path` would have its variables replaced, which is named.
fn included(line: &str, braces: &mut Braces) -> Option<Content> {
    let rest = line.strip_prefix('<')?;
    let path = match rest.strip_prefix('@') {
        Some(rest) => {
            // An encoding may stand between.
            let (_, path) = rest.split_once([' ', '\t'])?;
            braces.warn(
                "<@ …",
                "the file is sent as it is, without values in place of its variables",
            );
            path
        }
        None => rest.strip_prefix([' ', '\t'])?,
    };
    let path = path.trim();
    (!path.is_empty()).then(|| Content::File(braces.text(path)))
}

/// Returns the lines of a body: up to what is to become of the answer, and without empty lines at the end.
fn body_lines<'a>(lines: &[Line<'a>], braces: &mut Braces) -> Vec<Line<'a>> {
    let mut body = Vec::new();
    let mut lines = lines;
    while let [line, rest @ ..] = lines {
        lines = rest;
        let text = line.text;
        if text.starts_with("> {%") || text.starts_with("> ") && is_path(&text[2..]) {
            braces.warn("> …", "a script that reads the answer is left out");
            lines = without_script(text, lines);
        } else if text.starts_with(">>") || text.starts_with("<> ") {
            braces.warn(&text[..2], "where the answer is kept is left out");
        } else {
            body.push(*line);
        }
    }
    while body.last().is_some_and(|line| line.text.trim().is_empty()) {
        body.pop();
    }
    body
}

fn is_path(text: &str) -> bool {
    [".js", ".ts", ".mjs", ".http"]
        .iter()
        .any(|end| text.trim().ends_with(end))
}

fn is_script(line: &str) -> bool {
    line.starts_with("< {%") || line.starts_with("< ") && is_path(&line[2..])
}

/// Skips the lines of a script that is open.
fn without_script<'a, 'l>(first: &str, lines: &'l [Line<'a>]) -> &'l [Line<'a>] {
    if !first.contains("{%") || first.contains("%}") {
        return lines;
    }
    let end = lines.iter().position(|line| line.text.contains("%}"));
    end.map_or(&[], |end| &lines[end + 1..])
}

fn is_method(word: &str) -> bool {
    !word.is_empty()
        && word
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'-')
}

/// Takes `HTTP/1.1` off the end.
fn without_version(text: &str) -> &str {
    match text.rsplit_once([' ', '\t']) {
        Some((before, version)) if version.starts_with("HTTP/") => before.trim_end(),
        _ => text,
    }
}

/// Reads a comment that says how the request is carried out.
fn read_setting(line: &str, settings: &mut Settings, braces: &mut Braces) {
    let Some(text) = comment(line).and_then(|text| text.strip_prefix('@')) else {
        return;
    };
    let name = text.split([' ', '\t', '=']).next().unwrap_or_default();
    let value = setting(line, name).unwrap_or_default();
    let seconds = || {
        let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
        let unit = match value[number.len()..].trim() {
            "ms" => 0.001,
            "m" => 60.0,
            _ => 1.0,
        };
        let seconds = number.parse::<f64>().ok()? * unit;
        Duration::try_from_secs_f64(seconds).ok()
    };
    match name {
        "name" | "note" | "no-log" => {}
        "no-redirect" => settings.redirects.follow = Some(false),
        "timeout" => settings.timeouts.total = seconds(),
        "connection-timeout" => settings.timeouts.connect = seconds(),
        // The URL is percent-encoded where it must be, and nowhere else.
        "no-auto-encoding" => {}
        _ => braces.warn(format!("@{name}"), "this setting is left out"),
    }
}
