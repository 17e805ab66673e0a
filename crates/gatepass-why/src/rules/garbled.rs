//! A value with characters that do not belong to it.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::sent::{Kind, Place, Sent};
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    for sent in facts.sent.iter().filter(|sent| !sent.masked) {
        let simple = matches!(
            sent.kind,
            Kind::Bearer | Kind::Word | Kind::Bare | Kind::Key
        );
        let in_field = matches!(sent.place, Place::Authorization(_) | Place::Header(_));
        if !simple || !in_field {
            continue;
        }
        if let Some((strength, what)) = flaw(sent) {
            let finding = Finding::new(
                Cause::CredentialGarbled,
                strength,
                format!("The credential has something in it that does not belong there: {what}"),
            );
            findings.add(
                finding
                    .because("the request", format!("{} has {what}", sent.phrase()))
                    .with_fix(Fix::say("Copy the credential again, whole and alone")),
            );
        } else if let Some(what) = cut(sent) {
            let finding = Finding::new(
                Cause::TokenMalformed,
                Strength::Often,
                format!("The token may not be whole: {what}"),
            );
            findings.add(
                finding
                    .because("the request", what)
                    .with_fix(Fix::say("Copy the token again, whole")),
            );
        }
    }
}

fn flaw(sent: &Sent) -> Option<(Strength, &'static str)> {
    let value = sent.value.trim();
    if value.starts_with(':') || value.starts_with('=') {
        return Some((Strength::Flaw, "a colon or an equals sign behind the word"));
    }
    if value.to_ascii_lowercase().starts_with("authorization:") {
        return Some((Strength::Flaw, "the name of the field once more"));
    }
    if value.contains(['\n', '\r']) || value.contains("\\n") {
        return Some((Strength::Flaw, "a line break"));
    }
    if value.chars().any(char::is_control) {
        return Some((Strength::Flaw, "a control character"));
    }
    if value.ends_with('…') || value.ends_with("...") {
        return Some((
            Strength::Flaw,
            "an ellipsis at the end: it was copied from where it was shortened",
        ));
    }
    if value
        .chars()
        .any(|char| "\u{200b}\u{200c}\u{200d}\u{feff}\u{a0}\u{2011}\u{2013}\u{2014}".contains(char))
    {
        return Some((
            Strength::Flaw,
            "a character that cannot be seen or only looks like a hyphen",
        ));
    }
    let is_token = matches!(sent.kind, Kind::Bearer | Kind::Key) || sent.jwt.is_some();
    if is_token && value.contains(char::is_whitespace) && sent.word.as_deref() != Some("Digest") {
        return Some((Strength::Seen, "white space in the middle"));
    }
    if value.ends_with([',', ';']) {
        return Some((Strength::Seen, "a comma or a semicolon at the end"));
    }
    let encoded = ["%3D", "%2B", "%2F", "%3d", "%2b", "%2f", "%7C"];
    if is_token && encoded.iter().any(|part| value.contains(part)) {
        return Some((
            Strength::Often,
            "percent-encoding, which belongs into URLs only",
        ));
    }
    None
}

fn cut(sent: &Sent) -> Option<String> {
    let value = sent.value.trim();
    if !value.starts_with("eyJ") || sent.jwt.is_some() || value.contains(char::is_whitespace) {
        return None;
    }
    match value.split('.').count() {
        count @ 1..=2 => Some(format!(
            "it begins as a JSON Web Token, and has {count} of its three parts"
        )),
        3 => Some("it begins as a JSON Web Token, and its parts cannot be read".to_owned()),
        _ => None,
    }
}
