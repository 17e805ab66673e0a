//! The challenges of a server: what it asks for, what of it is malformed, and what gatepass would answer.

use gatepass_auth::challenge::{Mode, parse_challenges};
use gatepass_auth::{Challenge, Reading, Scheme, schemes};

use crate::commands::decode::report::{Part, Report};

/// Decodes the challenges of `lines`, all of one header.
pub(super) fn decode(lines: &[&str]) -> Report {
    let bytes = || lines.iter().map(|line| line.as_bytes());
    let parsed = parse_challenges(bytes(), Mode::Lenient);
    let strict = parse_challenges(bytes(), Mode::Strict).challenges;
    let mut parts: Vec<Part> = parsed
        .challenges
        .iter()
        .map(|challenge| part(challenge, &strict))
        .collect();

    let mut summary = Part::new("Summary");
    for problem in &parsed.problems {
        let line = if lines.len() > 1 {
            format!(" of line {}", problem.line + 1)
        } else {
            String::new()
        };
        summary.problem(format!("there is {problem}{line} (RFC 9110 section 11)"));
    }
    let best = parsed
        .challenges
        .iter()
        .filter_map(|challenge| Some((strength(challenge)?, challenge)));
    // Of equals the first counts, as in the header.
    match best.rev().max_by_key(|(strength, _)| *strength) {
        Some((_, challenge)) if parsed.challenges.len() > 1 => {
            summary.note(format!(
                "-A auto would answer {}, the strongest that it can perform",
                named(challenge)
            ));
        }
        Some(_) => {}
        None => summary.problem("gatepass can perform none of these schemes"),
    }
    parts.push(summary);
    let title = match parsed.challenges.len() {
        0 => "No challenge could be found in it.".to_owned(),
        1 => "One challenge of a server (RFC 9110 section 11.6.1).".to_owned(),
        count => format!("{count} challenges of a server (RFC 9110 section 11.6.1)."),
    };
    Report {
        kind: "challenges",
        title,
        parts,
    }
}

fn part(challenge: &Challenge, strict: &[Challenge]) -> Part {
    let mut part = Part::new(&challenge.scheme);
    if let Some(token) = &challenge.token68 {
        part.field("token", token);
    }
    for param in &challenge.params {
        let means = schemes::asked(&challenge.scheme, param.name()).map_or("", |known| known.means);
        part.explained(param.name(), param.text(), means);
    }
    if !strict.contains(challenge) {
        part.problem("it breaks the grammar, and a strict client passes over it");
    }
    if let Some(read) = schemes::by_word(&challenge.scheme).and_then(|known| known.read_challenge) {
        let mut reading = Reading::default();
        read(challenge, &mut reading);
        reading.problems.iter().for_each(|text| part.problem(text));
        reading.notes.iter().for_each(|text| part.note(text));
    }
    answer(challenge, &mut part);
    part
}

/// Says how to answer a challenge, or that it cannot be done.
fn answer(challenge: &Challenge, part: &mut Part) {
    let known =
        schemes::descriptors().find(|known| known.word.is_some_and(|word| challenge.is(word)));
    match known {
        None => part.note(format!("gatepass cannot perform {}", challenge.scheme)),
        Some(known) if strength(challenge).is_none() => {
            part.problem(format!(
                "gatepass knows {}, but cannot answer this challenge",
                known.title
            ));
        }
        Some(known) => {
            let reveals = if known.reveals_secret {
                "it sends the secret itself, so it wants https"
            } else {
                "it does not send the secret"
            };
            part.note(format!("answer it with -A {}; {reveals}", known.id));
        }
    }
}

/// Ranks a challenge among those that gatepass can answer.
fn strength(challenge: &Challenge) -> Option<u8> {
    let able = schemes::ALL
        .iter()
        .filter_map(|known| known.client(&known.about.example_values()).ok())
        .filter(|scheme| scheme.can_answer(challenge));
    able.map(|scheme| scheme.strength(challenge)).max()
}

fn named(challenge: &Challenge) -> String {
    match challenge.params.text("algorithm") {
        Some(algorithm) => format!("{} with {algorithm}", challenge.scheme),
        None => challenge.scheme.clone(),
    }
}
