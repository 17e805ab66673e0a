//! The server: built, started on a thread of its own, asked where it is, stopped.

use std::fmt;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use gatepass_auth::{Accounts, Env, Secret, ServerSetup, Verifier};
use tokio::sync::watch;

use crate::access_log::AccessLog;
use crate::accounts::default_accounts;
use crate::address::{listen, url};
use crate::error::ServerError;
use crate::faults::{Fault, Faults};
use crate::limits::Limits;
use crate::listen::{Listener, Speaks, run};
use crate::record::{Journal, Recorded};
use crate::site::Site;
use crate::system_env::SystemEnv;
use crate::tls::{self, ClientCertificates, Clients, Tls};
use crate::verifiers::{Make, Verifiers};

/// A running server. It stops when it is dropped, and its ports are free afterwards.
///
/// ```
/// use gatepass_server::Server;
///
/// let server = Server::start()?;
/// assert!(server.url("/get").starts_with("http://127.0.0.1:"));
/// assert_eq!(server.requests().len(), 0);
/// # Ok::<(), gatepass_server::ServerError>(())
/// ```
pub struct Server {
    site: Arc<Site>,
    http: Option<SocketAddr>,
    https: Option<SocketAddr>,
    ca_pem: Option<String>,
    client_pem: Option<String>,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
}

/// Stops a server from elsewhere: a signal handler, another thread.
#[derive(Clone, Debug)]
pub struct Stopper(watch::Sender<bool>);

impl Stopper {
    /// Tells the server to stop. Requests in progress have [`Limits::stop_time`] to end.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Server {
    /// Starts a server for plain HTTP at a free port of 127.0.0.1.
    ///
    /// # Errors
    /// As [`Builder::start`].
    pub fn start() -> Result<Self, ServerError> {
        Self::builder().start()
    }

    /// Returns a builder with the settings of [`Server::start`].
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Returns the URL of `path`, by plain HTTP unless the server has only HTTPS. `path` begins with a slash.
    pub fn url(&self, path: &str) -> String {
        self.http
            .map(|address| url("http", address, path))
            .or_else(|| self.https_url(path))
            .unwrap_or_default()
    }

    /// Returns the URL of `path` by HTTPS, where the server has it.
    pub fn https_url(&self, path: &str) -> Option<String> {
        self.https.map(|address| url("https", address, path))
    }

    /// Returns the URL at which a fault happens; `None` where the server has no faults, or has no HTTPS for one that needs it.
    pub fn fault_url(&self, fault: Fault) -> Option<String> {
        let faults = self.site.faults.as_ref()?;
        if let Some((scheme, address)) = faults.port(fault) {
            return Some(url(scheme, address, "/"));
        }
        let path = fault.path()?;
        if fault.needs_https() {
            self.https_url(&path)
        } else {
            Some(self.url(&path))
        }
    }

    /// Returns the address of [`Server::url`].
    pub fn address(&self) -> SocketAddr {
        self.http
            .or(self.https)
            .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }

    /// Returns the port of [`Server::url`].
    pub fn port(&self) -> u16 {
        self.address().port()
    }

    /// Returns the port of [`Server::https_url`].
    pub fn https_port(&self) -> Option<u16> {
        self.https.map(|address| address.port())
    }

    /// Returns the certificate that a client has to trust for HTTPS, in PEM.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// Returns a client's certificate and its key, in PEM, which the server lets in where it asks for one.
    pub fn client_pem(&self) -> Option<&str> {
        self.client_pem.as_deref()
    }

    /// Returns the last requests that were received whole, the oldest first: at most [`Limits::journal`] of them, and of
    /// their bodies at most 16 MiB.
    pub fn requests(&self) -> Vec<Recorded> {
        self.site.journal.requests()
    }

    /// Returns what stops the server from elsewhere.
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// Waits until the server is stopped by a [`Stopper`].
    pub fn wait(mut self) {
        self.join();
    }

    /// Stops the server and waits until its ports are free.
    pub fn stop(self) {
        drop(self);
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A panic of the server's thread was reported by that thread.
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopper.stop();
        self.join();
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("http", &self.http)
            .field("https", &self.https)
            .finish_non_exhaustive()
    }
}

/// The settings of a [`Server`].
#[must_use]
pub struct Builder {
    bind: IpAddr,
    http_port: Option<u16>,
    https_port: Option<u16>,
    clients: Clients,
    lenient: bool,
    log: Option<Box<dyn Write + Send>>,
    limits: Limits,
    accounts: Option<Accounts>,
    realm: String,
    env: Arc<dyn Env>,
    faults: bool,
    verifiers: Vec<(String, Make)>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            http_port: Some(0),
            https_port: None,
            clients: Clients::default(),
            lenient: false,
            log: None,
            limits: Limits::default(),
            accounts: None,
            realm: "gatepass".to_owned(),
            env: Arc::new(SystemEnv),
            faults: false,
            verifiers: Vec::new(),
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("bind", &self.bind)
            .field("http_port", &self.http_port)
            .field("https_port", &self.https_port)
            .field("clients", &self.clients)
            .field("lenient", &self.lenient)
            .field("limits", &self.limits)
            .field("accounts", &self.accounts)
            .field("realm", &self.realm)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}

impl Builder {
    /// Listens at this address instead of 127.0.0.1. Others than this machine's own let the network in.
    pub fn bind(mut self, address: IpAddr) -> Self {
        self.bind = address;
        self
    }

