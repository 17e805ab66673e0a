//! Secrets are found where they are said to be, and an error says where one is missing.

#![cfg(test)]

use std::io::Write as _;
use std::sync::Arc;

use gatepass::credentials::Resolver;
use gatepass::{Error, Kind, NoAnswer, Prompter};
use gatepass_auth::{Prompt, Values};
use gatepass_request::{Auth, Source};

struct Typist;

impl Prompter for Typist {
    fn ask(&self, prompt: &Prompt) -> Result<Values, NoAnswer> {
        assert_eq!(prompt.message, "password for alice at https://api.example");
        Ok(Values::new().with(prompt.fields[0], "s3cret"))
    }
}

#[test]
fn a_file_loses_one_line_break() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b" s3cret\n\n").unwrap();
    let path = file.path().to_str().unwrap();
    let found = Resolver::new()
        .resolve("token", &Source::File(path.to_owned()))
        .unwrap();
    assert_eq!(found.secret.expose(), b" s3cret\n");
    assert_eq!(found.from, format!("from {path}"));
    assert!(!format!("{found:?}").contains("s3cret"));
}

#[cfg(unix)]
#[test]
fn a_command_loses_one_line_break() {
    for (command, expected) in [
        ("echo s3cret", &b"s3cret"[..]),
        ("printf 'a\\n\\n'", b"a\n"),
        ("VAR=s3cret; printf %s \"$VAR\" | tr a-z A-Z", b"S3CRET"),
        ("echo noise >&2; read line || echo no-input", b"no-input"),
    ] {
        let source = Source::Command(command.to_owned());
        let found = Resolver::new().resolve("token", &source).unwrap();
        assert_eq!(found.secret.expose(), expected, "{command}");
        assert!(!format!("{found:?}").contains("s3cret"), "{found:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_command_that_fails_is_named_and_what_it_printed_is_not() {
    for (command, problem) in [
        (
            "echo s3cret; exit 3",
            "what the command echo … prints: it ended with exit status 3",
        ),
        ("true", "what the command true prints: it is empty"),
        (
            "TOKEN=s3cret kill -9 $$",
            "what the command kill … prints: it was ended: signal: 9",
        ),
        (
            "gatepass-is-not-there 2>/dev/null",
            "the shell does not find it",
        ),
        ("yes s3cret", "more than 1048576 bytes"),
    ] {
        let source = Source::Command(command.to_owned());
        let error = Resolver::new().resolve("token", &source).unwrap_err();
        assert_eq!(error.kind(), Kind::Credential);
        let error = error.to_string();
        assert!(
            error.contains(problem) && !error.contains("s3cret"),
            "{error}"
        );
    }
}

#[test]
fn a_missing_secret_names_its_place() {
    let resolver = Resolver::new();
    for (source, place) in [
        (
            Source::Env("GATEPASS_NOT_SET".to_owned()),
            "environment variable GATEPASS_NOT_SET: it is not set",
        ),
        (Source::Env("A=B".to_owned()), "environment variable A=B"),
        (Source::File("/not/there".to_owned()), "file /not/there"),
        (
            Source::Keyring("mine/me".to_owned()),
            "keyring entry mine/me",
        ),
        (Source::Prompt, "nobody can be asked"),
    ] {
        let error = resolver.resolve("token", &source).unwrap_err();
        assert_eq!(error.kind(), Kind::Credential);
        assert!(error.to_string().contains(place), "{error}");
    }
}

#[test]
fn a_password_is_asked_for() {
    let resolver = Resolver::new()
        .with_prompter(Arc::new(Typist))
        .for_whom("https://api.example");
    let found = resolver
        .scheme(&Auth::parse(Some("basic"), &["alice"]).unwrap())
        .unwrap();
    assert_eq!(found.scheme.descriptor().id, "basic");
    assert_eq!(found.from, "username as given, password as typed");
}

#[test]
fn values_choose_the_schemes_of_a_ladder() {
    let resolver = Resolver::new();
    let scheme = |name, value: &str| resolver.scheme(&Auth::parse(name, &[value]).unwrap());
    let challenge = |word: &str| gatepass_auth::Challenge::new(word);
    let auto = scheme(Some("auto"), "alice:s3cret").unwrap().scheme;
    assert!(auto.can_answer(&challenge("Basic")) && !auto.can_answer(&challenge("Bearer")));
    let plain = scheme(None, "alice:s3cret").unwrap().scheme;
    assert!(plain.can_answer(&challenge("Basic")));
    // A name that Basic cannot carry is told at once.
    let mut auth = Auth::parse(None, &["alice:s3cret"]).unwrap();
    auth.values[0].1 = Source::Literal("a:b".into());
    let error = resolver.scheme(&auth).unwrap_err();
    assert!(matches!(error, Error::Credential(_)), "{error}");
}

#[test]
fn user_and_password_in_one_text_are_split() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"alice:s3:cret\n").unwrap();
    let value = format!("@{}", file.path().display());
    let auth = Auth::parse(Some("basic"), &[value.as_str()]).unwrap();
    let found = Resolver::new().scheme(&auth).unwrap();
    let offline = gatepass::Client::new()
        .get("https://h/")
        .auth(found.scheme)
        .offline()
        .unwrap();
    let text = String::from_utf8_lossy(offline.bytes()).into_owned();
    assert!(
        text.contains("Authorization: Basic YWxpY2U6czM6Y3JldA=="),
        "{text}"
    );
    file.as_file().set_len(5).unwrap();
    let error = Resolver::new().scheme(&auth).unwrap_err();
    assert!(error.to_string().contains("no colon"), "{error}");
}
