//! lighttpd, which knows Digest with MD5 and SHA-256.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use super::{Case, prove_all};
use crate::failure::{Failure, Result};
use crate::install::find_program;
use crate::interop::{Bench, Cell};
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

pub(super) fn prove(bench: &Bench<'_>) -> Result<Vec<Cell>> {
    prove_all(bench, PEER, cases, |port| {
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
        let configuration = format!(
            "server.modules = (\"mod_auth\", \"mod_authn_file\", \"mod_cgi\")\n\
             server.document-root = \"{at}\"\nserver.bind = \"127.0.0.1\"\nserver.port = {port}\n\
             server.errorlog = \"{at}/error.log\"\ncgi.assign = (\".sh\" => \"/bin/sh\")\n\
             auth.backend = \"htdigest\"\nauth.backend.htdigest.userfile = \"{at}/digests\"\n\
             auth.require = ({})\n",
            rules.join(", ")
        );
        let file = folder.join("lighttpd.conf");
        fs::write(&file, configuration)?;
        let program =
            find_program("lighttpd").ok_or_else(|| Failure::new("lighttpd is not installed"))?;
        let mut lighttpd = Command::new(program);
        lighttpd.arg("-D").arg("-f").arg(&file);
        Background::start(&mut lighttpd, &folder.join("log"))
    })
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
