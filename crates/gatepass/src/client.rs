//! A client: settings, credentials by origin, and the connections that requests share.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use gatepass_auth::{Env, Headers, Scheme, TokenStore};

use crate::body::Body;
use crate::config::{
    Decoding, Dial, ExpectContinue, Pool, Proxies, Redirects, Retries, Timeouts, Tls,
};
use crate::cookies::Jar;
use crate::credentials::store::MemoryTokens;
use crate::credentials::{Netrc, Provider};
use crate::env::SystemEnv;
use crate::error::{Error, Misuse};
use crate::exchange::Bound;
use crate::interrupt::OnInterrupt;
use crate::mode::{Async, Mode};
use crate::observer::Observer;
use crate::options::Options;
use crate::prompt::Prompter;
use crate::repeated;
use crate::request::RequestBuilderOf;
use crate::shared::Inner;
use crate::transport::known::Known;
use crate::transport::pool;
use crate::transport::tls::Configs;
use gatepass_request::{Content, Request, Url};

/// Sends requests and keeps connections for the next ones. A clone shares everything with its original.
///
/// ```no_run
/// # async fn example() -> Result<(), gatepass::Error> {
/// use gatepass::{Basic, Client};
///
/// let client = Client::builder()
///     .auth_for("https://api.example", Basic::new("alice", "s3cret")?)
///     .build()?;
/// let response = client.get("https://api.example/user").send().await?;
/// println!("{}", response.transcript());
/// # Ok(())
/// # }
/// ```
pub type Client = ClientOf<Async>;

/// A client that waits as its mode says. A clone shares everything with its original.
pub struct ClientOf<M: Mode> {
    pub(crate) inner: Arc<Inner>,
    mode: PhantomData<M>,
}

impl<M: Mode> Clone for ClientOf<M> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            mode: PhantomData,
        }
    }
}

impl<M: Mode> ClientOf<M> {
    /// Makes a client that trusts whom the system trusts, follows redirects, and has no credentials.
    pub fn new() -> Self {
        ClientBuilderOf::default().finish(Vec::new())
    }

    /// Starts a client with settings.
    pub fn builder() -> ClientBuilderOf<M> {
        ClientBuilderOf::default()
    }

    /// Starts a GET request.
    pub fn get(&self, url: impl IntoUrl) -> RequestBuilderOf<M> {
        self.request("GET", url)
    }

    /// Starts a HEAD request.
    pub fn head(&self, url: impl IntoUrl) -> RequestBuilderOf<M> {
        self.request("HEAD", url)
    }

    /// Starts a POST request.
    pub fn post(&self, url: impl IntoUrl) -> RequestBuilderOf<M> {
        self.request("POST", url)
    }

    /// Starts a PUT request.
    pub fn put(&self, url: impl IntoUrl) -> RequestBuilderOf<M> {
        self.request("PUT", url)
    }

    /// Starts a PATCH request.
    pub fn patch(&self, url: impl IntoUrl) -> RequestBuilderOf<M> {
        self.request("PATCH", url)
    }

    /// Starts a DELETE request.
    pub fn delete(&self, url: impl IntoUrl) -> RequestBuilderOf<M> {
        self.request("DELETE", url)
    }

    /// Starts a request of any method. What is wrong with the URL is told when the request is sent.
    pub fn request(&self, method: impl AsRef<str>, url: impl IntoUrl) -> RequestBuilderOf<M> {
        RequestBuilderOf::new(Arc::clone(&self.inner), method.as_ref(), url.into_url())
    }

    /// Starts a request that is there as data. Its [`gatepass_request::Auth`] is left to
    /// [`crate::credentials::Resolver::scheme`], because it says only where the secrets are.
    /// Its settings are left to the caller too, and its body must be in the request.
    pub fn from_request(&self, request: &Request) -> RequestBuilderOf<M> {
        self.from_request_with(request, |_| Err(Misuse::BodyElsewhere.into()))
    }

    /// As [`Client::from_request`], for a body that may be elsewhere: `open` is asked for files and for standard input.
    /// [`Body::open`] reads any file, which is right only where whoever wrote the request may read them.
    pub fn from_request_with(
        &self,
        request: &Request,
        open: impl Fn(&Content) -> Result<Body, Error>,
    ) -> RequestBuilderOf<M> {
        RequestBuilderOf::of(Arc::clone(&self.inner), request, &open)
    }
}

/// What a request can be sent to: a URL as text, or one that was read already.
pub trait IntoUrl {
    /// Reads the URL.
    ///
    /// # Errors
    /// [`crate::error::Misuse::Url`] for text that is no http or https URL.
    fn into_url(self) -> Result<Url, Error>;
}

