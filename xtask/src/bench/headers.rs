//! What one header costs.

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use gatepass_auth::schemes;
use serde_json::Value;

use super::figure::{Aim, Figure};
use super::signed::Signer;
use crate::failure::Result;
use crate::install::Peers;
use crate::process::demand;

const TARGET: &str = "/photos?size=original&file=vacation.jpg";
const CHALLENGE: &str = "Digest realm=\"api\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", qop=\"auth\", algorithm=MD5";

/// Whom a scheme stands beside: the scheme, what the row says of it, the key of the script's answer, whose figure it is, and the aim.
/// A scheme that is not here has a row without another figure.
const BESIDE: &[(&str, &str, &str, &str, Option<Aim>)] = &[
    ("basic", "", "basic", "requests", None),
    ("digest", " MD5, warm", "digest", "requests", None),
    (
        "oauth1",
        " HMAC-SHA1",
        "oauth1",
        "oauthlib",
        Some(Aim::AtLeast(40.0)),
    ),
];

pub(super) fn measure(peers: &Peers) -> Result<Vec<Figure>> {
    let script = include_str!("headers.py");
    let theirs: Value =
        serde_json::from_str(&demand(Command::new(peers.python()).args(["-c", script]))?)?;
    let mut figures = Vec::new();
    for scheme in schemes::descriptors() {
        let signer = Signer::new(scheme.id, TARGET)?;
        if scheme.word == Some("Digest") {
            signer.challenged(CHALLENGE)?;
        }
        let known = BESIDE.iter().find(|(id, ..)| *id == scheme.id);
        let (_, how, key, beside, aim) = known.unwrap_or(&("", "", "", "", None));
        figures.push(Figure {
            what: format!("one header: {}{how}", scheme.id),
            ours: best(&signer)?,
            other: theirs[*key].as_f64().unwrap_or(0.0),
            unit: "µs",
            beside,
            aim: *aim,
        });
    }
    Ok(figures)
}

/// Returns the time of one header in microseconds, the best of many rounds.
fn best(signer: &Signer) -> Result<f64> {
    const ROUNDS: usize = 40;
    const EACH: usize = 2_000;
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        for _ in 0..EACH {
            black_box(signer.sign()?);
        }
        best = best.min(started.elapsed().as_secs_f64() * 1e6 / EACH as f64);
    }
    Ok(best)
}
