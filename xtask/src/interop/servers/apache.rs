//! Apache, which knows Basic and Digest with MD5.

use std::fs;
use std::process::Command;

use super::{Case, prove_all};
use crate::failure::{Failure, Result};
use crate::install::find_program;
use crate::interop::{Bench, Cell};
use crate::process::Background;

const PEER: &str = "Apache";
const MODULES: &str = "/usr/lib/apache2/modules";

/// `htpasswd` and `htdigest` would write these: `{SHA}` and base64 of SHA-1 of the password, and MD5 of `alice:peers:s3cret`.
const BASIC: &str = "alice:{SHA}/vNB+F2HQ559kaLUZbmHHvZrXpg=\n";
const DIGEST: &str = "alice:peers:c6453494e48c9b389cb52475daf1f392\n";

pub(super) fn prove(bench: &Bench<'_>) -> Result<Vec<Cell>> {
    prove_all(bench, PEER, cases, |port| {
        let folder = bench.folder(PEER)?;
        for name in ["basic", "digest"] {
            fs::create_dir_all(folder.join(name))?;
            fs::write(folder.join(name).join("index.html"), "welcome\n")?;
        }
        fs::write(folder.join("users"), BASIC)?;
        fs::write(folder.join("digests"), DIGEST)?;
        let file = folder.join("apache.conf");
        fs::write(&file, configuration(&folder.display().to_string(), port))?;
        let program =
            find_program("apache2").ok_or_else(|| Failure::new("apache2 is not installed"))?;
        let mut apache = Command::new(program);
        apache.args(["-D", "FOREGROUND", "-f"]).arg(&file);
        Background::start(&mut apache, &folder.join("log"))
    })
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
    text += "Header always set X-User \"expr=%{REMOTE_USER}\"\n";
    for (kind, name, file) in [("Basic", "basic", "users"), ("Digest", "digest", "digests")] {
        text += &format!(
            "<Location /{name}>\nAuthType {kind}\nAuthName peers\nAuth{kind}Provider file\nAuthUserFile {at}/{file}\n\
             Require valid-user\n</Location>\n"
        );
    }
    text
}

fn cases(base: &str) -> Vec<Case> {
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
    ]
}
