//! Challenges that name a key and the place for it: Kong's `Key`, Azure's `AzureApiManagementKey`, `ApiKey`.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::sent::Place;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let found = facts.challenges.iter().find_map(|challenge| {
        let name = ["name", "header", "in_header", "parameter", "key"]
            .iter()
            .find_map(|name| challenge.params.text(name));
        let is_key = challenge.scheme.to_ascii_lowercase().contains("key");
        (is_key && name.is_some()).then(|| (challenge, name.unwrap_or_default().into_owned()))
    });
    let Some((challenge, name)) = found.filter(|(_, name)| {
        name.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            && name.len() <= 60
    }) else {
        return;
    };
    let place = ["in", "type", "location"]
        .iter()
        .find_map(|name| challenge.params.text(name))
        .unwrap_or_default()
        .to_ascii_lowercase();
    let has = facts.sent.iter().any(|sent| matches!(&sent.place, Place::Header(known) | Place::Query(known) if known.eq_ignore_ascii_case(&name)));
    if has {
        return;
    }
    let in_query = place.contains("query");
    let typed = if in_query {
        format!("{name}==KEY")
    } else {
        format!("{name}:@env:KEY")
    };
    let where_ = if in_query {
        format!("in the parameter {name}")
    } else {
        format!("in the header {name}")
    };
    let (cause, headline) = match facts.credential() {
        None => (
            Cause::CredentialMissing,
            format!("The server asks for a key {where_}, and no credential was sent"),
        ),
        Some(sent) => (
            Cause::PlaceWrong,
            format!(
                "The server asks for a key {where_}; sent was {}",
                sent.phrase()
            ),
        ),
    };
    let finding = Finding::new(cause, Strength::Exact, headline).quoting(
        "the challenge names",
        format!("{} {name}", facts.word(&challenge.scheme)),
    );
    findings
        .add(finding.with_fix(Fix::say(format!("Send the key {where_}")).typing([typed.as_str()])));
}