impl IntoUrl for &str {
    fn into_url(self) -> Result<Url, Error> {
        Ok(repeated::read(self)?)
    }
}

impl IntoUrl for String {
    fn into_url(self) -> Result<Url, Error> {
        self.as_str().into_url()
    }
}

impl IntoUrl for &String {
    fn into_url(self) -> Result<Url, Error> {
        self.as_str().into_url()
    }
}

impl IntoUrl for Url {
    fn into_url(self) -> Result<Url, Error> {
        Ok(self)
    }
}

impl IntoUrl for &Url {
    fn into_url(self) -> Result<Url, Error> {
        Ok(self.clone())
    }
}

impl<M: Mode> Default for ClientOf<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Mode> fmt::Debug for ClientOf<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("headers", &self.inner.headers)
            .field(
                "credentials_for",
                &self
                    .inner
                    .credentials
                    .iter()
                    .map(|it| it.space.to_string())
                    .collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}

/// The settings of a [`Client`].
pub type ClientBuilder = ClientBuilderOf<Async>;

/// The settings of an asynchronous or a blocking client.
pub struct ClientBuilderOf<M: Mode> {
    on_interrupt: Option<Arc<OnInterrupt>>,
    env: Arc<dyn Env>,
    prompter: Option<Arc<dyn Prompter>>,
    tokens: Arc<dyn TokenStore>,
    observers: Vec<Arc<dyn Observer>>,
    headers: Headers,
    query: Vec<(String, String)>,
    without: Vec<String>,
    credentials: Vec<(String, Arc<dyn Scheme>)>,
    provider: Option<Arc<dyn Provider>>,
    netrc: Option<Arc<Netrc>>,
    options: Options,
    pool: Pool,
    mode: PhantomData<M>,
}

impl<M: Mode> Default for ClientBuilderOf<M> {
    fn default() -> Self {
        Self {
            on_interrupt: None,
            env: Arc::new(SystemEnv),
            prompter: None,
            tokens: Arc::new(MemoryTokens::new()),
            observers: Vec::new(),
            headers: Headers::new(),
            query: Vec::new(),
            without: Vec::new(),
            credentials: Vec::new(),
            provider: None,
            netrc: None,
            options: Options::default(),
            pool: Pool::default(),
            mode: PhantomData,
        }
    }
}

impl<M: Mode> ClientBuilderOf<M> {
    /// Authenticates every request to `origin` (`https://api.example`, its path is not looked at) with `scheme`, redirects
    /// to it included. It goes nowhere else.
    #[must_use]
    pub fn auth_for(mut self, origin: impl Into<String>, scheme: impl Scheme + 'static) -> Self {
        self.credentials.push((origin.into(), Arc::new(scheme)));
        self
    }

    /// Asks `provider` for the credential of every origin that none was given for: the URL's, and those that redirects lead
    /// to. What it knows goes before user and password in the URL, and is used at that origin only.
    #[must_use]
    pub fn credentials_from(mut self, provider: impl Provider + 'static) -> Self {
        self.provider = Some(Arc::new(provider));
        self
    }

    /// Keeps the cookies that come, and sends them where they belong. Share a jar among clients as an [`Arc`].
    #[must_use]
    pub fn cookies(mut self, jar: impl Into<Arc<Jar>>) -> Self {
        self.options.jar = Some(Some(jar.into()));
        self
    }

    /// Looks into a netrc file for hosts that have no credential from elsewhere: none was given, none stands in the URL, and
    /// no header field carries one.
    #[must_use]
    pub fn netrc(mut self, netrc: impl Into<Arc<Netrc>>) -> Self {
        self.netrc = Some(netrc.into());
        self
    }

    /// Adds a header field to every request. One that carries a credential stays at the origin of the first URL.
    #[must_use]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Adds `name=value` to the query of every request, unless its URL has a parameter of that name. Where a redirect leads is
    /// left as it is. For a key, [`gatepass_auth::ApiKey::query`] is better: it is masked.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Names the program in `User-Agent`.
    #[must_use]
    pub fn user_agent(mut self, value: impl Into<String>) -> Self {
        self.headers.set("User-Agent", value.into());
        self
    }

    /// Leaves a header field out that would be added: `User-Agent`, `Accept` or `Accept-Encoding`.
    #[must_use]
    pub fn without_header(mut self, name: impl Into<String>) -> Self {
        self.without.push(name.into());
        self
    }

