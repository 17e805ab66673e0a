//! curl's own variables: `--variable` sets one, and `--expand-` before an option puts values in place of `{{name}}`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Wanted;
use super::argument::Argument;
use super::error::CurlError;
use super::operation::Shared;
use crate::variable::has_variable;

/// What values may grow a command line by.
const GROWTH: usize = 1024 * 1024;

/// Reads the value of `--variable`: `name=content`, `name@file`, and with `%` before the name, the environment goes first.
pub(super) fn set(shared: &mut Shared<'_>, argument: &Argument<'_>) -> Result<(), CurlError> {
    let bytes = argument.bytes.as_slice();
    let (imported, rest) = match bytes.strip_prefix(b"%") {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    let length = name_length(rest);
    if length == 0 {
        return Err(argument.bad("begins with no name of a variable"));
    }
    let name = String::from_utf8_lossy(&rest[..length]).into_owned();
    let behind = &rest[length..];
    let environment = if imported {
        (shared.read)(&Wanted::Env(&name)).ok()
    } else {
        None
    };
    let content = match (environment, behind.split_first()) {
        (Some(value), _) => value,
        (None, Some((b'=', content))) if imported => {
            let default = argument.as_text(content)?;
            shared
                .stand_ins
                .of(&name, Some(&default), false)
                .into_bytes()
        }
        (None, Some((b'=', content))) => content.to_vec(),
        (None, Some((b'@', path))) => shared.file(argument, path)?,
        (None, None) if imported => shared.stand_ins.of(&name, None, false).into_bytes(),
        _ => {
            return Err(argument.bad(
                "is neither name=content, name@file nor %name; a part of a content is not understood",
            ));
        }
    };
    shared.values.insert(name, content);
    Ok(())
}

/// Puts values in place of `{{name}}`.
pub(super) fn expand(
    shared: &mut Shared<'_>,
    argument: &mut Argument<'_>,
) -> Result<(), CurlError> {
    let bytes = std::mem::take(&mut argument.bytes);
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.as_slice();
    while let Some(at) = find(rest, b"{{") {
        let (before, behind) = (&rest[..at], &rest[at + 2..]);
        if let Some(before) = before.strip_suffix(b"\\") {
            out.extend_from_slice(before);
            out.extend_from_slice(b"{{");
            rest = behind;
            continue;
        }
        out.extend_from_slice(before);
        let Some(end) = find(behind, b"}}") else {
            return Err(argument.bad("has {{ and no }}"));
        };
        let inside = &behind[..end];
        rest = &behind[end + 2..];
        let length = name_length(inside);
        let functions = match &inside[length..] {
            [] => None,
            [b':', functions @ ..] => Some(functions),
            _ => {
                // No name: curl leaves it as it is.
                out.extend_from_slice(&rest_of(inside));
                continue;
            }
        };
        let name = String::from_utf8_lossy(&inside[..length]).into_owned();
        let mut value = shared.values.get(&name).cloned().unwrap_or_default();
        for function in functions.unwrap_or_default().split(|&byte| byte == b':') {
            value = apply(shared, argument, function, value)?;
        }
        shared.grown += value.len();
        if shared.grown > GROWTH {
            return Err(argument.bad("grows beyond all measure"));
        }
        out.extend_from_slice(&value);
    }
    out.extend_from_slice(rest);
    argument.bytes = out;
    Ok(())
}

fn apply(
    shared: &mut Shared<'_>,
    argument: &Argument<'_>,
    function: &[u8],
    value: Vec<u8>,
) -> Result<Vec<u8>, CurlError> {
    let open = has_variable(&value, shared.stand_ins.variables());
    match function {
        b"" | b"trim" if open => Ok(value),
        b"" => Ok(value),
        b"trim" => Ok(value.trim_ascii().to_vec()),
        b"url" if open => Ok(shared
            .stand_ins
            .encode(&String::from_utf8_lossy(&value))
            .into_bytes()),
        b"json" | b"b64" | b"64dec" if open => Err(argument
            .bad("changes a variable by a function, and its value has to be known for that")),
        b"url" => Ok(gatepass_auth::percent::encode(&value).into_bytes()),
        b"json" => {
            let text = serde_json::Value::from(String::from_utf8_lossy(&value)).to_string();
            Ok(text.trim_matches('"').as_bytes().to_vec())
        }
        b"b64" => Ok(STANDARD.encode(&value).into_bytes()),
        b"64dec" => Ok(STANDARD
            .decode(&value)
            .unwrap_or_else(|_| b"[64dec-fail]".to_vec())),
        _ => {
            Err(argument.bad("names an unknown function; there are trim, json, url, b64 and 64dec"))
        }
    }
}

fn rest_of(inside: &[u8]) -> Vec<u8> {
    [b"{{", inside, b"}}"].concat()
}

fn name_length(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
        .count()
}

fn find(bytes: &[u8], mark: &[u8; 2]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair == mark)
}
