//! Sessions with a name: what one run leaves for the next, and what it does not.

use std::fs;
use std::path::{Path, PathBuf};

use gatepass_server::Server;
use tempfile::TempDir;

use crate::run::{Outcome, command, gatepass_at};

const SECRET: &str = "hunter2-hunter2-hunter2";

/// A user with a home folder of their own.
struct User(TempDir);

impl User {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn runs(&self, args: &[&str]) -> Outcome {
        gatepass_at(self.0.path(), args)
    }

    fn sessions(&self) -> PathBuf {
        self.0.path().join(".config/gatepass/sessions")
    }

    fn file(&self, server: &Server, name: &str) -> PathBuf {
        let origin = server.url("").replace("://", "_").replace(':', "_");
        self.sessions().join(origin).join(format!("{name}.json"))
    }
}

fn headers(outcome: Outcome) -> serde_json::Value {
    outcome.json()["headers"].take()
}

#[test]
fn headers_credential_and_cookies_are_there_next_time() {
    let (user, server) = (User::new(), Server::start().unwrap());
    let url = server.url("/cookies/set?theme=dark");
    let password = user.0.path().join("pw");
    fs::write(&password, "s3cret\n").unwrap();
    let auth = format!("alice:@{}", password.display());
    let first = [
        "--session",
        "s",
        &url,
        "-a",
        &auth,
        "X-Trace:7",
        "Content-Type:a/b",
        "If-Match:x",
    ];
    let first = user.runs(&first);
    assert_eq!((first.code, first.err.as_str()), (Some(0), ""), "{first:?}");

    let show = server.url("/headers");
    let sent = headers(user.runs(&["--session", "s", &show]));
    assert_eq!(sent["Cookie"], "theme=dark");
    assert_eq!(sent["X-Trace"], "7");
    assert_eq!(sent["Authorization"], "Basic YWxpY2U6czNjcmV0");
    assert!(sent.get("Content-Type").is_none() && sent.get("If-Match").is_none());

    // What is given now goes before what was kept, and is kept in its place; what is kept away is forgotten.
    let token = [
        "--session",
        "s",
        &show,
        "-A",
        "bearer",
        "-a",
        &format!("@{}", password.display()),
        "X-Trace:",
    ];
    let sent = headers(user.runs(&token));
    assert_eq!(sent["Authorization"], "Bearer s3cret");
    let sent = headers(user.runs(&["--session", "s", &show]));
    assert_eq!(sent["Authorization"], "Bearer s3cret");
    assert!(sent.get("X-Trace").is_none(), "{sent}");

    // Another name and another origin are other sessions.
    let sent = headers(user.runs(&["--session", "t", &show]));
    assert!(sent.get("Cookie").is_none());
    let elsewhere = show.replace("127.0.0.1", "localhost");
    let sent = headers(user.runs(&["--session", "s", &elsewhere]));
    assert!(
        sent.get("Cookie").is_none() && sent.get("Authorization").is_none(),
        "{sent}"
    );
}

#[test]
fn no_secret_that_was_typed_is_written() {
    let (user, server) = (User::new(), Server::start().unwrap());
    let url = server.url("/get");
    let key = format!("X-Api-Key:{SECRET}");
    let basic = format!("alice:{SECRET}");
    for (number, args) in [
        &["-a", &basic][..],
        &["-A", "bearer", "-a", SECRET],
        &["-A", "apikey:query:key", "-a", SECRET],
        &[
            "-A",
            "oauth1",
            "-a",
            "consumer_key=k",
            "-a",
            &format!("consumer_secret={SECRET}"),
        ],
        &[&key],
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("s{number}");
        let run = user.runs(&[&["--session", &name, &url], args].concat());
        assert!(
            run.err.contains("note: the session does not keep the "),
            "{run:?}"
        );
        assert!(!run.err.contains(SECRET), "{run:?}");
        let text = fs::read_to_string(user.file(&server, &name)).unwrap();
        assert!(!text.contains(SECRET), "{args:?}: {text}");
    }
    // It is asked for, and who cannot be asked is told.
    let run = user.runs(&["--session", "s0", &url]);
    assert!(
        run.failed(1)
            .contains("is missing: there is no terminal to ask on")
    );
    let run = command(&["--session", "u", &url, "X-Api-Key:@env:KEY"])
        .env("HOME", user.0.path())
        .env("KEY", SECRET)
        .output()
        .unwrap();
    assert!(run.status.success() && run.stderr.is_empty(), "{run:?}");
    let text = fs::read_to_string(user.file(&server, "u")).unwrap();
    assert!(
        text.contains("\"from\": \"env:KEY\"") && !text.contains(SECRET),
        "{text}"
    );
}

#[test]
fn a_session_to_be_read_only_is_not_changed() {
    let (user, server) = (User::new(), Server::start().unwrap());
    let set = server.url("/cookies/set?theme=dark");
    let missing = user.runs(&["--session-read-only", "s", &set]);
    assert!(
        missing
            .failed(1)
            .contains("there is no session \"s\" for http://127.0.0.1:")
    );
    user.runs(&["--session", "s", &set]).ok();
    let before = fs::read(user.file(&server, "s")).unwrap();
    let other = server.url("/cookies/set?other=1");
    let sent = headers(user.runs(&[
        "--session-read-only",
        "s",
        &server.url("/headers"),
        "X-New:1",
    ]));
    assert_eq!(
        (&sent["Cookie"], &sent["X-New"]),
        (&"theme=dark".into(), &"1".into())
    );
    user.runs(&["--session-read-only", "s", &other, "-a", "bob:env:HOME"])
        .ok();
    assert_eq!(fs::read(user.file(&server, "s")).unwrap(), before);
    // Neither does a request that gets no answer, nor one that is not sent.
    user.runs(&[
        "--session",
        "s",
        &server.url("/get"),
        "X-New:1",
        "--offline",
    ])
    .ok();
    user.runs(&[
        "--session",
        "s",
        &server.url("/drip?numbytes=x"),
        "--timeout",
        "0.01",
    ]);
    assert_eq!(fs::read(user.file(&server, "s")).unwrap(), before);
}

