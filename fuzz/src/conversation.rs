//! `verify(authorize(request))`: our verifier accepts what our client sends, and refuses it with one covered byte changed.

use bytes::Bytes;
use gatepass_auth::{Body, Entry, Values, percent, schemes};

use crate::split::{Input, merged};
use crate::support::{Counting, NOW, Request, Sent, converse, setup};

/// Chooses a scheme, a request, and what is changed in it.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let (entry, settings) = input.scheme();
    let values = merged(&entry.about.example_values(), &settings);
    let (Ok(scheme), Ok(verifier)) = (entry.client(&values), entry.server(&settings, &setup()))
    else {
        return;
    };
    let (what, place, by) = (input.byte(), input.byte(), input.byte());
    let request = request(&mut input);
    let (env, accounts) = (Counting::new(NOW), schemes::example_accounts());
    let Ok(outcome) = converse(&scheme, &*verifier, &accounts, &request, &env) else {
        return;
    };
    if entry.about.id == "oauth1" && has_own_oauth_parameters(&request) {
        return;
    }
    let accepted = outcome.verdict.is_ok();
    assert!(
        accepted,
        "{} refuses what it sent: {:?}\n{request:?}",
        entry.about.id, outcome.verdict
    );
    // What reveals its secret signs nothing.
    if scheme.reveals_secret() {
        return;
    }
    let sent = outcome.legs.last().unwrap();
    let fresh = || entry.server(&settings, &setup()).unwrap();
    assert!(
        sent.verify(&*fresh(), &accounts, &env).is_ok(),
        "another server with the same key accepts it"
    );
    if let Some(changed) = change(sent, &request, entry, &settings, what, place, by) {
        let verdict = changed.verify(&*fresh(), &accounts, &env);
        assert!(
            verdict.is_err(),
            "{} accepts a changed request:\n{sent:?}\n{changed:?}",
            entry.about.id
        );
    }
}

fn request(input: &mut Input<'_>) -> Request {
    let method = input.of(&["GET", "POST", "PUT", "M-SEARCH", "delete"]);
    let content_type = input.of(&[
        "",
        "application/x-www-form-urlencoded",
        "application/json",
        "text/plain",
    ]);
    let legal = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%".contains(byte);
    let target: Vec<u8> = input.line().iter().filter(legal).copied().collect();
    let target = format!("/{}", String::from_utf8_lossy(&target));
    let mut request = Request::new(method, &target);
    if !content_type.is_empty() {
        request.headers.set("Content-Type", content_type);
        request.body = Body::Bytes(Bytes::copy_from_slice(input.0));
    }
    request
}

/// Says whether the request brings protocol parameters of its own, which may then stand twice (RFC 5849 section 3.1).
fn has_own_oauth_parameters(request: &Request) -> bool {
    let body = String::from_utf8_lossy(request.body.bytes().unwrap_or_default()).into_owned();
    let has = |text: &str| String::from_utf8_lossy(&percent::decode(text)).contains("oauth_");
    has(&request.target) || has(&body)
}

/// Changes one covered byte; `None` where there is none at that place.
fn change(
    sent: &Sent,
    given: &Request,
    entry: &Entry,
    settings: &Values,
    what: usize,
    place: usize,
    by: usize,
) -> Option<Sent> {
    let mut changed = sent.clone();
    let request = &mut changed.request;
    match what % 4 {
        0 => request.method.push('X'),
        1 => {
            let target = replaced(request.target.as_bytes(), place, by)?;
            request.target = String::from_utf8(target).ok()?;
        }
        2 => {
            let name = request.space.credentials_header();
            let value = request.headers.get(name)?.to_vec();
            let (start, end) = covered_value(entry, &value, place)?;
            let inner = replaced(&value[start..end], by, place)?;
            let value = [&value[..start], &inner, &value[end..]].concat();
            request.headers.set_secret(name, value);
        }
        _ => {
            let covered = match entry.about.id {
                "digest" => settings.text("qop") == Some("auth-int"),
                "oauth1" => {
                    given.headers.get_str("Content-Type")
                        == Some("application/x-www-form-urlencoded")
                }
                _ => false,
            };
            let body = request.body.bytes().filter(|_| covered)?;
            request.body = Body::Bytes(replaced(body, place, by)?.into());
        }
    }
    Some(changed)
}

/// Replaces one letter or digit by another that differs in more than case.
fn replaced(bytes: &[u8], place: usize, by: usize) -> Option<Vec<u8>> {
    let mut bytes = bytes.to_vec();
    let at = place.checked_rem(bytes.len())?;
    let new = b"0123456789abcdefghijklmnopqrstuvwxyz"[by % 36];
    if !bytes[at].is_ascii_alphanumeric() || bytes[at].eq_ignore_ascii_case(&new) {
        return None;
    }
    bytes[at] = new;
    Some(bytes)
}

/// Returns where the value of one parameter stands. OAuth 1.0a does not cover the realm (RFC 5849 section 3.4.1.3.1).
fn covered_value(entry: &Entry, header: &[u8], place: usize) -> Option<(usize, usize)> {
    let text = std::str::from_utf8(header).ok()?;
    let parts: Vec<&str> = text.split(", ").collect();
    let part = parts.get(place.checked_rem(parts.len())?)?;
    let (name, value) = part.split_once('=')?;
    if entry.about.id == "oauth1" && name.ends_with("realm") {
        return None;
    }
    let start = value.as_ptr() as usize - text.as_ptr() as usize;
    Some((start, start + value.len()))
}
