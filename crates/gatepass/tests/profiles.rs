//! Profiles are kept for their owner alone, hold no secret, and are used at their origin only.

#![cfg(test)]

mod peer;

use gatepass::credentials::{Profile, Profiles, Resolver};
use gatepass::error::Misuse;
use gatepass::{Client, Error};
use gatepass_request::Auth;
use peer::{Peer, ok, redirect};

fn profile(
    name: &str,
    origin: &str,
    scheme: Option<&str>,
    values: &[&str],
) -> Result<Profile, Error> {
    Profile::new(name, origin, Auth::parse(scheme, values).unwrap())
}

fn text(profiles: impl IntoIterator<Item = Profile>) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gatepass/profiles.json");
    for profile in profiles {
        Profiles::change(&path, |all| all.add(profile)).unwrap();
    }
    (folder, path)
}

#[test]
fn they_come_back_as_they_were_kept() {
    let work = profile("work", "https://API.example/v1?x", None, &["alice:env:PW"]).unwrap();
    assert_eq!(work.origin, "https://api.example");
    let oauth = ["consumer_key=key", "consumer_secret=keyring:api/secret"];
    let other = profile("other", "http://h:81", Some("oauth1"), &oauth).unwrap();
    let (_folder, path) = text([work.clone(), other.clone()]);
    let all = Profiles::read(&path).unwrap();
    assert_eq!(
        all.iter().cloned().collect::<Vec<_>>(),
        [work, other.clone()]
    );
    let again = profile("work", "https://b", None, &["bob"]).unwrap();
    let replaced = Profiles::change(&path, |all| all.add(again)).unwrap();
    assert_eq!(replaced.unwrap().origin, "https://api.example");
    let removed = Profiles::change(&path, |all| Ok(all.remove("work"))).unwrap();
    assert_eq!(removed.unwrap().origin, "https://b");
    let left = Profiles::read(&path).unwrap();
    assert_eq!(left.iter().collect::<Vec<_>>(), [&other]);
    assert!(left.get("work").is_none());
}

#[test]
fn what_makes_no_profile_is_refused() {
    for (name, origin, scheme, value, problem) in [
        ("a b", "https://h", None, "u:env:P", "letters, digits"),
        ("", "https://h", None, "u:env:P", "letters, digits"),
        ("-x", "https://h", None, "u:env:P", "letters, digits"),
        ("x", "ftp://h", None, "u:env:P", "ftp"),
        (
            "x",
            "https://u:s3cret@h",
            None,
            "u:env:P",
            "user name in it",
        ),
        ("x", "https://h", None, "u:s3cret", "holds a secret itself"),
        (
            "x",
            "https://h",
            Some("bearer"),
            "s3cret",
            "holds a secret itself",
        ),
    ] {
        let error = profile(name, origin, scheme, &[value])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(problem) && !error.contains("s3cret"),
            "{error}"
        );
    }
}

#[test]
fn a_file_that_makes_no_sense_is_told_without_its_values() {
    let (_folder, path) = text([profile("x", "https://h", None, &["u:env:P"]).unwrap()]);
    let kept = std::fs::read_to_string(&path).unwrap();
    for (from, to, problem) in [
        ("[", "[[", "line 3, column"),
        ("\"origin\"", "\"orign\"", "unknown field"),
        ("\"https://h\"", "7", "line 5, column"),
        ("\"env:P\"", "\"s3cret\"", "holds a secret itself"),
        ("null", "\"bsic\"", "bsic"),
    ] {
        std::fs::write(&path, kept.replacen(from, to, 1)).unwrap();
        let error = Profiles::read(&path).unwrap_err().to_string();
        assert!(
            error.contains(problem) && !error.contains("s3cret"),
            "{to}: {error}"
        );
        let failed = Profiles::change(&path, |all| Ok(all.remove("x")));
        assert!(failed.is_err(), "nothing is written over it");
    }
}

#[cfg(unix)]
#[test]
fn a_file_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let (_folder, path) = text([profile("x", "https://h", None, &["u:env:P"]).unwrap()]);
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
    let error = Profiles::read(&path).unwrap_err();
    assert!(
        matches!(error, Error::Misuse(Misuse::UnsafeFile { .. })),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("chmod 600"));
}

#[test]
fn changes_at_the_same_time_lose_nothing() {
    let (_folder, path) = text([]);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let path = &path;
            scope.spawn(move || {
                let mine = profile(&format!("p{number}"), "https://h", None, &["u:env:P"]);
                Profiles::change(path, |all| all.add(mine.unwrap())).unwrap();
            });
        }
    });
    assert_eq!(Profiles::read(&path).unwrap().iter().count(), 8);
}

#[tokio::test]
async fn an_origin_gets_its_profile_and_no_other_does() {
    let to = Peer::start([ok(""), ok("")]);
    let from = Peer::start([redirect(302, &to.url("/")), redirect(302, &to.url("/"))]);
    let first = profile("first", &from.url("/"), Some("bearer"), &["cmd:echo one"]).unwrap();
    let second = profile("second", &to.url("/"), Some("token"), &["cmd:printf two"]).unwrap();
    let (_folder, path) = text([first, second]);
    let known = Profiles::read(&path)
        .unwrap()
        .with_resolver(Resolver::new());
    let client = Client::builder().credentials_from(known).build().unwrap();
    for _ in 0..2 {
        let response = client.get(from.url("/")).send().await.unwrap();
        let told = response.transcript().to_string();
        assert!(
            told.contains("from profile first (token from the command echo …)"),
            "{told}"
        );
    }
    for (peer, expected) in [(&from, "Bearer one"), (&to, "Token two")] {
        for seen in peer.requests() {
            assert_eq!(seen.header("Authorization").as_deref(), Some(expected));
        }
    }
}

#[tokio::test]
async fn one_of_several_has_to_be_chosen() {
    let peer = Peer::start([ok("")]);
    let auth = |name: &str| profile(name, &peer.url("/"), Some("bearer"), &["cmd:echo x"]).unwrap();
    let (_folder, path) = text([auth("a"), auth("b")]);
    let known = Profiles::read(&path)
        .unwrap()
        .with_resolver(Resolver::new());
    let client = Client::builder().credentials_from(known).build().unwrap();
    let error = client.get(peer.url("/")).send().await.unwrap_err();
    assert!(error.hint().unwrap().contains("a, b"), "{error}");
    assert!(peer.requests().is_empty());
}
