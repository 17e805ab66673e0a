//! TLS: which servers are believed, who we are to them, what `-v` tells, and what is said where it fails.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use gatepass_server::{ClientCertificates, Server};
use rustls::pki_types::PrivateKeyDer;

use crate::errors::assert_fails;
use crate::run::{gatepass, gatepass_with_env, gatepass_with_input};

/// A certificate for this one name.
fn params(name: &str) -> rcgen::CertificateParams {
    rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap()
}

/// Answers every request with 204, with a certificate that is signed by itself. Returns the port and the certificate.
pub(crate) fn serving(params: rcgen::CertificateParams) -> (u16, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let pem = certificate.pem();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut socket = stream.unwrap();
            let mut stream = rustls::Stream::new(&mut connection, &mut socket);
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            let _ = stream.flush();
        }
    });
    (port, pem)
}

/// Answers every greeting of TLS with this alert (RFC 8446 section 6), and returns its URL.
fn alerting(alert: u8) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!(
        "https://localhost:{}/",
        listener.local_addr().unwrap().port()
    );
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let _ = socket.read(&mut [0; 4096]);
            let _ = socket.write_all(&[21, 3, 3, 0, 2, 2, alert]);
            let _ = socket.read(&mut [0; 1]);
        }
    });
    url
}

/// A folder whose files go with the test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

fn identity(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../gatepass/tests/identities");
    folder.join(name).to_str().unwrap().to_owned()
}

/// A server that requires a certificate of the authority of the identities, the file with its own authority, and a URL.
fn requiring(folder: &Folder) -> (Server, String, String) {
    let server = Server::builder()
        .https_only()
        .client_certificates(ClientCertificates::Required)
        .client_ca_pem(std::fs::read_to_string(identity("ca.pem")).unwrap())
        .start()
        .unwrap();
    let authority = folder.write("server.pem", server.ca_pem().unwrap());
    let url = server.url("/get");
    (server, authority, url)
}

#[test]
fn a_client_certificate_in_every_form() {
    let folder = Folder::new();
    let (_server, authority, url) = requiring(&folder);
    let verify = ["--verify-only", &authority, &url, "-h"];
    let (pem, key) = (identity("rsa.pem"), identity("rsa.key"));
    let (locked, archive) = (identity("rsa-aes.key"), identity("rsa.p12"));
    let phrase = folder.write("phrase", "open sesame\n");
    let both = std::fs::read_to_string(&pem).unwrap() + &std::fs::read_to_string(&key).unwrap();
    let both = folder.write("both.pem", both);
    for cert in [
        &["--cert", &both][..],
        &["-E", &both],
        &["--cert", &pem, "--cert-key", &key],
        &["--cert", &pem, "--key", &key],
        &[
            "--cert",
            &pem,
            "--cert-key",
            &locked,
            "--cert-key-pass",
            &format!("@{phrase}"),
        ],
        &[
            "--cert",
            &pem,
            "--cert-key",
            &locked,
            "--cert-key-pass",
            "env:PHRASE",
        ],
        &["--cert", &format!("{archive}:open sesame")],
        &["--cert", &format!("{archive}:env:PHRASE")],
        &[
            "--cert",
            &archive,
            "--pass",
            "open sesame",
            "--cert-type",
            "P12",
        ],
        &["--cert", &identity("ec-no-phrase.p12")],
    ] {
        let args = [&verify[..], cert].concat();
        let run = gatepass_with_env(&args, &[("PHRASE", "open sesame")]);
        assert!(run.ok().starts_with("HTTP/"), "{cert:?}");
    }
    let piped = [&verify[..], &["--cert", &archive, "--cert-key-pass", "-"]].concat();
    assert!(
        gatepass_with_input(&piped, b"open sesame\n")
            .ok()
            .starts_with("HTTP/")
    );
}

