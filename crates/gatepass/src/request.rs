//! A request under construction, and the same without a network.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

use gatepass_auth::{Basic, Headers, Scheme, percent};
use gatepass_request::{Content, content_type_of, multipart};
use serde::Serialize;
use tokio::io::AsyncRead;

use crate::arrived::Arrived;
use crate::body::Body;
use crate::body::stream::Stream;
use crate::config::{
    Compression, Decoding, Dial, ExpectContinue, Proxies, Redirects, Retries, Timeouts, Tls,
};
use crate::cookies::Jar;
use crate::drive::clock::Clock;
use crate::drive::{Drive, How};
use crate::error::{Error, Misuse, Network};
use crate::exchange::{Action, Bound, Event, Exchange, Plan};
use crate::given::Given;
use crate::method::known_method;
use crate::mode::{Async, Mode};
use crate::multipart::Multipart;
use crate::options::Options;
use crate::response::Response;
use crate::shared::Inner;
use crate::transcript::{Leg, SentBody, Timing};
use crate::wire;
use gatepass_request::Url;

/// A request that is being put together. The first mistake is told when it is sent.
pub type RequestBuilder = RequestBuilderOf<Async>;

/// A request of an asynchronous or a blocking client that is being put together.
#[must_use = "a request does nothing until it is sent"]
pub struct RequestBuilderOf<M: Mode> {
    pub(crate) inner: Arc<Inner>,
    method: Cow<'static, str>,
    pub(crate) url: Result<Url, Error>,
    headers: Headers,
    without: Vec<String>,
    body: Body,
    scheme: Option<Arc<dyn Scheme>>,
    source: Option<Cow<'static, str>>,
    /// What it says in place of its client.
    pub(crate) options: Options,
    no_auth: bool,
    without_query: Vec<String>,
    compression: Option<Compression>,
    mode: PhantomData<M>,
}

impl<M: Mode> RequestBuilderOf<M> {
    pub(crate) fn new(inner: Arc<Inner>, method: &str, url: Result<Url, Error>) -> Self {
        Self {
            inner,
            method: known_method(method),
            url,
            headers: Headers::new(),
            without: Vec::new(),
            body: Body::empty(),
            scheme: None,
            source: None,
            options: Options::default(),
            no_auth: false,
            without_query: Vec::new(),
            compression: None,
            mode: PhantomData,
        }
    }

    pub(crate) fn of(
        inner: Arc<Inner>,
        request: &gatepass_request::Request,
        open: &dyn Fn(&Content) -> Result<Body, Error>,
    ) -> Self {
        let (boundary, problem) = match inner.boundary() {
            Ok(boundary) => (boundary, None),
            Err(error) => (String::new(), Some(error)),
        };
        let (content_type, chunks) = request.body.chunks(&boundary);
        let mut builder = Self::new(inner, &request.method, Ok(request.url.clone()));
        if let Some(error) = problem {
            builder.fail(error);
        }
        if let Some(variable) = request.variables.first() {
            builder.fail(Misuse::OpenVariable {
                name: variable.name.clone(),
            });
        }
        if let Some(content_type) = content_type.filter(|_| request.wants_default("Content-Type")) {
            builder.headers.append("Content-Type", content_type);
        }
        for header in &request.headers {
            wire::push(
                &mut builder.headers,
                header.name(),
                header.value(),
                header.is_secret(),
            );
        }
        builder.without.clone_from(&request.without);
        for chunk in &chunks {
            match Body::of_content(&chunk.content, chunk.change, open) {
                Ok(body) => builder.body.append(body),
                Err(error) => builder.fail(error),
            }
        }
        if let gatepass_request::Body::Multipart(form) = &request.body {
            builder.name_boundary(form.boundary.as_deref().unwrap_or(&boundary));
        }
        builder
    }

    /// Authenticates the request. The credential belongs to the origin of the URL and goes nowhere else.
    ///
    /// It goes before what [`crate::ClientBuilder::auth_for`], [`crate::ClientBuilder::credentials_from`] and the URL say.
    /// An explicit `Authorization` header goes before all of them.
    pub fn auth(mut self, scheme: impl Scheme + 'static) -> Self {
        self.scheme = Some(Arc::new(scheme));
        self
    }

