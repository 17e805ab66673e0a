//! A request as targets see it: every text behind an encoder, every secret where the options want it.

use std::time::Duration;

use gatepass_auth::Secret;

use crate::support::Need;
use crate::text::Text;
use crate::variable::Variable;

/// What the code is to do.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Call {
    /// The method, case as sent.
    pub method: String,
    /// The URL, without user name, password and fragment. A key in the query is in [`Call::login`] alone.
    pub url: Text,
    /// Whether the URL is `https`.
    pub https: bool,
    /// The header fields, in order. The one of a scheme is in [`Call::login`] alone, and the media type of JSON, a form or a
    /// multipart body is there only where it is not the usual one.
    pub headers: Vec<(String, Text)>,
    /// How the request authenticates.
    pub login: Login,
    /// The body.
    pub body: Payload,
    /// The proxy.
    pub proxy: Option<Proxy>,
    /// What is particular about TLS.
    pub tls: TlsOptions,
    /// Whether redirects are followed; `None` leaves it to the library.
    pub follow: Option<bool>,
    /// How long everything may take.
    pub timeout: Option<Duration>,
    /// What the code reads when it runs.
    pub variables: Vec<Variable>,
}

/// How a request authenticates.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Login {
    /// Not at all.
    None,
    /// `Basic`.
    Basic {
        /// The user name.
        user: Text,
        /// The password.
        password: Text,
    },
    /// A word and a token in the `Authorization` header.
    Bearer {
        /// `Bearer`, `Token` or another word.
        word: String,
        /// The token.
        token: Text,
    },
    /// A key in a header.
    HeaderKey {
        /// The header's name.
        name: String,
        /// The key.
        key: Text,
    },
    /// A key in the query.
    QueryKey {
        /// The parameter's name, not encoded.
        name: String,
        /// The key, not encoded.
        key: Text,
    },
    /// A key in a cookie.
    CookieKey {
        /// The cookie's name.
        name: String,
        /// The key.
        key: Text,
    },
    /// `Digest`.
    Digest {
        /// The user name.
        user: Text,
        /// The password.
        password: Text,
        /// The only algorithm that may be used; without it, what the server offers.
        algorithm: Option<DigestAlgorithm>,
    },
    /// OAuth 1.0a with HMAC-SHA1, in the `Authorization` header.
    OAuth1(OAuth1),
}

/// The algorithms of Digest that generated code knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// `MD5`.
    Md5,
    /// `SHA-256`.
    Sha256,
}

/// The credentials of OAuth 1.0a.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OAuth1 {
    /// The client's name.
    pub consumer_key: Text,
    /// The client's secret.
    pub consumer_secret: Text,
    /// The token; empty for requests of the client alone.
    pub token: Text,
    /// The token's secret.
    pub token_secret: Text,
}

/// The body of a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Payload {
    /// Nothing.
    Empty,
    /// A JSON value.
    Json(serde_json::Value),
    /// A JSON value as text, with variables in it.
    JsonText(Text),
    /// Fields of `application/x-www-form-urlencoded`, not encoded.
    Form(Vec<(Text, Text)>),
    /// Parts of `multipart/form-data`.
    Multipart(Vec<FormPart>),
    /// The contents of a file.
    File(Text),
    /// Bytes.
    Raw(Text),
}

/// One part of `multipart/form-data`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FormPart {
    /// The field's name.
    pub name: Text,
    /// What it holds.
    pub content: PartContent,
    /// The media type, where one is given.
    pub content_type: Option<String>,
}

/// What a part of a multipart body holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PartContent {
    /// This text.
    Text(Text),
    /// A file's contents.
    File {
        /// Where the file is.
        path: Text,
        /// The name that the server is told.
        filename: Text,
    },
}

/// A proxy for HTTP.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Proxy {
    /// The proxy's name or address, an IPv6 address in brackets.
    pub host: String,
    /// The proxy's port.
    pub port: u16,
    /// User name and password.
    pub credentials: Option<(Text, Text)>,
}

/// What is particular about TLS.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TlsOptions {
    /// The file with the authorities to trust, in PEM.
    pub ca: Option<Text>,
    /// The file with the client's certificate, in PEM.
    pub certificate: Option<Text>,
    /// The file with its key, in PEM, where that is not the same one.
    pub key: Option<Text>,
    /// Whether the server's certificate is verified.
    pub verify: bool,
}

impl Default for TlsOptions {
    fn default() -> Self {
        Self {
            ca: None,
            certificate: None,
            key: None,
            verify: true,
        }
    }
}

impl TlsOptions {
    /// Says whether a library's own settings will do.
    pub fn is_default(&self) -> bool {
        self.ca.is_none() && self.certificate.is_none() && self.verify
    }
}

impl FormPart {
    /// Makes a part that holds text.
    pub fn text(name: impl Into<Text>, text: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            content: PartContent::Text(text.into()),
            content_type: None,
        }
    }

    /// Makes a part that holds a file.
    pub fn file(name: impl Into<Text>, path: impl Into<Text>, filename: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            content: PartContent::File {
                path: path.into(),
                filename: filename.into(),
            },
            content_type: None,
        }
    }

    /// Says whether a file is sent under the name that it has.
    pub(crate) fn keeps_its_name(&self) -> bool {
        let PartContent::File { path, filename } = &self.content else {
            return true;
        };
        let path = path.known().unwrap_or_default();
        let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
        filename.known().is_some_and(|filename| filename == name)
    }

    /// Names the part's media type.
    #[must_use]
    pub fn of_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }
}