#[test]
fn a_client_certificate_that_is_missing_or_cannot_be_used() {
    let folder = Folder::new();
    let (_server, authority, url) = requiring(&folder);
    let trusted = ["--verify-only", &authority, &url];
    let (pem, archive) = (identity("rsa.pem"), identity("rsa.p12"));
    assert_fails(
        &trusted,
        &[
            "requires a client certificate, and none was given",
            "signed by CN=gatepass test authority or CN=identities of tests with --cert FILE, and its key with --cert-key FILE where it is in another",
        ],
    );
    for (cert, said) in [
        (
            &["--cert", &pem][..],
            &["no private key in", "--cert-key FILE"][..],
        ),
        (
            &["--cert", &pem, "--key", &identity("ec.key")],
            &["does not fit the certificate in"],
        ),
        (
            &["--cert", &archive],
            &["encrypted, and no passphrase", "--cert-key-pass: env:NAME"],
        ),
        (
            &["--cert", &format!("{archive}:close sesame")],
            &["does not open the key", "Check the passphrase"],
        ),
        (
            &["--cert", &pem, "--key", &identity("rsa-proc-type.key")],
            &["old way of OpenSSL", "openssl pkcs8 -topk8 -in "],
        ),
        (
            &["--cert", "missing.pem"],
            &["missing.pem cannot be read", "Check the name of the file"],
        ),
        (
            &["--cert", &pem, "--cert-type", "p12"],
            &["neither a PEM file nor a PKCS#12 archive"],
        ),
    ] {
        assert_fails(&[&trusted[..], cert].concat(), said);
    }
    let run = gatepass(
        &[
            &trusted[..],
            &["--cert", &format!("{archive}:close sesame")],
        ]
        .concat(),
    );
    assert!(!run.failed(1).contains("sesame"));
}

#[test]
fn a_client_certificate_that_is_refused() {
    let folder = Folder::new();
    let server = Server::builder()
        .https_only()
        .client_certificates(ClientCertificates::Required)
        .start()
        .unwrap();
    let authority = folder.write("ca.pem", server.ca_pem().unwrap());
    let cert = identity("ec-no-phrase.p12");
    assert_fails(
        &["--verify", &authority, &server.url("/get"), "--cert", &cert],
        &[
            "does not accept the client certificate of CN=alice by ec: it does not trust the authority that signed it",
            "Give --cert a certificate that it accepts, signed by CN=gatepass test authority",
        ],
    );
}

#[test]
fn certificates_of_servers_that_are_not_valid() {
    let folder = Folder::new();
    let mut old = params("localhost");
    old.not_before = rcgen::date_time_ymd(2001, 1, 1);
    old.not_after = rcgen::date_time_ymd(2002, 1, 1);
    let mut early = params("localhost");
    early.not_before = rcgen::date_time_ymd(2901, 1, 1);
    early.not_after = rcgen::date_time_ymd(2902, 1, 1);
    for (params, said) in [
        (
            old,
            &[
                "expired on 2002-01-01 00:00 UTC",
                "The server needs a new certificate",
            ][..],
        ),
        (
            early,
            &["is not valid before 2901-01-01", "Check the clock"],
        ),
        (
            params("right.example"),
            &[
                "is not for localhost, but for right.example",
                "--server-name right.example",
            ],
        ),
    ] {
        let (port, pem) = serving(params);
        let file = folder.write(&format!("{port}.pem"), pem);
        assert_fails(
            &["--verify", &file, &format!("https://localhost:{port}/")],
            said,
        );
    }
}

#[test]
fn another_name_is_verified() {
    let folder = Folder::new();
    let (port, pem) = serving(params("right.example"));
    let file = folder.write("right.pem", pem);
    let url = format!("https://localhost:{port}/");
    let trusted = ["-h", "--verify", &file, &url, "--server-name"];
    let run = gatepass(&[&trusted[..], &["right.example"]].concat());
    assert!(run.ok().contains(" 204 "));
    assert_fails(
        &[&trusted[..], &["https://right.example"]].concat(),
        &["cannot be the name of a server", "without scheme and port"],
    );
}