    /// Says where the credential of [`RequestBuilder::auth`] comes from, for the transcript: `from -a`.
    pub fn credential_source(mut self, source: impl Into<Cow<'static, str>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Sends the request without a credential: neither one of the client, nor one that it knows for the origin, nor user and
    /// password in the URL, nor one of [`RequestBuilder::auth`]. An `Authorization` header of the client stays; see
    /// [`RequestBuilder::without_header`].
    pub fn no_auth(mut self) -> Self {
        self.no_auth = true;
        self
    }

    /// Uses this jar instead of the client's.
    pub fn cookies(mut self, jar: impl Into<Arc<Jar>>) -> Self {
        self.options.jar = Some(Some(jar.into()));
        self
    }

    /// Neither sends cookies of the client's jar nor keeps any.
    pub fn no_cookies(mut self) -> Self {
        self.options.jar = Some(None);
        self
    }

    /// Adds a header field. One of the client's of the same name is replaced. Over HTTP/1.1 the name goes out as it is spelt.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) -> Self {
        self.headers.append(name, value);
        self
    }

    /// As [`RequestBuilder::header`], for a value that must not be shown and stays at the origin of the URL.
    pub fn secret_header(mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) -> Self {
        self.headers.append_secret(name, value);
        self
    }

    /// Leaves a header field out that would be added: `User-Agent`, `Accept`, or one of the client's.
    pub fn without_header(mut self, name: impl Into<String>) -> Self {
        self.without.push(name.into());
        self
    }

    /// Leaves a parameter of [`crate::ClientBuilder::query`] out.
    pub fn without_query(mut self, name: impl Into<String>) -> Self {
        self.without_query.push(name.into());
        self
    }

