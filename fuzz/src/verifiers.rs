//! Verifiers: whatever a request carries, there is a verdict, and a refusal can be answered with challenges.

use gatepass_auth::challenge::{Mode, parse_challenges};
use gatepass_auth::{Challenge, Headers, Received, Space, decide, schemes};

use crate::split::Input;
use crate::support::{env, setup};

/// Chooses a scheme; the first line is the target, the next are header values, the rest is the body.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let (entry, settings) = input.scheme();
    let mut setup = setup();
    setup.lenient = input.byte() % 2 == 1;
    let Ok(verifier) = entry.server(&settings, &setup) else {
        return;
    };
    let place = input.byte();
    let target = String::from_utf8_lossy(input.line()).into_owned();
    let value = input.line();
    let mut headers = Headers::new();
    match place % 4 {
        0 => headers.append(
            "Authorization",
            [entry.about.word.unwrap_or_default().as_bytes(), b" ", value].concat(),
        ),
        1 => headers.append("authorization", value),
        2 => headers.append("X-Api-Key", value),
        _ => headers.append("Cookie", value),
    }
    if place >= 128 {
        headers.append("Content-Type", "application/x-www-form-urlencoded");
    }
    let space = Space::origin("http", "api.example", 80);
    let env = env();
    let request = Received::new("POST", &space, &target, &headers, &env).with_body(input.0);
    if let Err(why) = decide(&*verifier, &request, &schemes::example_accounts()) {
        assert!((400..500).contains(&why.status(space.status())) && !why.detail.is_empty());
        let challenges = verifier.challenge(&why, &env).unwrap_or_default();
        let written: Vec<_> = challenges.iter().map(Challenge::to_bytes).collect();
        let again = parse_challenges(written.iter().map(Vec::as_slice), Mode::Strict);
        assert_eq!((again.challenges, again.problems), (challenges, vec![]));
    }
}
