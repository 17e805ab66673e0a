//! The options about TLS: which servers are believed, who we are to them, and which versions are spoken.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};
use gatepass::Secret;
use gatepass::config::{Identity, Tls, TlsVersion};
use gatepass::credentials::Resolver;
use gatepass::error::{Credential, Error};
use gatepass_auth::{pem, show};
use gatepass_request::Source;

use crate::error::{Failure, of_client, reason};

const TLS: &str = "TLS";

/// How TLS is spoken.
#[derive(Args, Debug, Default)]
pub(crate) struct TlsArgs {
    /// Check the server's certificate: yes, no, or a file or directory with certificates that are trusted as well
    ///
    /// With yes, those are trusted whom the system trusts, or the file in SSL_CERT_FILE. REQUESTS_CA_BUNDLE and
    /// CURL_CA_BUNDLE name a file of certificates that are trusted instead.
    #[arg(long, value_name = "yes|no|FILE", default_value = "yes", value_hint = ValueHint::AnyPath, help_heading = TLS)]
    pub(crate) verify: String,

    /// Trust the certificates in this file or directory, and no others
    #[arg(long, visible_alias = "cacert", value_name = "FILE", value_hint = ValueHint::AnyPath, help_heading = TLS,
          conflicts_with_all = ["verify", "insecure"])]
    pub(crate) verify_only: Option<PathBuf>,

    /// Do not check the server's certificate; the same as --verify=no
    #[arg(short = 'k', long, help_heading = TLS, conflicts_with = "verify")]
    pub(crate) insecure: bool,

    /// Accept the server only if its key has this pin, sha256//BASE64, or is the one in this file; -v shows the pin
    ///
    /// It is checked in addition to the certificate, and with --verify=no, too. Of several pins one has to fit.
    #[arg(long, visible_alias = "pinnedpubkey", value_name = "PIN|FILE", help_heading = TLS)]
    pub(crate) pin: Vec<String>,

    /// Ask for the certificate of this server, and check it for this name, instead of the host in the URL
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Hostname, help_heading = TLS)]
    pub(crate) server_name: Option<String>,

    /// Show this certificate to a server that asks for one: FILE or FILE:PASSWORD, in PEM or as PKCS#12 (.p12, .pfx)
    ///
    /// The password can come from elsewhere: FILE:env:NAME, FILE:@PATH, FILE:prompt:. The certificate goes to the origin of the
    /// URL only, and stays behind on a redirect to another one.
    #[arg(short = 'E', long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = TLS)]
    pub(crate) cert: Option<String>,

    /// The private key of --cert, where it is in another file
    #[arg(long, visible_alias = "key", value_name = "FILE", value_hint = ValueHint::FilePath, requires = "cert",
          help_heading = TLS)]
    pub(crate) cert_key: Option<PathBuf>,

    /// The password of the key: env:NAME, @FILE, prompt:, or the password itself; at a terminal it is asked for
    #[arg(long, visible_alias = "pass", value_name = "SOURCE", requires = "cert", help_heading = TLS)]
    pub(crate) cert_key_pass: Option<String>,

    /// The kind of file that --cert is; without it, the file says so itself
    #[arg(long, value_name = "KIND", value_enum, ignore_case = true, requires = "cert", help_heading = TLS)]
    pub(crate) cert_type: Option<CertType>,

    /// Speak this version of TLS and no other; auto is any of the two
    #[arg(long, value_name = "VERSION", value_parser = version, help_heading = TLS,
          conflicts_with_all = ["tlsv1_2", "tlsv1_3", "tls_max"])]
    pub(crate) ssl: Option<Versions>,

    /// Speak TLS 1.2 or newer, which is the default
    #[arg(long = "tlsv1.2", help_heading = TLS, conflicts_with = "tlsv1_3")]
    pub(crate) tlsv1_2: bool,

    /// Speak TLS 1.3 or newer
    #[arg(long = "tlsv1.3", help_heading = TLS)]
    pub(crate) tlsv1_3: bool,

    /// Speak no newer version of TLS than this one: 1.2 or 1.3
    #[arg(long, value_name = "VERSION", value_parser = version, help_heading = TLS)]
    pub(crate) tls_max: Option<Versions>,
}

/// A kind of file with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CertType {
    /// Text with -----BEGIN CERTIFICATE-----
    Pem,
    /// A PKCS#12 archive
    #[value(alias = "pfx")]
    P12,
}

/// One version of TLS, or any.
pub(crate) type Versions = Option<TlsVersionOf>;

/// A version of TLS, as it is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TlsVersionOf(TlsVersion);

