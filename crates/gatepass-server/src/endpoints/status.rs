//! Any status: `/status/{code}`, or one of several by their weights: `/status/200:0.9,500:0.1`.

use http::header::{LOCATION, PROXY_AUTHENTICATE, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue};

use super::Call;
use crate::reply::{JSON, Reply, TEXT};

pub(super) fn status(call: &Call<'_>) -> Reply {
    let text = call.segment(1);
    let Some(choices) = choices(&text) else {
        let detail = format!(
            "{text:?} is no status; write a number from 200 to 599, or several as in 200:0.9,500:0.1"
        );
        return Reply::problem(400, &detail);
    };
    with_its_fields(pick(&choices, call))
}

/// Reads statuses and weights. A status below 200 is never the last answer to a request (RFC 9110 section 15.2).
fn choices(text: &str) -> Option<Vec<(u16, f64)>> {
    let choice = |choice: &str| {
        let (code, weight) = choice.split_once(':').unwrap_or((choice, "1"));
        let code = code.trim().parse().ok()?;
        let weight: f64 = weight.trim().parse().ok()?;
        let fits = (200..=599).contains(&code) && weight.is_finite() && weight >= 0.0;
        fits.then_some((code, weight))
    };
    text.split(',').map(choice).collect()
}

/// Draws one of the choices.
fn pick(choices: &[(u16, f64)], call: &Call<'_>) -> u16 {
    let last = choices.last().map_or(200, |(code, _)| *code);
    if choices.len() < 2 {
        return last;
    }
    let mut bytes = [0; 4];
    // Nobody has to guess it: without random numbers it is the first.
    let _ = call.site.env.random(&mut bytes);
    let total: f64 = choices.iter().map(|(_, weight)| weight).sum();
    let mut rest = f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0) * total;
    for (code, weight) in choices {
        if rest < *weight {
            return *code;
        }
        rest -= weight;
    }
    last
}

/// Adds what an answer of this status has to carry.
fn with_its_fields(code: u16) -> Reply {
    const CHALLENGE: HeaderValue = HeaderValue::from_static("Basic realm=\"gatepass\"");
    const MORE: HeaderName = HeaderName::from_static("x-more-info");
    let reply = Reply::empty(code);
    match code {
        301 | 302 | 303 | 305 | 307 | 308 => {
            reply.with(LOCATION, HeaderValue::from_static("/redirect/1"))
        }
        401 => reply.with(WWW_AUTHENTICATE, CHALLENGE),
        407 => reply.with(PROXY_AUTHENTICATE, CHALLENGE),
        402 => Reply::bytes(TEXT, "A payment is asked for here.\n").status(402),
        406 => {
            let kinds = "{\"message\": \"None of the media types that were asked for is here.\", \
                \"accept\": [\"image/webp\", \"image/svg+xml\", \"image/jpeg\", \"image/png\", \"image/*\"]}\n";
            Reply::bytes(JSON, kinds).status(406)
        }
        418 => {
            let standard = HeaderValue::from_static("https://www.rfc-editor.org/rfc/rfc2324");
            Reply::bytes(TEXT, TEAPOT).status(418).with(MORE, standard)
        }
        _ => reply,
    }
}

const TEAPOT: &str = r"
        _
     __( )__
   /|       |\__
  ( |  tea  |  _)
   \|_______|_/
";
