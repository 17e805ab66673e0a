//! A server that is not ours, with settings that ours cannot have: old versions, narrow ciphers, one name only, certificates
//! of version 1. Without the program `openssl` the tests say that they were skipped; where `CI` is set, they fail.

#![cfg(test)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use gatepass::config::{Identity, Tls, TlsVersion};
use gatepass::{Client, Error, error};

/// `openssl s_server`, which answers every request with a page about the connection.
struct Openssl {
    child: Child,
    url: String,
}

fn file(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/identities");
    folder.join(name).display().to_string()
}

fn is_installed() -> bool {
    if Command::new("openssl").arg("version").output().is_ok() {
        return true;
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "openssl is not installed, and nothing may be missing here"
    );
    // Written past the test harness, which would keep it to itself.
    let _ = writeln!(std::io::stderr(), "skipped: openssl is not installed");
    false
}

impl Openssl {
    /// Starts a server with an EC certificate and these options.
    fn start(options: &[&str]) -> Self {
        Self::with_certificate(&file("ec.pem"), &file("ec.key"), options)
    }

    fn with_certificate(certificate: &str, key: &str, options: &[&str]) -> Self {
        let mut child = Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-www"])
            .args(["-cert", certificate, "-key", key])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut ports = lines.map_while(Result::ok).filter_map(|line| {
            let address = line.strip_prefix("ACCEPT ")?.to_owned();
            Some(address.rsplit_once(':')?.1.to_owned())
        });
        let port = ports.next().expect("openssl says where it listens");
        // What it says later is read, so that it does not wait for a reader.
        std::thread::spawn(move || ports.for_each(drop));
        Self {
            child,
            url: format!("https://127.0.0.1:{port}/"),
        }
    }

    async fn get(&self, tls: Tls) -> Result<String, Error> {
        let response = Client::new().get(&self.url).tls(tls).send().await?;
        assert_eq!(response.status(), 200);
        response.text().await
    }
}

impl Drop for Openssl {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn versions_that_the_two_do_not_share() {
    if !is_installed() {
        return;
    }
    let any = Tls::unverified();
    let old = ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"];
    for (options, tls, said, hint) in [
        (
            &old[..],
            any.clone(),
            "only older versions",
            "have it updated",
        ),
        (
            &["-tls1_2"],
            any.clone().lowest(TlsVersion::Tls13),
            "does not speak TLS 1.3",
            "Allow TLS 1.2",
        ),
        (
            &["-tls1_3"],
            any.clone().highest(TlsVersion::Tls12),
            "does not speak TLS 1.2",
            "Allow TLS 1.3",
        ),
    ] {
        let server = Openssl::start(options);
        let error = server.get(tls).await.unwrap_err();
        assert!(
            matches!(error, Error::Tls(error::Tls::NoCommonVersion { .. })),
            "{options:?}: {error:?}"
        );
        assert!(error.to_string().contains(said), "{error}");
        assert!(error.hint().unwrap().contains(hint), "{error:?}");
    }
    for options in ["-tls1_2", "-tls1_3"] {
        let page = Openssl::start(&[options]).get(any.clone()).await.unwrap();
        let version = options.replace("-tls1_", "TLSv1.");
        assert!(page.contains(&format!("Protocol  : {version}")), "{page}");
    }
}

#[tokio::test]
async fn ciphers_that_the_two_do_not_share() {
    if !is_installed() {
        return;
    }
    for options in [
        &["-tls1_2", "-cipher", "AES128-SHA"][..],
        &["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256"],
        &["-tls1_3", "-groups", "secp521r1"],
    ] {
        let error = Openssl::start(options)
            .get(Tls::unverified())
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::Tls(error::Tls::NoCommonCipher { .. })),
            "{options:?}: {error:?}"
        );
        assert!(error.hint().unwrap().contains("ECDHE"));
    }
}

