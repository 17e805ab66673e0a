//! The server says that it found no credential, though one was sent: it looks in another place.

use gatepass_auth::show::carries_credential;

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::said::Said;
use crate::facts::sent::Place;
use crate::facts::words::words;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

/// What servers say when they find nothing.
const PHRASES: &[&str] = &[
    "no api key",
    "api key missing",
    "missing api key",
    "api key is missing",
    "api key is required",
    "api key required",
    "no api key found",
    "api key not found in",
    "you must provide an api key",
    "you did not provide an api key",
    "no key found",
    "missing key",
    "key is missing",
    "missing subscription key",
    "subscription key missing",
    "missing authorization",
    "authorization header missing",
    "authorization header is missing",
    "authorization header is required",
    "authorization header not found",
    "no authorization header",
    "authorization header required",
    "no authorization token was found",
    "missing or invalid authorization header",
    "missing authorization header",
    "missing token",
    "token missing",
    "token is missing",
    "token is required",
    "no token",
    "token not provided",
    "no token provided",
    "missing access token",
    "no access token",
    "access token is required",
    "access token missing",
    "access token required",
    "missing bearer token",
    "bearer token missing",
    "no bearer token",
    "missing authentication token",
    "authentication token is missing",
    "missing credentials",
    "credentials missing",
    "no credentials",
    "credentials were not provided",
    "credentials not provided",
    "authentication credentials were not provided",
    "not authenticated",
    "no authentication",
    "missing authentication",
    "authentication required",
    "authentication is required",
    "login required",
    "requires authentication",
    "full authentication is required",
    "anonymous access",
    "user anonymous",
    "system anonymous",
    "must be logged in",
    "must be authenticated",
    "you are not logged in",
    "not logged in",
    "please log in",
    "please sign in",
    "unauthenticated",
    "must authenticate",
    "needs authentication",
    "authorization required",
    "token required",
    "api token required",
    "credentials missing",
    "missing security header",
    "no auth credentials",
    "missing auth",
];

/// Phrases that only say that one has to sign in: who was refused with a credential is told the same.
const WEAK: &[&str] = &[
    "authentication required",
    "authentication is required",
    "authorization required",
    "requires authentication",
    "full authentication is required",
    "unauthenticated",
    "not authenticated",
    "login required",
    "please log in",
    "please sign in",
    "must be logged in",
    "must be authenticated",
    "you are not logged in",
    "not logged in",
    "must authenticate",
    "needs authentication",
    "no authentication",
    "token required",
    "anonymous access",
];

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    if !matches!(facts.status, 400 | 401 | 403 | 422) {
        return;
    }
    let found = PHRASES.iter().find_map(|phrase| {
        let phrase_words = words(phrase);
        let said = facts
            .said()
            .find(|said| said.has(&phrase_words) && !said.is_title && said.text.len() < 600)?;
        Some((said, WEAK.contains(phrase)))
    });
    let Some((said, is_weak)) = found.or_else(|| by_name(facts)) else {
        return;
    };
    let named =
        named_field(&said.text).or_else(|| facts.said().find_map(|other| named_field(&other.text)));
    let quoted = facts.quote(&said.text);
    let Some(sent) = facts.sent.first() else {
        let finding = Finding::new(
            Cause::CredentialMissing,
            Strength::Told,
            match &named {
                Some(name) => format!("The server wants a credential in {name}, and none was sent"),
                None => {
                    "The server says that a credential is missing, and none was sent".to_owned()
                }
            },
        );
        findings.add(
            finding
                .quoting(said.place.clone(), quoted)
                .with_fix(give(named.as_deref(), facts)),
        );
        return;
    };
    let is_there = |name: &str| {
        facts.sent.iter().any(|sent| matches!(&sent.place, Place::Authorization(known) | Place::Header(known) | Place::Query(known) | Place::Cookie(known) if known.eq_ignore_ascii_case(name)))
    };
    if named.as_deref().is_some_and(is_there) || (named.is_none() && is_weak) {
        return;
    }
    let headline = match &named {
        Some(name) => format!(
            "The server looks for the credential in {name}; sent was {}",
            sent.phrase()
        ),
        None => format!(
            "The server says that it found no credential; sent was {}, where it does not look",
            sent.phrase()
        ),
    };
    let strength = if named.is_some() {
        Strength::Told
    } else {
        Strength::Often
    };
    let finding = Finding::new(Cause::PlaceWrong, strength, headline);
    findings.add(
        finding
            .quoting(said.place.clone(), quoted)
            .with_fix(give(named.as_deref(), facts)),
    );
}

/// Finds a sentence that names a field for a credential, and says that it is missing.
fn by_name<'f>(facts: &'f Facts<'_>) -> Option<(&'f Said, bool)> {
    let missing = [
        "missing",
        "required",
        "not found",
        "must be",
        "not provided",
        "was not sent",
        "absent",
        "expected",
        "no ",
        "provide",
        "without",
    ];
    let found = facts.said().find(|said| {
        let lower = said.text.to_ascii_lowercase();
        said.text.len() < 300
            && named_field(&said.text).is_some()
            && missing.iter().any(|word| lower.contains(word))
    });
    found.map(|said| (said, false))
}

fn give(named: Option<&str>, facts: &Facts<'_>) -> Fix {
    match named {
        Some(name) if name.eq_ignore_ascii_case("Authorization") => {
            Fix::say("Send it in Authorization").typing(["-A", "bearer", "-a", "env:TOKEN"])
        }
        Some(name) => {
            let typed = format!("{name}:@env:KEY");
            Fix::say(format!("Send it in {name}")).typing([typed.as_str()])
        }
        None if facts.challenges.is_empty() => {
            Fix::say("Its documentation names the place; a token stands after Bearer as a rule")
                .typing(["-A", "bearer", "-a", "env:TOKEN"])
        }
        None => {
            let name =
                super::not_performed::performable(facts).unwrap_or_else(|| "bearer".to_owned());
            let (arguments, what) = super::not_performed::given_to(&name);
            Fix::say(format!("Give {what} for {name}")).typing(arguments.iter().map(String::as_str))
        }
    }
}

/// Returns the name of a header field that a text mentions and that carries a credential.
fn named_field(text: &str) -> Option<String> {
    let is_part = |char: char| char.is_ascii_alphanumeric() || char == '-' || char == '_';
    let mut all = text.split(|char: char| !is_part(char));
    all.find(|word| {
        let is_name = word.contains('-')
            || word.eq_ignore_ascii_case("authorization") && text.contains("eader");
        is_name
            && word.len() >= 6
            && word.len() <= 60
            && carries_credential(word)
            && !word.eq_ignore_ascii_case("cookie")
    })
    .map(str::to_owned)
}
