//! `gatepass decode`: says what a token, an `Authorization` value or a challenge holds, and what is wrong with it.

mod authorization;
mod challenge;
mod jwt;
mod report;

use std::io::{IsTerminal as _, Read as _};

use clap::Args;
use gatepass_auth::params::{is_token, is_token68, parse_params};
use gatepass_auth::{Credentials, Parameter, Timestamp, mask, show};
use gatepass_request::parse::any;
use serde_json::Value;

use crate::error::{Failure, reason};
use crate::exit_code::Exit;
use crate::output::color::{Palette, When};
use crate::output::{self};
use crate::time;
use report::Report;

/// Say what a token, an Authorization value or a challenge holds, and what is wrong with it
///
/// Takes a JSON Web Token, the value of an Authorization or WWW-Authenticate header, or the header with its name. Of
/// several lines on standard input, those that have to do with authentication are decoded, so that a whole response head
/// can be pasted. Nothing is sent anywhere.
#[derive(Args, Debug)]
pub(crate) struct DecodeArgs {
    /// The value; without one, or with -, it is read from standard input, so that a secret stays out of the history
    #[arg(value_name = "VALUE")]
    value: Option<String>,

    /// Show passwords, signatures and tokens, which are masked otherwise
    #[arg(long)]
    reveal: bool,

    /// Print JSON, for programs
    #[arg(long)]
    json: bool,

    /// Judge expiry as of this moment: 2026-11-22T16:00:00Z, or seconds since 1970
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    at: Option<Timestamp>,
}

/// How a value is looked at.
pub(crate) struct View {
    reveal: bool,
    now: Timestamp,
}

impl View {
    /// Returns a secret as it may be shown.
    fn secret(&self, bytes: &[u8]) -> String {
        if self.reveal {
            String::from_utf8_lossy(bytes).into_owned()
        } else {
            mask(bytes)
        }
    }
}

/// Decodes and prints.
///
/// # Errors
/// [`Failure`] for a value that is nothing known, and where there is none.
pub(crate) fn run(args: DecodeArgs) -> Result<Exit, Failure> {
    let text = match args.value.as_deref() {
        None | Some("-") => standard_input()?,
        Some(value) => value.to_owned(),
    };
    let view = View {
        reveal: args.reveal,
        now: args.at.unwrap_or_else(time::now),
    };
    let reports = decode(&text, &view)?;
    let shown = if args.json {
        let all: Vec<Value> = reports.iter().map(Report::json).collect();
        format!("{:#}\n", Value::from(all))
    } else {
        let palette = Palette::for_stdout(When::Auto);
        reports
            .iter()
            .map(|report| report.text(palette))
            .collect::<Vec<_>>()
            .join("\n")
    };
    output::print(&shown)?;
    Ok(Exit::Ok)
}

/// The most that is read: headers are far shorter, and what is longer is a mistake.
const LIMIT: u64 = 1024 * 1024;

fn standard_input() -> Result<String, Failure> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        output::note("Paste the value, then press Enter and Ctrl-D.");
    }
    let mut bytes = Vec::new();
    stdin.take(LIMIT).read_to_end(&mut bytes).map_err(|error| {
        Failure::new(format!("standard input cannot be read: {}", reason(&error)))
    })?;
    Ok(gatepass_auth::params::text(&bytes).into_owned())
}

/// Decodes one value, or the lines among several that have to do with authentication.
fn decode(text: &str, view: &View) -> Result<Vec<Report>, Failure> {
    let lines: Vec<&str> = text
        .lines()
        .map(bare)
        .filter(|line| !line.is_empty())
        .collect();
    let fields: Vec<(&str, &str)> = lines.iter().filter_map(|line| field(line)).collect();
    if !fields.is_empty() {
        return Ok(decode_fields(&fields, view));
    }
    match lines[..] {
        [] => Err(Failure::new("there is nothing to decode")
            .hint("Type gatepass decode VALUE, or pipe the value into gatepass decode")),
        [value] => decode_value(value, view).map(|report| vec![report]),
        _ => Err(Failure::new(
            "none of these lines is a header that has to do with authentication",
        )
        .hint("Give one value, or lines such as WWW-Authenticate: Digest …")),
    }
}

/// Takes the marks away that curl and others put before a line.
fn bare(line: &str) -> &str {
    let line = line.trim();
    line.strip_prefix("< ")
        .or_else(|| line.strip_prefix("> "))
        .unwrap_or(line)
        .trim()
}

/// Splits a header field that has to do with authentication.
fn field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let known = is_challenge(name) || show::carries_credential(name);
    (is_token(name.as_bytes()) && known).then(|| (name, value.trim()))
}

