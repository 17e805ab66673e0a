//! Challenges: a strict reader believes no more than a lenient one, and what it believes can be written and read again.

use gatepass_auth::Challenge;
use gatepass_auth::challenge::{Mode, parse_challenges};

use crate::split::fits_in_a_line;

/// Reads the input as header lines.
pub fn run(data: &[u8]) {
    let lines: Vec<&[u8]> = data.split(|&byte| byte == b'\n').collect();
    let lenient = parse_challenges(lines.iter().copied(), Mode::Lenient);
    let strict = parse_challenges(lines.iter().copied(), Mode::Strict);
    assert_eq!(
        strict.problems, lenient.problems,
        "the mode changes what is believed, not what is seen"
    );
    let mut rest = lenient.challenges.iter();
    for challenge in &strict.challenges {
        assert!(
            rest.any(|other| other == challenge),
            "only the strict reader believes {challenge}"
        );
    }
    if lenient.problems.is_empty() {
        assert_eq!(strict.challenges, lenient.challenges);
    }
    for problem in &lenient.problems {
        assert!(problem.at <= lines[problem.line].len());
    }
    if lines.iter().all(|line| fits_in_a_line(line)) {
        written_and_read_again(&strict.challenges);
    }
    if let ([line], true) = (lines.as_slice(), lenient.problems.is_empty()) {
        compare(line, &lenient.challenges);
    }
}

fn written_and_read_again(challenges: &[Challenge]) {
    let written: Vec<_> = challenges.iter().map(Challenge::to_bytes).collect();
    let joined = written.join(&b", "[..]);
    let again = parse_challenges([joined.as_slice()], Mode::Strict);
    assert_eq!(again.problems, [], "{}", String::from_utf8_lossy(&joined));
    assert_eq!(again.challenges, challenges);
}

/// Where another reader believes a line too, it believes the same.
fn compare(line: &[u8], challenges: &[Challenge]) {
    let Ok(Ok(theirs)) = std::str::from_utf8(line).map(http_auth::parse_challenges) else {
        return;
    };
    if challenges
        .iter()
        .any(|challenge| challenge.token68.is_some())
    {
        return;
    }
    let theirs: Vec<_> = theirs
        .iter()
        .map(|challenge| {
            let params: Vec<_> = challenge
                .params
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.to_unescaped().into_bytes()))
                .collect();
            (challenge.scheme.to_owned(), params)
        })
        .collect();
    let ours: Vec<_> = challenges
        .iter()
        .map(|challenge| {
            let params: Vec<_> = challenge
                .params
                .iter()
                .map(|param| (param.name().to_owned(), param.value().to_vec()))
                .collect();
            (challenge.scheme.clone(), params)
        })
        .collect();
    assert_eq!(ours, theirs, "{}", String::from_utf8_lossy(line));
}
