//! Clients' certificates: what our client shows to other people's servers that require one, and what it says of their refusals.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Case, SECRET};
use crate::certificates::Certificates;
use crate::failure::Result;
use crate::interop::{Expect, RIGHT, Refused, WRONG};
use crate::process::demand;

/// The certificates of a server, of alice, whom it lets in, and of somebody whose authority it does not know.
pub(super) struct Certified {
    pub(super) made: Certificates,
    /// Certificate and key in one file: as they are, the key encrypted, and as an archive.
    plain: PathBuf,
    encrypted: PathBuf,
    archive: PathBuf,
    stranger: PathBuf,
}

/// How a server refuses whoever shows no certificate, and a stranger.
pub(super) struct Refusals {
    pub(super) none: Refused,
    pub(super) stranger: Refused,
}

impl Certified {
    /// Makes them in `folder`.
    pub(super) fn generate(folder: &Path) -> Result<Self> {
        let made = Certificates::generate(folder)?;
        let certified = Self {
            plain: folder.join("alice.pem"),
            encrypted: folder.join("alice-encrypted.pem"),
            archive: folder.join("alice.p12"),
            stranger: folder.join("stranger.pem"),
            made,
        };
        let other = Certificates::generate_by("somebody else", &folder.join("other"))?;
        let made = &certified.made;
        join(&made.client, &made.client_key, &certified.plain)?;
        join(&other.client, &other.client_key, &certified.stranger)?;
        let password = format!("pass:{RIGHT}");
        let key = folder.join("encrypted.key");
        let mut encrypt = Command::new("openssl");
        encrypt.args(["pkcs8", "-topk8", "-passout", &password, "-in"]);
        encrypt.arg(&made.client_key).arg("-out").arg(&key);
        demand(&mut encrypt)?;
        join(&made.client, &key, &certified.encrypted)?;
        let mut pack = Command::new("openssl");
        pack.args(["pkcs12", "-export", "-passout", &password, "-in"]);
        pack.arg(&certified.plain)
            .arg("-out")
            .arg(&certified.archive);
        demand(&mut pack)?;
        Ok(certified)
    }

    /// Returns the requests to a server at `base` that answers with the name in the certificate.
    pub(super) fn cases(&self, base: &str, refusals: &Refusals) -> Vec<Case> {
        let url = format!("{}/index.html", base.replacen("http:", "https:", 1));
        let authority = format!("--verify-only={}", self.made.authority.display());
        let showing = |file: &Path, password: &str| format!("--cert={}{password}", file.display());
        let [right, wrong] = [RIGHT, WRONG].map(|password| format!(":{password}"));
        let stranger = showing(&self.stranger, "");
        let old = ["--ssl=tls1.2", "--http-version=1.1"];
        let closed = Refused::Saying("the passphrase does not open the key");
        // Where nothing is shown, something is said that is of no account.
        let nothing = "--ignore-netrc".to_owned();
        let rows = [
            (
                "PEM; none",
                &[][..],
                showing(&self.plain, ""),
                nothing,
                refusals.none,
            ),
            (
                "PEM; a stranger's",
                &[],
                showing(&self.plain, ""),
                stranger.clone(),
                refusals.stranger,
            ),
            (
                "PEM, encrypted; wrong password",
                &[],
                showing(&self.encrypted, &right),
                showing(&self.encrypted, &wrong),
                closed,
            ),
            (
                "PKCS#12; a stranger's",
                &[],
                showing(&self.archive, &right),
                stranger.clone(),
                refusals.stranger,
            ),
            (
                "TLS 1.2 and HTTP/1.1; a stranger's",
                &old,
                showing(&self.plain, ""),
                stranger,
                refusals.stranger,
            ),
        ];
        let case = |(row, more, right, wrong, refused): (&str, &[&str], _, _, _)| {
            let mut arguments = vec![url.clone(), authority.clone(), SECRET.to_owned()];
            arguments.extend(more.iter().map(|it| (*it).to_owned()));
            Case {
                row: format!("Client certificate, {row}"),
                arguments,
                expect: Expect::Works {
                    identity: "CN=alice".to_owned(),
                    refused,
                },
                secrets: [right, wrong],
                saved: None,
            }
        };
        rows.into_iter().map(case).collect()
    }
}

/// Writes a certificate and its key into one file.
fn join(certificate: &Path, key: &Path, to: &Path) -> Result {
    let both = fs::read_to_string(certificate)? + &fs::read_to_string(key)?;
    Ok(fs::write(to, both)?)
}
