//! `~/.netrc` is looked into without being asked for, and gives way to everything that was given.

use std::path::Path;

use gatepass_server::Server;

use crate::download::peer;
use crate::run::{command, gatepass, gatepass_at};

/// A home folder with this `.netrc`.
fn home(text: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    write(&home.path().join(".netrc"), text);
    home
}

/// Writes a file that only its owner can read.
fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

const ALICE: &str = "machine other password x\nmachine 127.0.0.1 login alice password s3cret";

#[test]
fn a_host_gets_its_entry_and_verbose_names_the_line() {
    let home = home(ALICE);
    let run = gatepass_at(home.path(), &["-v", "/basic-auth/alice/s3cret"]);
    assert!(
        run.err.contains("* the credential: from ~/.netrc line 2\n"),
        "{}",
        run.err
    );
    assert!(
        !run.err.contains("s3cret\n") && !run.err.contains("czNjcmV0"),
        "{}",
        run.err
    );
    assert_eq!(run.json()["user"], "alice");
    let run = gatepass_at(home.path(), &["/digest-auth/auth/alice/s3cret"]);
    assert_eq!(run.json()["user"], "alice", "a challenge is answered");
}

#[test]
fn what_is_given_survives_it() {
    let home = home(ALICE);
    let token = "mF_9.B5f-4.1JqM";
    let header = format!("Authorization:Bearer {token}");
    let run = gatepass_at(home.path(), &["-v", "/bearer", &header]);
    let told = "the credential from ~/.netrc line 2 was passed over: the request has its own Authorization header";
    assert!(run.err.contains(told), "{}", run.err);
    assert_eq!(run.json()["token"], token);
    let run = gatepass_at(home.path(), &["/bearer", "-A", "bearer", "-a", token]);
    assert_eq!(run.json()["token"], token);
    let run = gatepass_at(home.path(), &["/get", "--ignore-netrc"]);
    assert!(run.json()["headers"].get("Authorization").is_none());
}

#[test]
fn a_scheme_without_a_credential_takes_the_entry() {
    let home = home(ALICE);
    let run = gatepass_at(
        home.path(),
        &["-v", "/digest-auth/auth/alice/s3cret", "-A", "digest"],
    );
    assert!(
        run.err
            .contains("* Digest credential: from ~/.netrc line 2"),
        "{}",
        run.err
    );
    assert_eq!(run.json()["user"], "alice");
    let server = Server::start().unwrap();
    let with_user = server
        .url("/digest-auth/auth/bob/hi")
        .replace("http://", "http://bob:hi@");
    let run = gatepass_at(home.path(), &[&with_user, "-A", "digest", "-v"]);
    assert!(
        run.err.contains("* Digest credential: from the URL"),
        "{}",
        run.err
    );
    assert_eq!(run.json()["user"], "bob");
}

#[test]
fn a_default_has_to_be_asked_for() {
    let home = home("default login alice password s3cret");
    let url = "/basic-auth/alice/s3cret";
    assert_eq!(
        gatepass_at(home.path(), &["--check-status", url]).code,
        Some(4)
    );
    for option in ["-n", "--netrc"] {
        assert_eq!(
            gatepass_at(home.path(), &[option, url]).json()["user"],
            "alice"
        );
    }
    let file = home.path().join("mine");
    write(&file, "default login bob password hi");
    let option = format!("--netrc-file={}", file.display());
    let run = gatepass_at(home.path(), &["/basic-auth/bob/hi", &option]);
    assert_eq!(run.json()["user"], "bob");
    let missing = gatepass_at(home.path(), &["/get", "--netrc-file=/not/there"]).failed(1);
    assert!(
        missing.contains("the file /not/there cannot be used"),
        "{missing}"
    );
}

#[test]
fn the_environment_and_authinfo_name_files_too() {
    let home = home(ALICE);
    let named = home.path().join("named");
    write(&named, "machine 127.0.0.1 login bob password hi");
    let with = |netrc: &str| {
        let mut command = command(&["/get"]);
        command.env("HOME", home.path()).env("NETRC", netrc);
        let output = command.output().unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        answer["headers"]["Authorization"].clone()
    };
    assert_eq!(with(named.to_str().unwrap()), "Basic Ym9iOmhp");
    assert!(
        with("").is_null(),
        "set to nothing, it turns all of them off"
    );
    std::fs::remove_file(home.path().join(".netrc")).unwrap();
    let authinfo = "host 127.0.0.1 port http user eve secret 'a b' # mine";
    write(&home.path().join(".authinfo"), authinfo);
    let run = gatepass_at(home.path(), &["/get", "-v"]);
    assert!(run.err.contains("from ~/.authinfo line 1"), "{}", run.err);
    assert_eq!(run.json()["headers"]["Authorization"], "Basic ZXZlOmEgYg==");
}

/// `0.0.0.0` is no loopback address, and leads here all the same.
#[cfg(target_os = "linux")]
#[test]
fn over_plain_http_it_is_passed_over_and_the_refusal_says_so() {
    let server = Server::builder().bind([0, 0, 0, 0].into()).start().unwrap();
    let url = format!("http://0.0.0.0:{}/basic-auth/alice/s3cret", server.port());
    let home = home("machine 0.0.0.0 login alice password s3cret");
    let run = gatepass_at(home.path(), &[&url, "-A", "basic"]);
    let told =
        "401: The server asks for Basic, and the credential from ~/.netrc line 1 was passed over";
    assert!(
        run.err.contains(told) && run.err.contains("--allow-plain-http"),
        "{}",
        run.err
    );
    assert!(server.requests()[0].headers.get("Authorization").is_none());
    let run = gatepass_at(home.path(), &[&url, "--allow-plain-http"]);
    assert_eq!(run.json()["user"], "alice");
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_told_when_it_is_used() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = home(ALICE);
    let path = home.path().join(".netrc");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let told =
        "warning: other users of this machine can read ~/.netrc; chmod 600 ~/.netrc stops that.\n";
    for (args, expected) in [
        (&["/get"][..], told),
        (&["/get", "-q"], ""),
        (&["/get", "-a", "bob:hi"], ""),
        (&["/get", "--ignore-netrc"], ""),
    ] {
        assert_eq!(gatepass_at(home.path(), args).err, expected, "{args:?}");
    }
}

#[test]
fn what_the_file_knows_waits_for_the_challenge_that_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("netrc");
    std::fs::write(&file, "machine 127.0.0.1 login alice password s3cret\n").unwrap();
    let file = file.to_str().unwrap();
    let challenge = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"r\"\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\nContent-Length: 0\r\n\r\n";
    let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    for scheme in ["--digest", "--anyauth"] {
        for way in ["curl", "from"] {
            let answers = vec![challenge.to_owned(), ok.to_owned()];
            let (url, heads) = peer(answers);
            let line = format!("curl -sS --netrc-file {file} {scheme} {url}");
            let run = match way {
                "curl" => gatepass(&line.split(' ').collect::<Vec<_>>()),
                _ => gatepass(&[&line]),
            };
            assert_eq!(run.code, Some(0), "{run:?}");
            let heads = heads.lock().unwrap();
            assert!(
                !heads[0].contains("Authorization"),
                "{scheme}: {}",
                heads[0]
            );
            assert!(
                heads[1].contains("Authorization: Digest"),
                "{scheme}: {}",
                heads[1]
            );
        }
    }
}
