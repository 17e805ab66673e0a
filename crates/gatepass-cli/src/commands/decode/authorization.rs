//! Credentials: the value of `Authorization` and `Proxy-Authorization`, scheme by scheme.

use gatepass_auth::{Credentials, Descriptor, Reading, Value, schemes, show};

use crate::commands::decode::report::{Part, Report};
use crate::commands::decode::{View, jwt};
use crate::time;

/// Decodes the value of a credentials header.
pub(super) fn decode(text: &str, view: &View) -> Report {
    let Some(credentials) = Credentials::parse(text.as_bytes()) else {
        let mut part = Part::new("");
        part.field("value", view.secret(text.as_bytes()));
        part.problem("it does not begin with the name of a scheme (RFC 9110 section 11.4)");
        return report("Credentials that cannot be read.", vec![part]);
    };
    if !show::is_scheme_word(credentials.scheme()) {
        let mut part = Part::new("");
        opaque(text, &mut part, view);
        part.problem(
            "it does not begin with the word of a scheme that gatepass knows; if it is a token alone, its word is missing, often Bearer",
        );
        return report("A token without the word of a scheme.", vec![part]);
    }
    let known = schemes::by_word(credentials.scheme());
    match known.and_then(|known| Some((known, known.read?))) {
        Some((known, read)) => {
            let told = told(read(&credentials), view);
            report(title_of(known.about), vec![told])
        }
        None => other(&credentials, known.map(|known| known.about), view),
    }
}

fn title_of(scheme: &Descriptor) -> String {
    format!("{} ({}).", scheme.credential, scheme.reference)
}

/// Makes a part of what a scheme tells of its credentials.
fn told(reading: Reading, view: &View) -> Part {
    let mut part = Part::new("");
    for told in &reading.fields {
        let (value, note) = match &told.value {
            Value::Open(text) => (text.clone(), told.means.to_owned()),
            Value::Hidden(secret) => (view.secret(secret.expose()), told.means.to_owned()),
            Value::Time(at) => {
                let date = time::date(*at).map_or_else(String::new, |date| format!("{date}, "));
                let distance = time::distance(*at, view.now);
                (at.to_string(), format!("{date}{distance}"))
            }
        };
        part.explained(&told.name, value, note);
    }
    reading.problems.iter().for_each(|text| part.problem(text));
    reading.notes.iter().for_each(|text| part.note(text));
    part
}

fn report(title: impl Into<String>, parts: Vec<Part>) -> Report {
    Report {
        kind: "credentials",
        title: title.into(),
        parts,
    }
}

/// Decodes a token, a key, or parameters behind a word that has no decoder of its own.
fn other(credentials: &Credentials, scheme: Option<&Descriptor>, view: &View) -> Report {
    let word = credentials.scheme();
    let title = scheme.map_or_else(|| format!("{word} credentials."), title_of);
    let token = String::from_utf8_lossy(credentials.rest()).into_owned();
    if jwt::looks_like_one(&token) {
        let mut inner = jwt::decode(&token, view);
        inner.title = format!("{} It is a JSON Web Token.", title);
        return inner;
    }
    let (params, problems) = credentials.params();
    let mut part = Part::new(word);
    if problems.is_empty() && !params.is_empty() {
        for param in &params {
            part.field(param.name(), view.secret(param.value()));
        }
        part.note(format!(
            "gatepass does not know what the fields of {word} mean, so it hides them all"
        ));
        return report(title, vec![part]);
    }
    opaque(&token, &mut part, view);
    report(title, vec![part])
}

/// Describes a token or key that only its issuer can read.
pub(super) fn opaque(token: &str, part: &mut Part, view: &View) {
    part.explained(
        "token",
        view.secret(token.as_bytes()),
        format!("{} characters", token.chars().count()),
    );
    let first = token.split([' ', ':']).next().unwrap_or_default();
    if token.is_empty() {
        part.problem("there is nothing behind the scheme; was a variable empty?");
    } else if schemes::names().any(|word| first.eq_ignore_ascii_case(word)) && first != token {
        part.problem(format!(
            "it begins with {first:?} once more; leave that out"
        ));
    } else if token.starts_with('$') || token.contains("{{") || token.contains("${") {
        part.problem("a variable in it was not filled in");
    } else if ["undefined", "null", "None", "nil"].contains(&token) {
        part.problem("a program wrote its word for nothing here: its variable was empty");
    } else if token.starts_with(['"', '\'']) {
        part.problem(
            "it has quotes around it, which belong to the shell or to JSON, not to the token",
        );
    } else if token.contains(char::is_whitespace) {
        part.problem("it has white space in it");
    }
}

/// Decodes the value of `Authentication-Info`: what a server says after a success (RFC 7615).
pub(super) fn decode_info(text: &str, view: &View) -> Report {
    let (params, problems) = gatepass_auth::params::parse_params(text.as_bytes());
    let mut part = Part::new("");
    for param in &params {
        let known: Vec<_> = schemes::parameters(param.name()).collect();
        let open = known.iter().all(|known| known.open);
        let value = match open && !known.is_empty() {
            true => param.text().into_owned(),
            false => view.secret(param.value()),
        };
        // What comes after a success needs no explanation where it only repeats what was sent.
        let note = known
            .first()
            .filter(|_| !open)
            .map_or("", |known| known.means);
        part.explained(param.name(), value, note);
    }
    problems
        .iter()
        .for_each(|problem| part.problem(format!("there is {problem}")));
    Report {
        kind: "authentication-info",
        title: "What a server says after a success (RFC 7615).".to_owned(),
        parts: vec![part],
    }
}

/// Decodes the value of a header that holds one key, such as `X-API-Key`.
pub(super) fn decode_key(name: &str, value: &str, view: &View) -> Report {
    if jwt::looks_like_one(value) {
        return jwt::decode(value, view);
    }
    let mut part = Part::new(name);
    if show::carries_credential(name) && name.to_ascii_lowercase().contains("cookie") {
        part.field(name, show::masked_value(name, value.as_bytes(), true));
    } else {
        opaque(value, &mut part, view);
    }
    report("A key in a header of its own.", vec![part])
}