#[test]
fn a_pin_is_shown_and_checked() {
    let folder = Folder::new();
    let server = Server::builder().https_only().start().unwrap();
    let file = folder.write("ca.pem", server.ca_pem().unwrap());
    let url = server.url("/get");
    let told = gatepass(&["-v", "--verify", &file, &url]).err;
    let pin = told
        .lines()
        .find_map(|line| line.strip_prefix("* pin of the server's key: "))
        .unwrap_or_else(|| panic!("{told}"))
        .to_owned();
    let other = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    for trust in [&["--verify", &file][..], &["-k"]] {
        let pinned = |pin: &str| {
            [trust, &[&url, "--pin", pin]]
                .concat()
                .iter()
                .map(|&it| it.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(gatepass(&pinned(&pin)).json()["url"], url);
        assert_eq!(
            gatepass(&pinned(&format!("{other};{pin}"))).json()["url"],
            url
        );
        let refused = pinned(other);
        let refused: Vec<&str> = refused.iter().map(String::as_str).collect();
        assert_fails(
            &refused,
            &[
                "is not the one that was pinned",
                &pin,
                "before you know why",
            ],
        );
    }
    assert_fails(
        &["--pin", "sha256//abc", &url],
        &["is no pin of a server's key", "as gatepass -v shows it"],
    );
    let (port, pem) = serving(params("localhost"));
    let file = folder.write("server.pem", pem);
    let url = format!("https://localhost:{port}/");
    assert!(
        gatepass(&["-h", "-k", "--pinnedpubkey", &file, &url])
            .ok()
            .contains(" 204 ")
    );
}

#[test]
fn the_whole_is_told_with_v() {
    let folder = Folder::new();
    let (_server, authority, url) = requiring(&folder);
    let cert = identity("ec-no-phrase.p12");
    let told = gatepass(&["-v", "--verify", &authority, &url, "--cert", &cert]).err;
    for part in [
        "* TLS 1.3, TLS13_AES_256_GCM_SHA384, X25519, ALPN http/1.1; verified for 127.0.0.1\n",
        "* certificate of CN=gatepass test server, valid until ",
        " days left)\n",
        "* vouched for by CN=gatepass test authority, valid until ",
        "* issued by CN=gatepass test authority\n",
        "* pin of the server's key: sha256//",
        "* client certificate: asked for (from: CN=gatepass test authority; CN=identities of tests), sent that of CN=alice by ec, valid until ",
    ] {
        assert!(told.contains(part), "{part:?} is missing in:\n{told}");
    }
    let told = gatepass(&["-v", "-k", "--ssl=tls1.2", &url, "--cert", &cert]).err;
    assert!(
        told.contains("* TLS 1.2, ") && told.contains("; NOT verified\n"),
        "{told}"
    );
}

#[test]
fn versions_ciphers_and_names_that_a_server_does_not_take() {
    let version = alerting(70);
    assert_fails(&[&version], &["only older versions", "have it updated"]);
    assert_fails(
        &[&version, "--tlsv1.3"],
        &[
            "does not speak TLS 1.3, and no other version was allowed",
            "Leave --tlsv1.3 or --ssl out",
        ],
    );
    assert_fails(
        &[&version, "--tls-max", "1.2"],
        &[
            "does not speak TLS 1.2, and no other version was allowed",
            "Leave --tls-max or --ssl out",
        ],
    );
    assert_fails(
        &[&alerting(40)],
        &["there is no encryption that both", "ECDHE"],
    );
    assert_fails(
        &[&alerting(112)],
        &["does not know the name localhost", "--server-name NAME"],
    );
    assert_fails(
        &[&version, "--tlsv1.3", "--tls-max=1.2"],
        &[
            "no version of TLS is left",
            "Leave --tls-max or --tlsv1.3 out",
        ],
    );
    assert_fails(
        &[&version, "--ssl=tls1.1"],
        &["cannot be \"tls1.1\"", "broken"],
    );
}

#[test]
fn a_port_that_speaks_the_other_thing() {
    let (port, _) = serving(params("localhost"));
    assert_fails(
        &[&format!("http://localhost:{port}/")],
        &[
            "speaks TLS, and the request came by plain HTTP",
            &format!("Use https://localhost:{port}"),
        ],
    );
}

/// The variables that people have set for curl and requests are heeded, and named where they do not fit.
#[test]
fn what_the_environment_trusts() {
    let folder = Folder::new();
    let server = Server::builder().https_only().start().unwrap();
    let (own, url) = (
        folder.write("own.pem", server.ca_pem().unwrap()),
        server.url("/get"),
    );
    let (_, stranger) = serving(params("stranger.example"));
    let stranger = folder.write("stranger.pem", stranger);
    for name in ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"] {
        assert_eq!(
            gatepass_with_env(&[&url], &[(name, &own)]).json()["url"],
            url
        );
        let said = gatepass_with_env(&[&url], &[(name, "missing.pem")]).failed(1);
        assert!(
            said.contains(&format!("({name})")) && said.contains(&format!("unset {name}")),
            "{said}"
        );
        // What an option says goes first.
        let run = gatepass_with_env(&["--verify", &own, &url], &[(name, &stranger)]);
        assert_eq!(run.json()["url"], url);
    }
    let said = gatepass_with_env(&[&url], &[("CURL_CA_BUNDLE", &stranger)]).failed(1);
    assert!(
        said.contains("Only the certificates in ") && said.contains("unset CURL_CA_BUNDLE"),
        "{said}"
    );
    assert_fails(
        &["--cacert", &stranger, &url],
        &[
            "Only the certificates in ",
            "with --verify FILE the system's are as well",
        ],
    );
}

/// The command that stands in for curl heeds what curl heeds.
#[test]
fn what_the_environment_trusts_for_curl() {
    let folder = Folder::new();
    let server = Server::builder()
        .https_only()
        .client_certificates(ClientCertificates::Optional)
        .start()
        .unwrap();
    let own = folder.write("own.pem", server.ca_pem().unwrap());
    let pem = folder.write("client.pem", server.client_pem().unwrap());
    let url = server.url("/get");
    // With an option about TLS and without one.
    for more in [&[][..], &["-E", &pem]] {
        let args = [&["curl", "-sS"], more, &[&url]].concat();
        for name in ["CURL_CA_BUNDLE", "SSL_CERT_FILE"] {
            assert_eq!(gatepass_with_env(&args, &[(name, &own)]).json()["url"], url);
        }
        gatepass_with_env(&args, &[("REQUESTS_CA_BUNDLE", &own)]).failed(60);
        let both = [
            ("REQUESTS_CA_BUNDLE", "missing.pem"),
            ("CURL_CA_BUNDLE", &own),
        ];
        assert_eq!(gatepass_with_env(&args, &both).json()["url"], url);
    }
}

#[test]
fn an_https_proxy_has_options_of_its_own() {
    let folder = Folder::new();
    let (port, pem) = serving(params("localhost"));
    let file = folder.write("proxy.pem", pem);
    let proxy = format!("https://localhost:{port}");
    let through = ["-h", "http://name.invalid/", "--proxy", &proxy];
    // What is said of the server is not said of the proxy.
    for more in [&[][..], &["-k"], &["--verify=no"]] {
        assert_fails(
            &[&through[..], more].concat(),
            &[
                "the proxy: the certificate of localhost:",
                "is self-signed",
                "with --proxy-verify FILE; for a test, --proxy-verify no",
            ],
        );
    }
    let key = identity("ec.key");
    let shown = ["--proxy-cert", &identity("ec.pem"), "--proxy-key", &key];
    for more in [
        &["--proxy-verify", &file][..],
        &["--proxy-cacert", &file],
        &["--proxy-insecure"],
        &["--proxy-verify=no"],
        // Whom one believes at the server, one believes on the way.
        &["--verify-only", &file],
        &[&["--verify", &file], &shown[..]].concat(),
    ] {
        let run = gatepass(&[&through[..], more].concat());
        assert!(run.ok().contains(" 204 "), "{more:?}");
    }
    let through_variable = ["-h", "http://name.invalid/", "--proxy-insecure"];
    let run = gatepass_with_env(&through_variable, &[("http_proxy", &proxy)]);
    assert!(run.ok().contains(" 204 "));
    assert_fails(
        &[&through[..], &["--proxy-verify", "missing.pem"]].concat(),
        &["--proxy-verify cannot be \"missing.pem\""],
    );
}
