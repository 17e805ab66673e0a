//! 403 by itself: the status says that it is refused, and not why.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.status != 403 {
        return;
    }
    // RFC 6750 section 3.1, from servers that leave the code out.
    let bearer = facts
        .challenges
        .iter()
        .find(|challenge| challenge.is("Bearer") && challenge.params.text("error").is_none());
    if let Some(scope) = bearer
        .and_then(|challenge| challenge.params.text("scope"))
        .filter(|_| !facts.sent_nothing())
    {
        let finding = Finding::new(
            Cause::ScopeMissing,
            Strength::Exact,
            format!(
                "The token is valid, but has not the scope that is needed: {}",
                facts.quote(&scope)
            ),
        );
        findings.add(
            finding
                .quoting(
                    "the challenge says",
                    format!("scope={}", facts.quote(&scope)),
                )
                .with_fix(Fix::say("Get a token with this scope")),
        );
        return;
    }
    let finding = match facts.sent.first() {
        Some(sent) => Finding::new(
            Cause::PermissionMissing,
            Strength::Status,
            format!("The server refuses the request with {} (403), and nothing says why: often who asks is known and not allowed this", sent.phrase()),
        )
        .with_fix(Fix::say("Try the same request without the credential, then something simpler with it: if that is let in, a permission is missing")),
        None => Finding::new(
            Cause::Unexplained,
            Strength::Status,
            "The server refuses this (403), and a credential was not asked for; nothing says why: it may be a rule of the server, a filter, or a credential that is missing",
        )
        .with_fix(Fix::say("Check the path first; some servers answer so when a credential is missing: try with one")),
    };
    findings.add(finding.because(
        "the answer",
        "403, and neither a challenge nor words that say why",
    ));
}