    /// Adds `name=value` to the query, percent-encoded. One of the client's of the same name is left out.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        if let Ok(url) = &mut self.url {
            url.push_query(name, value);
        }
        self
    }

    /// Sends `value` as JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(bytes) => self.typed("application/json", bytes),
            Err(error) => {
                let problem = error.to_string();
                self.fail(Misuse::NotJson { problem });
                self
            }
        }
    }

    /// Sends `fields` as `application/x-www-form-urlencoded`.
    pub fn form<N: AsRef<str>, V: AsRef<str>>(self, fields: &[(N, V)]) -> Self {
        let encoded = |text: &str| percent::encode(text.as_bytes()).replace("%20", "+");
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name.as_ref()), encoded(value.as_ref())))
            .collect();
        self.typed(
            "application/x-www-form-urlencoded",
            pairs.join("&").into_bytes(),
        )
    }

    fn typed(mut self, content_type: &str, body: impl Into<Body>) -> Self {
        if !self.headers.contains("Content-Type") {
            self.headers.append("Content-Type", content_type);
        }
        self.body(body)
    }

    /// Sends a form in parts, files among them, as `multipart/form-data` (RFC 7578). A `Content-Type` that is given gets the
    /// boundary, if it names none.
    pub fn multipart(mut self, form: Multipart) -> Self {
        let inner = Arc::clone(&self.inner);
        match form.into_body(|| inner.boundary()) {
            Ok((boundary, body)) => {
                let mut builder = self.typed(&multipart::content_type(&boundary), body);
                builder.name_boundary(&boundary);
                builder
            }
            Err(error) => {
                self.fail(error);
                self
            }
        }
    }

    fn name_boundary(&mut self, boundary: &str) {
        if let Some(given) = self.headers.get_str("Content-Type") {
            let named = multipart::with_boundary(given, boundary);
            if named != given {
                self.headers.set("Content-Type", named);
            }
        }
    }

    /// Sends what a file holds, with the media type that its name tells. A large file is read while it is sent; it can be
    /// sent again after a challenge or a redirect.
    pub fn file(mut self, path: impl AsRef<Path>) -> Self {
        match Body::file(&path) {
            Ok(body) => match content_type_of(&path.as_ref().to_string_lossy()) {
                Some(content_type) => self.typed(content_type, body),
                None => self.body(body),
            },
            Err(error) => {
                self.fail(error);
                self
            }
        }
    }

    /// Sends this: bytes, text, or any [`Body`].
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends what `reader` gives, which can be done only once: whatever needs it again is an error. `length` is the number
    /// of bytes, if it is known. See [`Body`] for what can be sent again.
    pub fn body_once(self, reader: impl AsyncRead + Send + 'static, length: Option<u64>) -> Self {
        self.body(Body::reader(reader, length))
    }

    /// Says whether a header field of this name was given.
    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers.contains(name)
    }

    /// Returns the URL, if it could be read.
    pub(crate) fn known_url(&self) -> Option<&Url> {
        self.url.as_ref().ok()
    }

    /// Says how long this request waits.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.options.timeouts = Some(timeouts);
        self
    }

    /// Says whether this request follows redirects.
    pub fn redirects(mut self, redirects: Redirects) -> Self {
        self.options.redirects = Some(redirects);
        self
    }

    /// Says which servers this request believes.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.options.tls = Some(tls);
        self
    }

    /// Says whether this request goes through a proxy.
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.options.proxies = Some(proxies);
        self
    }

    /// Says whether this request is tried again when it fails.
    pub fn retries(mut self, retries: Retries) -> Self {
        self.options.retries = Some(retries);
        self
    }

    /// Says how this request connects.
    pub fn dial(mut self, dial: Dial) -> Self {
        self.options.dial = Some(dial);
        self
    }

    /// Allows this request to reveal its secret over plain HTTP to another machine.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.options.allow_plain_http = Some(allow);
        self
    }

    pub(crate) fn fail(&mut self, error: impl Into<Error>) {
        if self.url.is_ok() {
            self.url = Err(error.into());
        }
    }

    /// Compresses the body, and says so in `Content-Encoding`. A body in memory stays as it is where it would become no
    /// shorter, unless it is to be compressed [always](Compression::always); a stream goes out in chunks. A scheme that signs
    /// the body signs what goes out; OAuth 1.0a signs the parameters of a form, and refuses one that is compressed.
    pub fn compress(mut self, how: Compression) -> Self {
        self.compression = Some(how);
        self
    }

    /// Says whether the server is asked if it wants the body, before it gets it (`Expect: 100-continue`, RFC 9110 section
    /// 10.1.1): `true`, `false`, or an [`ExpectContinue`], which says what is done without this.
    pub fn expect_continue(mut self, expect: impl Into<ExpectContinue>) -> Self {
        self.options.expect = expect.into().or(self.options.expect);
        self
    }

    /// Says whether this request asks for a compressed response, and how far it may swell.
    pub fn decoding(mut self, decoding: Decoding) -> Self {
        self.options.decoding = Some(decoding);
        self
    }

    /// Carries the request out.
    pub(crate) async fn carry_out(self) -> Result<Box<Arrived>, Error> {
        let inner = Arc::clone(&self.inner);
        let home = self.url.as_ref().map_err(Clone::clone)?.space();
        let how = How::of(
            &inner,
            home,
            self.options.tls.as_ref(),
            self.options.dial.as_ref(),
            self.options.proxies.clone(),
        );
        let clock = Clock::start(
            inner.runtime,
            self.options.timeouts.unwrap_or(inner.settled.timeouts),
        );
        let decoding = self.options.decoding.unwrap_or(inner.settled.decoding);
        let (exchange, stream) = self.exchange()?;
        let drive = Box::new(Drive::new(inner, exchange, clock, stream, how));
        let mut arrived = drive.run().await?;
        arrived.decode(decoding);
        Ok(arrived)
    }

    /// Returns the first request as it would be sent. No connection is opened.
    ///
    /// # Errors
    /// [`Error::Misuse`] or [`Error::Credential`]; [`Misuse::NeedsNetwork`] for a scheme that has to ask a server first.
    pub fn offline(self) -> Result<Offline, Error> {
        let (mut exchange, stream) = self.exchange()?;
        if let Action::Find(search) = exchange.step(Event::Start)? {
            exchange.step(Event::Found(search.run()?))?;
        }
        let mut action = exchange.step(Event::Opened {
            connection: 0,
            reused: false,
            timing: Timing::default(),
            http2: false,
            tls: None,
            bindings: None,
            ends: None,
        })?;
        if let (Action::Digest(hashes), Some(stream)) = (&action, &stream) {
            let digests = stream
                .digests_now(hashes)
                .map_err(|error| Network::BodySource {
                    problem: error.to_string(),
                })?;
            action = exchange.step(Event::Digested(digests))?;
        }
        let leg = exchange.leg().cloned();
        match (action, leg) {
            (Action::Send(_), Some(leg)) => Offline::new(leg),
            _ => Err(Misuse::NeedsNetwork {
                scheme: exchange.scheme_title(),
            }
            .into()),
        }
    }

    fn exchange(self) -> Result<(Exchange, Option<Stream>), Error> {
        let inner = &self.inner;
        let mut url = self.url?;
        add_query(&mut url, &inner.query, &self.without_query);
        if self.no_auth {
            url.take_user_info();
        }
        let space = url.space();
        let bound = |scheme: Arc<dyn Scheme>, source| Bound {
            space: space.clone(),
            scheme,
            source,
        };
        let in_url = basic_of(&url)?.map(|basic| bound(basic, Cow::Borrowed("from the URL")));
        let user = url
            .user_info()
            .filter(|it| it.password.is_none() && !it.user.is_empty())
            .map(|it| it.user.clone());
        let dial = self.options.dial.as_ref().unwrap_or(&inner.dial);
        let (http, has_path) = (dial.http, dial.unix.is_some());
        let identity = match &self.options.tls {
            Some(tls) => tls.own_identity().cloned(),
            None => inner.identity.clone(),
        };
        let settled = self.options.over(&inner.settled);
        let given_source = self
            .source
            .unwrap_or(Cow::Borrowed("given with the request"));
        let mut plan = Plan {
            env: Arc::clone(&inner.env),
            redirects: settled.redirects,
            retries: settled.retries,
            budget: Arc::clone(&inner.budget),
            http,
            expect: settled.expect,
            proxies: if has_path {
                Proxies::none()
            } else {
                settled.proxies
            },
            proxy_schemes: Arc::clone(&inner.proxy_schemes),
            allow_plain_http: settled.allow_plain_http,
            identity,
            jar: settled.jar,
            own: self.scheme.map(|scheme| bound(scheme, given_source)),
            shared: Arc::clone(&inner.credentials),
            provider: inner.provider.clone(),
            in_url,
            user,
            netrc: inner.netrc.clone(),
        };
        if self.no_auth {
            plan.own = None;
            plan.shared = Arc::new([]);
            plan.provider = None;
            plan.netrc = None;
        }
        let fields = inner.headers.len() + self.headers.len();
        let mut headers = Headers::with_capacity(fields);
        for header in &inner.headers {
            let unwanted = self
                .without
                .iter()
                .any(|name| name.eq_ignore_ascii_case(header.name()));
            if !unwanted && !self.headers.contains(header.name()) {
                wire::push(
                    &mut headers,
                    header.name(),
                    header.value(),
                    header.is_secret(),
                );
            }
        }
        for header in &self.headers {
            wire::push(
                &mut headers,
                header.name(),
                header.value(),
                header.is_secret(),
            );
        }
        let mut body = self.body.settle()?;
        if let Some(how) = self.compression
            && body.compress(how)?
        {
            headers.append("Content-Encoding", how.coding.name());
        }
        let given = Given {
            url,
            method: self.method,
            headers,
            without: [self.without, inner.without.clone()].concat(),
            body: body.described(),
            is_secret: false,
            decodes: settled.decoding.enabled,
        };
        Ok((Exchange::new(plan, given), body.into_stream()))
    }
}

