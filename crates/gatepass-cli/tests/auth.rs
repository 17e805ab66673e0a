//! `gatepass auth`: profiles are made, listed, tried and forgotten, and a request uses the one of its origin.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use gatepass_server::Server;

use crate::run::{Outcome, command, gatepass_at};

/// Runs `gatepass` with the variable `PW`.
fn with_password(home: &Path, args: &[&str]) -> Outcome {
    let mut command = command(args);
    command.env("HOME", home).env("PW", "s3cret");
    let output = command.output().unwrap();
    Outcome {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn kept(home: &Path) -> String {
    std::fs::read_to_string(home.join(".config/gatepass/profiles.json")).unwrap_or_default()
}

#[test]
fn a_profile_is_made_used_listed_tried_and_forgotten() {
    let server = Server::start().unwrap();
    let (folder, url) = (
        tempfile::tempdir().unwrap(),
        server.url("/basic-auth/alice/s3cret"),
    );
    let home = folder.path();
    let origin = server.url("");
    let none = gatepass_at(home, &["auth", "ls"]);
    assert!(none.err.contains("gatepass auth add NAME URL makes one") && none.out.is_empty());
    let added = gatepass_at(home, &["auth", "add", "work", &url, "-a", "alice:env:PW"]);
    assert_eq!(added.code, Some(0), "{}", added.err);
    assert!(
        added.err.starts_with(&format!("Added work for {origin}: ")),
        "{}",
        added.err
    );

    let run = with_password(home, &[&url, "-v"]);
    let told = "* the credential: from profile work (password from environment variable PW)\n";
    assert!(run.err.contains(told), "{}", run.err);
    assert_eq!(run.json()["user"], "alice");
    for args in [&[&*url, "--no-profile"][..], &[&url, "-a", "alice:wrong"]] {
        let args = [args, &["--check-status"]].concat();
        assert_eq!(with_password(home, &args).code, Some(4), "{args:?}");
    }
    let elsewhere = url.replace("127.0.0.1", "localhost");
    assert_eq!(
        with_password(home, &[&elsewhere, "--check-status"]).code,
        Some(4)
    );

    let list = gatepass_at(home, &["auth", "ls"]).ok();
    assert!(
        list.contains("work") && list.contains("username alice, password env:PW"),
        "{list}"
    );
    let tried = with_password(home, &["auth", "test", "work", "/basic-auth/alice/s3cret"]).ok();
    assert!(tried.contains("200 OK: accepted.\n"), "{tried}");
    let tried = with_password(home, &["auth", "test", "work"]).ok();
    assert!(tried.contains("the page is for everybody"), "{tried}");
    let refused = with_password(home, &["auth", "test", "work", "/basic-auth/bob/hi"]);
    assert!(
        refused.out.contains("401 Unauthorized: refused.") && refused.code == Some(4),
        "{refused:?}"
    );
    assert!(
        refused
            .err
            .contains("the user name or the password is wrong"),
        "{}",
        refused.err
    );

    let gone = gatepass_at(home, &["auth", "rm", "work"]);
    assert!(
        gone.code == Some(0) && !kept(home).contains("work"),
        "{gone:?}"
    );
    let again = gatepass_at(home, &["auth", "rm", "work"]).failed(1);
    assert!(again.contains("there is no profile \"work\""), "{again}");
}

#[test]
fn one_of_several_is_chosen_by_name() {
    let server = Server::start().unwrap();
    let (folder, url) = (tempfile::tempdir().unwrap(), server.url("/get"));
    let home = folder.path();
    for (name, command) in [
        ("one", "cmd:echo first-token"),
        ("two", "cmd:echo second-token"),
    ] {
        gatepass_at(
            home,
            &["auth", "add", name, &url, "-A", "bearer", "-a", command],
        )
        .ok();
    }
    let both = gatepass_at(home, &[&url]).failed(1);
    assert!(
        both.contains("--profile NAME") && both.contains("one, two"),
        "{both}"
    );
    let run = gatepass_at(home, &[&url, "--profile", "two"]).json();
    assert_eq!(run["headers"]["Authorization"], "Bearer second-token");
    let code = gatepass_at(home, &["code", "curl", &url, "--profile", "two"]);
    assert!(
        code.out.contains("Bearer") || code.out.contains("oauth2-bearer"),
        "{code:?}"
    );
    for (args, told) in [
        (&["--profile", "tow", &url][..], "Did you mean two?"),
        (
            &["--profile", "two", "http://localhost:1/"],
            "the profile two is for http://127.0.0.1",
        ),
        (
            &["--profile", "two", "-a", "x:y", &url],
            "exclude each other",
        ),
        (&["auth"], "add, ls, test or rm"),
        (&["auth", "test", "three"], "there is no profile"),
        (
            &["auth", "test", "two", "http://localhost:1/"],
            "the profile two is for",
        ),
    ] {
        let failed = gatepass_at(home, args).failed(1);
        assert!(failed.contains(told), "{args:?}: {failed}");
    }
}

#[test]
fn a_profile_takes_no_secret_itself() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let origin = "https://api.example";
    for (args, told) in [
        (
            &["-a", "alice:hunter2"][..],
            "a profile holds no secret itself, and the password is one",
        ),
        (&["-A", "bearer", "-a", "hunter2"], "the token is one"),
        (
            &["-A", "bearer", "-a", "-"],
            "standard input is no place where the token stays",
        ),
        (&["-A", "hawk"], "gatepass schemes lists them all"),
        (
            &["-A", "oauth1", "-a", "consumer_secret=env:S"],
            "the consumer_key at https://api.example is missing",
        ),
    ] {
        let args = [&["auth", "add", "x", origin], args].concat();
        let failed = gatepass_at(home, &args).failed(1);
        assert!(
            failed.contains(told) && !failed.contains("hunter2"),
            "{args:?}: {failed}"
        );
    }
    for (name, url, told) in [
        ("a/b", origin, "letters, digits, dots"),
        (
            "x",
            "https://u:hunter2@api.example",
            "has a user name in it",
        ),
        ("x", "/get", "the URL has no host"),
        ("x", "ftp://h", "ftp"),
    ] {
        let failed = gatepass_at(home, &["auth", "add", name, url, "-a", "a:env:B"]).failed(1);
        assert!(
            failed.contains(told) && !failed.contains("hunter2"),
            "{failed}"
        );
    }
    assert_eq!(kept(home), "");
    gatepass_at(home, &["auth", "add", "x", "api.example", "-a", "a:@pw"]).ok();
    let here = std::env::current_dir().unwrap().join("pw");
    assert!(
        kept(home).contains(&format!("@{}", here.display())),
        "{}",
        kept(home)
    );
    assert!(
        kept(home).contains("\"https://api.example\""),
        "{}",
        kept(home)
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_write_is_not_read() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    gatepass_at(home, &["auth", "add", "x", "https://h", "-a", "a:env:B"]).ok();
    let path = home.join(".config/gatepass/profiles.json");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o622)).unwrap();
    for args in [&["/get"][..], &["auth", "ls"], &["auth", "rm", "x"]] {
        let failed = gatepass_at(home, args).failed(1);
        assert!(
            failed.contains("is not trusted: other users can write it"),
            "{failed}"
        );
        assert!(failed.contains("chmod 600"), "{failed}");
    }
    gatepass_at(home, &["/get", "--no-profile"]).ok();
}

