//! An authority of our own, a server's certificate and a client's, made by openssl.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Result;
use crate::process::demand;

/// Files in PEM.
pub(crate) struct Certificates {
    pub(crate) authority: PathBuf,
    pub(crate) server: PathBuf,
    pub(crate) server_key: PathBuf,
    pub(crate) client: PathBuf,
    pub(crate) client_key: PathBuf,
}

/// The extensions of each certificate: strict libraries want all of them.
const EXTENSIONS: &str = "\
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1, DNS:localhost
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[client]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
";

impl Certificates {
    /// Makes new ones in `folder`.
    pub(crate) fn generate(folder: &Path) -> Result<Self> {
        Self::generate_by("gatepass test authority", folder)
    }

    /// As [`Certificates::generate`], by an authority of this name.
    pub(crate) fn generate_by(authority: &str, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let made = Self {
            authority: folder.join("ca.pem"),
            server: folder.join("server.pem"),
            server_key: folder.join("server.key"),
            client: folder.join("client.pem"),
            client_key: folder.join("client.key"),
        };
        let extensions = folder.join("extensions.cnf");
        fs::write(&extensions, EXTENSIONS)?;
        let authority_key = folder.join("ca.key");
        request(folder, authority, &authority_key)?;
        let request_file = folder.join("request.pem");
        let mut own = Command::new("openssl");
        own.args([
            "x509",
            "-req",
            "-days",
            "30",
            "-extensions",
            "authority",
            "-extfile",
        ])
        .arg(&extensions)
        .arg("-in")
        .arg(&request_file)
        .arg("-signkey")
        .arg(&authority_key)
        .arg("-out")
        .arg(&made.authority);
        demand(&mut own)?;
        for (name, key, certificate, section) in [
            ("localhost", &made.server_key, &made.server, "server"),
            ("alice", &made.client_key, &made.client, "client"),
        ] {
            request(folder, name, key)?;
            let mut sign = Command::new("openssl");
            sign.args([
                "x509",
                "-req",
                "-days",
                "30",
                "-CAcreateserial",
                "-extensions",
                section,
            ])
            .arg("-extfile")
            .arg(&extensions)
            .arg("-in")
            .arg(&request_file)
            .arg("-CA")
            .arg(&made.authority)
            .arg("-CAkey")
            .arg(&authority_key)
            .arg("-out")
            .arg(certificate);
            demand(&mut sign)?;
        }
        Ok(made)
    }
}

/// Makes a key and, in `request.pem`, the request for its certificate.
fn request(folder: &Path, name: &str, key: &Path) -> Result {
    let mut openssl = Command::new("openssl");
    // RSA, because Java reads its keys without more ado.
    openssl
        .args(["req", "-newkey", "rsa:2048", "-nodes", "-subj"])
        .arg(format!("/CN={name}"))
        .arg("-keyout")
        .arg(key)
        .arg("-out")
        .arg(folder.join("request.pem"));
    demand(&mut openssl).map(drop)
}
