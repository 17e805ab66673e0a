//! Keys in PEM that lost their line breaks: they are read where they can be, and never quoted where they cannot.

use std::path::PathBuf;

use gatepass_server::{ClientCertificates, Server};

use crate::run::{Outcome, gatepass};

/// What becomes of a key on its way, and what that is called.
type Way = (&'static str, fn(&str) -> String);

/// How a key arrives from the secrets of a build service, an `.env` file or a shell without quotes.
const LOST: [Way; 5] = [
    ("spaces", |pem| pem.replace('\n', " ")),
    ("nothing", |pem| pem.replace('\n', "")),
    ("escapes", |pem| pem.replace('\n', "\\n")),
    ("CRLF", |pem| pem.replace('\n', "\r\n")),
    ("quotes", |pem| format!("\"{}\"", pem.replace('\n', "\\n"))),
];

/// What cannot be read, and what is said of it.
const BROKEN: [Way; 4] = [
    ("letter n", |pem| pem.replace('\n', "n")),
    ("is missing", |pem| pem.lines().next().unwrap().to_owned()),
    ("is missing", |pem| pem.replace("-----END", "-----")),
    ("something else than base64", |pem| pem.replace('\n', "|")),
];

struct Setup {
    folder: tempfile::TempDir,
    authority: String,
    server: Server,
}

impl Setup {
    fn new() -> Self {
        let server = Server::builder()
            .https_port(0)
            .client_certificates(ClientCertificates::Required)
            .start()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut setup = Self {
            folder,
            authority: String::new(),
            server,
        };
        setup.authority = setup.write("ca.pem", setup.server.ca_pem().unwrap());
        setup
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Shows the certificate in every way that the command has for it.
    fn ways(&self, pem: &str) -> Vec<(String, Outcome)> {
        let file = self.write("both.pem", pem);
        let url = self.server.https_url("/get").unwrap();
        let request = self.write(
            "request.txt",
            &format!("curl --cacert '{}' -E '{file}' {url}", self.authority),
        );
        let ca = self.authority.as_str();
        let ways: [&[&str]; 6] = [
            &["--verify", ca, &url, "--cert", &file],
            &["--verify", ca, &url, "--cert", &file, "--cert-key", &file],
            &["-q", "--verify", ca, &url, "--cert", &file],
            &["curl", "-sS", "--cacert", ca, "-E", &file, &url],
            &[
                "curl", "-sS", "--cacert", ca, "-E", &file, "--key", &file, &url,
            ],
            &["--from", &request],
        ];
        let run = |args: &[&str]| (args.join(" "), gatepass(args));
        ways.into_iter().map(run).collect()
    }
}

#[test]
fn a_key_on_one_line_is_read() {
    let setup = Setup::new();
    let pem = setup.server.client_pem().unwrap();
    for (what, lost) in LOST {
        for (args, run) in setup.ways(&lost(pem)) {
            assert_eq!(run.code, Some(0), "{what}: {args}: {run:?}");
        }
    }
}

#[test]
fn a_key_that_cannot_be_read_is_never_quoted() {
    let setup = Setup::new();
    let pem = setup.server.client_pem().unwrap();
    let key = &pem[pem.find("-----BEGIN PRIVATE").unwrap()..];
    let line = key.lines().nth(1).unwrap();
    let bytes: Vec<String> = line.bytes().take(8).map(|byte| byte.to_string()).collect();
    for (expected, broken) in BROKEN {
        for (args, run) in setup.ways(&pem.replace(key, &broken(key))) {
            assert_ne!(run.code, Some(0), "{args}: {run:?}");
            let said = format!("{}{}", run.out, run.err);
            assert!(said.contains(expected), "{expected}: {args}: {said}");
            assert!(!said.contains(&line[..12]), "{args}: {said}");
            assert!(!said.contains(&bytes.join(", ")), "{args}: {said}");
        }
    }
}

#[test]
fn a_key_in_place_of_a_file_name_is_not_repeated() {
    let setup = Setup::new();
    let pem = setup.server.client_pem().unwrap();
    let key = &pem[pem.find("-----BEGIN PRIVATE").unwrap()..];
    let line = key.lines().nth(1).unwrap();
    let cert = setup.write("cert.pem", pem);
    let url = setup.server.https_url("/get").unwrap();
    let ca = setup.authority.as_str();
    for args in [
        &["--verify", ca, &url, "--cert", &cert, "--cert-key", key][..],
        &["--verify", ca, &url, "--cert", key],
        &["--verify", key, &url],
        &[&format!("--verify={key}"), &url],
        &[&format!("--verify-only={key}"), &url],
        &[&format!("--cert={key}"), "--verify", ca, &url],
        &[
            &format!("--cert-key={key}"),
            "--cert",
            &cert,
            "--verify",
            ca,
            &url,
        ],
        &[
            "curl", "-sS", "--cacert", ca, "-E", &cert, "--key", key, &url,
        ],
        &["curl", "-sS", "--cacert", ca, "-E", key, &url],
        &["curl", "-sS", "--cacert", key, &url],
        &[
            "-A",
            "oauth1",
            "-a",
            "alice",
            "-a",
            &format!("private_key=@{key}"),
            &url,
        ],
    ] {
        let run = gatepass(args);
        assert_ne!(run.code, Some(0), "{run:?}");
        let said = format!("{}{}", run.out, run.err);
        assert!(!said.contains(&line[..12]), "{said}");
    }
}

#[test]
fn oauth_signs_with_a_key_on_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let pem = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../gatepass/tests/identities/rsa.key"
    ))
    .unwrap();
    let sign = |pem: &str| {
        let path = folder.path().join("key");
        std::fs::write(&path, pem).unwrap();
        let key = format!("private_key=@{}", path.display());
        gatepass(&[
            "--offline",
            "--at",
            "@1",
            "--nonce",
            "n",
            "-A",
            "oauth1",
            "-a",
            "consumer_key=alice",
            "-a",
            &key,
            "https://api.example/",
        ])
    };
    let right = sign(&pem).ok();
    assert!(right.contains("RSA-SHA1"), "{right}");
    for (what, lost) in LOST {
        assert_eq!(sign(&lost(&pem)).ok(), right, "{what}");
    }
    for (expected, broken) in BROKEN {
        let run = sign(&broken(&pem));
        let said = run.failed(1);
        assert!(said.contains(expected), "{said}");
    }
}
