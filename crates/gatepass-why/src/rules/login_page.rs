//! A page where people sign in, in place of the answer: with 200, 203, 401, 403, or at the end of a redirect.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::markup::Page;
use crate::facts::sent::Kind;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

/// Parts of a path or a host that lead to a sign-in.
const SIGN_IN: &[&str] = &[
    "login",
    "signin",
    "sign_in",
    "sign-in",
    "logon",
    "/sso",
    "saml",
    "/oauth2/authorize",
    "/oauth/authorize",
    "/authorize?",
    "/cas/",
    "adfs",
    "oauth2/start",
    "openid-connect/auth",
    "login.microsoftonline.com",
    "accounts.google.com",
    "cloudflareaccess.com",
    "okta.com/app",
    "auth0.com/authorize",
    "_vti_bin",
    "/users/auth",
    "/idp/",
];

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let leads = redirect(facts);
    let page = facts.body.page.as_ref().filter(|page| asks(page));
    let (evidence, strength) = match (facts.status, &leads, page) {
        (300..=399, Some(target), _) => (
            format!("{} leads to {target}", facts.status),
            Strength::Seen,
        ),
        (200..=299 | 401 | 403, Some(target), Some(page)) => (
            format!(
                "a redirect led to {target}, and a page with the title {:?} came",
                facts.quote(&page.title)
            ),
            Strength::Seen,
        ),
        (203, None, page) if is_html(facts) => (
            page.map_or_else(
                || "203 with a page in HTML".to_owned(),
                |page| {
                    format!(
                        "203 with a page with the title {:?}",
                        facts.quote(&page.title)
                    )
                },
            ),
            Strength::Seen,
        ),
        (200 | 401 | 403, None, Some(page)) if wanted_data(facts) => (
            format!(
                "a page with the title {:?} and a field for a password came",
                facts.quote(&page.title)
            ),
            Strength::Seen,
        ),
        _ => return,
    };
    // Who asks for the page of a sign-in gets it.
    if is_sign_in(
        &facts
            .exchange
            .legs
            .first()
            .map_or_else(String::new, |leg| leg.path().to_ascii_lowercase()),
    ) {
        return;
    }
    let only_cookie = facts.exchange.legs.iter().all(|leg| {
        let sent = crate::facts::sent::of(leg, "Authorization");
        !sent.is_empty() && sent.iter().all(|sent| sent.kind == Kind::Cookie)
    });
    let nothing = facts
        .exchange
        .legs
        .iter()
        .all(|leg| crate::facts::sent::of(leg, "Authorization").is_empty());
    let (cause, headline, say) = if only_cookie {
        (
            Cause::SessionExpired,
            "The session is over: a page where people sign in came in place of the answer",
            "Sign in again and send the new cookie, or use an API token",
        )
    } else if nothing {
        (
            Cause::LoginPage,
            "The server sends whoever has no session to a page where people sign in; no credential was sent",
            "Send the credential that the API takes: an API token as a rule",
        )
    } else {
        (
            Cause::LoginPage,
            "A page where people sign in came in place of the answer: the credential was not looked at in this place, or not accepted",
            "Send the credential as the API wants it: an API token as a rule, in the place that it names",
        )
    };
    findings.add(
        Finding::new(cause, strength, headline)
            .because("the answer", evidence)
            .with_fix(Fix::say(say)),
    );
}

/// Returns where a redirect led to that is the way to a sign-in.
fn redirect(facts: &Facts<'_>) -> Option<String> {
    let here = (300..400)
        .contains(&facts.status)
        .then(|| facts.header("Location"))
        .flatten();
    let before = facts
        .exchange
        .legs
        .iter()
        .rev()
        .filter_map(|leg| leg.leads_to.clone());
    let target = here
        .into_iter()
        .chain(before)
        .find(|target| is_sign_in(&target.to_ascii_lowercase()))?;
    // The query tells nothing that is wanted, and may hold anything.
    Some(
        facts
            .veil
            .quote_up_to(target.split('?').next().unwrap_or_default(), 120),
    )
}

fn is_sign_in(target: &str) -> bool {
    SIGN_IN.iter().any(|part| target.contains(part))
}

fn asks(page: &Page) -> bool {
    let title = page.title.to_ascii_lowercase();
    page.asks_password
        || [
            "sign in",
            "log in",
            "login",
            "signin",
            "single sign-on",
            "anmelden",
            "connexion",
        ]
        .iter()
        .any(|word| title.contains(word))
}

fn is_html(facts: &Facts<'_>) -> bool {
    facts.body.page.is_some()
        || facts
            .header("Content-Type")
            .is_some_and(|kind| kind.contains("html"))
}

/// Says whether data was wanted rather than a page: a credential was sent, or JSON was asked for.
fn wanted_data(facts: &Facts<'_>) -> bool {
    let accept = facts.leg.headers.get_str("Accept").unwrap_or_default();
    facts.credential().is_some() || accept.contains("json") || facts.leg.path().contains("/api/")
}
