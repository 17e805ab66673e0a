//! Refusals as real services answer them: the true cause is on top, its words are named, the way out is said, and no secret
//! is shown. What is no refusal gets no cause.

mod support;

use gatepass_why::{Cause, Diagnosis};
use support::{Case, read};

#[test]
fn every_refusal_is_told_by_its_cause() {
    let cases = read("refusals");
    assert!(cases.len() >= 90, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        wrong.extend(
            case.problems()
                .into_iter()
                .map(|problem| format!("{}: {problem}", case.name)),
        );
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_case_names_a_cause_and_a_source() {
    for case in read("refusals") {
        assert!(
            Cause::find(&case.cause).is_some(),
            "{}: {}",
            case.name,
            case.cause
        );
        assert!(
            !case.source.is_empty() && !case.words.is_empty(),
            "{}",
            case.name
        );
    }
}

/// Words that fit two causes tell neither.
#[test]
fn neighbours_with_another_cause_get_other_words() {
    let cases = read("refusals");
    let told: Vec<(&Case, String)> = cases
        .iter()
        .filter_map(|case| Some((case, case.diagnosis()?.top().headline.clone())))
        .collect();
    for (at, (case, headline)) in told.iter().enumerate() {
        for (other, same) in &told[at + 1..] {
            assert!(
                headline != same || case.cause == other.cause,
                "{} and {}: {headline}",
                case.name,
                other.name
            );
        }
    }
}

#[test]
fn what_is_no_refusal_gets_no_cause() {
    let cases = read("innocents");
    assert!(cases.len() >= 40, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let found = case.diagnosis();
        let cause = found.as_ref().map_or("none", |it| it.top().cause.id());
        if !case.cause.split(' ').any(|allowed| allowed == cause) {
            wrong.push(format!(
                "{}: {cause}: {}",
                case.name,
                found.map_or_else(String::new, |it| it.top().headline.clone())
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// Whatever comes, nothing panics, nothing is endless, and no line of the short form is long.
#[test]
fn every_answer_with_every_request_is_told_shortly() {
    let cases = read("refusals");
    for (at, case) in cases.iter().enumerate() {
        let other = &cases[(at * 7 + 3) % cases.len()];
        let (mut mixed, from) = (case.exchange(), other.exchange());
        if let (Some(leg), Some((_, answer))) = (mixed.legs.last_mut(), from.last()) {
            leg.answer = Some(answer.clone());
        }
        if let Some(diagnosis) = Diagnosis::of(&mixed) {
            let lines = diagnosis.brief();
            assert!(
                lines.len() <= 3 && lines.iter().all(|line| line.chars().count() <= 900),
                "{}: {lines:?}",
                case.name
            );
            support::assert_silent(
                &case.secrets(),
                &format!("{diagnosis}{}{diagnosis:?}", diagnosis.to_json()),
                &case.name,
            );
        }
    }
}
