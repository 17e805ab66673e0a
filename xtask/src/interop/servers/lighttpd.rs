//! lighttpd, which knows Digest with MD5 and SHA-256, and clients' certificates.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::certified::{Certified, Refusals};
use super::{Case, prove_all};
use crate::failure::{Failure, Result};
use crate::install::find_program;
use crate::interop::{Bench, Cell, Refused};
use crate::process::Background;

const PEER: &str = "lighttpd";

/// Each algorithm with the hash of `alice:REALM:s3cret`, its realm being the name in lower case.
const ACCOUNTS: &[(&str, &str)] = &[
    ("MD5", "9f15e4d4095cd1b35a013c7cb464f57a"),
    (
        "SHA-256",
        "66f31c6f68460d056834a6d27e9b41d5d51cb0f2bf1327af3dc2f4b33ab76e90",
    ),
];

const SCRIPT: &str =
    "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n'\necho \"user=$REMOTE_USER\"\n";

/// lighttpd breaks off whoever it does not let in, and says why.
const REFUSALS: Refusals = Refusals {
    none: Refused::Saying("requires a client certificate, and none was given"),
    stranger: Refused::Saying(
        "does not accept the client certificate of CN=alice: it does not trust the authority",
    ),
};

pub(super) fn prove(bench: &Bench<'_>) -> Result<Vec<Cell>> {
    let mut cells = prove_all(bench, PEER, cases, |port| {
        let folder = bench.folder(PEER)?;
        let at = folder.display();
        let mut users = String::new();
        let mut rules = Vec::new();
        for (algorithm, hash) in ACCOUNTS {
            let realm = algorithm.to_lowercase();
            fs::create_dir_all(folder.join(&realm))?;
            let script = folder.join(&realm).join("who.sh");
            fs::write(&script, SCRIPT)?;
            fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
            users += &format!("alice:{realm}:{hash}\n");
            rules.push(format!(
                "\"/{realm}\" => (\"method\" => \"digest\", \"realm\" => \"{realm}\", \"require\" => \"valid-user\", \
                 \"algorithm\" => \"{algorithm}\")"
            ));
        }
        fs::write(folder.join("digests"), users)?;
        let settings = format!(
            "server.modules = (\"mod_auth\", \"mod_authn_file\", \"mod_cgi\")\ncgi.assign = (\".sh\" => \"/bin/sh\")\n\
             auth.backend = \"htdigest\"\nauth.backend.htdigest.userfile = \"{at}/digests\"\n\
             auth.require = ({})\n",
            rules.join(", ")
        );
        start(&folder, port, &settings)
    })?;
    let folder = bench.folder("lighttpd-tls")?;
    let certified = Certified::generate(&folder)?;
    let cases = |base: &str| certified.cases(base, &REFUSALS);
    cells.extend(prove_all(bench, PEER, cases, |port| {
        let script = "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n'\necho \"CN=$SSL_CLIENT_S_DN_CN\"\n";
        fs::write(folder.join("index.html"), script)?;
        let made = &certified.made;
        let settings = format!(
            "server.modules = (\"mod_openssl\", \"mod_cgi\")\ncgi.assign = (\".html\" => \"/bin/sh\")\n\
             ssl.engine = \"enable\"\nssl.pemfile = \"{}\"\nssl.privkey = \"{}\"\nssl.ca-file = \"{}\"\n\
             ssl.verifyclient.activate = \"enable\"\nssl.verifyclient.enforce = \"enable\"\n",
            made.server.display(),
            made.server_key.display(),
            made.authority.display()
        );
        start(&folder, port, &settings)
    })?);
    Ok(cells)
}

/// Starts lighttpd with these settings, its files in `folder`.
fn start(folder: &Path, port: u16, settings: &str) -> Result<Background> {
    let at = folder.display();
    let configuration = format!(
        "server.document-root = \"{at}\"\nserver.bind = \"127.0.0.1\"\nserver.port = {port}\n\
         server.errorlog = \"{at}/error.log\"\n{settings}"
    );
    let file = folder.join("lighttpd.conf");
    fs::write(&file, configuration)?;
    let program =
        find_program("lighttpd").ok_or_else(|| Failure::new("lighttpd is not installed"))?;
    let mut lighttpd = Command::new(program);
    lighttpd.arg("-D").arg("-f").arg(&file);
    Background::start(&mut lighttpd, &folder.join("log"))
}

fn cases(base: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for (algorithm, _) in ACCOUNTS {
        let url = format!("{base}/{}/who.sh", algorithm.to_lowercase());
        let row = format!("Digest {algorithm}");
        cases.push(Case::password(&*row, "digest", &*url));
        cases.push(Case::password(
            format!("{row}, with a query"),
            "digest",
            format!("{url}?a=b%20c"),
        ));
        cases.push(Case::password(format!("{row}, POST"), "digest", &*url).posting());
        let row = format!("{row}, a body that waits");
        cases.push(Case::password(row, "digest", &*url).asking());
    }
    cases
}
