//! Requests that somebody else has written: what they may take from this machine, and what is said of it.

use std::path::Path;
use std::process::Command;

use gatepass_server::Server;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::run::{Outcome, command, outcome};

const ENV: [(&str, &str); 3] = [
    ("SESSION_TOKEN", "env-t0ken"),
    ("WHO", "of-the-environment"),
    ("LOGIN", "alice:s3cret"),
];

struct Files {
    folder: TempDir,
    server: Server,
}

impl Files {
    fn new() -> Self {
        let folder = tempdir().unwrap();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        std::fs::write(folder.path().join("outside.txt"), "0utside").unwrap();
        std::fs::write(folder.path().join("in/beside.txt"), "bes1de").unwrap();
        let server = Server::start().unwrap();
        Self { folder, server }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Sends the request of this text in a file of this name.
    fn send(&self, name: &str, text: &str, more: &[&str]) -> Outcome {
        let text = text.replace("SERVER", self.server.url("").trim_end_matches('/'));
        let file = self.path().join("in").join(name);
        std::fs::write(&file, text).unwrap();
        let args = [&["--from", file.to_str().unwrap()], more].concat();
        run(command(&args).current_dir(self.path()))
    }

    fn collection(&self, request: &Value, variables: &Value) -> String {
        json!({"info": {"name": "x"}, "variable": variables, "item": [{"name": "a", "request": request}]})
            .to_string()
    }
}

fn run(command: &mut Command) -> Outcome {
    outcome(command.envs(ENV).output().unwrap())
}

#[test]
fn what_comes_from_the_environment_is_named_with_where_it_goes() {
    let files = Files::new();
    let here = files.server.url("");
    let here = here.trim_end_matches('/');
    let collection = |value: &str| {
        let header = json!([{"key": "X-A", "value": value}]);
        let request = json!({"method": "GET", "url": "SERVER/get", "header": header});
        files.collection(&request, &json!([{"key": "WHO", "value": "of-the-file"}]))
    };
    for (name, text) in [
        (
            "a.http",
            "GET SERVER/get\nX-A: {{SESSION_TOKEN}}\n".to_owned(),
        ),
        (
            "a.http",
            "GET SERVER/get\nX-A: {{$processEnv SESSION_TOKEN}}\n".to_owned(),
        ),
        ("a.json", collection("{{SESSION_TOKEN}}")),
        (
            "a.sh",
            "curl SERVER/get -H \"X-A: $SESSION_TOKEN\"".to_owned(),
        ),
    ] {
        let run = files.send(name, &text, &[]);
        assert!(run.out.contains("env-t0ken"), "{text}: {run:?}");
        let said = format!("note: from the environment, for {here}: SESSION_TOKEN.");
        assert!(run.err.contains(&said), "{text}: {run:?}");
    }
    // What the file says itself goes before the environment, and is not taken from anywhere.
    for (name, text) in [
        (
            "a.http",
            "@WHO = of-the-file\nGET SERVER/get\nX-A: {{WHO}}\n".to_owned(),
        ),
        ("a.json", collection("{{WHO}}")),
    ] {
        let run = files.send(name, &text, &[]);
        assert!(run.out.contains("of-the-file"), "{text}: {run:?}");
        assert!(!run.out.contains("of-the-environment"), "{text}: {run:?}");
        assert!(!run.err.contains("environment"), "{text}: {run:?}");
    }
}

#[test]
fn a_variable_without_a_value_is_named_and_nothing_is_sent() {
    let files = Files::new();
    let request = json!({"method": "GET", "url": "SERVER/get", "header": [{"key": "Authorization", "value": "Bearer {{MISSING}}"}]});
    let empty = json!([{"key": "MISSING", "value": ""}]);
    for (name, text) in [
        (
            "a.http",
            "GET SERVER/get\nAuthorization: Token {{MISSING}}\n".to_owned(),
        ),
        (
            "a.http",
            "POST SERVER/post\n\n{\"a\": \"{{MISSING}}\"}\n".to_owned(),
        ),
        ("a.json", files.collection(&request, &json!([]))),
        ("a.json", files.collection(&request, &empty)),
        (
            "a.sh",
            "curl SERVER/get -H \"Authorization: Token $MISSING\"".to_owned(),
        ),
        ("a.sh", "curl SERVER/get -u \"alice:$MISSING\"".to_owned()),
        (
            "a.sh",
            "curl SERVER/get --oauth2-bearer \"$MISSING\"".to_owned(),
        ),
    ] {
        let said = files.send(name, &text, &[]).failed(1);
        assert!(said.contains("MISSING"), "{text}: {said}");
    }
}

#[test]
fn files_are_taken_from_below_the_folder_of_the_file_only() {
    let files = Files::new();
    let outside = files.path().join("outside.txt");
    let outside = outside.to_str().unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(outside, files.path().join("in/link.txt")).unwrap();
    let part = |src: &str| {
        let form = json!([{"key": "a", "type": "file", "src": src}]);
        let body = json!({"mode": "formdata", "formdata": form});
        files.collection(
            &json!({"method": "POST", "url": "SERVER/post", "body": body}),
            &json!([]),
        )
    };
    let file = |src: &str| {
        let body = json!({"mode": "file", "file": {"src": src}});
        files.collection(
            &json!({"method": "POST", "url": "SERVER/post", "body": body}),
            &json!([]),
        )
    };
    let mut texts = vec![
        ("a.http", format!("POST SERVER/post\n\n< {outside}\n")),
        (
            "a.http",
            "POST SERVER/post\n\n< ../outside.txt\n".to_owned(),
        ),
        (
            "a.http",
            "@up = ..\nPOST SERVER/post\n\n< ./{{up}}/outside.txt\n".to_owned(),
        ),
        ("a.json", part(outside)),
        ("a.json", part("../outside.txt")),
        ("a.json", file(outside)),
        ("a.sh", format!("curl SERVER/post -d @{outside}")),
        ("a.sh", format!("curl SERVER/post -T {outside} -X POST")),
        ("a.sh", format!("curl SERVER/post -F a=@{outside}")),
        ("a.sh", format!("curl SERVER/post -F 'a=<{outside}'")),
        (
            "a.sh",
            format!("curl SERVER/post --data-urlencode a@{outside}"),
        ),
        ("a.sh", format!("curl SERVER/get -H @{outside}")),
        ("a.sh", format!("curl SERVER/get -b {outside}")),
        ("a.sh", format!("curl SERVER/get -K {outside}")),
        ("a.sh", format!("curl SERVER/get --netrc-file {outside}")),
    ];
    if cfg!(unix) {
        texts.push(("a.http", "POST SERVER/post\n\n< ./link.txt\n".to_owned()));
    }
    for (name, text) in texts {
        let run = files.send(name, &text, &[]);
        assert_eq!(run.code, Some(1), "{text}: {run:?}");
        assert!(run.err.contains("--allow-files"), "{text}: {run:?}");
        assert!(!run.out.contains("0utside"), "{text}: {run:?}");
    }
    for (name, text, expected) in [
        (
            "a.http",
            "POST SERVER/post\n\n< ./beside.txt\n".to_owned(),
            "./beside.txt",
        ),
        ("a.json", part("beside.txt"), "beside.txt"),
        (
            "a.sh",
            "curl SERVER/post -F a=@in/beside.txt".to_owned(),
            "in/beside.txt",
        ),
    ] {
        let run = files.send(name, &text, &[]);
        assert!(run.out.contains("bes1de"), "{text}: {run:?}");
        let said = format!(
            "note: from files, for http://127.0.0.1:{}: {expected}.",
            files.server.port()
        );
        assert!(run.err.contains(&said), "{said}: {run:?}");
    }
    std::fs::write(files.path().join("in/config"), "header = \"X-A: bes1de\"").unwrap();
    let run = files.send("a.sh", "curl SERVER/get -K in/config", &[]);
    assert!(
        run.out.contains("bes1de") && run.err.contains("in/config"),
        "{run:?}"
    );
    let text = format!("POST SERVER/post\n\n< {outside}\n");
    let run = files.send("a.http", &text, &["--allow-files"]);
    assert!(run.out.contains("0utside"), "{run:?}");
    // What the user has typed is the user's.
    let typed = format!("curl {} -d @{outside}", files.server.url("/post"));
    let run = run_words(&files, &typed);
    assert!(run.out.contains("0utside"), "{run:?}");
}

fn run_words(files: &Files, text: &str) -> Outcome {
    run(command(&[text]).current_dir(files.path()))
}

#[test]
fn a_stored_request_runs_no_command() {
    let files = Files::new();
    let made = files.path().join("made");
    for source in ["cmd:touch made; echo t", "keyring:a/b"] {
        let auth = json!({"scheme": "bearer", "values": [["token", source]]});
        let text = json!({"method": "GET", "url": "SERVER/get", "auth": auth}).to_string();
        let run = files.send("a.json", &text, &["--allow-files"]);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(!made.exists(), "{run:?}");
    }
}

#[test]
fn a_login_in_a_variable_is_a_login() {
    let files = Files::new();
    let basic = "Authorization: Basic YWxpY2U6czNjcmV0";
    for text in [
        "@auth = Basic alice:s3cret\nGET SERVER/get\nAuthorization: {{auth}}\n",
        "@auth = Basic alice s3cret\nGET SERVER/get\nAuthorization: {{auth}}\n",
        "@cred = alice:s3cret\nGET SERVER/get\nAuthorization: Basic {{cred}}\n",
        "@cred = alice s3cret\nGET SERVER/get\nAuthorization: Basic {{cred}}\n",
        "@pw = s3cret\n@auth = Basic alice:{{pw}}\nGET SERVER/get\nAuthorization: {{auth}}\n",
        "@word = Basic\nGET SERVER/get\nAuthorization: {{word}} alice s3cret\n",
        "GET SERVER/get\nAuthorization: Basic {{LOGIN}}\n",
        "@way = Basic\nGET SERVER/get\nAuthorization: {{way}} {{LOGIN}}\n",
    ] {
        let run = files.send("a.http", text, &["--offline"]);
        assert!(run.out.contains(basic), "{text}: {run:?}");
        assert!(!run.out.contains("s3cret"), "{text}: {run:?}");
    }
    for text in [
        "@auth = Digest alice s3cret\nGET SERVER/auth/digest\nAuthorization: {{auth}}\n",
        "@auth = Digest alice:s3cret\nGET SERVER/auth/digest\nAuthorization: {{auth}}\n",
        "GET SERVER/auth/digest\nAuthorization: Digest {{LOGIN}}\n",
    ] {
        let run = files.send("a.http", text, &["--print=Hh"]);
        let all = format!("{}{}", run.out, run.err);
        assert!(!all.contains("s3cret"), "{text}: {all}");
        assert!(run.out.contains("200 OK"), "{text}: {all}");
    }
}