#[tokio::test]
async fn a_name_that_the_server_does_not_know() {
    if !is_installed() {
        return;
    }
    let (certificate, key) = (file("rsa.pem"), file("rsa.key"));
    let server = Openssl::start(&[
        "-servername",
        "a.example",
        "-servername_fatal",
        "-cert2",
        &certificate,
        "-key2",
        &key,
    ]);
    let named = |name| Tls::unverified().server_name(name).unwrap();
    let error = server.get(named("b.example")).await.unwrap_err();
    assert!(
        matches!(&error, Error::Tls(error::Tls::UnrecognisedName { name, .. }) if name == "b.example"),
        "{error:?}"
    );
    server.get(named("a.example")).await.unwrap();
}

/// webpki reads version 3 only, and devices with a page of their own often have version 1.
#[tokio::test]
async fn a_certificate_of_version_1() {
    if !is_installed() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    for (key, options) in [
        (file("ec.key"), "-tls1_2"),
        (file("ec.key"), "-tls1_3"),
        (file("rsa.key"), "-tls1_2"),
    ] {
        let openssl = |arguments: &[&str]| {
            let done = Command::new("openssl").args(arguments).output().unwrap();
            assert!(done.status.success(), "{done:?}");
        };
        openssl(&[
            "req",
            "-new",
            "-key",
            &key,
            "-subj",
            "/CN=127.0.0.1",
            "-out",
            &at("request"),
        ]);
        openssl(&[
            "x509",
            "-req",
            "-in",
            &at("request"),
            "-signkey",
            &key,
            "-days",
            "9",
            "-out",
            &at("v1.pem"),
        ]);
        let server = Openssl::with_certificate(&at("v1.pem"), &key, &[options]);
        let error = server.get(Tls::system()).await.unwrap_err();
        assert!(error.to_string().contains("it is of version 1"), "{error}");
        server.get(Tls::unverified()).await.unwrap();
    }
}

#[tokio::test]
async fn clients_certificates_of_every_kind() {
    if !is_installed() {
        return;
    }
    let authority = file("ca.pem");
    let require = [
        "-Verify",
        "1",
        "-verify_return_error",
        "-CAfile",
        &authority,
    ];
    let identity = |name: &str| {
        let key = file(&format!("{name}.key"));
        Identity::read(file(&format!("{name}.pem")), Some(key.as_ref()), None).unwrap()
    };
    for version in ["-tls1_2", "-tls1_3"] {
        let server = Openssl::start(&[&require[..], &[version]].concat());
        for name in ["rsa", "ec", "p384", "ed25519"] {
            let tls = Tls::unverified().identity(identity(name));
            let page = server.get(tls).await.unwrap();
            assert!(page.contains(&format!("alice by {name}\n")), "{page}");
        }
        let error = server.get(Tls::unverified()).await.unwrap_err();
        assert!(
            matches!(
                error,
                Error::Tls(error::Tls::ClientCertificateRequired { .. })
            ),
            "{version}: {error:?}"
        );
    }
}

#[tokio::test]
async fn clients_certificates_that_are_not_accepted() {
    if !is_installed() {
        return;
    }
    let stranger = rcgen::generate_simple_self_signed(["alice".to_owned()]).unwrap();
    let pem = stranger.cert.pem() + &stranger.signing_key.serialize_pem();
    let identity = Identity::from_pem(&pem, &pem, None).unwrap();
    let authority = file("ca.pem");
    for version in ["-tls1_2", "-tls1_3"] {
        let server = Openssl::start(&[
            "-Verify",
            "1",
            "-verify_return_error",
            "-CAfile",
            &authority,
            version,
        ]);
        let tls = Tls::unverified().identity(identity.clone());
        let error = server.get(tls).await.unwrap_err();
        assert!(
            matches!(
                error,
                Error::Tls(error::Tls::ClientCertificateRefused { .. })
            ),
            "{version}: {error:?}"
        );
    }
}
