use gatepass_request::Source;

use super::*;

const ORIGIN: &str = "https://api.example";

fn stored(session: &Session) -> String {
    serde_json::to_string(&Stored::of(session)).unwrap()
}

fn read(text: &str) -> Result<Session, Error> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    Session::read(file.path(), ORIGIN).map(Option::unwrap)
}

#[test]
fn what_is_written_is_read_again() {
    let mut session = Session::new(ORIGIN);
    assert!(session.set_header("X-Trace", "7"));
    assert!(session.set_header("X-Api-Key", Value::Env("KEY".to_owned())));
    assert!(session.set_header("Accept", Value::File("/a/b".to_owned())));
    session.set_header("x-trace", "8");
    session.remove_header("ACCEPT");
    session.set_auth(&Auth::parse(None, &["alice:env:PW"]).unwrap());
    session
        .jar()
        .insert(&crate::Cookie::new("sid", "1", "api.example"))
        .unwrap();
    let text = stored(&session);
    let again = read(&text).unwrap();
    assert_eq!(stored(&again), text);
    let names: Vec<_> = again
        .headers()
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["X-Api-Key", "x-trace"]);
    let auth = again.auth_for(ORIGIN).unwrap();
    assert_eq!(auth.get("password"), Some(&Source::Env("PW".to_owned())));
    assert!(again.auth_for("https://other.example").is_none());
    assert_eq!(again.jar().len(), 1);
}

#[test]
fn no_secret_that_was_given_itself_is_written() {
    let mut session = Session::new(ORIGIN);
    for name in [
        "Authorization",
        "X-Api-Key",
        "Cookie",
        "Content-Type",
        "If-Match",
        "Host",
    ] {
        assert!(!session.set_header(name, "s3cret"), "{name}");
    }
    for (scheme, values, asked) in [
        (None, &["alice:s3cret"][..], &["password"][..]),
        (Some("bearer"), &["s3cret"], &["token"]),
        (Some("bearer"), &["-"], &["token"]),
        (Some("basic"), &["text:s3cret:s3cret"], &["password"]),
        (
            Some("oauth1"),
            &[
                "consumer_key=k",
                "consumer_secret=s3cret",
                "token_secret=env:T",
            ],
            &["consumer_secret"],
        ),
    ] {
        let auth = Auth::parse(scheme, values).unwrap();
        assert_eq!(session.set_auth(&auth), asked, "{values:?}");
        let text = stored(&session);
        assert!(
            !text.contains("s3cret") || text.contains("text:s3cret\"]"),
            "{text}"
        );
        assert!(read(&text).is_ok(), "{text}");
    }
}

#[test]
fn a_file_of_httpie_is_read_and_not_written() {
    let newer = r#"{"__meta__": {"about": "HTTPie session file", "httpie": "3.2.4"},
        "auth": {"raw_auth": "alice:s3cret", "type": "digest"},
        "cookies": [{"domain": "", "expires": null, "name": "a", "path": "/", "secure": false, "value": "1"},
            {"domain": ".example", "expires": 4102444800, "name": "b", "path": "/", "secure": true, "value": "2"}],
        "headers": [{"name": "X-Api-Key", "value": "s3cret"}]}"#;
    let older = r#"{"__meta__": {"httpie": "2.6.0"}, "auth": {"type": "digest", "username": "alice", "password": "s3cret"},
        "cookies": {"a": {"value": "1"}, "b": {"value": "2", "path": "/", "secure": true}},
        "headers": {"X-Api-Key": "s3cret"}}"#;
    for text in [newer, older] {
        let session = read(text).unwrap();
        let auth = session.auth_for(ORIGIN).unwrap();
        assert_eq!(
            (auth.scheme.as_deref(), !auth.values.is_empty()),
            (Some("digest"), true)
        );
        assert_eq!(session.headers()[0].0, "X-Api-Key");
        let cookies = session.jar().cookies();
        assert_eq!(
            (cookies.len(), cookies[0].domain.as_str()),
            (2, "api.example")
        );
        assert!(!format!("{session:?}").contains("s3cret"));
        let folder = tempfile::tempdir().unwrap();
        let error = session.write(&folder.path().join("s.json")).unwrap_err();
        assert!(error.to_string().contains("HTTPie's"), "{error}");
    }
    let dotless = r#"{"__meta__": {}, "cookies": [{"domain": "localhost.local", "name": "a", "value": "1", "path": "/"}]}"#;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), dotless).unwrap();
    let session = Session::read(file.path(), "http://localhost:80")
        .unwrap()
        .unwrap();
    assert_eq!(session.jar().cookies()[0].domain, "localhost");
}

#[test]
fn a_file_that_is_none_is_refused_without_its_secrets() {
    for text in [
        "",
        "s3cret",
        "{\"origin\": \"s3cret\"}",
        r#"{"origin": "https://h", "headers": [{"name": "X", "from": "s3cret"}], "auth": null, "cookies": []}"#,
        r#"{"origin": "https://h", "headers": [{"name": "X"}], "auth": null, "cookies": []}"#,
        r#"{"origin": "h", "headers": [], "auth": null, "cookies": [{"name": "n", "value": "s3cret;"}]}"#,
        r#"{"origin": "h", "headers": [], "auth": {"scheme": "basic", "s3cret": 1}, "cookies": []}"#,
        r#"{"__meta__": {}, "headers": "s3cret"}"#,
        r#"{"__meta__": {}, "auth": {"type": "ntlm", "raw_auth": "s3cret"}}"#,
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(
            error.contains("cannot be used") && !error.contains("s3cret"),
            "{text}: {error}"
        );
    }
}

#[test]
fn what_others_have_changed_meanwhile_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.json");
    let mut first = Session::new(ORIGIN);
    for name in ["X-Kept", "X-Gone", "X-New"] {
        first.set_header(name, "1");
    }
    first.save(&path).unwrap();
    let read = || Session::read(&path, ORIGIN).unwrap().unwrap();
    // Nobody's change is nothing to write.
    std::fs::write(&path, std::fs::read_to_string(&path).unwrap() + "\n").unwrap();
    let before = std::fs::read(&path).unwrap();
    read().save(&path).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let (mut one, mut other) = (read(), read());
    one.remove_header("X-Gone");
    one.set_header("X-Own", "one");
    one.set_auth(&Auth::parse(Some("bearer"), &["env:TOKEN"]).unwrap());
    other.set_header("X-New", "2");
    one.save(&path).unwrap();
    other.save(&path).unwrap();
    let both = read();
    let mut headers: Vec<_> = both.headers().to_vec();
    headers.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [("X-Kept", "1"), ("X-New", "2"), ("X-Own", "one")];
    let expected = expected.map(|(name, value)| (name.to_owned(), Value::from(value)));
    assert_eq!(headers, expected);
    assert!(both.auth_for(ORIGIN).is_some());
}
