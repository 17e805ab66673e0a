//! A value that no server takes: empty, a placeholder, in quotation marks, with its word twice.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::sent::{Kind, Place, Sent, is_known_word};
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let told = facts
        .sent
        .iter()
        .filter(|sent| !sent.masked && sent.kind != Kind::Certificate && sent.kind != Kind::Cookie);
    for sent in told {
        if matches!(sent.place, Place::Body(_)) && !facts.is_refusal() && facts.status != 400 {
            continue;
        }
        let found = empty(sent)
            .or_else(|| placeholder(sent))
            .or_else(|| quoted(sent))
            .or_else(|| doubled(facts, sent));
        if let Some(finding) = found {
            findings.add(finding);
        }
    }
}

/// Returns the arguments that send this kind of credential from a variable.
pub(super) fn from_variable(sent: &Sent) -> Vec<String> {
    let of = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match (&sent.place, sent.kind) {
        (Place::Header(name), _) => vec![format!("{name}:@env:KEY")],
        (Place::Query(name), Kind::Key) => vec![format!("{name}==KEY")],
        (_, Kind::Basic) => of(&["-A", "basic", "-a", "USER:env:PASSWORD"]),
        (_, Kind::Bearer) => of(&["-A", "bearer", "-a", "env:TOKEN"]),
        (_, Kind::Word) => sent
            .word
            .iter()
            .flat_map(|word| {
                vec![
                    "-A".to_owned(),
                    format!("bearer:{word}"),
                    "-a".to_owned(),
                    "env:TOKEN".to_owned(),
                ]
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn with_variable(text: &str, sent: &Sent) -> Fix {
    let arguments = from_variable(sent);
    Fix::say(text).typing(arguments.iter().map(String::as_str))
}

fn empty(sent: &Sent) -> Option<Finding> {
    let is_empty = match &sent.user {
        Some((user, password)) => user.is_empty() && password.is_empty(),
        None => sent.value.trim().trim_matches(['"', '\'']).is_empty(),
    };
    if is_empty && sent.kind != Kind::OAuth1 {
        let what = match (&sent.place, &sent.word) {
            (Place::Header(name), _) => format!("{name} was sent with nothing in it"),
            (Place::Query(name), _) => format!("the parameter {name} was sent with nothing in it"),
            (Place::Body(name), _) => format!("{name} was sent with nothing in it"),
            (_, Some(word)) => format!("nothing stands behind the word {word}"),
            _ => "the field for the credential was sent with nothing in it".to_owned(),
        };
        let finding = Finding::new(
            Cause::CredentialEmpty,
            Strength::Flaw,
            format!("An empty credential was sent: {what}; usually a variable was not set"),
        );
        return Some(finding.because("the request", what).with_fix(with_variable(
            "Set the variable that it was taken from",
            sent,
        )));
    }
    let (user, _) = sent.user.as_ref().filter(|(user, password)| {
        password.is_empty() && sent.prefix.is_none() && is_person(user)
    })?;
    let finding = Finding::new(
        Cause::CredentialEmpty,
        Strength::Often,
        "The password is empty: a user name was sent with nothing behind the colon",
    );
    let len = user.len();
    Some(
        finding
            .because(
                "the request",
                format!("Basic with a user name of {len} bytes and no password"),
            )
            .with_fix(with_variable(
                "Set the variable that the password was taken from",
                sent,
            )),
    )
}

/// Says whether a user name is that of a person, and no key with an empty password behind it.
fn is_person(user: &str) -> bool {
    user.len() < 20 || user.contains('@')
}

fn placeholder(sent: &Sent) -> Option<Finding> {
    let (of_user, of_password) = sent.user.as_ref().map_or((None, None), |(user, password)| {
        (Some(user.as_str()), Some(password.as_str()))
    });
    let mut values = of_password
        .into_iter()
        .chain(of_user)
        .chain(sent.user.is_none().then_some(sent.value.as_str()));
    let value = values.find(|value| is_placeholder(value))?;
    let shown = value.trim();
    let what = match (may_be_shown(shown), shown.starts_with(['$', '%', '{', '<'])) {
        (false, _) => "what looks like the name of a variable".to_owned(),
        (true, true) => format!("the placeholder {shown}"),
        (true, false) => format!("the word {shown}"),
    };
    let finding = Finding::new(
        Cause::Placeholder,
        Strength::Flaw,
        format!("Sent was {what} in place of the credential"),
    );
    let say = match shown.starts_with('$') {
        true => "Write the variable in double quotes, or let the client read it",
        false => "Put the value in its place",
    };
    Some(
        finding
            .because("the request", format!("{} is {what}", sent.phrase()))
            .with_fix(with_variable(say, sent)),
    )
}

/// Says whether a value is the name of one. It must be short and plain, because it is shown.
pub(super) fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let name = |text: &str| {
        !text.is_empty()
            && text.len() <= 40
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-. ".contains(&byte))
    };
    let upper = |text: &str| {
        name(text)
            && text.bytes().all(|byte| {
                byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"_-".contains(&byte)
            })
            && text
                .bytes()
                .next()
                .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
    };
    let between = |open: &str, close: &str| {
        value
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
            .is_some_and(name)
    };
    if between("${", "}")
        || between("{{", "}}")
        || between("<", ">")
        || between("$(", ")")
        || between("%", "%")
        || between("$env:", "")
        || between("{", "}")
    {
        return true;
    }
    if value.strip_prefix('$').is_some_and(|rest| {
        upper(rest)
            || (rest.len() <= 20 && name(rest) && rest.to_ascii_lowercase().contains("token"))
    }) {
        return true;
    }
    let lower = value.to_ascii_lowercase().replace(['-', ' ', '.'], "_");
    let known = [
        "undefined",
        "null",
        "none",
        "nil",
        "nan",
        "[object object]",
        "[object_object]",
        "insert_token_here",
    ];
    let yours = [
        "your_",
        "my_api_key",
        "insert_",
        "replace_",
        "paste_",
        "enter_your",
    ];
    let ends = ["_here", "_goes_here"];
    known.contains(&lower.as_str())
        || (name(value)
            && (yours.iter().any(|start| lower.starts_with(start))
                || ends.iter().any(|end| lower.ends_with(end))))
}

/// Says whether a placeholder names something, so that it is none that happens to be a secret.
fn may_be_shown(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let telling = [
        "token",
        "key",
        "pass",
        "secret",
        "your",
        "auth",
        "user",
        "undefined",
        "null",
        "none",
        "nil",
        "nan",
        "object",
        "changeme",
        "change_me",
        "change-me",
        "here",
        "pat",
        "cred",
        "jwt",
    ];
    telling.iter().any(|word| lower.contains(word))
}

fn quoted(sent: &Sent) -> Option<Finding> {
    let marks = [
        ('"', '"'),
        ('\'', '\''),
        ('\u{201c}', '\u{201d}'),
        ('\u{2018}', '\u{2019}'),
        ('`', '`'),
    ];
    if matches!(sent.kind, Kind::Digest | Kind::OAuth1 | Kind::Signature) {
        return None;
    }
    let is_quoted = |value: &str| {
        let value = value.trim();
        value.chars().count() > 2
            && marks
                .iter()
                .any(|(open, close)| value.starts_with(*open) && value.ends_with(*close))
    };
    let (what, found) = match &sent.user {
        Some((_, password)) if is_quoted(password) => ("the password", true),
        Some((user, password)) => (
            "user and password",
            is_quoted(&format!("{user}:{password}")),
        ),
        None => ("the value", is_quoted(&sent.value)),
    };
    if !found {
        return None;
    }
    let finding = Finding::new(
        Cause::Quoted,
        Strength::Flaw,
        format!(
            "{} stands in quotation marks, which were sent along",
            capital(what)
        ),
    );
    Some(
        finding
            .because(
                "the request",
                format!(
                    "{what} of {} begins and ends with a quotation mark",
                    sent.phrase()
                ),
            )
            .with_fix(with_variable("Leave the quotation marks out", sent)),
    )
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn doubled(facts: &Facts<'_>, sent: &Sent) -> Option<Finding> {
    let value = sent
        .user
        .as_ref()
        .map_or(sent.value.as_str(), |(_, password)| password)
        .trim_start();
    let (inner, rest) = value.split_once([' ', ':'])?;
    let inner = inner.trim();
    if !is_known_word(inner)
        || rest.trim().is_empty()
        || !["bearer", "basic", "token", "apikey", "digest", "jwt"]
            .contains(&inner.to_ascii_lowercase().as_str())
    {
        return None;
    }
    if sent.user.is_some() && !value.contains(' ') {
        return None;
    }
    let (headline, strength) = match (&sent.place, &sent.word) {
        (Place::Authorization(_), Some(word)) if sent.user.is_none() => (
            format!(
                "The word stands twice: the value behind {word} begins with {} itself",
                facts.word(inner)
            ),
            Strength::Flaw,
        ),
        (Place::Header(name), _) => (
            format!(
                "The word {} stands before the key, and {name} takes the key alone",
                facts.word(inner)
            ),
            Strength::Seen,
        ),
        (Place::Authorization(_), None) => return None,
        _ => (
            format!(
                "The word {} is part of the value that was sent",
                facts.word(inner)
            ),
            Strength::Seen,
        ),
    };
    let finding = Finding::new(Cause::WordDoubled, strength, headline);
    Some(
        finding
            .because(
                "the request",
                format!(
                    "the value of {} begins with {}",
                    sent.phrase(),
                    facts.word(inner)
                ),
            )
            .with_fix(with_variable("Give the value without the word", sent)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_secrets() {
        for value in [
            "$TOKEN",
            "${GH_TOKEN}",
            "{{token}}",
            "<your token>",
            "YOUR_API_KEY",
            "your-token-here",
            "undefined",
            "null",
            "[object Object]",
            "%TOKEN%",
            "$env:TOKEN",
            "{token}",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in [
            "s3cret",
            "$2b$10$abc",
            "ghp_0123456789abcdef",
            "$ecretPassw0rd",
            "Token5",
            "hunter2",
            "eyJ.eyJ.x",
            "yours",
            "P@$$W0RD",
        ] {
            assert!(!is_placeholder(value), "{value}");
        }
    }
}
