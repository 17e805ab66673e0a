//! TLS: the settings that a client uses, what is made of them, and the handshake.

mod explain;
mod settings;
mod verifier;

use std::sync::{Arc, Mutex, PoisonError};

use gatepass_auth::Space;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::connector::address;
use super::stream::Stream;
use crate::config::Tls;
use crate::error::{self, Error};

/// The settings that were used so far, each with its number and what was made of it.
#[derive(Default)]
pub(crate) struct Configs(Mutex<Vec<(Tls, Option<Arc<ClientConfig>>)>>);

impl Configs {
    /// Returns a number by which a pool tells connections of different settings apart.
    pub(crate) fn id(&self, tls: &Tls) -> usize {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .iter()
            .position(|(it, _)| it == tls)
            .unwrap_or_else(|| {
                known.push((tls.clone(), None));
                known.len() - 1
            })
    }

    /// Returns the configuration of this number, loading the trust store if it is new.
    pub(crate) fn get(&self, id: usize) -> Result<Arc<ClientConfig>, Error> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((tls, made)) = known.get_mut(id) else {
            return settings::load(&Tls::default());
        };
        match made {
            Some(config) => Ok(Arc::clone(config)),
            None => Ok(Arc::clone(made.insert(settings::load(tls)?))),
        }
    }
}

/// Speaks TLS over a stream.
///
/// # Errors
/// [`Error::Tls`], or [`Error::Network`] for a stream that breaks.
pub(crate) async fn handshake(
    space: &Space,
    stream: Stream,
    config: Arc<ClientConfig>,
) -> Result<TlsStream<Stream>, Error> {
    let name =
        ServerName::try_from(space.host().to_owned()).map_err(|error| error::Tls::Handshake {
            address: address(space),
            problem: error.to_string(),
        })?;
    TlsConnector::from(config)
        .connect(name, stream)
        .await
        .map_err(|error| explain::explain(space, &error))
}
