//! Apache, which knows Basic, Digest with MD5 and clients' certificates.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::certified::{Certified, Refusals};
use super::{Case, prove_all, write_letters};
use crate::failure::{Failure, Result};
use crate::install::find_program;
use crate::interop::{Bench, Cell, Refused};
use crate::process::Background;

const PEER: &str = "Apache";
const MODULES: &str = "/usr/lib/apache2/modules";

/// `htpasswd` and `htdigest` would write these: `{SHA}` and base64 of SHA-1 of the password, and MD5 of `alice:peers:s3cret`.
const BASIC: &str = "alice:{SHA}/vNB+F2HQ559kaLUZbmHHvZrXpg=\n";
const DIGEST: &str = "alice:peers:c6453494e48c9b389cb52475daf1f392\n";

/// Apache breaks off whoever it does not let in: in TLS 1.3 when the request is long on its way.
const REFUSALS: Refusals = Refusals {
    none: Refused::Saying("requires a client certificate, and none was given"),
    stranger: Refused::Saying(
        "does not accept the client certificate of CN=alice: it does not trust the authority",
    ),
};

pub(super) fn prove(bench: &Bench<'_>) -> Result<Vec<Cell>> {
    let folder = bench.folder(PEER)?;
    let cases = |base: &str| cases(base, &folder);
    let mut cells = prove_all(bench, PEER, cases, |port| {
        for name in ["basic", "digest"] {
            fs::create_dir_all(folder.join(name))?;
            fs::write(folder.join(name).join("index.html"), "welcome\n")?;
        }
        write_letters(&folder.join("digest"))?;
        fs::write(folder.join("users"), BASIC)?;
        fs::write(folder.join("digests"), DIGEST)?;
        start(&folder, port, &passwords(&folder.display().to_string()))
    })?;
    let folder = bench.folder("apache-tls")?;
    let certified = Certified::generate(&folder)?;
    let cases = |base: &str| certified.cases(base, &REFUSALS);
    cells.extend(prove_all(bench, PEER, cases, |port| {
        fs::write(folder.join("index.html"), "welcome\n")?;
        let made = &certified.made;
        let settings = format!(
            "LoadModule ssl_module {MODULES}/mod_ssl.so\nLoadModule http2_module {MODULES}/mod_http2.so\n\
             Protocols h2 http/1.1\nSSLEngine on\nSSLCertificateFile {}\nSSLCertificateKeyFile {}\n\
             SSLCACertificateFile {}\nSSLVerifyClient require\nHeader always set X-Subject \"expr=%{{SSL_CLIENT_S_DN}}\"\n",
            made.server.display(),
            made.server_key.display(),
            made.authority.display()
        );
        start(&folder, port, &settings)
    })?);
    Ok(cells)
}

/// Starts Apache with these settings, its files in `folder`.
fn start(folder: &Path, port: u16, settings: &str) -> Result<Background> {
    let file = folder.join("apache.conf");
    let at = folder.display().to_string();
    fs::write(&file, configuration(&at, port) + settings)?;
    let program =
        find_program("apache2").ok_or_else(|| Failure::new("apache2 is not installed"))?;
    let mut apache = Command::new(program);
    apache.args(["-D", "FOREGROUND", "-f"]).arg(&file);
    Background::start(&mut apache, &folder.join("log"))
}

fn configuration(at: &str, port: u16) -> String {
    let mut text = format!(
        "ServerName 127.0.0.1\nServerRoot {at}\nDefaultRuntimeDir {at}\nPidFile {at}/pid\nMutex file:{at}\nUser www-data\nGroup www-data\n\
         ErrorLog /dev/stderr\nListen 127.0.0.1:{port}\nDocumentRoot {at}\n"
    );
    for module in [
        "mpm_event",
        "authn_core",
        "authn_file",
        "authz_core",
        "authz_user",
        "auth_basic",
        "auth_digest",
        "headers",
    ] {
        text += &format!("LoadModule {module}_module {MODULES}/mod_{module}.so\n");
    }
    text
}

/// Returns the settings for users with passwords.
fn passwords(at: &str) -> String {
    let mut text = "Header always set X-User \"expr=%{REMOTE_USER}\"\n".to_owned();
    for (kind, name, file) in [("Basic", "basic", "users"), ("Digest", "digest", "digests")] {
        text += &format!(
            "<Location /{name}>\nAuthType {kind}\nAuthName peers\nAuth{kind}Provider file\nAuthUserFile {at}/{file}\n\
             Require valid-user\n</Location>\n"
        );
    }
    text
}

fn cases(base: &str, folder: &Path) -> Vec<Case> {
    let digest = format!("{base}/digest/index.html");
    vec![
        Case::password("Basic", "basic", format!("{base}/basic/index.html")),
        Case::password("Digest MD5", "digest", &*digest),
        Case::password(
            "Digest MD5, with a query",
            "digest",
            format!("{digest}?a=b%20c"),
        ),
        Case::password("Digest, found by asking", "auto", &*digest),
        Case::password("Digest MD5, a body that waits", "digest", &*digest).asking(),
        Case::going_on(
            "Digest MD5, a download that goes on",
            "digest",
            &format!("{base}/digest"),
            folder,
        ),
    ]
}
