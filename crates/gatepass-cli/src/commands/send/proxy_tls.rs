//! The options about TLS with an HTTPS proxy, which is another party than the server: nothing that is for one goes to the other.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use gatepass::config::Tls;
use gatepass::credentials::Resolver;
use gatepass_request::Source;

use crate::commands::send::tls::{Party, TlsArgs};
use crate::error::Failure;

const PROXIES: &str = "Proxies";

/// How TLS is spoken with an HTTPS proxy.
#[derive(Args, Debug, Default)]
pub(crate) struct ProxyTlsArgs {
    /// Check the certificate of an HTTPS proxy: yes, no, or a file or directory with certificates that are trusted as well
    ///
    /// Without it, those are trusted for the proxy who are trusted for the server; --verify=no and -k say nothing about a proxy.
    #[arg(long, value_name = "yes|no|FILE", value_hint = ValueHint::AnyPath, help_heading = PROXIES)]
    pub(crate) proxy_verify: Option<String>,

    /// Trust the certificates in this file or directory, and no others, for an HTTPS proxy
    #[arg(long, visible_alias = "proxy-cacert", value_name = "FILE", value_hint = ValueHint::AnyPath, help_heading = PROXIES,
          conflicts_with_all = ["proxy_verify", "proxy_insecure"])]
    pub(crate) proxy_verify_only: Option<PathBuf>,

    /// Do not check the certificate of an HTTPS proxy; the same as --proxy-verify=no
    #[arg(long, help_heading = PROXIES, conflicts_with = "proxy_verify")]
    pub(crate) proxy_insecure: bool,

    /// Show this certificate to an HTTPS proxy that asks for one, as --cert does to the server
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = PROXIES)]
    pub(crate) proxy_cert: Option<String>,

    /// The private key of --proxy-cert, where it is in another file
    #[arg(long, visible_alias = "proxy-key", value_name = "FILE", value_hint = ValueHint::FilePath, requires = "proxy_cert",
          help_heading = PROXIES)]
    pub(crate) proxy_cert_key: Option<PathBuf>,

    /// The password of the key of --proxy-cert, as --cert-key-pass
    #[arg(long, visible_alias = "proxy-pass", value_name = "SOURCE", requires = "proxy_cert", help_heading = PROXIES)]
    pub(crate) proxy_cert_key_pass: Option<String>,
}

impl ProxyTlsArgs {
    /// Makes the settings, if anything was said; `server` are those for the server.
    ///
    /// # Errors
    /// [`Failure`] for a file that cannot be used.
    pub(super) fn settings(
        &self,
        server: &TlsArgs,
        resolver: &Resolver,
    ) -> Result<Option<Tls>, Failure> {
        let believes =
            self.proxy_insecure || self.proxy_verify.is_some() || self.proxy_verify_only.is_some();
        if !believes && self.proxy_cert.is_none() {
            return Ok(None);
        }
        let party = self.party();
        let tls = match believes {
            true => party.trust()?,
            false => server.believed_on_the_way()?,
        };
        party.show_identity(tls, resolver).map(Some)
    }

    /// Says whether the password of the key was typed.
    pub(super) fn shows_a_secret(&self) -> bool {
        matches!(self.party().password(), Some(Source::Literal(_)))
    }

    /// Says whether the password of the key is read from standard input.
    pub(super) fn reads_stdin(&self) -> bool {
        matches!(self.party().password(), Some(Source::Stdin))
    }

    fn party(&self) -> Party<'_> {
        Party {
            option: "--proxy-verify",
            verify: self.proxy_verify.as_deref().unwrap_or("yes"),
            verify_only: self.proxy_verify_only.as_deref(),
            insecure: self.proxy_insecure,
            cert: self.proxy_cert.as_deref(),
            key: self.proxy_cert_key.as_deref(),
            key_pass: self.proxy_cert_key_pass.as_deref(),
            cert_type: None,
        }
    }
}
