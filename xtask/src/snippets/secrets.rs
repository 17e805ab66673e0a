//! Secrets that have to stay where they are: variables that nobody has set, and servers that ask for more than they may have.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepass_auth::percent;
use gatepass_snippet::Need;

use super::case::{Case, Kept, Requests, auth};
use crate::failure::Result;

pub(crate) fn cases(to: &Requests<'_>) -> Result<Vec<Case>> {
    let mut cases = unset(to)?;
    cases.extend(asked_in_clear(to)?);
    cases.extend(led_away(to)?);
    Ok(cases)
}

/// A variable that is not set ends the program, before anything is sent.
fn unset(to: &Requests<'_>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (need, scheme, field, name, variable) in [
        (Need::Token, "token", "token", "unset-token", "API_TOKEN"),
        (
            Need::KeyInQuery,
            "apikey:query:k",
            "key",
            "unset-key-query",
            "API_KEY",
        ),
        (
            Need::Basic,
            "basic",
            "password",
            "unset-basic",
            "API_PASSWORD",
        ),
    ] {
        let request = to
            .to("GET", &format!("/anything/{name}"))?
            .with_auth(auth(scheme, &[("username", "alice"), (field, "x")]));
        let mut case = Case::new(need, name, &request)?;
        (case.expect.status, case.expect.success) = (None, Some(false));
        case.expect.unset = Some(variable);
        cases.push(case);
    }
    Ok(cases)
}

/// A login of Digest, and a server that asks for Basic.
fn asked_in_clear(to: &Requests<'_>) -> Result<Vec<Case>> {
    let request = to
        .to("GET", "/auth/basic?of=asked-in-clear")?
        .with_auth(auth(
            "digest",
            &[("username", "alice"), ("password", "s3cret")],
        ));
    Ok(vec![kept(
        Need::DigestMd5,
        "asked-in-clear",
        &request,
        "s3cret",
    )?])
}

/// A login, and a server that leads to another host, which asks for the same login or for Basic.
fn led_away(to: &Requests<'_>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let pair = [("username", "alice"), ("password", "s3cret")];
    let token = [("token", "s3cret")];
    for (need, scheme, values, name, path) in [
        (
            Need::DigestMd5,
            "digest",
            &pair[..],
            "away-digest-basic",
            "/auth/basic",
        ),
        (
            Need::DigestMd5,
            "digest",
            &pair[..],
            "away-digest",
            "/auth/digest/MD5",
        ),
        (Need::Basic, "basic", &pair[..], "away-basic", "/auth/basic"),
        (
            Need::Bearer,
            "bearer",
            &token[..],
            "away-bearer",
            "/auth/bearer",
        ),
    ] {
        for follow in [None, Some(true)] {
            let end = percent::encode(format!("{}{path}", to.at.elsewhere).as_bytes());
            let path = format!("/redirect-to?url={end}&status_code=302");
            let request = to.to("GET", &path)?.with_auth(auth(scheme, values));
            let need = if follow.is_some() { Need::Follow } else { need };
            let name = format!("{name}{}", if follow.is_some() { "-followed" } else { "" });
            let case = kept(need, &name, &request, "s3cret")?;
            let case = case.with(|call| call.follow = follow);
            let may = matches!(scheme, "basic" | "bearer");
            cases.push(if may { case.only_elsewhere() } else { case });
        }
    }
    Ok(cases)
}

fn kept(
    need: Need,
    name: &str,
    request: &gatepass_request::Request,
    secret: &'static str,
) -> Result<Case> {
    let mut case = Case::new(need, name, request)?;
    for variable in ["API_PASSWORD", "API_TOKEN"] {
        case.environment
            .push((variable.to_owned(), secret.to_owned()));
    }
    (case.expect.status, case.expect.success) = (None, None);
    case.expect.kept = Some(Kept {
        secret,
        encoded: STANDARD.encode(format!("alice:{secret}")),
        only_elsewhere: false,
    });
    Ok(case)
}
