//! What is said under a 401, 403 or 407: the reason, what was asked for and what was sent, and what to type instead.

use gatepass::{ClientCertificate, Leg, Response, Transcript, diagnose};
use gatepass_auth::{Challenge, Credentials, Incoming, Space, mask, schemes, show};

use crate::output::color::Palette;
use crate::remedy::Front;

/// How much of a body is kept to look for the reason in it.
const MOST: usize = 64 * 1024;

/// Keeps the first part of a body.
pub(super) fn keep(said: &mut Vec<u8>, chunk: &[u8]) {
    let room = MOST.saturating_sub(said.len());
    said.extend_from_slice(&chunk[..chunk.len().min(room)]);
}

/// Reads the first part of a body that is not to be shown.
pub(super) async fn said(mut response: Response) -> Vec<u8> {
    let mut said = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        keep(&mut said, &chunk);
        if said.len() >= MOST {
            break;
        }
    }
    said
}

/// Returns the explanation: the cause, the evidence, and the way out; `None` for a response that is no refusal. `body` is the
/// first part of the body.
pub(crate) fn explain(transcript: &Transcript, body: &[u8], palette: Palette) -> Option<String> {
    let diagnosis = diagnose::explain_with_body(transcript, body)?;
    let leg = transcript.last()?;
    let status = leg.response()?.status;
    let mut out = format!(
        "{} {}.\n",
        palette.bad(&format!("{status}:")),
        diagnosis.headline.trim_end_matches('.')
    );
    let top = diagnosis.whole.top();
    // What the server says itself goes before what was exchanged.
    let quoted = top.evidence.iter().find(|it| it.quoted);
    let evidence = match quoted {
        Some(quoted) => Some(quoted.to_string()),
        // Of a request that was not refused for want of a credential there is nothing to tell.
        None if status == 400 && leg.tls().is_none() => {
            top.evidence.first().map(ToString::to_string)
        }
        None => Some(exchanged(leg)),
    };
    if let Some(evidence) = evidence {
        out += &format!("  {}\n", palette.faint(&evidence));
    }
    let hint = match &diagnosis.remedy {
        Some(remedy) => Front::Gatepass.words(remedy),
        None => top
            .fix
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
    };
    if !hint.is_empty() {
        out += &format!("  hint: {}.\n", hint.trim_end_matches('.'));
    }
    Some(out)
}

/// Says in one line what the server asked for and what it got.
fn exchanged(leg: &Leg) -> String {
    let proxy = Space::proxy("http", "", 0);
    let space = match leg.response() {
        // The leg says whom the request was for, and a proxy that forwards it has answered.
        Some(head) if head.status == 407 => &proxy,
        _ => leg.space(),
    };
    let headers = leg
        .response()
        .map(|head| Incoming::challenges_in(space, &head.headers));
    let challenges = headers.unwrap_or_default();
    let listed = challenges.iter().take(show::LISTED);
    let mut asked: Vec<String> = listed.map(|challenge| asked(leg, challenge)).collect();
    if let Some(left) = challenges.len().checked_sub(show::LISTED + 1) {
        asked.push(format!("{} more", left + 1));
    }
    let name = space.credentials_header();
    let mut sent: Vec<String> = leg.headers().get(name).map(sent).into_iter().collect();
    match leg.tls().map(|tls| &tls.client) {
        None | Some(ClientCertificate::NotAsked) => {}
        Some(ClientCertificate::Sent { certificate, .. }) => {
            asked.push("a client certificate".to_owned());
            sent.push(format!("the certificate of {}", certificate.whom()));
        }
        Some(_) => asked.push("a client certificate".to_owned()),
    }
    let listed = |list: &[String], none: &str| match list {
        [] => none.to_owned(),
        list => list.join(", "),
    };
    let asked = listed(&asked, "nothing by name");
    let sent = listed(&sent, "no credential");
    format!("asked for: {asked}; sent: {sent}")
}

/// Returns a challenge without what says nothing to people.
fn asked(leg: &Leg, challenge: &Challenge) -> String {
    let mut short = Challenge::new(challenge.scheme.as_str());
    for param in &challenge.params {
        let known = schemes::asked(&challenge.scheme, param.name());
        if known.is_some_and(|known| known.telling) {
            if param.is_quoted() {
                short.params.quoted(param.name(), param.value());
            } else {
                short.params.bare(param.name(), param.value());
            }
        }
    }
    let text = leg.masked(&show::urls_in(&short.to_string()));
    show::line(&show::cut(&text, show::SAID)).into_owned()
}

/// Returns credentials without what says nothing to people, and without the secret.
fn sent(value: &[u8]) -> String {
    // What is no known word may be a token that lacks it.
    let Some(credentials) =
        Credentials::parse(value).filter(|credentials| show::is_scheme_word(credentials.scheme()))
    else {
        return mask(value);
    };
    let (params, problems) = credentials.params();
    let known = schemes::by_word(credentials.scheme());
    let sent = known.map_or(&[][..], |known| known.about.parameters_sent);
    let is_telling = |name: &str| {
        sent.iter()
            .any(|known| known.telling && known.name.eq_ignore_ascii_case(name))
    };
    let known: Vec<String> = params
        .iter()
        .filter(|param| is_telling(param.name()))
        .map(ToString::to_string)
        .collect();
    if problems.is_empty() && !known.is_empty() {
        let known = known.join(", ");
        let known = show::cut(&known, show::SAID);
        return format!("{} {}", credentials.scheme(), show::line(&known));
    }
    match schemes::basic::decode(&credentials) {
        Ok((user, _)) if credentials.is("basic") => {
            format!("{} of user {}", credentials.scheme(), show::said(&user))
        }
        _ if credentials.rest().is_empty() => credentials.scheme().to_owned(),
        _ => format!("{} {}", credentials.scheme(), mask(credentials.rest())),
    }
}