impl Proxy {
    /// Names a proxy.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self {
            host: host.into(),
            port,
            credentials: None,
        }
    }

    /// Adds user name and password.
    #[must_use]
    pub fn with_credentials(mut self, user: Text, password: Text) -> Self {
        self.credentials = Some((user, password));
        self
    }

    /// Returns `http://host:port`.
    pub fn url(&self) -> Text {
        format!("http://{}:{}", self.host, self.port).into()
    }

    /// Returns `http://user:password@host:port`, the credentials percent-encoded.
    pub fn url_with_credentials(&self) -> Text {
        let Some((user, password)) = &self.credentials else {
            return self.url();
        };
        Text::from("http://")
            .and(&user.percent_encoded())
            .and(&":".into())
            .and(&password.percent_encoded())
            .and(&format!("@{}:{}", self.host, self.port).into())
    }
}

impl Login {
    /// Says whether there is a secret in a header, or one that answers a challenge.
    pub(crate) fn is_in_the_head(&self) -> bool {
        !matches!(self, Self::None | Self::QueryKey { .. })
    }

    fn each_text(&mut self, change: &dyn Fn(&mut Text)) {
        match self {
            Self::None => {}
            Self::Basic { user, password } | Self::Digest { user, password, .. } => {
                change(user);
                change(password);
            }
            Self::Bearer { token, .. } => change(token),
            Self::HeaderKey { key, .. }
            | Self::QueryKey { key, .. }
            | Self::CookieKey { key, .. } => change(key),
            Self::OAuth1(keys) => {
                change(&mut keys.consumer_key);
                change(&mut keys.consumer_secret);
                change(&mut keys.token);
                change(&mut keys.token_secret);
            }
        }
    }
}

impl Payload {
    fn each_text(&mut self, change: &dyn Fn(&mut Text)) {
        match self {
            Self::Empty | Self::Json(_) => {}
            Self::JsonText(text) | Self::File(text) | Self::Raw(text) => change(text),
            Self::Form(fields) => fields.iter_mut().for_each(|(name, text)| {
                change(name);
                change(text);
            }),
            Self::Multipart(parts) => {
                for part in parts {
                    change(&mut part.name);
                    match &mut part.content {
                        PartContent::Text(text) => change(text),
                        PartContent::File { path, filename } => {
                            change(path);
                            change(filename);
                        }
                    }
                }
            }
        }
    }
}

/// The methods that every library has a word for.
const USUAL: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

impl Call {
    /// Returns everything that the request needs, in the order of [`Need::ALL`].
    pub fn needs(&self) -> Vec<Need> {
        let is_there = |need: &&Need| match need {
            Need::NoAuth => matches!(self.login, Login::None),
            Need::Basic => matches!(self.login, Login::Basic { .. }),
            Need::BasicUtf8 => matches!(&self.login, Login::Basic { user, password }
                if user.has_non_ascii() || password.has_non_ascii()),
            Need::Bearer => matches!(&self.login, Login::Bearer { word, .. } if word == "Bearer"),
            Need::Token => matches!(&self.login, Login::Bearer { word, .. } if word != "Bearer"),
            Need::KeyInHeader => matches!(self.login, Login::HeaderKey { .. }),
            Need::KeyInQuery => matches!(self.login, Login::QueryKey { .. }),
            Need::KeyInCookie => matches!(self.login, Login::CookieKey { .. }),
            Need::OwnHeader => !self.headers.is_empty(),
            // A challenge decides between the algorithms, and MD5 is the one that every server knows.
            Need::DigestMd5 => matches!(self.login, Login::Digest { algorithm, .. }
                if algorithm != Some(DigestAlgorithm::Sha256)),
            Need::DigestSha256 => matches!(
                self.login,
                Login::Digest {
                    algorithm: Some(DigestAlgorithm::Sha256),
                    ..
                }
            ),
            Need::OAuth1 => matches!(self.login, Login::OAuth1(_)),
            Need::Proxy => self.proxy.is_some(),
            Need::ClientCertificate => self.tls.certificate.is_some(),
            Need::CaFile => self.tls.ca.is_some(),
            Need::Unverified => !self.tls.verify,
            Need::Follow => self.follow == Some(true),
            Need::Stay => self.follow == Some(false),
            Need::Timeout => self.timeout.is_some(),
            Need::Json => matches!(self.body, Payload::Json(_) | Payload::JsonText(_)),
            Need::Form => matches!(self.body, Payload::Form(_)),
            Need::Multipart => matches!(self.body, Payload::Multipart(_)),
            Need::File => matches!(self.body, Payload::File(_)),
            Need::Raw => matches!(self.body, Payload::Raw(_)),
            Need::AnyMethod => !USUAL.contains(&self.method.as_str()),
        };
        Need::ALL.iter().filter(is_there).copied().collect()
    }

