//! Basic: what cannot be read, what was encoded twice, and characters that may be read in another way.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::jwt::Jwt;
use crate::facts::prefix;
use crate::facts::sent::{Kind, Place, Sent};
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    for sent in facts.sent.iter().filter(|sent| !sent.masked) {
        match sent.kind {
            Kind::Basic if sent.user.is_none() => malformed(sent, findings),
            Kind::Basic => charset(facts, sent, findings),
            Kind::Bearer | Kind::Word | Kind::Key => token_in_base64(sent, findings),
            _ => {}
        }
    }
}

fn typed() -> [&'static str; 4] {
    ["-A", "basic", "-a", "USER:env:PASSWORD"]
}

/// Decodes Base64 that is text, with or without its padding.
fn text_in(value: &str) -> Option<String> {
    let value = value.trim();
    let bytes = STANDARD
        .decode(value)
        .or_else(|_| STANDARD_NO_PAD.decode(value.trim_end_matches('=')))
        .ok()?;
    let text = String::from_utf8(bytes).ok()?;
    (text.len() >= 3 && !text.chars().any(|char| char.is_control() && char != '\n')).then_some(text)
}

fn malformed(sent: &Sent, findings: &mut Findings) {
    let value = sent.value.trim();
    if value.is_empty() || super::value::is_placeholder(value) || value.starts_with(['"', '\'']) {
        return;
    }
    let finding = match text_in(value) {
        Some(inner) => match text_in(&inner).filter(|text| text.contains(':')) {
            Some(_) => Finding::new(
                Cause::EncodedTwice,
                Strength::Flaw,
                "User and password were encoded in Base64 twice",
            )
            .because(
                "the request",
                "what stands behind Basic decodes to Base64, and that to a user and a password",
            ),
            None => Finding::new(
                Cause::BasicMalformed,
                Strength::Seen,
                "What stands behind Basic has no colon: it is not a user and a password",
            )
            .because(
                "the request",
                "what stands behind Basic decodes to a text without a colon (RFC 7617 section 2)",
            ),
        },
        None if value.contains(':') => Finding::new(
            Cause::BasicMalformed,
            Strength::Flaw,
            "User and password stand behind Basic as they are; they have to be encoded in Base64",
        )
        .because(
            "the request",
            "what stands behind Basic has a colon, and is no Base64 (RFC 7617 section 2)",
        ),
        None => Finding::new(
            Cause::BasicMalformed,
            Strength::Seen,
            "What stands behind Basic is no user and password in Base64",
        )
        .because(
            "the request",
            "what stands behind Basic cannot be decoded (RFC 7617 section 2)",
        ),
    };
    findings.add(finding.with_fix(Fix::say("Give the plain user and password").typing(typed())));
}

fn token_in_base64(sent: &Sent, findings: &mut Findings) {
    let Some(inner) = text_in(&sent.value) else {
        return;
    };
    let inner = inner.trim();
    let is_token = inner.len() >= 16 && (Jwt::find(inner).is_some() || prefix::of(inner).is_some());
    if is_token {
        let finding = Finding::new(
            Cause::EncodedTwice,
            Strength::Flaw,
            "The token was encoded in Base64 before it was sent; the server wants it as it is",
        );
        let fix = Fix::say("Decode it first").running("printf %s \"$TOKEN\" | base64 -d");
        findings.add(
            finding
                .because(
                    "the request",
                    format!("{} decodes from Base64 to a token", sent.phrase()),
                )
                .with_fix(fix),
        );
    } else if sent.kind == Kind::Bearer
        && inner.contains(':')
        && inner.len() < 128
        && !inner.starts_with('{')
    {
        let finding = Finding::new(
            Cause::KindWrong,
            Strength::Often,
            "What was sent after Bearer may be a user and a password, which belong after Basic",
        );
        findings.add(
            finding
                .because(
                    "the request",
                    "what stands behind Bearer decodes from Base64 to a text with a colon",
                )
                .with_fix(Fix::say("Send them as Basic").typing(typed())),
        );
    }
}

fn charset(facts: &Facts<'_>, sent: &Sent, findings: &mut Findings) {
    let Some((user, password)) = &sent.user else {
        return;
    };
    let what = match (user.is_ascii(), password.is_ascii()) {
        (true, true) => return,
        (false, _) => "The user name",
        (true, false) => "The password",
    };
    let challenge = facts
        .challenges
        .iter()
        .find(|challenge| challenge.is("Basic"));
    let says_utf8 = challenge.is_some_and(|it| {
        it.params
            .text("charset")
            .is_some_and(|set| set.eq_ignore_ascii_case("utf-8"))
    });
    if says_utf8 {
        findings.rule_out(
            Cause::UserCharset,
            "the challenge says that the server reads UTF-8",
        );
        return;
    }
    if !matches!(sent.place, Place::Authorization(_)) {
        return;
    }
    let finding = Finding::new(
        Cause::UserCharset,
        Strength::Often,
        format!(
            "{what} has characters beyond ASCII, and the server does not say that it reads UTF-8; servers that do not often read ISO-8859-1"
        ),
    );
    findings.add(
        finding
            .because(
                "the challenge",
                "it has no charset=\"UTF-8\" (RFC 7617 section 2.1)",
            )
            .with_fix(Fix::say("Send them in ISO-8859-1").typing([
                "-A",
                "basic",
                "-a",
                "username=USER",
                "-a",
                "password=env:PASSWORD",
                "-a",
                "charset=iso-8859-1",
            ])),
    );
}