    /// Says which servers are believed.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.options.tls = Some(tls);
        self
    }

    /// Says how connections are made.
    #[must_use]
    pub fn dial(mut self, dial: Dial) -> Self {
        self.options.dial = Some(dial);
        self
    }

    /// Says how long a request waits.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.options.timeouts = Some(timeouts);
        self
    }

    /// Says whether servers are asked if they want a body, before they get it: `true`, `false`, or an [`ExpectContinue`].
    #[must_use]
    pub fn expect_continue(mut self, expect: impl Into<ExpectContinue>) -> Self {
        self.options.expect = expect.into().or(self.options.expect);
        self
    }

    /// Says whether compressed responses are asked for, and how far they may swell.
    #[must_use]
    pub fn decoding(mut self, decoding: Decoding) -> Self {
        self.options.decoding = Some(decoding);
        self
    }

    /// Says whether redirects are followed.
    #[must_use]
    pub fn redirects(mut self, redirects: Redirects) -> Self {
        self.options.redirects = Some(redirects);
        self
    }

    /// Says which requests go through a proxy. What the environment says is used otherwise ([`Proxies::from_env`]).
    #[must_use]
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.options.proxies = Some(proxies);
        self
    }

    /// Says whether requests that fail are tried again.
    #[must_use]
    pub fn retries(mut self, retries: Retries) -> Self {
        self.options.retries = Some(retries);
        self
    }

    /// Says how many idle connections are kept.
    #[must_use]
    pub fn pool(mut self, pool: Pool) -> Self {
        self.pool = pool;
        self
    }

    /// Replaces the clock and the random source.
    #[must_use]
    pub fn env(mut self, env: Arc<dyn Env>) -> Self {
        self.env = env;
        self
    }

    /// Says whom a scheme asks for what it does not know.
    #[must_use]
    pub fn prompter(mut self, prompter: Arc<dyn Prompter>) -> Self {
        self.prompter = Some(prompter);
        self
    }
    /// Has schemes keep tokens and registrations in `store`. Without one they are kept in memory, as long as the client lives.
    pub fn tokens(mut self, store: Arc<dyn TokenStore>) -> Self {
        self.tokens = store;
        self
    }

    /// Tells `observer`, too, of every request that is sent, with its response.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observers.push(Arc::new(observer));
        self
    }

    /// Allows schemes that reveal their secret over plain HTTP to other machines.
    #[must_use]
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.options.allow_plain_http = Some(allow);
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    /// [`Error::Misuse`] for an origin of [`ClientBuilder::auth_for`] that is no URL.
    pub fn build(mut self) -> Result<ClientOf<M>, Error> {
        let mut credentials = Vec::new();
        for (origin, scheme) in std::mem::take(&mut self.credentials) {
            credentials.push(Bound {
                space: Url::parse(&origin)?.space(),
                scheme,
                source: Cow::Borrowed("of the client for this origin"),
            });
        }
        Ok(self.finish(credentials))
    }

    fn finish(mut self, credentials: Vec<Bound>) -> ClientOf<M> {
        let tls = Configs::default();
        let own_tls = self.options.tls.take().unwrap_or_default();
        let dial = self.options.dial.take().unwrap_or_default();
        ClientOf {
            mode: PhantomData,
            inner: Arc::new(Inner {
                runtime: M::RUNTIME,
                on_interrupt: self.on_interrupt,
                env: self.env,
                prompter: self.prompter,
                tokens: self.tokens,
                turns: Mutex::default(),
                observers: self.observers,
                headers: self.headers,
                query: self.query,
                without: self.without,
                credentials: credentials.into(),
                provider: self.provider,
                netrc: self.netrc,
                settled: self.options.over_defaults(),
                budget: Arc::default(),
                proxy_schemes: Arc::default(),
                default_tls: tls.id(&own_tls),
                identity: own_tls.own_identity().cloned(),
                tls,
                dials: Known::new(dial.clone()),
                dial: Arc::new(dial),
                pool: pool::Pool::new(self.pool),
                connections: AtomicU64::new(0),
                sides: Mutex::default(),
            }),
        }
    }
}

#[cfg(unix)]
impl ClientBuilderOf<crate::mode::Blocking> {
    /// Asks `go_on` whenever a signal has interrupted a wait, and at least once a second while there is something to wait
    /// for. Where it returns `false`, the request ends with [`crate::error::Network::Interrupted`].
    #[must_use]
    pub fn on_interrupt(mut self, go_on: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.on_interrupt = Some(Arc::new(go_on));
        self
    }
}
