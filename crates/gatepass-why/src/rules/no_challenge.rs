//! 401 without `WWW-Authenticate`, which RFC 9110 section 15.5.2 forbids and many servers do.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::sent::Kind;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.status != 401 || !facts.challenges.is_empty() {
        return;
    }
    let Some(sent) = facts.sent.first() else {
        let finding = Finding::new(
            Cause::CredentialMissing,
            Strength::Seen,
            "The server wants a credential, and does not say which (401 without a challenge); none was sent",
        );
        findings.add(finding.with_fix(
            Fix::say("Its documentation has to say: often it is a token or an API key").typing([
                "-A",
                "bearer",
                "-a",
                "env:TOKEN",
            ]),
        ));
        return;
    };
    let what = match sent.kind {
        Kind::Cookie => "the session may be over",
        Kind::Key => "the key may be wrong, or of another project",
        Kind::Basic => "user or password may be wrong, or a token may be wanted",
        _ => "it may be wrong or expired, or another scheme may be wanted",
    };
    let cause = match sent.kind {
        Kind::Cookie => Cause::SessionExpired,
        Kind::Key => Cause::KeyWrong,
        Kind::Basic | Kind::Digest => Cause::PasswordWrong,
        _ => Cause::TokenInvalid,
    };
    let finding = Finding::new(
        cause,
        Strength::Status,
        format!(
            "The server refused {}, and does not say why (401 without a challenge): {what}",
            sent.phrase()
        ),
    );
    findings.add(finding.because("the answer", "401, and neither a challenge nor words that say why").with_fix(Fix::say("Check the credential first, then the place and the word that the service's documentation names")));
}
