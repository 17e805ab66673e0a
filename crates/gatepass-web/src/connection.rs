//! How the request is carried out: redirects, time, a proxy, whom TLS believes, and whom it shows.
//!
//! Certificates and keys come as texts that the browser has read: no name in a draft is the name of a file on this machine.

use std::time::Duration;

use gatepass::config::{Identity, Tls};
use gatepass_request::{Auth, ClientCertificate, Proxy, Settings, Source};
use serde::{Deserialize, Serialize};

use crate::hidden::Hidden;
use crate::problem::Problem;

/// How the request is carried out.
#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    pub(crate) follow: bool,
    pub(crate) insecure: bool,
    pub(crate) plain_http: bool,
    /// In seconds.
    pub(crate) timeout: Option<f64>,
    pub(crate) proxy: Via,
    /// Authorities that are believed in place of the system's.
    pub(crate) authorities: Pem,
    /// The client's certificate.
    pub(crate) certificate: Pem,
    /// Its key, where it is not beside it.
    pub(crate) key: Pem,
    pub(crate) passphrase: Hidden,
}

/// A proxy, and who asks it.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Via {
    /// Its URL; none where it is empty.
    pub(crate) url: String,
    pub(crate) username: String,
    pub(crate) password: Hidden,
}

/// Certificates or a key in PEM, pasted or read from a file by the browser.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Pem {
    /// What the file is called, for code that names it.
    pub(crate) name: String,
    pub(crate) text: Hidden,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            follow: true,
            insecure: false,
            plain_http: false,
            timeout: None,
            proxy: Via::default(),
            authorities: Pem::default(),
            certificate: Pem::default(),
            key: Pem::default(),
            passphrase: Hidden::default(),
        }
    }
}

impl Options {
    /// Returns the limit of time.
    ///
    /// # Errors
    /// [`Problem`] for what is no length of time.
    pub(crate) fn timeout(&self) -> Result<Option<Duration>, Problem> {
        let seconds = self.timeout.filter(|seconds| *seconds != 0.0);
        let duration = seconds.map(Duration::try_from_secs_f64).transpose();
        duration.map_err(|_| Problem::of_form("the time limit is no number of seconds"))
    }

    /// Returns how TLS is spoken, where the form says anything of it.
    ///
    /// # Errors
    /// [`Problem`] for a text that is no certificate or key.
    pub(crate) fn tls(&self) -> Result<Option<Tls>, Problem> {
        let authorities = self.authorities.given("the authorities")?;
        let certificate = self.certificate.given("the certificate")?;
        let key = self.key.given("the key")?;
        let mut tls = match authorities {
            _ if self.insecure => Tls::unverified(),
            Some(pem) => Tls::without_system().trusting_pem(pem)?,
            None => Tls::system(),
        };
        match (certificate, key) {
            (Some(pem), key) => {
                let passphrase = Some(&self.passphrase.0).filter(|it| !it.is_empty());
                let identity = Identity::from_pem(pem, key.unwrap_or(pem), passphrase)?;
                tls = tls.identity(identity);
            }
            (None, Some(_)) => {
                return Err(Problem::of_form(
                    "there is a key, and no certificate that it belongs to",
                ));
            }
            (None, None) if authorities.is_none() && !self.insecure => return Ok(None),
            (None, None) => {}
        }
        Ok(Some(tls))
    }

    /// Returns the proxy; `filled` puts stand-ins in the place of marks, and `source` says where a secret comes from.
    pub(crate) fn proxy(
        &self,
        filled: &mut dyn FnMut(&str) -> String,
        password: Source,
    ) -> Option<Proxy> {
        let via = &self.proxy;
        let url = via.url.trim();
        if url.is_empty() {
            return None;
        }
        let mut proxy = Proxy::new(filled(url));
        if !via.username.is_empty() || !via.password.0.is_empty() {
            let user = Source::Literal(filled(&via.username).into());
            let auth = Auth::new("basic").with("username", user);
            proxy.auth = Some(auth.with("password", password));
        }
        Some(proxy)
    }

    /// Says in settings what code has to do. Certificates are in files there.
    ///
    /// # Errors
    /// As [`Options::timeout`].
    pub(crate) fn tell(&self, settings: &mut Settings) -> Result<(), Problem> {
        settings.redirects.follow = Some(self.follow);
        settings.timeouts.total = self.timeout()?;
        settings.tls.insecure = self.insecure;
        settings.tls.ca_file = self.authorities.file("ca.pem");
        settings.tls.client = self.certificate.file("client.pem").map(|file| {
            let mut client = ClientCertificate::new(file);
            client.key = self.key.file("client.key");
            client.password = Some(&self.passphrase)
                .filter(|it| !it.0.is_empty())
                .map(|it| Source::Literal(it.0.clone()));
            client
        });
        Ok(())
    }
}

impl Pem {
    /// Names a file that the browser has to be given.
    pub(crate) fn named(path: &str) -> Self {
        Self {
            name: path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned(),
            text: Hidden::default(),
        }
    }

    /// Returns the text; `None` where there is neither text nor name.
    fn given(&self, what: &str) -> Result<Option<&str>, Problem> {
        match (self.text.text().trim(), self.name.as_str()) {
            ("", "") => Ok(None),
            ("", name) => Err(Problem::of_form(format!(
                "choose the file {name} for {what}: the page reads no files by itself"
            ))),
            (text, _) if !text.contains("-----BEGIN ") => Err(Problem::of_form(format!(
                "{what} must be in PEM, a text that begins with -----BEGIN"
            ))),
            (text, _) => Ok(Some(text)),
        }
    }

    /// Returns the name of the file that code reads.
    fn file(&self, default: &str) -> Option<String> {
        match (self.name.as_str(), self.text.text().trim()) {
            ("", "") => None,
            ("", _) => Some(default.to_owned()),
            (name, _) => Some(name.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_never_the_name_of_a_file_here() {
        for text in ["/etc/ssl/certs/ca-certificates.crt", "@ca.pem", "env:HOME"] {
            let options = Options {
                authorities: Pem {
                    name: "ca.pem".to_owned(),
                    text: text.into(),
                },
                ..Options::default()
            };
            let problem = options.tls().err().map(|problem| problem.message);
            assert!(problem.is_some_and(|it| it.contains("PEM")), "{text}");
        }
        let named = Options {
            certificate: Pem::named("certs/client.pem"),
            ..Options::default()
        };
        let problem = named.tls().err().map(|problem| problem.message);
        assert!(problem.is_some_and(|it| it.contains("choose the file client.pem")));
    }

    #[test]
    fn nothing_said_leaves_tls_as_it_is() {
        assert!(Options::default().tls().is_ok_and(|tls| tls.is_none()));
        let key = Options {
            key: Pem {
                name: String::new(),
                text: "-----BEGIN PRIVATE KEY-----".into(),
            },
            ..Options::default()
        };
        assert!(key.tls().is_err());
    }
}
