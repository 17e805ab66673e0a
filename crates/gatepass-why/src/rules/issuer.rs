//! A credential whose prefix names its issuer: another service, or another place than this issuer reads.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::prefix::Prefix;
use crate::facts::sent::{Kind, Place, Sent};
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;
use crate::known;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let Some((sent, known)) = facts
        .sent
        .iter()
        .find_map(|sent| Some((sent, sent.prefix?)))
    else {
        return;
    };
    let host = facts.leg.space.host();
    let is_own = known.hosts.iter().any(|end| {
        host == end
            || host
                .strip_suffix(end.as_str())
                .is_some_and(|rest| rest.ends_with('.'))
    });
    let marked = format!(
        "it begins with {}, as {} of {} does",
        known.prefix, known.what, known.service
    );
    let recognised = known::recognise(facts.leg, facts.answer);
    let other = recognised
        .iter()
        .find(|service| service.is_at(host) && service.name != known.service);
    if let Some(other) = other.filter(|_| !is_own && !known.hosts.is_empty()) {
        let finding = Finding::new(
            Cause::IssuerOther,
            Strength::Seen,
            format!(
                "The credential is {} of {}, and {} was asked",
                known.what, known.service, other.name
            ),
        );
        findings.add(
            finding
                .because("the request", marked)
                .with_fix(Fix::say(format!("Take a credential of {}", other.name))),
        );
        return;
    }
    if !is_own && !known.hosts.is_empty() && !facts.leg.space.is_loopback() {
        let finding = Finding::new(
            Cause::IssuerOther,
            Strength::Often,
            format!(
                "The credential is {} of {}, which does not run {host}",
                known.what, known.service
            ),
        );
        findings.add(
            finding
                .because("the request", marked)
                .with_fix(Fix::say(format!(
                    "Take a credential that {host} has issued"
                ))),
        );
        return;
    }
    if known.places.is_empty() {
        let finding = Finding::new(
            Cause::TokenType,
            Strength::Seen,
            format!(
                "What was sent is {} of {}, which no request is authorised by",
                known.what, known.service
            ),
        );
        findings.add(
            finding
                .because("the request", marked)
                .with_fix(Fix::say("Send an access token")),
        );
        return;
    }
    if let Some(finding) = place(sent, known) {
        findings.add(finding.because("the request", marked));
    }
}

fn place(sent: &Sent, known: &Prefix) -> Option<Finding> {
    if matches!(
        sent.kind,
        Kind::Bare | Kind::Signature | Kind::SignedUrl | Kind::Certificate
    ) || matches!(sent.place, Place::Cookie(_) | Place::Body(_))
    {
        return None;
    }
    let here = match (&sent.place, &sent.word) {
        (Place::Authorization(_), Some(word)) => format!("Authorization: {word}"),
        (Place::Header(name), _) => name.clone(),
        (Place::Query(name), _) => format!("{name}= in the query"),
        _ => return None,
    };
    let first = known.places.first()?;
    if known
        .places
        .iter()
        .any(|place| place.eq_ignore_ascii_case(&here))
    {
        let user = sent.user.as_ref().map(|(user, _)| user.as_str());
        let wanted = known
            .user
            .as_deref()
            .filter(|wanted| sent.kind == Kind::Basic && !wanted.contains(' '))?;
        return (user != Some(wanted)).then(|| {
            let typed = format!("{wanted}:env:TOKEN");
            Finding::new(
                Cause::UserWrong,
                Strength::Often,
                format!(
                    "Beside {} of {} the user must be {wanted}",
                    known.what, known.service
                ),
            )
            .with_fix(
                Fix::say(format!("Give the user {wanted}")).typing(["-A", "basic", "-a", &typed]),
            )
        });
    }
    let fix = match first.strip_prefix("Authorization: ") {
        Some("Basic") => {
            let user = known
                .user
                .as_deref()
                .filter(|user| !user.contains(' '))
                .unwrap_or("USER");
            let typed = format!("{user}:env:TOKEN");
            Fix::say("Send it as the password").typing(["-A", "basic", "-a", &typed])
        }
        Some(word) => {
            let scheme = word.to_ascii_lowercase();
            Fix::say(format!("Send it after the word {word}")).typing([
                "-A",
                &scheme,
                "-a",
                "env:TOKEN",
            ])
        }
        None if first.contains(' ') => Fix::say(format!("Send it as {first}")),
        None => {
            let typed = format!("{first}:@env:KEY");
            Fix::say(format!("Send it in the header {first}")).typing([typed.as_str()])
        }
    };
    let places = known.places.join(" or ");
    Some(
        Finding::new(
            Cause::PlaceWrong,
            Strength::Often,
            format!(
                "{} reads {} from {places}; it was sent as {here}",
                known.service, known.what
            ),
        )
        .with_fix(fix),
    )
}