#[test]
fn a_credential_of_a_file_goes_to_its_origin_only() {
    let (user, server) = (User::new(), Server::start().unwrap());
    let file = user.0.path().join("s.json");
    let file = file.to_str().unwrap();
    let show = server.url("/headers");
    user.runs(&[
        "--session",
        file,
        &show,
        "-A",
        "bearer",
        "-a",
        "env:HOME",
        "X-Trace:7",
    ])
    .ok();
    let elsewhere = show.replace("127.0.0.1", "localhost");
    let run = user.runs(&["--session", file, &elsewhere]);
    assert!(
        run.err
            .contains("the credential of the session is for http://127.0.0.1:"),
        "{run:?}"
    );
    let sent = headers(run);
    assert!(
        sent.get("Authorization").is_none() && sent["X-Trace"] == "7",
        "{sent}"
    );
}

#[test]
fn the_built_in_server_has_a_session_too() {
    let user = User::new();
    user.runs(&["--session", "s", "/cookies/set?theme=dark"])
        .ok();
    let answer = user.runs(&["--session", "s", "/cookies"]).json();
    assert_eq!(answer["cookies"]["theme"], "dark");
}

#[test]
fn a_session_of_httpie_is_used_and_not_changed() {
    let (user, server) = (User::new(), Server::start().unwrap());
    let file = user.0.path().join("httpie.json");
    let text = r#"{"__meta__": {"about": "HTTPie session file", "httpie": "3.2.4"},
        "auth": {"raw_auth": "alice:s3cret", "type": "basic"},
        "cookies": [{"domain": "", "expires": null, "name": "a", "path": "/", "secure": false, "value": "1"}],
        "headers": [{"name": "X-Api-Key", "value": "hunter2"}]}"#;
    fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap();
    let url = server.url("/headers");
    let sent = headers(user.runs(&["--session", path, &url]));
    assert_eq!(sent["Authorization"], "Basic YWxpY2U6czNjcmV0");
    assert_eq!(
        (&sent["Cookie"], &sent["X-Api-Key"]),
        (&"a=1".into(), &"hunter2".into())
    );
    user.runs(&[
        "--session",
        path,
        &server.url("/cookies/set?b=2"),
        "X-New:1",
    ])
    .ok();
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    let shown = user.runs(&["session", "show", path, &server.url("")]).ok();
    assert!(
        shown.contains("X-Api-Key") && shown.contains("cookie a="),
        "{shown}"
    );
    assert!(
        !shown.contains("hunter2") && !shown.contains("s3cret"),
        "{shown}"
    );
}

#[test]
fn sessions_are_listed_shown_and_removed() {
    let (user, server) = (User::new(), Server::start().unwrap());
    assert!(
        user.runs(&["session", "ls"])
            .err
            .contains("There are no sessions")
    );
    let set = server.url(&format!("/cookies/set?sid={SECRET}"));
    user.runs(&[
        "--session",
        "s",
        &set,
        "-A",
        "bearer",
        "-a",
        "env:HOME",
        "X-Trace:7",
    ])
    .ok();
    user.runs(&["--session", "s", &set.replace("127.0.0.1", "localhost")])
        .ok();

    let list = user.runs(&["session", "ls"]).ok();
    let rows: Vec<Vec<&str>> = list
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        rows[0],
        ["NAME", "HEADERS", "CREDENTIAL", "COOKIES", "ORIGIN"]
    );
    assert_eq!(rows[1], ["s", "1", "bearer", "1", &server.url("")]);

    let error = user.runs(&["session", "show", "s"]).failed(1);
    assert!(
        error.contains("several origins") && error.contains("http://localhost:"),
        "{error}"
    );
    let shown = user.runs(&["session", "show", "s", &server.url("/x")]).ok();
    assert!(
        shown.contains("X-Trace: 7\ncredential: bearer\n  token: from env:HOME\ncookie sid=hun…⟨"),
        "{shown}"
    );
    assert!(!shown.contains(SECRET), "{shown}");
    let shown = user
        .runs(&["session", "show", "s", &server.url(""), "--reveal"])
        .ok();
    assert!(shown.contains(SECRET), "{shown}");

    user.runs(&["session", "rm", "s", &server.url("")]).ok();
    assert!(!user.file(&server, "s").exists());
    user.runs(&["session", "rm", "s"]).ok();
    assert!(
        user.runs(&["session", "rm", "s"])
            .failed(1)
            .contains("there is no session")
    );
    assert_eq!(fs::read_dir(user.sessions()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn the_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let (user, server) = (User::new(), Server::start().unwrap());
    let url = server.url("/cookies/set?theme=dark");
    user.runs(&["--session", "s", &url]).ok();
    let file = user.file(&server, "s");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(&user.sessions())), (0o600, 0o700));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    let error = user.runs(&["--session", "s", &url]).failed(1);
    assert!(
        error.contains("is not trusted") && error.contains("chmod 600"),
        "{error}"
    );
}

#[test]
fn a_name_that_cannot_be_one_is_told() {
    let user = User::new();
    for name in ["a b", "..", ""] {
        let error = user.runs(&["--session", name, "/get"]).failed(1);
        assert!(
            error.contains("session") && error.contains("letters, digits"),
            "{error}"
        );
    }
    let error = user.runs(&["session"]).failed(1);
    assert!(
        error.contains("ls, show or rm") && error.contains("http://session"),
        "{error}"
    );
}
