//! Who the client is to a server that asks: certificates and keys in every file that people have, and what is said of those
//! that cannot be used.

#![cfg(test)]

use std::path::PathBuf;

use gatepass::config::{Identity, Tls, TlsVersion};
use gatepass::error::{Credential, IdentityProblem, Misuse};
use gatepass::{Client, ClientCertificate, Error, Secret, error};
use gatepass_server::{ClientCertificates, Server};

const PHRASE: &str = "open sesame";

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/identities")
        .join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap()
}

fn read(certificate: &str, key: Option<&str>, phrase: Option<&str>) -> Result<Identity, Error> {
    let key = key.map(file);
    let phrase = phrase.map(Secret::from);
    Identity::read(file(certificate), key.as_deref(), phrase.as_ref())
}

fn requiring() -> Server {
    Server::builder()
        .https_only()
        .client_certificates(ClientCertificates::Required)
        .client_ca_pem(text("ca.pem"))
        .start()
        .unwrap()
}

fn trusting(server: &Server) -> Tls {
    Tls::without_system()
        .trusting_pem(server.ca_pem().unwrap())
        .unwrap()
}

/// Every file that works, and whom it is for.
const GOOD: &[(&str, Option<&str>, Option<&str>, &str)] = &[
    ("rsa.pem", Some("rsa.key"), None, "rsa"),
    ("rsa.pem", Some("rsa-pkcs1.key"), None, "rsa"),
    ("rsa.pem", Some("rsa-aes.key"), Some(PHRASE), "rsa"),
    ("rsa.pem", Some("rsa-3des.key"), Some(PHRASE), "rsa"),
    ("ec.pem", Some("ec.key"), None, "ec"),
    ("ec.pem", Some("ec-sec1.key"), None, "ec"),
    ("ec.pem", Some("ec-scrypt.key"), Some(PHRASE), "ec"),
    ("p384.pem", Some("p384.key"), None, "p384"),
    ("ed25519.pem", Some("ed25519.key"), None, "ed25519"),
    ("rsa.p12", None, Some(PHRASE), "rsa"),
    ("rsa-legacy.p12", None, Some(PHRASE), "rsa"),
    ("ec-no-phrase.p12", None, None, "ec"),
];

#[tokio::test]
async fn a_server_that_requires_a_certificate_lets_every_kind_in() {
    let server = requiring();
    let client = Client::new();
    for (certificate, key, phrase, whom) in GOOD {
        let identity = read(certificate, *key, *phrase).unwrap();
        for version in [TlsVersion::Tls12, TlsVersion::Tls13] {
            let tls = trusting(&server).lowest(version).highest(version);
            let request = client
                .get(server.url("/get"))
                .tls(tls.identity(identity.clone()));
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 200);
            let leg = response.transcript().last().unwrap();
            let info = leg.tls().unwrap();
            assert_eq!(info.version, version.to_string());
            let ClientCertificate::Sent {
                certificate,
                authorities,
            } = &info.client
            else {
                panic!("{info}");
            };
            assert_eq!(certificate.whom(), format!("CN=alice by {whom}"));
            assert!(
                authorities.iter().any(|it| it == "CN=identities of tests"),
                "{authorities:?}"
            );
        }
    }
}

