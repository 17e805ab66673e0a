//! A value without the word before it.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::sent::Kind;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let Some(sent) = facts.authorization() else {
        return;
    };
    let value = sent.value.trim();
    if sent.kind != Kind::Bare
        || sent.masked
        || value.is_empty()
        || super::value::is_placeholder(value)
        || value.starts_with(['"', '\''])
    {
        return;
    }
    let places = sent.prefix.map_or(&[][..], |known| known.places.as_slice());
    if places.iter().any(|place| place.contains("without a word")) {
        findings.rule_out(
            Cause::WordMissing,
            "the service reads this key without a word before it",
        );
        return;
    }
    let named = facts
        .challenges
        .iter()
        .map(|challenge| facts.word(&challenge.scheme))
        .find(|word| {
            !["digest", "negotiate", "ntlm"].contains(&word.to_ascii_lowercase().as_str())
        });
    let by_prefix = places
        .iter()
        .find_map(|place| place.strip_prefix("Authorization: "))
        .map(str::to_owned);
    let is_said = named.is_some();
    let word = named
        .filter(|word| !word.eq_ignore_ascii_case("basic"))
        .or(by_prefix)
        .unwrap_or_else(|| "Bearer".to_owned());
    let headline = format!(
        "The credential stands in Authorization without the word of a scheme before it; {}",
        match is_said {
            true => format!("the server reads what stands behind {word}"),
            false => format!("most servers read what stands behind {word}"),
        }
    );
    let scheme = match word.to_ascii_lowercase().as_str() {
        "bearer" => "bearer".to_owned(),
        "token" => "token".to_owned(),
        _ => format!("bearer:{word}"),
    };
    let finding = Finding::new(Cause::WordMissing, Strength::Seen, headline);
    let fix = Fix::say(format!("Put the word {word} in front")).typing([
        "-A",
        &scheme,
        "-a",
        "env:TOKEN",
    ]);
    findings.add(finding.because("the request", "Authorization has one value, and no word and space before it (RFC 9110 section 11.4)").with_fix(fix));
}