    /// Returns the URL with the key of the query in it, if there is one.
    pub fn full_url(&self) -> Text {
        let Login::QueryKey { name, key } = &self.login else {
            return self.url.clone();
        };
        let known = self.url.known().unwrap_or_default();
        let joint = if known.contains(&b'?') { "&" } else { "?" };
        self.url
            .clone()
            .and(&joint.into())
            .and(&Text::from(name.as_str()).percent_encoded())
            .and(&"=".into())
            .and(&key.percent_encoded())
    }

    /// Returns the header that the login is, for libraries without a facility of their own; Basic is not one, because its
    /// header has to be computed.
    pub fn login_header(&self) -> Option<(String, Text)> {
        match &self.login {
            Login::Bearer { word, token } => Some((
                "Authorization".to_owned(),
                Text::from(format!("{word} ")).and(token),
            )),
            Login::HeaderKey { name, key } => Some((name.clone(), key.clone())),
            _ => None,
        }
    }

    /// Returns all header fields: the request's, then the login's where it is one; cookies are in one field.
    pub fn all_headers(&self) -> Vec<(String, Text)> {
        let mut headers = self.headers.clone();
        headers.extend(self.login_header());
        if let Some(cookies) = self.cookies() {
            headers.retain(|(name, _)| !name.eq_ignore_ascii_case("cookie"));
            headers.push(("Cookie".to_owned(), cookies));
        }
        headers
    }

    /// Returns the value of the `Cookie` header, if there is one.
    pub fn cookies(&self) -> Option<Text> {
        let mut all: Option<Text> = None;
        let mut add = |cookie: Text| {
            all = Some(match all.take() {
                None => cookie,
                Some(before) => before.and(&"; ".into()).and(&cookie),
            });
        };
        for (name, value) in &self.headers {
            if name.eq_ignore_ascii_case("cookie") {
                add(value.clone());
            }
        }
        if let Login::CookieKey { name, key } = &self.login {
            add(Text::from(format!("{name}=")).and(key));
        }
        all
    }

    /// Returns the value of a header field that the request names itself.
    pub fn header(&self, name: &str) -> Option<&Text> {
        let same = |(other, _): &&(String, Text)| other.eq_ignore_ascii_case(name);
        self.headers.iter().find(same).map(|(_, value)| value)
    }

    /// Returns the media type that goes with the body where no header names another.
    pub fn content_type(&self) -> Option<&'static str> {
        if self.header("content-type").is_some() {
            return None;
        }
        match self.body {
            Payload::Json(_) | Payload::JsonText(_) => Some("application/json"),
            Payload::Form(_) => Some("application/x-www-form-urlencoded"),
            _ => None,
        }
    }

    /// Returns the body as one text, for libraries that have no facility for JSON and forms: none for multipart bodies and
    /// files.
    pub fn body_text(&self) -> Option<Text> {
        match &self.body {
            Payload::Json(value) => Some(value.to_string().into()),
            Payload::Form(fields) => Some(form_text(fields)),
            Payload::Raw(bytes) | Payload::JsonText(bytes) => Some(bytes.clone()),
            Payload::Empty | Payload::Multipart(_) | Payload::File(_) => None,
        }
    }

    /// Puts values in the place of variables, as where `--secrets literal` was asked for. A variable without a value stays.
    #[must_use]
    pub fn with_values(mut self, value: &dyn Fn(&str) -> Option<Secret>) -> Self {
        self.each_text(&|text| *text = text.with_values(value));
        self.variables
            .retain(|variable| value(&variable.name).is_none());
        self
    }

    /// Changes every text.
    pub(crate) fn each_text(&mut self, change: &dyn Fn(&mut Text)) {
        change(&mut self.url);
        self.headers.iter_mut().for_each(|(_, text)| change(text));
        self.login.each_text(change);
        self.body.each_text(change);
        if let Some((user, password)) = self
            .proxy
            .as_mut()
            .and_then(|proxy| proxy.credentials.as_mut())
        {
            change(user);
            change(password);
        }
        for path in [
            &mut self.tls.ca,
            &mut self.tls.certificate,
            &mut self.tls.key,
        ] {
            path.iter_mut().for_each(change);
        }
    }

    /// Says whether there is a body.
    pub fn has_body(&self) -> bool {
        !matches!(self.body, Payload::Empty)
    }

    /// Returns the timeout in whole milliseconds, rounded up.
    pub fn timeout_millis(&self) -> Option<u64> {
        let millis = |timeout: Duration| timeout.as_micros().div_ceil(1000).try_into();
        self.timeout
            .map(|timeout| millis(timeout).unwrap_or(u64::MAX))
    }
}

/// Writes a form as the URL standard says, but for the space, which is `%20`.
fn form_text(fields: &[(Text, Text)]) -> Text {
    let mut text = Text::default();
    for (number, (name, value)) in fields.iter().enumerate() {
        if number > 0 {
            text = text.and(&"&".into());
        }
        text = text
            .and(&name.percent_encoded())
            .and(&"=".into())
            .and(&value.percent_encoded());
    }
    text
}