#[test]
fn what_cannot_be_used_is_told_apart() {
    let wrong = Some("close sesame");
    for (certificate, key, phrase, said) in [
        (
            "rsa.pem",
            Some("ec.key"),
            None,
            "does not fit the certificate",
        ),
        ("rsa.pem", None, None, "no private key in"),
        ("ec.key", None, None, "no certificate in"),
        (
            "rsa.pem",
            Some("rsa-aes.key"),
            None,
            "encrypted, and no passphrase was given",
        ),
        (
            "rsa.pem",
            Some("rsa-aes.key"),
            wrong,
            "passphrase does not open the key",
        ),
        (
            "ec.pem",
            Some("ec-scrypt.key"),
            wrong,
            "passphrase does not open the key",
        ),
        (
            "rsa.pem",
            Some("rsa-proc-type.key"),
            Some(PHRASE),
            "in the old way of OpenSSL",
        ),
        (
            "rsa.pem",
            Some("rsa-pbes1.key"),
            Some(PHRASE),
            "in a way that is not supported",
        ),
        (
            "p521.pem",
            Some("p521.key"),
            None,
            "of a kind that is not supported",
        ),
        (
            "rsa.p12",
            None,
            None,
            "encrypted, and no passphrase was given",
        ),
        ("rsa.p12", None, wrong, "passphrase does not open the key"),
        (
            "rsa-legacy.p12",
            None,
            wrong,
            "passphrase does not open the key",
        ),
        ("no-key.p12", None, Some(PHRASE), "no private key in"),
        ("missing.pem", None, None, "cannot be read"),
        ("make.sh", None, None, "no certificate in"),
    ] {
        let error = read(certificate, key, phrase).unwrap_err();
        assert!(
            error.to_string().contains(said),
            "{certificate} {key:?}: {error}"
        );
        assert!(error.hint().is_some(), "{error}");
        assert!(
            !format!("{error} {error:?}").contains("sesame"),
            "{error:?}"
        );
    }
    let error = read("rsa.pem", Some("rsa-proc-type.key"), None).unwrap_err();
    let hint = error.hint().unwrap();
    assert!(
        hint.contains("openssl pkcs8 -topk8 -in ") && hint.contains("rsa-proc-type.key"),
        "{hint}"
    );
}

#[test]
fn whose_fault_it_is() {
    let wrong = read("rsa.p12", None, Some("close sesame")).unwrap_err();
    assert!(matches!(
        wrong,
        Error::Credential(Credential::WrongPassphrase { .. })
    ));
    let mismatch = read("rsa.pem", Some("ec.key"), None).unwrap_err();
    let Error::Misuse(Misuse::BadIdentity { problem, .. }) = mismatch else {
        panic!("{mismatch}");
    };
    assert!(matches!(problem, IdentityProblem::KeyMismatch { .. }));
}

#[test]
fn broken_files_end_in_errors() {
    let archive = std::fs::read(file("rsa.p12")).unwrap();
    let key = text("rsa-aes.key");
    let phrase = Secret::from(PHRASE);
    for cut in (0..archive.len()).step_by(311) {
        assert!(Identity::from_pkcs12(&archive[..cut], Some(&phrase)).is_err());
        let mut changed = archive.clone();
        changed[cut] ^= 0x55;
        // A changed byte in a friendly name or the like changes the checksum.
        assert!(
            Identity::from_pkcs12(&changed, Some(&phrase)).is_err(),
            "{cut}"
        );
    }
    for cut in (0..key.len() - 2).step_by(311) {
        assert!(Identity::from_pem(text("rsa.pem"), &key[..cut], Some(&phrase)).is_err());
    }
}

#[test]
fn nothing_shows_a_key_or_a_passphrase() {
    let identity = read("rsa.pem", Some("rsa-aes.key"), Some(PHRASE)).unwrap();
    let tls = Tls::system().identity(identity.clone());
    let builder = Client::builder().tls(tls.clone());
    let shown = format!("{identity:?} {tls:?} {:?}", builder.build().unwrap());
    assert!(shown.contains("CN=alice by rsa"), "{shown}");
    let secret = text("rsa.key");
    for line in secret.lines().filter(|line| !line.starts_with('-')) {
        assert!(!shown.contains(&line[..12.min(line.len())]), "{shown}");
    }
    assert!(!shown.contains("sesame") && shown.len() < 600, "{shown}");
}

#[test]
fn the_one_that_fits_comes_first_and_authorities_of_their_own_stay_away() {
    let all = text("ca.pem") + &text("ec.pem") + &text("rsa.pem");
    let identity = Identity::from_pem(&all, text("rsa.key"), None).unwrap();
    assert_eq!(identity.certificate().subject, "CN=alice by rsa");
    assert_eq!(
        identity,
        Identity::from_pem(text("rsa.pem"), text("rsa.key"), None).unwrap()
    );
    let other = Identity::from_pem(text("ec.pem"), text("ec.key"), None).unwrap();
    assert_ne!(
        Tls::system().identity(identity.clone()),
        Tls::system().identity(other)
    );
    assert_ne!(Tls::system().identity(identity), Tls::system());
}