/// Reads a version as HTTPie and curl write them: `tls1.2`, `1.2`; `auto`, `default` and `ssl2.3` are any.
fn version(text: &str) -> Result<Versions, String> {
    let lower = text.to_ascii_lowercase();
    let number = lower.trim_start_matches("tls").trim_start_matches('v');
    match number {
        "1.2" => Ok(Some(TlsVersionOf(TlsVersion::Tls12))),
        "1.3" => Ok(Some(TlsVersionOf(TlsVersion::Tls13))),
        "auto" | "default" | "ssl2.3" => Ok(None),
        "1" | "1.0" | "1.1" | "ssl2" | "ssl3" => {
            Err("this version is broken, and not supported; it can be 1.2 or 1.3".to_owned())
        }
        _ => Err("it can be 1.2 or 1.3".to_owned()),
    }
}

impl TlsArgs {
    /// Makes the settings.
    ///
    /// # Errors
    /// [`Failure`] for a file that cannot be used, or a value that cannot be read.
    pub(crate) fn settings(&self, resolver: &Resolver) -> Result<Tls, Failure> {
        let client = |error: Error| of_client(&error);
        let party = self.party();
        let mut tls = party.trust()?;
        if let Some(Some(TlsVersionOf(only))) = self.ssl {
            tls = tls.lowest(only).highest(only);
        }
        if self.tlsv1_3 {
            tls = tls.lowest(TlsVersion::Tls13);
        }
        if let Some(Some(TlsVersionOf(highest))) = self.tls_max {
            tls = tls.highest(highest);
        }
        if let Some(name) = &self.server_name {
            tls = tls.server_name(name).map_err(client)?;
        }
        // curl joins several by semicolons.
        for pin in self.pin.iter().flat_map(|pins| pins.split(';')) {
            tls = if !pin.starts_with("sha256//") && Path::new(pin).is_file() {
                tls.pin_file(pin).map_err(client)?
            } else {
                tls.pin(pin).map_err(client)?
            };
        }
        party.show_identity(tls, resolver)
    }

    fn party(&self) -> Party<'_> {
        Party {
            option: "--verify",
            verify: &self.verify,
            verify_only: self.verify_only.as_deref(),
            insecure: self.insecure,
            cert: self.cert.as_deref(),
            key: self.cert_key.as_deref(),
            key_pass: self.cert_key_pass.as_deref(),
            cert_type: self.cert_type,
        }
    }

    /// Says whether any of the options is given.
    pub(super) fn is_given(&self) -> bool {
        !["yes", "true"].contains(&self.verify.to_ascii_lowercase().as_str())
            || self.verify_only.is_some()
            || self.insecure
            || !self.pin.is_empty()
            || self.server_name.is_some()
            || self.cert.is_some()
            || self.ssl.is_some()
            || self.tlsv1_2
            || self.tlsv1_3
            || self.tls_max.is_some()
    }

    /// Says who is believed on the way to the server, at an HTTPS proxy: whoever is at the server. Leave to check nothing is for
    /// the server alone.
    pub(super) fn believed_on_the_way(&self) -> Result<Tls, Failure> {
        let mut party = self.party();
        if party.checks_nothing() {
            (party.verify, party.insecure) = ("yes", false);
        }
        party.trust()
    }

    /// Returns the file with the client's certificate.
    pub(crate) fn certificate(&self) -> Option<String> {
        self.cert.as_deref().map(|cert| split(cert).0)
    }

    /// Says whether the password of the key was typed as part of the command line.
    pub(crate) fn shows_a_secret(&self) -> bool {
        matches!(self.password(), Some(Source::Literal(_)))
    }

    /// Says whether the password of the key is read from standard input.
    pub(crate) fn reads_stdin(&self) -> bool {
        matches!(self.password(), Some(Source::Stdin))
    }

    fn password(&self) -> Option<Source> {
        self.party().password()
    }
}

/// What is said about TLS with one party, the server or a proxy.
pub(super) struct Party<'a> {
    /// The name of the option for `verify`.
    pub(super) option: &'static str,
    pub(super) verify: &'a str,
    pub(super) verify_only: Option<&'a Path>,
    pub(super) insecure: bool,
    pub(super) cert: Option<&'a str>,
    pub(super) key: Option<&'a Path>,
    pub(super) key_pass: Option<&'a str>,
    pub(super) cert_type: Option<CertType>,
}

