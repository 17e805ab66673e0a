//! Nothing that is offered is performed here: NTLM, Negotiate, and words that nobody knows.

use gatepass_auth::schemes;

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::sent::Kind;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.challenges.is_empty()
        || facts
            .challenges
            .iter()
            .any(|challenge| name_of(&challenge.scheme).is_some())
    {
        return;
    }
    let offered = facts.offered();
    let integrated = facts.challenges.iter().find(|challenge| {
        ["negotiate", "ntlm", "kerberos"].contains(&challenge.scheme.to_ascii_lowercase().as_str())
    });
    let sent = facts.credential();
    if let Some(integrated) = integrated {
        let headline = match sent {
            Some(sent) => format!(
                "{} asks for {offered}, which is not supported here; {} is not among what it offers, whatever the password",
                facts.who(),
                sent.phrase()
            ),
            None => format!(
                "{} asks for {offered}, which is not supported here",
                facts.who()
            ),
        };
        let option = if integrated.is("NTLM") && facts.challenges.len() == 1 {
            "--ntlm -u USER"
        } else {
            "--negotiate -u :"
        };
        let url = facts.quote(&format!("{}{}", facts.leg.space, facts.leg.target));
        let fix = Fix::say(
            "Use a client that performs it, or have the operator offer Basic over https or a token",
        )
        .running(format!("curl {option} '{url}'"));
        findings.add(
            Finding::new(Cause::SchemeNotPerformed, Strength::Seen, headline)
                .because("the challenge", format!("it offers {offered} alone"))
                .with_fix(fix),
        );
        return;
    }
    // A word that stands before a token can be sent as it is.
    let is_word = sent.is_none_or(|sent| {
        !facts
            .challenges
            .iter()
            .any(|challenge| sent.word.as_deref().is_some_and(|word| challenge.is(word)))
    });
    if !is_word
        || sent.is_some_and(|sent| matches!(sent.kind, Kind::Bearer | Kind::Word | Kind::Bare))
    {
        return;
    }
    let headline = match sent {
        Some(sent) => format!(
            "{} asks for {offered}, which is not supported; sent was {}",
            facts.who(),
            sent.phrase()
        ),
        None => format!("{} asks for {offered}, which is not supported", facts.who()),
    };
    let fix = Fix::say(
        "If it takes a token after that word, send Bearer with that word; its documentation has to say",
    );
    findings.add(
        Finding::new(Cause::SchemeNotPerformed, Strength::Often, headline)
            .because("the challenge", format!("it offers {offered} alone"))
            .with_fix(fix),
    );
}

/// Returns the name by which a scheme of this word is chosen: its id, or an alias that stands for the word.
pub(super) fn name_of(word: &str) -> Option<String> {
    let by_word = schemes::ALL.iter().find(|it| {
        it.about
            .word
            .is_some_and(|known| known.eq_ignore_ascii_case(word))
    });
    let by_alias = || {
        let all = schemes::ALL.iter().flat_map(|it| it.about.aliases);
        let mut sets_word = all.filter(|alias| {
            let is_word = |(field, value): &(&str, &str)| {
                *field == "word" && value.eq_ignore_ascii_case(word)
            };
            alias.sets.iter().any(is_word)
        });
        sets_word.next().map(|alias| alias.name.to_owned())
    };
    by_word.map(|it| it.about.id.to_owned()).or_else(by_alias)
}

/// Returns the strongest scheme on offer that can be performed.
pub(super) fn performable(facts: &Facts<'_>) -> Option<String> {
    let rank =
        |name: &str| schemes::resolve(name).map_or(0, |(descriptor, _)| descriptor.about.strength);
    let known = facts
        .challenges
        .iter()
        .filter_map(|challenge| name_of(&challenge.scheme).map(|name| (rank(&name), name)));
    known.max_by_key(|(rank, _)| *rank).map(|(_, name)| name)
}

/// Returns the arguments that choose a scheme, and what it is given, as a phrase.
pub(super) fn given_to(name: &str) -> (Vec<String>, String) {
    let mut arguments = vec!["-A".to_owned(), name.to_owned()];
    let Ok((descriptor, _)) = schemes::resolve(name) else {
        return (arguments, "a credential".to_owned());
    };
    let what = match descriptor.about.form {
        gatepass_auth::Form::UserPassword => {
            arguments.extend(["-a".to_owned(), "USER".to_owned()]);
            "a user name and a password".to_owned()
        }
        gatepass_auth::Form::Single(field) => {
            arguments.extend([
                "-a".to_owned(),
                format!("env:{}", field.to_ascii_uppercase()),
            ]);
            format!("a {field}")
        }
        _ => {
            let names = descriptor
                .about
                .fields
                .iter()
                .filter(|field| field.required)
                .map(|field| field.name);
            names.collect::<Vec<_>>().join(" and ")
        }
    };
    (arguments, what)
}
