//! What the request says: method, URL, header fields, cookies, ranges.

use super::argument::Argument;
use super::assemble::OTHERS;
use super::error::CurlError;
use super::operation::{Operation, Protocols, Shared};
use super::output::TimeCondition;
use super::{Wanted, date};

pub(super) fn apply(
    operation: &mut Operation,
    shared: &mut Shared<'_>,
    name: &str,
    argument: &Argument<'_>,
) -> Result<bool, CurlError> {
    let on = argument.on;
    match name {
        "request" => operation.method = Some(argument.text()?),
        "head" => {
            operation.head = on;
            operation.output.include = on;
        }
        "get" => operation.get = on,
        "url" => url(operation, shared, argument)?,
        "upload-file" => operation.set_upload(argument.text()?),
        "header" => {
            let headers = headers(shared, argument)?;
            operation.headers.extend(headers);
        }
        "proxy-header" => {
            for header in headers(shared, argument)? {
                let text = argument.as_text(&header)?;
                if let Some((name, value)) = text.split_once(':') {
                    let pair = (name.to_owned(), value.trim_start().to_owned());
                    operation.proxy_settings.headers.push(pair);
                }
            }
        }
        "user-agent" => operation.agent = Some(argument.text()?),
        "referer" => {
            let text = argument.text()?;
            let referer = text.strip_suffix(";auto").unwrap_or(&text);
            operation.settings.redirects.referer = referer.len() < text.len();
            operation.referer = (!referer.is_empty()).then(|| referer.to_owned());
        }
        "cookie" => {
            if argument.bytes.contains(&b'=') {
                operation.cookies.push(argument.bytes.clone());
            } else {
                operation.settings.cookies.files.push(argument.text()?);
            }
        }
        "range" => {
            let mut range = argument.text()?;
            if !range.is_empty() && range.bytes().all(|byte| byte.is_ascii_digit()) {
                range.push('-');
            }
            operation.range = Some(range);
        }
        "etag-compare" => operation.etag = Some(etag(shared, argument)),
        "request-target" => operation.settings.request_target = Some(argument.text()?),
        "path-as-is" => operation.path_as_is = on,
        "globoff" => operation.glob_off = on,
        "time-cond" => time_condition(operation, shared, argument)?,
        "proto" => {
            let before = operation.protocols.unwrap_or(Protocols::ALL);
            operation.protocols = Some(protocols(before, shared, argument)?);
        }
        "proto-redir" => {
            let before = operation.redirect_protocols.unwrap_or(Protocols::ALL);
            operation.redirect_protocols = Some(protocols(before, shared, argument)?);
        }
        "proto-default" => operation.default_scheme = Some(argument.text()?),
        _ => return Ok(false),
    }
    Ok(true)
}

/// Reads a list of protocols, each allowed, denied (`-`) or, with those behind it, the only one (`=`).
fn protocols(
    mut all: Protocols,
    shared: &mut Shared<'_>,
    argument: &Argument<'_>,
) -> Result<Protocols, CurlError> {
    for token in argument.text()?.split(',').filter(|it| !it.is_empty()) {
        let name = token.trim_start_matches(['=', '-', '+']);
        let signs = &token[..token.len() - name.len()];
        if signs.contains('=') {
            all = Protocols {
                http: false,
                https: false,
            };
        }
        let on = !signs.ends_with('-');
        match name.to_ascii_lowercase().as_str() {
            "all" => (all.http, all.https) = (on, on),
            "http" => all.http = on,
            "https" => all.https = on,
            // Others are not spoken here, allowed or not.
            other if OTHERS.contains(&other) => {}
            _ => shared.warn(argument.option, "a protocol in it is unknown, and left out"),
        }
    }
    Ok(all)
}

/// Takes the time of `-z`: a date, or when a file was changed; behind a hyphen, what is older is wanted.
fn time_condition(
    operation: &mut Operation,
    shared: &mut Shared<'_>,
    argument: &Argument<'_>,
) -> Result<(), CurlError> {
    let text = argument.text()?;
    let (newer, text) = match text.strip_prefix('-') {
        Some(text) => (false, text),
        None => (true, text.strip_prefix(['+', '=']).unwrap_or(&text)),
    };
    let of_file = || {
        let told = (shared.read)(&Wanted::ChangedAt(text)).ok()?;
        std::str::from_utf8(&told).ok()?.parse().ok()
    };
    match date::parse(text).or_else(of_file) {
        Some(at) => operation.output.time_condition = Some(TimeCondition { newer, at }),
        None => shared.warn(
            argument.option,
            "ignored: it is no date, and no file whose time could be had",
        ),
    }
    Ok(())
}

/// Takes a URL, or those in the lines of a file.
fn url(
    operation: &mut Operation,
    shared: &mut Shared<'_>,
    argument: &Argument<'_>,
) -> Result<(), CurlError> {
    let Some(path) = argument.bytes.strip_prefix(b"@") else {
        operation.add_url(argument.text()?, false);
        return Ok(());
    };
    let bytes = shared.file(argument, path)?;
    for line in argument.as_text(&bytes)?.lines() {
        if !line.is_empty() && !line.starts_with('#') {
            operation.add_url(line.to_owned(), true);
        }
    }
    Ok(())
}

/// Takes a header field, or those in the lines of a file.
fn headers(shared: &mut Shared<'_>, argument: &Argument<'_>) -> Result<Vec<Vec<u8>>, CurlError> {
    let Some(path) = argument.bytes.strip_prefix(b"@") else {
        return Ok(vec![argument.bytes.clone()]);
    };
    let bytes = shared.file(argument, path)?;
    let lines = bytes.split(|&byte| byte == b'\n');
    Ok(lines
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec())
        .filter(|line| !line.is_empty() && !line.starts_with(b"#"))
        .collect())
}

/// Returns what a file says of an `ETag`; a file that is not there says nothing, and curl then sends `""`.
fn etag(shared: &mut Shared<'_>, argument: &Argument<'_>) -> Vec<u8> {
    let bytes = shared.file(argument, &argument.bytes).unwrap_or_default();
    let line = bytes
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    match line.trim_ascii() {
        [] => b"\"\"".to_vec(),
        etag => etag.to_vec(),
    }
}