impl Party<'_> {
    /// Says who is believed.
    pub(super) fn trust(&self) -> Result<Tls, Failure> {
        let client = |error: Error| of_client(&error);
        if let Some(only) = self.verify_only {
            return existing(self.option, only)
                .and_then(|path| Tls::without_system().trusting_file(path).map_err(client));
        }
        match self.verify.to_ascii_lowercase().as_str() {
            _ if self.checks_nothing() => Ok(Tls::unverified()),
            "yes" | "true" => Tls::from_environment().map_err(client),
            _ => existing(self.option, Path::new(self.verify))
                .and_then(|path| Tls::system().trusting_file(path).map_err(client)),
        }
    }

    fn checks_nothing(&self) -> bool {
        let no = ["no", "false"].iter();
        self.insecure || no.copied().any(|no| self.verify.eq_ignore_ascii_case(no))
    }

    /// Adds the certificate to what is spoken with the party.
    pub(super) fn show_identity(&self, tls: Tls, resolver: &Resolver) -> Result<Tls, Failure> {
        Ok(match self.identity(resolver)? {
            Some(identity) => tls.identity(identity),
            None => tls,
        })
    }

    fn identity(&self, resolver: &Resolver) -> Result<Option<Identity>, Failure> {
        let Some(cert) = self.cert else {
            return Ok(None);
        };
        let (file, beside) = split(cert);
        let source = self.key_pass.or(beside);
        let source = source.map(|text| {
            Source::parse(text)
                .map_err(|error| Failure::new(format!("the password of the key: {error}")))
        });
        let find = |source: &Source| {
            let found = resolver.resolve(QUESTION, source);
            found
                .map(|found| found.secret)
                .map_err(|error| of_client(&error))
        };
        let passphrase = source.transpose()?.as_ref().map(find).transpose()?;
        match self.read(&file, passphrase.as_ref()) {
            Ok(identity) => Ok(Some(identity)),
            // Who sits at a terminal is asked; a script gets the error.
            Err(Error::Credential(Credential::NoPassphrase { .. }))
                if std::io::stdin().is_terminal() =>
            {
                let asked = find(&Source::Prompt)?;
                let identity = self.read(&file, Some(&asked));
                identity.map(Some).map_err(|error| of_client(&error))
            }
            Err(error) => Err(of_client(&error)),
        }
    }

    fn read(&self, file: &str, passphrase: Option<&Secret>) -> Result<Identity, Error> {
        match self.cert_type {
            None => Identity::read(file, self.key, passphrase),
            Some(CertType::Pem) => Identity::read_pem(file, self.key, passphrase),
            Some(CertType::P12) => Identity::read_pkcs12(file, passphrase),
        }
    }

    /// Returns where the password of the key comes from.
    pub(super) fn password(&self) -> Option<Source> {
        let beside = self.cert.and_then(|cert| split(cert).1);
        Source::parse(self.key_pass.or(beside)?).ok()
    }
}

/// What is asked for at a terminal.
const QUESTION: &str = "password of the key";

/// Splits `FILE[:PASSWORD]`. A file that is there goes first, colons and all; else the first colon ends the name of the file,
/// unless a backslash stands before it, as with curl.
fn split(cert: &str) -> (String, Option<&str>) {
    let colons = cert.match_indices(':').map(|(at, _)| at);
    let ends: Vec<usize> = std::iter::once(cert.len()).chain(colons.clone()).collect();
    let exists = ends
        .into_iter()
        .find(|&end| Path::new(&cert[..end]).is_file());
    let plain = || colons.clone().find(|&at| !cert[..at].ends_with('\\'));
    match exists.or_else(plain) {
        Some(end) => {
            let password = cert.get(end + 1..);
            (cert[..end].replace("\\:", ":"), password)
        }
        None => (cert.replace("\\:", ":"), None),
    }
}

fn existing<'a>(option: &str, path: &'a Path) -> Result<&'a Path, Failure> {
    // The text itself in place of a name is not repeated: it may hold a key.
    if pem::is_pem(path.as_os_str().as_encoded_bytes()) {
        let text = format!("{option} wants the name of a file, and the text of one was given");
        return Err(Failure::new(text).hint("Write it to a file, and give the file's name"));
    }
    match path.metadata() {
        Ok(_) => Ok(path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Failure::new(format!(
            "{option} cannot be {}: there is no such file",
            show::typed_path(&path.to_string_lossy())
        ))
        .hint(format!(
            "Write {option}=yes, {option}=no, or a file with certificates in PEM"
        ))),
        Err(error) => Err(Failure::new(format!(
            "{option} cannot be {}: {}",
            show::typed_path(&path.to_string_lossy()),
            reason(&error)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_told_from_a_file() {
        for (cert, file, password) in [
            ("missing.pem", "missing.pem", None),
            ("missing.pem:s3cret", "missing.pem", Some("s3cret")),
            ("missing.pem:env:PW", "missing.pem", Some("env:PW")),
            ("C\\:missing.pem:pw", "C:missing.pem", Some("pw")),
            ("missing.pem:", "missing.pem", Some("")),
        ] {
            assert_eq!(split(cert), (file.to_owned(), password), "{cert}");
        }
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join("a:b.pem");
        std::fs::write(&odd, "").unwrap();
        let odd = odd.to_str().unwrap();
        assert_eq!(split(odd), (odd.to_owned(), None));
        assert_eq!(split(&format!("{odd}:pw")), (odd.to_owned(), Some("pw")));
    }

    #[test]
    fn versions_as_others_write_them() {
        let tls13 = Ok(Some(TlsVersionOf(TlsVersion::Tls13)));
        for text in ["1.3", "tls1.3", "TLSv1.3"] {
            assert_eq!(version(text), tls13, "{text}");
        }
        assert_eq!(version("ssl2.3"), Ok(None));
        assert!(version("tls1.1").unwrap_err().contains("broken"));
    }
}