fn is_challenge(name: &str) -> bool {
    ["www-authenticate", "proxy-authenticate"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

fn decode_fields(fields: &[(&str, &str)], view: &View) -> Vec<Report> {
    let mut reports = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for (name, value) in fields {
        let lower = name.to_ascii_lowercase();
        reports.push(match lower.as_str() {
            "www-authenticate" | "proxy-authenticate" => {
                // Challenges of all lines form one list (RFC 9110 section 5.3).
                if seen.contains(&lower) {
                    continue;
                }
                let same = fields
                    .iter()
                    .filter(|(other, _)| other.eq_ignore_ascii_case(name));
                let all: Vec<&str> = same.map(|(_, value)| *value).collect();
                seen.push(lower);
                challenge::decode(&all, view)
            }
            "authorization" | "proxy-authorization" => authorization::decode(value, view),
            "authentication-info" | "proxy-authentication-info" => {
                authorization::decode_info(value, view)
            }
            _ => authorization::decode_key(name, value, view),
        });
    }
    reports
}

/// Decodes a value without the name of a header.
fn decode_value(value: &str, view: &View) -> Result<Report, Failure> {
    if jwt::looks_like_one(value) {
        return Ok(jwt::decode(value, view));
    }
    if value.contains(' ') && any::form(value).is_some() {
        return Err(
            Failure::new("this is a whole request, and not a value of one of its headers")
                .hint("gatepass import shows what is understood of it: give it through a pipe"),
        );
    }
    if let Some(credentials) = Credentials::parse(value.as_bytes()) {
        let spaced = !credentials.rest().is_empty();
        if is_a_challenge(&credentials) {
            return Ok(challenge::decode(&[value], view));
        }
        if spaced {
            return Ok(authorization::decode(value, view));
        }
    }
    // The value of Basic without its word is common in configuration files.
    let basic = format!("Basic {value}");
    let pair = Credentials::parse(basic.as_bytes())
        .is_some_and(|credentials| gatepass_auth::schemes::basic::decode(&credentials).is_ok());
    if pair && is_token68(value.as_bytes()) {
        let mut report = authorization::decode(&basic, view);
        report.title =
            "The value of Basic credentials, without the word Basic (RFC 7617).".to_owned();
        return Ok(report);
    }
    Err(Failure::new("this is no JSON Web Token, no Authorization value and no challenge that gatepass can read")
        .hint("Give the header's name with it, as in 'X-API-Key: …', if it stood in one; a token that is no JWT can be read only by its issuer"))
}

/// Fields that only credentials have, of schemes that do not say so themselves.
const ONLY_IN_CREDENTIALS: &[&str] = &[
    "response",
    "username",
    "username*",
    "cnonce",
    "oauth_consumer_key",
    "credential",
    "signature",
    "mac",
    "id",
];

/// Tells a challenge from credentials, which have the same grammar.
fn is_a_challenge(credentials: &Credentials) -> bool {
    let rest = credentials.rest();
    if rest.is_empty() {
        // A scheme alone, as in `Negotiate`: nothing that could be a credential.
        return gatepass_auth::schemes::descriptors()
            .filter_map(|known| known.word)
            .chain(["Negotiate", "NTLM"])
            .any(|word| credentials.is(word));
    }
    let (params, _) = parse_params(rest);
    let scheme = gatepass_auth::schemes::by_word(credentials.scheme());
    let is_sent_only = |name: &str| {
        scheme.is_some_and(|scheme| {
            let has = |list: &[Parameter]| list.iter().any(|it| it.name.eq_ignore_ascii_case(name));
            has(scheme.about.parameters_sent) && !has(scheme.about.parameters_asked)
        })
    };
    let named = |param: &gatepass_auth::Param| {
        let mut known = ONLY_IN_CREDENTIALS.iter();
        known.any(|name| param.name().eq_ignore_ascii_case(name)) || is_sent_only(param.name())
    };
    !is_token68(rest) && rest.contains(&b'=') && !params.iter().any(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<&'static str> {
        let view = View {
            reveal: false,
            now: 1_700_000_000,
        };
        decode(text, &view).ok().map(|reports| reports[0].kind)
    }

    #[test]
    fn a_value_is_recognised_without_its_name() {
        for (text, expected) in [
            ("Basic YWxpY2U6czNjcmV0", Some("credentials")),
            ("Basic YWxpY2U6cw==", Some("credentials")),
            ("YWxpY2U6czNjcmV0", Some("credentials")),
            ("Basic realm=\"x\"", Some("challenges")),
            ("Negotiate", Some("challenges")),
            ("Digest realm=\"x\", nonce=\"y\"", Some("challenges")),
            ("Digest username=\"a\", nonce=\"y\"", Some("credentials")),
            ("Digest realm=\"unclosed", Some("challenges")),
            ("Bearer abc.def", Some("credentials")),
            ("Bearer error=\"invalid_token\"", Some("challenges")),
            ("OAuth oauth_consumer_key=\"k\"", Some("credentials")),
            ("< WWW-Authenticate: Basic realm=x\r\n", Some("challenges")),
            (
                "HTTP/1.1 401 x\nDate: now\nwww-authenticate: Basic\n",
                Some("challenges"),
            ),
            ("eyJhbGciOiJub25lIn0.e30.", Some("jwt")),
            ("eyJ.b.c.d.e", Some("jwe")),
            ("hello", None),
            ("", None),
            ("a\nb", None),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    #[test]
    fn odd_input_is_survived() {
        for text in [
            "ey..",
            "ey.\u{e9}.",
            "Digest ,,,=",
            "Basic \u{1f511}",
            "Authorization:",
            "OAuth oauth_timestamp=\"99999999999999999999\"",
        ] {
            kind(text);
        }
    }
}
