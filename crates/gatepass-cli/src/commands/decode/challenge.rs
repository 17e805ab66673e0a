//! The challenges of a server: what it asks for, what of it is malformed, and what gatepass would answer.

use gatepass_auth::challenge::{Mode, parse_challenges};
use gatepass_auth::{Challenge, Reading, Scheme, schemes, show};

use crate::commands::decode::View;
use crate::commands::decode::report::{Part, Report};

/// How many challenges are shown one by one: no server that means well sends so many.
const SHOWN: usize = 50;

/// Decodes the challenges of `lines`, all of one header.
pub(super) fn decode(lines: &[&str], view: &View) -> Report {
    let bytes = || lines.iter().map(|line| line.as_bytes());
    let parsed = parse_challenges(bytes(), Mode::Lenient);
    let strict = parse_challenges(bytes(), Mode::Strict).challenges;
    let mut parts: Vec<Part> = parsed
        .challenges
        .iter()
        .take(SHOWN)
        .map(|challenge| part(challenge, &strict, view))
        .collect();

    let mut summary = Part::new("Summary");
    for problem in parsed.problems.iter().take(SHOWN) {
        let line = if lines.len() > 1 {
            format!(" of line {}", problem.line + 1)
        } else {
            String::new()
        };
        summary.problem(format!("there is {problem}{line} (RFC 9110 section 11)"));
    }
    if let Some(left) = parsed.challenges.len().checked_sub(SHOWN + 1) {
        summary.note(format!("{} more challenges are not shown", left + 1));
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

fn part(challenge: &Challenge, strict: &[Challenge], view: &View) -> Part {
    let mut part = Part::new(word(challenge));
    if let Some(token) = &challenge.token68 {
        let shown = match show::is_scheme_word(&challenge.scheme) {
            true => token.clone(),
            false => view.secret(token.as_bytes()),
        };
        part.field("token", shown);
    }
    for param in &challenge.params {
        let known = schemes::asked(&challenge.scheme, param.name());
        // What is pasted here may be something else than a challenge.
        let value = match known {
            None if show::is_secret_name(param.name()) => view.secret(param.value()),
            _ => param.text().into_owned(),
        };
        part.explained(param.name(), value, known.map_or("", |known| known.means));
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
        None => part.note(format!("gatepass cannot perform {}", word(challenge))),
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
        Some(algorithm) => format!("{} with {algorithm}", word(challenge)),
        None => word(challenge),
    }
}

/// Returns the word of a challenge as it may be shown: whole where it is one, or as short and plain as one.
fn word(challenge: &Challenge) -> String {
    let word = &challenge.scheme;
    let quoted = show::typed(word);
    match quoted == format!("\"{word}\"") {
        true => word.clone(),
        false => quoted,
    }
}
