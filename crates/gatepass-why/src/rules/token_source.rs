//! The challenge says where a token is to be had: RFC 9728's metadata, or Microsoft's `authorization_uri`.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    if !facts.sent_nothing() {
        return;
    }
    let named = facts
        .param("resource_metadata")
        .map(|(challenge, url)| (challenge, "resource_metadata", url));
    let named = named.or_else(|| {
        facts
            .param("authorization_uri")
            .map(|(challenge, url)| (challenge, "authorization_uri", url))
    });
    let Some((challenge, name, url)) = named else {
        return;
    };
    let url = facts.veil.quote_up_to(&url, 300);
    let scope = challenge
        .params
        .text("scope")
        .map(|scope| format!(", of the scope {}", facts.quote(&scope)));
    let word = facts.word(&challenge.scheme);
    let headline = format!(
        "The server asks for a {word} token{}, and no credential was sent; where one is to be had stands in {url}",
        scope.unwrap_or_default()
    );
    let fix = match name {
        "resource_metadata" => {
            Fix::say("Read the metadata, get a token from the server that it names, and send it")
                .running(format!("gatepass '{url}'"))
        }
        _ => Fix::say(format!("Sign in at {url}, and send the token")).typing([
            "-A",
            "bearer",
            "-a",
            "env:TOKEN",
        ]),
    };
    findings.add(
        Finding::new(Cause::TokenSource, Strength::Exact, headline)
            .quoting("the challenge names", format!("{name}={url}"))
            .with_fix(fix),
    );
}
