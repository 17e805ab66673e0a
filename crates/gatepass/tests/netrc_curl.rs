//! The same netrc file, read by curl and by us: what goes over the wire is compared.

#![cfg(test)]

mod peer;

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use gatepass::Client;
use gatepass::credentials::Netrc;
use peer::{Peer, ok};

/// Files that curl reads alike from 7.88 to 8.23, each with the user of the URL, if any.
const FILES: &[(&str, &str)] = &[
    ("machine 127.0.0.1 login a password p", ""),
    ("machine 127.0.0.1 password p login a", ""),
    ("MACHINE 127.0.0.1\n\tLogin a\n\tPASSWORD p\n", ""),
    ("machine 127.0.0.1 login a password p\r\n", ""),
    (
        "# machine 127.0.0.1 login x password y\nmachine 127.0.0.1 login a password p",
        "",
    ),
    ("  # c\n\n\nmachine 127.0.0.1 login a password p#q", ""),
    ("machine 127.0.0.1 login \"a b\" password \"c d\"", ""),
    (r#"machine 127.0.0.1 login a password "q\"b\\n\x""#, ""),
    ("machine 127.0.0.1 login a password \"\"", ""),
    ("machine 127.0.0.1 login a password p\"q", ""),
    ("machine 127.0.0.1 login a password pä", ""),
    (
        "machine other login x password y\nmachine 127.0.0.1 login a password p",
        "",
    ),
    ("machine other login x password y", ""),
    ("machine 127.0.0.10 login x password y", ""),
    (
        "machine 127.0.0.1 login a password 1 machine 127.0.0.1 login b password 2",
        "",
    ),
    (
        "machine 127.0.0.1 login a password 1\nmachine 127.0.0.1 login b password 2",
        "b@",
    ),
    ("machine 127.0.0.1 account x login a password p", ""),
    ("machine 127.0.0.1 odd login a password p", ""),
    ("machine 127.0.0.1 password p", ""),
    ("machine 127.0.0.1 password p", "u@"),
    ("machine 127.0.0.1 login a", ""),
    ("default password p", ""),
    ("default login a password p", ""),
    (
        "machine other login x password y default login a password p",
        "",
    ),
    (
        "default login a password p\nmachine 127.0.0.1 login b password q",
        "",
    ),
    (
        "macdef m\nmachine 127.0.0.1 login x password y\n\nmachine 127.0.0.1 login a password p",
        "",
    ),
    (
        "machine 127.0.0.1 login a password p\nmacdef m\ncd /x\n",
        "",
    ),
    (
        "machine 127.0.0.1 login a password p\nmachine other password \"x",
        "",
    ),
    ("login a password p", ""),
    ("machine 127.0.0.1", ""),
    ("", ""),
];

/// Where curl sends something else, and what we send.
const OURS: &[(&str, &str, &str)] = &[
    // A password goes with its own login only, as with curl 8.23; 7.88 gives b, and a stranger, the one of a.
    (
        "machine 127.0.0.1 login a password 1 login b password 2",
        "b@",
        "Basic Yjoy",
    ),
    ("machine 127.0.0.1 login a password 1", "c@", "Basic Yzo="),
    // What stands in the URL was given for this request; to curl, the file goes before it.
    ("machine 127.0.0.1 login a password 1", "a:2@", "Basic YToy"),
];

/// Returns what curl sent.
fn of_curl(peer: &Peer, file: &Path, user: &str) -> Option<String> {
    let url = peer.url("/").replace("http://", &format!("http://{user}"));
    let mut curl = Command::new("curl");
    curl.args(["-q", "--silent", "--max-time", "20", "--noproxy", "*"]);
    let ran = curl
        .arg("--netrc-file")
        .arg(file)
        .arg(url)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    peer.requests().last().unwrap().header("Authorization")
}

/// Returns what we send.
async fn ours(peer: &Peer, file: &Path, user: &str) -> Option<String> {
    let url = peer.url("/").replace("http://", &format!("http://{user}"));
    let netrc = Netrc::file(file).unwrap().for_every_host();
    let client = Client::builder().netrc(netrc);
    client.build().unwrap().get(url).send().await.unwrap();
    peer.requests().last().unwrap().header("Authorization")
}

#[tokio::test]
async fn curl_reads_the_same() {
    if Command::new("curl").arg("--version").output().is_err() {
        let note = "skipped: the comparison with curl, which is not installed\n";
        std::io::stderr().write_all(note.as_bytes()).unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("netrc");
    let mut wrong = Vec::new();
    for (text, user) in FILES {
        std::fs::write(&file, text).unwrap();
        let peer = Peer::start([ok(""), ok("")]);
        let expected = of_curl(&peer, &file, user);
        let found = ours(&peer, &file, user).await;
        if found != expected {
            wrong.push(format!("{user} {text:?}: curl {expected:?}, we {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (text, user, expected) in OURS {
        std::fs::write(&file, text).unwrap();
        let peer = Peer::start([ok("")]);
        let found = ours(&peer, &file, user).await;
        assert_eq!(found.as_deref(), Some(*expected), "{user} {text}");
    }
}
