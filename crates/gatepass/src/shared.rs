//! What the clones of a client, its requests and its responses share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use gatepass_auth::hash::hex;
use gatepass_auth::{AuthError, Env, Headers, TokenStore};
use tokio::sync::OnceCell;

use crate::config::{Dial, Identity, Proxies};
use crate::credentials::{Netrc, Provider, ProxySchemes};
use crate::drive::runtime::Runtime;
use crate::error::Error;
use crate::exchange::{Bound, Sided};
use crate::interrupt::OnInterrupt;
use crate::observer::Observer;
use crate::options::Settled;
use crate::prompt::Prompter;
use crate::retry::Budget;
use crate::transport::known::Known;
use crate::transport::pool;
use crate::transport::tls::Configs;

/// What the clones of a client share.
pub(crate) struct Inner {
    pub(crate) runtime: Runtime,
    pub(crate) on_interrupt: Option<Arc<OnInterrupt>>,
    pub(crate) env: Arc<dyn Env>,
    pub(crate) prompter: Option<Arc<dyn Prompter>>,
    /// What schemes keep for longer than a request.
    pub(crate) tokens: Arc<dyn TokenStore>,
    /// Whose turn it is at each entry that is open.
    pub(crate) turns: Mutex<Vec<(String, Weak<tokio::sync::Mutex<()>>)>>,
    pub(crate) observers: Vec<Arc<dyn Observer>>,
    pub(crate) headers: Headers,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) without: Vec<String>,
    pub(crate) credentials: Arc<[Bound]>,
    pub(crate) provider: Option<Arc<dyn Provider>>,
    pub(crate) netrc: Option<Arc<Netrc>>,
    /// What holds where a request says nothing else.
    pub(crate) settled: Settled,
    pub(crate) budget: Arc<Budget>,
    pub(crate) proxy_schemes: Arc<ProxySchemes>,
    pub(crate) default_tls: usize,
    pub(crate) identity: Option<Identity>,
    pub(crate) tls: Configs,
    pub(crate) dial: Arc<Dial>,
    pub(crate) dials: Known<Dial>,
    pub(crate) pool: pool::Pool,
    pub(crate) connections: AtomicU64,
    pub(crate) sides: Mutex<Vec<(SideKey, Weak<Side>)>>,
}

/// What must be equal for side requests to be one: who asks, what for, and by which settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SideKey {
    pub(crate) scheme: usize,
    pub(crate) key: String,
    pub(crate) tls: usize,
    pub(crate) dial: usize,
    pub(crate) proxies: Proxies,
}

/// The outcome of a side request, shared by everyone who waits for it.
type Side = OnceCell<Sided>;

impl Inner {
    /// Returns a number that no connection of this client has had.
    pub(crate) fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Returns what stands between the parts of a form: so long and random that no content has it.
    ///
    /// # Errors
    /// [`crate::error::Misuse::NoRandomness`].
    pub(crate) fn boundary(&self) -> Result<String, Error> {
        let mut random = [0; 16];
        self.env.random(&mut random).map_err(AuthError::from)?;
        Ok(hex(&random))
    }

    /// Returns the cell in which everyone who wants the side request of this key at this time finds its outcome.
    pub(crate) fn side_request(&self, key: SideKey) -> Arc<Side> {
        let mut sides = self.sides.lock().unwrap_or_else(PoisonError::into_inner);
        sides.retain(|(_, side)| side.strong_count() > 0);
        let known = sides.iter().find(|(known, _)| *known == key);
        if let Some(running) = known.and_then(|(_, side)| side.upgrade()) {
            return running;
        }
        let side = Arc::new(Side::new());
        sides.push((key, Arc::downgrade(&side)));
        side
    }
}
