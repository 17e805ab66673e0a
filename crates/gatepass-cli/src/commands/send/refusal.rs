//! What is said under a 401, 403 or 407: the reason, what was asked for and what was sent, and what to type instead.

use gatepass::{ClientCertificate, Leg, Transcript, diagnose};
use gatepass_auth::{Challenge, Credentials, Incoming, Space, mask, schemes, show};

use crate::output::color::Palette;
use crate::remedy::Front;

/// Returns the explanation; `None` for a response that is no refusal.
pub(crate) fn explain(transcript: &Transcript, palette: Palette) -> Option<String> {
    let diagnosis = diagnose::explain(transcript)?;
    let leg = transcript.last()?;
    let status = leg.response()?.status;
    let mut out = format!(
        "{} {}.\n",
        palette.bad(&format!("{status}:")),
        diagnosis.headline.trim_end_matches('.')
    );
    // Of a request that was not refused for want of a credential there is nothing to tell.
    if status != 400 || leg.tls().is_some() {
        out += &format!("  {}\n", palette.faint(&exchanged(leg)));
    }
    let mut hint = match &diagnosis.remedy {
        Some(remedy) => Front::Gatepass.words(remedy),
        None => diagnosis.hint.unwrap_or_default(),
    };
    if let Some(scheme) = &diagnosis.scheme {
        let wanted = wanted(scheme);
        hint = if hint.is_empty() {
            String::new()
        } else {
            format!("{}; ", hint.trim_end_matches('.'))
        };
        hint += &format!("type -A {scheme}{wanted}");
    }
    if !hint.is_empty() {
        out += &format!("  hint: {}.\n", hint.trim_end_matches('.'));
    }
    Some(out)
}

/// Returns what `-a` takes for a scheme.
fn wanted(scheme: &str) -> String {
    use gatepass_auth::Form;

    match schemes::find(scheme).map(|known| known.about.form) {
        Ok(Form::UserPassword) => " -a USER".to_owned(),
        Ok(Form::Single(field)) => format!(" -a env:{}", field.to_ascii_uppercase()),
        _ => String::new(),
    }
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