#[tokio::test]
async fn none_is_given_where_one_is_required() {
    let server = requiring();
    for version in [TlsVersion::Tls12, TlsVersion::Tls13] {
        let tls = trusting(&server).lowest(version).highest(version);
        let error = Client::new().get(server.url("/get")).tls(tls).send().await;
        let error = error.unwrap_err();
        let Error::Tls(error::Tls::ClientCertificateRequired { authorities, .. }) = &error else {
            panic!("{version}: {error:?}");
        };
        assert!(authorities.contains(&"CN=identities of tests".to_owned()));
        let hint = error.hint().unwrap();
        assert!(
            hint.contains("signed by CN=gatepass test authority or CN=identities of tests"),
            "{hint}"
        );
    }
}

#[tokio::test]
async fn one_that_the_server_does_not_accept() {
    let server = Server::builder()
        .https_only()
        .client_certificates(ClientCertificates::Required)
        .start()
        .unwrap();
    let identity = read("ec.pem", Some("ec.key"), None).unwrap();
    for version in [TlsVersion::Tls12, TlsVersion::Tls13] {
        let tls = trusting(&server).lowest(version).highest(version);
        let tls = tls.identity(identity.clone());
        let error = Client::new().get(server.url("/get")).tls(tls).send().await;
        let error = error.unwrap_err();
        assert!(
            matches!(&error, Error::Tls(error::Tls::ClientCertificateRefused { subject, ended: None, .. })
                if subject == "CN=alice by ec"),
            "{version}: {error:?}"
        );
        assert!(
            error.to_string().contains("does not trust the authority"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn one_that_has_expired() {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut authority = rcgen::CertificateParams::default();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = rcgen::CertifiedIssuer::self_signed(authority, key).unwrap();
    let mut old = rcgen::CertificateParams::default();
    old.distinguished_name
        .push(rcgen::DnType::CommonName, "old alice");
    old.not_before = rcgen::date_time_ymd(2001, 1, 1);
    old.not_after = rcgen::date_time_ymd(2002, 1, 1);
    let key = rcgen::KeyPair::generate().unwrap();
    let old = old.signed_by(&key, &authority).unwrap();
    let identity = Identity::from_pem(old.pem(), key.serialize_pem(), None).unwrap();
    let server = Server::builder()
        .https_only()
        .client_certificates(ClientCertificates::Required)
        .client_ca_pem(authority.pem())
        .start()
        .unwrap();
    let tls = trusting(&server).identity(identity);
    let error = Client::new().get(server.url("/get")).tls(tls).send().await;
    let error = error.unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.contains("CN=old alice") && shown.contains("it ended on 2002-01-01"),
        "{shown}"
    );
    assert!(error.hint().unwrap().contains("renewed"));
}

#[tokio::test]
async fn an_optional_one_may_be_missing_and_that_is_told() {
    let server = Server::builder()
        .https_only()
        .client_certificates(ClientCertificates::Optional)
        .start()
        .unwrap();
    let response = Client::new()
        .get(server.url("/get"))
        .tls(trusting(&server))
        .send()
        .await;
    let response = response.unwrap();
    let shown = response.transcript().to_string();
    assert!(
        shown.contains(
            "* client certificate: asked for (from: CN=gatepass test authority), none sent\n"
        ),
        "{shown}"
    );
    let pem = server.client_pem().unwrap();
    let identity = Identity::from_pem(pem, pem, None).unwrap();
    let tls = trusting(&server).identity(identity);
    let response = Client::new()
        .get(server.url("/get"))
        .tls(tls)
        .send()
        .await
        .unwrap();
    let shown = response.transcript().to_string();
    assert!(
        shown.contains(
            "* client certificate: asked for (from: CN=gatepass test authority), sent that of CN=gatepass test client,"
        ),
        "{shown}"
    );
}

/// Whoever has shown one certificate is somebody else on a connection than whoever has shown another.
#[tokio::test]
async fn two_identities_share_no_connection() {
    let server = requiring();
    let client = Client::new();
    let mut seen = Vec::new();
    for name in ["ec", "rsa", "ec"] {
        let identity = read(&format!("{name}.pem"), Some(&format!("{name}.key")), None).unwrap();
        let tls = trusting(&server).identity(identity);
        let response = client
            .get(server.url("/get"))
            .tls(tls)
            .send()
            .await
            .unwrap();
        seen.push(response.transcript().last().unwrap().connection());
        response.bytes().await.unwrap();
    }
    assert_ne!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}