    /// Listens at this port for plain HTTP; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.http_port = Some(port);
        self
    }

    /// Listens for HTTPS too, with a certificate of an authority that is generated for this server.
    pub fn https(mut self, https: bool) -> Self {
        self.https_port = https.then(|| self.https_port.unwrap_or(0));
        self
    }

    /// Listens at this port for HTTPS; 0 takes a free one.
    pub fn https_port(mut self, port: u16) -> Self {
        self.https_port = Some(port);
        self
    }

    /// Listens for HTTPS and not for plain HTTP.
    pub fn https_only(mut self) -> Self {
        self.http_port = None;
        self.https(true)
    }

    /// Asks clients for a certificate over HTTPS: one of the authority that is generated for this server, as
    /// [`Server::client_pem`] is, or of one that is added.
    pub fn client_certificates(mut self, wanted: ClientCertificates) -> Self {
        self.clients.certificates = Some(wanted);
        self
    }

    /// Lets clients in whose certificates are signed by the authorities in `pem`, too.
    pub fn client_ca_pem(mut self, pem: impl Into<String>) -> Self {
        self.clients.authorities.push(pem.into());
        self
    }

    /// Puts up with habits of other programs that break the RFCs. Each of them is an attack, too.
    pub fn lenient(mut self, lenient: bool) -> Self {
        self.lenient = lenient;
        self
    }

    /// Writes one line for each request, without secrets.
    pub fn access_log(mut self, out: Box<dyn Write + Send>) -> Self {
        self.log = Some(out);
        self
    }

    /// Sets the limits.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Knows these accounts instead of the examples of every scheme. A refusal then masks what was computed from a secret.
    ///
    /// Paths such as `/basic-auth/USER/PASSWORD` name their own accounts, and show everything.
    pub fn accounts(mut self, accounts: Accounts) -> Self {
        self.accounts = Some(accounts);
        self
    }

    /// Names this realm in challenges.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    /// Misbehaves where it is asked to: `/faults` lists how.
    pub fn faults(mut self, faults: bool) -> Self {
        self.faults = faults;
        self
    }

    /// Verifies requests for `/auth/NAME` with a verifier of one's own, which is made once and lives as long as the server. It goes
    /// before the scheme of that name, if there is one.
    pub fn verifier(
        mut self,
        name: impl Into<String>,
        make: impl FnOnce(&ServerSetup) -> Arc<dyn Verifier> + Send + 'static,
    ) -> Self {
        self.verifiers.push((name.into(), Box::new(make)));
        self
    }

    /// Uses this clock and random source for nonces, timestamps and random answers.
    pub fn clock(mut self, env: Arc<dyn Env>) -> Self {
        self.env = env;
        self
    }

    /// Starts the server on a thread of its own. It accepts connections when this returns.
    ///
    /// # Errors
    /// [`ServerError::Bind`] where an address cannot be had, [`ServerError::Tls`] where no certificate can be made, and
    /// [`ServerError::Thread`] where the system gives no thread or no event queue.
    pub fn start(self) -> Result<Server, ServerError> {
        let http = self.http_port.map(|port| listen(self.bind, port));
        let http = http.transpose()?;
        let https = self.https_port.map(|port| listen(self.bind, port));
        let https = https.transpose()?;
        let tls = https.is_some().then(|| tls::generate(&self.clients));
        let tls = tls.transpose().map_err(ServerError::Tls)?;
        let addresses = (address_of(&http)?, address_of(&https)?);
        let faults = self.faults.then(|| Faults::open(self.bind));
        let (faults, ports) = faults.transpose()?.unzip();

        let mut key = [0; 32];
        // Nonces made under a stopped clock are known to the test that stopped it; the key never has to be.
        SystemEnv.random(&mut key).map_err(ServerError::Random)?;
        let mut setup = ServerSetup::new(self.realm, Secret::new(key));
        setup.lenient = self.lenient;
        let site = Arc::new(Site {
            journal: Journal::new(self.limits.journal),
            limits: Arc::new(self.limits),
            shows_secrets: self.accounts.is_none(),
            accounts: self.accounts.unwrap_or_else(default_accounts),
            verifiers: Verifiers::new(setup.clone(), self.verifiers),
            connections: AtomicU64::new(0),
            setup,
            env: self.env,
            provider: Mutex::default(),
            log: self.log.map(AccessLog::new),
            faults,
        });
        let speaks = tls
            .as_ref()
            .map(|tls| Speaks::Https(tls.acceptor.clone(), Arc::clone(&tls.end_point)));
        let (ca_pem, client_pem) = tls.map(Tls::into_pems).unzip();
        let http = http.map(|socket| (socket, Speaks::Http));
        let https = https.zip(speaks);
        let faults = ports.into_iter().flatten();
        let faults = faults.map(|(fault, socket)| (socket, Speaks::Fault(fault)));
        let listeners = http.into_iter().chain(https).chain(faults);
        let listeners = listeners.map(|(socket, speaks)| Listener { socket, speaks });
        let (sender, receiver) = watch::channel(false);
        let thread = spawn(Arc::clone(&site), listeners.collect(), receiver)?;
        Ok(Server {
            site,
            http: addresses.0,
            https: addresses.1,
            ca_pem,
            client_pem,
            stopper: Stopper(sender),
            thread: Some(thread),
        })
    }
}

fn spawn(
    site: Arc<Site>,
    listeners: Vec<Listener>,
    stop: watch::Receiver<bool>,
) -> Result<JoinHandle<()>, ServerError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(ServerError::Thread)?;
    std::thread::Builder::new()
        .name("gatepass-server".to_owned())
        .spawn(move || runtime.block_on(run(site, listeners, stop)))
        .map_err(ServerError::Thread)
}

fn address_of(listener: &Option<TcpListener>) -> Result<Option<SocketAddr>, ServerError> {
    let address = listener.as_ref().map(TcpListener::local_addr).transpose();
    address.map_err(ServerError::Thread)
}
