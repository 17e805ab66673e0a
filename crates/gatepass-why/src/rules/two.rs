//! Two credentials at once, where a server has to choose or refuses to.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::sent::{Kind, Place, Sent};
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let fields: Vec<&Sent> = facts
        .sent
        .iter()
        .filter(|sent| matches!(sent.place, Place::Authorization(_)))
        .collect();
    if fields.len() > 1 {
        let kinds: Vec<String> = fields.iter().take(3).map(|sent| sent.phrase()).collect();
        let finding = Finding::new(
            Cause::TwoCredentials,
            Strength::Seen,
            format!(
                "Authorization was sent {} times: {}",
                fields.len(),
                kinds.join(" and ")
            ),
        );
        findings.add(
            finding
                .because(
                    "the request",
                    "a server takes one of them, or none (RFC 9110 section 5.3)",
                )
                .with_fix(Fix::say("Leave one of the two out")),
        );
        return;
    }
    let signed = facts.sent.iter().find(|sent| sent.kind == Kind::SignedUrl);
    if let (Some(_), Some(field)) = (signed, fields.first()) {
        let finding = Finding::new(
            Cause::TwoCredentials,
            Strength::Seen,
            format!(
                "Two credentials were sent at once: a signed URL, and {} in Authorization",
                field.phrase()
            ),
        );
        findings.add(
            finding
                .because(
                    "the request",
                    "the URL is signed, and Authorization was sent too",
                )
                .with_fix(Fix::say("Send a signed URL without Authorization")),
        );
        return;
    }
    let also = facts.sent.iter().find(|sent| matches!(&sent.place, Place::Query(name) if name.eq_ignore_ascii_case("access_token")));
    if let (Some(also), Some(field)) = (also, fields.iter().find(|sent| sent.kind == Kind::Bearer))
    {
        let strength = if facts.status == 400 {
            Strength::Seen
        } else {
            Strength::Often
        };
        let finding = Finding::new(
            Cause::TwoCredentials,
            strength,
            "The token was sent in two places, which RFC 6750 section 2 forbids",
        );
        findings.add(
            finding
                .because(
                    "the request",
                    format!("{}, and {}", field.phrase(), also.phrase()),
                )
                .with_fix(Fix::say("Leave the one in the query out")),
        );
    }
}