/// The real keyring of the Secret Service, on a bus of its own.
#[cfg(target_os = "linux")]
#[test]
fn the_keyring_keeps_a_secret() {
    let programs = ["dbus-run-session", "gnome-keyring-daemon", "secret-tool"];
    if let Some(missing) = programs
        .iter()
        .find(|name| Command::new(name).arg("--version").output().is_err())
    {
        let note = format!("skipped: the keyring, because {missing} is not installed\n");
        std::io::stderr().write_all(note.as_bytes()).unwrap();
        return;
    }
    let server = Server::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let line = "printf x | gnome-keyring-daemon --unlock --components=secrets > /dev/null 2>&1
        printf s3cret | $gatepass auth add kept $url -a alice:- --keyring
        $gatepass auth ls
        $gatepass $url
        $gatepass $url --no-profile -a alice:keyring:gatepass:kept/password
        $gatepass $url --no-profile -a alice:keyring:other/one
        $gatepass auth rm kept
        secret-tool lookup service gatepass:kept username password || echo gone";
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", line])
        .env("HOME", folder.path())
        .env("gatepass", env!("CARGO_BIN_EXE_gatepass"))
        .env("url", server.url("/basic-auth/alice/s3cret"))
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_DATA_HOME")
        .env_remove("DISPLAY")
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        out.contains("password keyring:gatepass:kept/password"),
        "{out}{err}"
    );
    assert_eq!(
        out.matches("\"authenticated\": true").count(),
        2,
        "{out}{err}"
    );
    assert!(
        err.contains("keyring entry other/one: there is no such entry"),
        "{err}"
    );
    assert!(out.ends_with("gone\n"), "{out}{err}");
    assert!(
        !kept(folder.path()).contains("s3cret") && !err.contains("s3cret"),
        "{err}"
    );
}

#[cfg(unix)]
#[test]
fn without_a_keyring_it_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(&["/get", "-a", "alice:keyring:api/alice"]);
    let output = command.env("PATH", folder.path()).output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err.contains("no secret in keyring entry api/alice: the program"),
        "{err}"
    );
}