/// Returns the scheme of the user and the password that stand in a URL.
fn basic_of(url: &Url) -> Result<Option<Arc<dyn Scheme>>, Error> {
    let Some(it) = url.user_info() else {
        return Ok(None);
    };
    let basic = Basic::new(it.user.as_str(), it.password.clone().unwrap_or_default())?;
    Ok(Some(Arc::new(basic)))
}

/// Adds the client's parameters of which the URL has none of the same name.
fn add_query(url: &mut Url, query: &[(String, String)], without: &[String]) {
    if query.is_empty() {
        return;
    }
    let pairs = url.query().unwrap_or_default().split('&');
    let names = pairs.map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
    let given: Vec<Vec<u8>> = names
        .map(|name| percent::decode_form(name.as_bytes()).into_owned())
        .collect();
    for (name, value) in query {
        if !without.contains(name) && !given.iter().any(|it| it == name.as_bytes()) {
            url.push_query(name, value);
        }
    }
}

impl RequestBuilder {
    /// Sends the request and returns when the head of the response has come, after challenges and redirects.
    ///
    /// # Errors
    /// [`Error`]: no response came. A response with an error status is a response.
    pub async fn send(self) -> Result<Response, Error> {
        Ok(Response::new(self.carry_out().await?))
    }
}

impl<M: Mode> fmt::Debug for RequestBuilderOf<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBuilder")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

/// The first request of an exchange, as it would be sent.
pub struct Offline {
    leg: Leg,
    bytes: Vec<u8>,
}

impl Offline {
    fn new(leg: Leg) -> Result<Self, Error> {
        let mut bytes = wire::head_bytes(&leg)?;
        if let SentBody::Bytes(body) = &leg.body {
            bytes.extend_from_slice(&wire::body_bytes(&leg, body));
        }
        Ok(Self { leg, bytes })
    }

    /// Returns every byte that would be sent, secrets and all. A body that is read only once is left out.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the request, with what the scheme computed.
    pub fn leg(&self) -> &Leg {
        &self.leg
    }
}

impl fmt::Debug for Offline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.leg.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Client;

    /// What is large is moved whenever it is handed on. These are budgets to keep to, not goals.
    #[test]
    fn a_request_and_its_future_are_small() {
        let request = Client::new().get("http://a.example/");
        let sizes = [
            ("a request", size_of_val(&request), 1024),
            ("what it becomes", size_of::<Drive>(), 2816),
            ("a leg", size_of::<Leg>(), 1024),
            ("a response", size_of::<Response>(), 16),
            ("its future", size_of_val(&request.send()), 5120),
        ];
        for (what, size, budget) in sizes {
            assert!(size <= budget, "{what} takes {size} bytes of {budget}");
        }
    }
}
