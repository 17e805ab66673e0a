//! What the server says it signed, compared with what was signed here: the first difference is the cause.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::pairs;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let ours = facts
        .leg
        .workings
        .iter()
        .filter(|(name, _)| is_signed_text(name));
    for (name, ours) in ours {
        let theirs = theirs(facts, ours);
        let Some(theirs) = theirs else { continue };
        if theirs == *ours {
            findings.add(
                Finding::new(Cause::SignatureMismatch, Strength::Exact, "Both sides signed the same text, so the secret differs: the consumer's secret, the token's, or both")
                    .because("the exchange", format!("the {name} of the server and ours are the same"))
                    .with_fix(Fix::say("Check the secrets: copied whole, and of the same pair as the key and the token")),
            );
            return;
        }
        let (what, our, their) = first_difference(ours, &theirs);
        let finding = Finding::new(
            Cause::SignatureMismatch,
            Strength::Exact,
            format!("The server signed another text; the first difference is {what}"),
        );
        findings.add(
            finding
                .quoting("the server signed", facts.quote(&their))
                .quoting("signed here", facts.quote(&our))
                .with_fix(Fix::say(advice(&what))),
        );
        return;
    }
}

fn is_signed_text(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "base string",
        "string to sign",
        "canonical request",
        "signature base",
        "signing string",
    ]
    .iter()
    .any(|part| name.contains(part))
}

/// Finds in what the server says the text that stands for ours.
fn theirs(facts: &Facts<'_>, ours: &str) -> Option<String> {
    let start = if ours.contains("&http") {
        ours.split_once("&http")
            .map(|(method, _)| format!("{method}&http"))
    } else {
        ours.lines().next().map(str::to_owned)
    }?;
    facts.said().find_map(|said| {
        let at = said.text.find(&start)?;
        let text = &said.text[at..];
        // Sentences go on behind it; an OAuth base string has no space.
        let end = if start.contains("&http") {
            text.find([' ', '\n', '"', '\'', '<']).unwrap_or(text.len())
        } else {
            text.len()
        };
        (end >= start.len() + 4).then(|| text[..end].trim_end_matches(['.', ',', ')']).to_owned())
    })
}

/// Returns what differs, in words, with either side.
fn first_difference(ours: &str, theirs: &str) -> (String, String, String) {
    let split = |text: &str| -> Vec<String> { text.splitn(3, '&').map(pairs::decoded).collect() };
    if !ours.contains("&http") {
        let (mut our, mut their) = (ours.lines(), theirs.lines());
        let mut line = 1;
        loop {
            match (our.next(), their.next()) {
                (Some(one), Some(other)) if one == other => line += 1,
                (one, other) => {
                    return (
                        format!("line {line}"),
                        one.unwrap_or("nothing").to_owned(),
                        other.unwrap_or("nothing").to_owned(),
                    );
                }
            }
        }
    }
    let (our, their) = (split(ours), split(theirs));
    let part = |all: &[String], at: usize| all.get(at).cloned().unwrap_or_default();
    for (at, name) in [(0, "the method"), (1, "the URL")] {
        if part(&our, at) != part(&their, at) {
            return (name.to_owned(), part(&our, at), part(&their, at));
        }
    }
    let (our, their) = (part(&our, 2), part(&their, 2));
    let (ours, theirs): (Vec<&str>, Vec<&str>) =
        (our.split('&').collect(), their.split('&').collect());
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    if let Some(extra) = theirs
        .iter()
        .find(|pair| !ours.iter().any(|our| name(our) == name(pair)))
    {
        return (
            format!(
                "the parameter {}, which the server has and we have not",
                name(extra)
            ),
            "nothing".to_owned(),
            (*extra).to_owned(),
        );
    }
    if let Some(extra) = ours
        .iter()
        .find(|pair| !theirs.iter().any(|their| name(their) == name(pair)))
    {
        return (
            format!(
                "the parameter {}, which we have and the server has not",
                name(extra)
            ),
            (*extra).to_owned(),
            "nothing".to_owned(),
        );
    }
    let differs = ours.iter().zip(&theirs).find(|(one, other)| one != other);
    match differs {
        Some((one, other)) if name(one) == name(other) => (
            format!("the value of {}", name(one)),
            (*one).to_owned(),
            (*other).to_owned(),
        ),
        Some((one, other)) => (
            "the order of the parameters".to_owned(),
            (*one).to_owned(),
            (*other).to_owned(),
        ),
        None => ("how the parameters are written".to_owned(), our, their),
    }
}

fn advice(what: &str) -> String {
    match what {
        "the URL" => "Something between changed host, scheme, port or path: a proxy that ends TLS, or a rewritten path; sign the URL that the server sees, or have the proxy send Host and X-Forwarded-Proto on".to_owned(),
        "the method" => "Something between changed the method; a redirect turns POST into GET".to_owned(),
        _ => format!("Send {what} as it was signed: the other side reads it differently"),
    }
}
