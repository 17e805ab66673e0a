//! TLS: the settings that a client uses, what is made of them, and the handshake.

mod explain;
mod settings;
mod verifier;
mod witness;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gatepass_auth::{Env as _, Space};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, HandshakeKind};
use tokio_rustls::TlsConnector;

use super::stream::Stream;
use crate::address::address;
use crate::certificate::Certificate;
use crate::config::{Tls, Trust};
use crate::env::SystemEnv;
use crate::error::{self, Error};
use crate::tls_info::TlsInfo;

pub(crate) use explain::{after_handshake, not_spoken};
pub(crate) use settings::Settings;
use witness::Notes;

/// The settings that were used so far, each with its number and what was made of it.
#[derive(Default)]
pub(crate) struct Configs(Mutex<Vec<Known>>);

type Known = (Tls, Option<Arc<Settings>>);

impl Configs {
    fn lock(&self) -> MutexGuard<'_, Vec<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a number by which a pool tells connections of different settings apart.
    pub(crate) fn id(&self, tls: &Tls) -> usize {
        number(&mut self.lock(), tls)
    }

    /// Returns the settings of this number.
    pub(crate) fn settings(&self, id: usize) -> Tls {
        let known = self.lock();
        known
            .get(id)
            .map(|(tls, _)| tls.clone())
            .unwrap_or_default()
    }

    /// Returns the number of what `change` makes of the settings of this number.
    pub(crate) fn derived(&self, id: usize, change: fn(&Tls) -> Tls) -> usize {
        let mut known = self.lock();
        match known.get(id).map(|(tls, _)| change(tls)) {
            Some(changed) => number(&mut known, &changed),
            None => id,
        }
    }

    /// Returns the configuration of this number, loading the trust store if it is new.
    pub(crate) fn get(&self, id: usize) -> Result<Arc<Settings>, Error> {
        let mut known = self.lock();
        let Some((tls, made)) = known.get_mut(id) else {
            return Settings::load(&Tls::default());
        };
        match made {
            Some(settings) => Ok(Arc::clone(settings)),
            None => Ok(Arc::clone(made.insert(Settings::load(tls)?))),
        }
    }
}

fn number(known: &mut Vec<Known>, tls: &Tls) -> usize {
    let at = known.iter().position(|(it, _)| it == tls);
    at.unwrap_or_else(|| {
        known.push((tls.clone(), None));
        known.len() - 1
    })
}

/// The older of the two versions, as people write it.
const TLS12: &str = "TLS 1.2";

/// Speaks TLS over a stream, and offers `protocols` for what is inside (RFC 7301).
///
/// # Errors
/// [`Error::Tls`], or [`Error::Network`] for a stream that breaks.
pub(crate) async fn handshake(
    space: &Space,
    stream: Stream,
    settings: &Settings,
    protocols: Vec<Vec<u8>>,
) -> Result<Stream, Error> {
    let name = match settings.tls.other_name() {
        Some(name) => name.clone(),
        None => ServerName::try_from(space.host().to_owned()).map_err(|error| {
            error::Tls::Handshake {
                address: address(space),
                problem: error.to_string(),
            }
        })?,
    };
    let shown = name.to_str().into_owned();
    let mut config = ClientConfig::clone(&settings.config);
    config.alpn_protocols = protocols;
    let connector = TlsConnector::from(Arc::new(config));
    let (outcome, notes) = witness::attend(connector.connect(name, stream)).await;
    match outcome {
        Ok(stream) => {
            let info = inform(stream.get_ref().1, shown, &notes, settings);
            Ok(Stream::tls(stream, Arc::new(info)))
        }
        Err(error) => Err(explain::handshake(space, &shown, &error, &notes, settings)),
    }
}

fn inform(tls: &ClientConnection, name: String, notes: &Notes, settings: &Settings) -> TlsInfo {
    let suite = tls.negotiated_cipher_suite();
    let group = tls.negotiated_key_exchange_group();
    let version = match tls.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3",
        _ => TLS12,
    };
    let chain = tls.peer_certificates().unwrap_or_default();
    TlsInfo {
        version: version.to_owned(),
        cipher: suite
            .and_then(|it| it.suite().as_str())
            .unwrap_or_default()
            .to_owned(),
        group: group
            .map(|it| format!("{:?}", it.name()))
            .unwrap_or_default(),
        alpn: tls
            .alpn_protocol()
            .map(|protocol| String::from_utf8_lossy(protocol).into_owned()),
        server_name: name,
        verified: settings.tls.trust() != Trust::Anyone,
        chain: chain.iter().map(|it| Certificate::of(it)).collect(),
        resumed: tls.handshake_kind() == Some(HandshakeKind::Resumed),
        client: explain::client_certificate(notes, settings.tls.own_identity()),
        at: SystemEnv.now(),
    }
}
