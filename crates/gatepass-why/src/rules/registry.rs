//! A registry of containers sends to its token server: a password there, the token that comes back here.

use gatepass_auth::percent;

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::sent::Kind;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let found = facts.challenges.iter().find_map(|challenge| {
        let realm = challenge.realm()?.into_owned();
        (challenge.is("Bearer") && realm.starts_with("http")).then_some((challenge, realm))
    });
    let Some((challenge, realm)) =
        found.filter(|(challenge, _)| challenge.params.text("service").is_some())
    else {
        return;
    };
    let service = challenge.params.text("service").unwrap_or_default();
    let scope = challenge.params.text("scope");
    let mut url = format!("{realm}?service={}", percent::encode(service.as_bytes()));
    for scope in scope.iter().flat_map(|scopes| scopes.split(' ')) {
        url += &format!(
            "&scope={}",
            percent::encode(scope.as_bytes())
                .replace("%3A", ":")
                .replace("%2F", "/")
                .replace("%2C", ",")
        );
    }
    let url = facts.veil.quote_up_to(&url, 400);
    let of = scope
        .as_deref()
        .map_or_else(String::new, |scope| format!(" for {}", facts.quote(scope)));
    let error = challenge.params.text("error").unwrap_or_default();
    let has_token = facts
        .authorization()
        .is_some_and(|sent| sent.kind == Kind::Bearer);
    if has_token && error == "insufficient_scope" {
        return;
    }
    let (cause, headline) = if has_token {
        (
            Cause::RegistryToken,
            format!(
                "The registry does not take this token: it wants a new one of {}{of}",
                facts.quote(&realm)
            ),
        )
    } else if let Some(sent) = facts.authorization() {
        (
            Cause::RegistryToken,
            format!(
                "The registry does not take {} itself: it wants a token of {}{of}",
                sent.phrase(),
                facts.quote(&realm)
            ),
        )
    } else {
        (
            Cause::RegistryToken,
            format!("The registry wants a token of {}{of}", facts.quote(&realm)),
        )
    };
    let finding = Finding::new(cause, Strength::Exact, headline).quoting(
        "the challenge names",
        format!(
            "realm={}, service={}",
            facts.quote(&realm),
            facts.quote(&service)
        ),
    );
    let fix = Fix::say("Get the token there, with your password where the image is not public, and send it here as Bearer").running(format!("gatepass '{url}' -a USER"));
    findings.add(finding.with_fix(fix));
}
