//! A request as data.

use gatepass_auth::params::is_token;
use gatepass_auth::show::carries_credential;
use gatepass_auth::{Header, Headers};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::auth::Auth;
use crate::blob::Blob;
use crate::body::Body;
use crate::error::RequestError;
use crate::field::{check_header_name, check_header_value};
use crate::settings::Settings;
use crate::url::Url;
use crate::variable::{Piece, Variable, pieces};

/// What to send, and by which authentication. It can be stored: see [`Request::check`] for what is refused.
///
/// Serialising it never writes a secret: a user name or password in the URL, a literal secret in [`Auth`], and a header field that
/// carries a credential are errors, unless a variable stands in the credential's place. Bodies and queries are written as they are:
/// [`Request::take_secrets`] takes their secrets out.
///
/// ```
/// use gatepass_request::{Auth, Body, Request, Source, Url};
///
/// let request = Request::new("POST", Url::parse("https://api.example/orders")?)
///     .with_header("X-Trace", "7")
///     .with_body(Body::Json(serde_json::json!({"amount": 3})))
///     .with_auth(Auth::new("bearer").with("token", Source::parse("env:API_TOKEN")?));
/// let stored = serde_json::to_string(&request)?;
/// assert_eq!(serde_json::from_str::<Request>(&stored)?, request);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// The method, case as sent.
    pub method: String,
    /// The URL.
    pub url: Url,
    /// The header fields that are wanted, in order. Others may be added by default.
    pub headers: Headers,
    /// Header fields that must not be added by default: `User-Agent`, say.
    pub without: Vec<String>,
    /// The body.
    pub body: Body,
    /// By what to authenticate.
    pub auth: Option<Auth>,
    /// How it is to be carried out.
    pub settings: Settings,
    /// The variables whose stand-ins are in the texts, in the order of their stand-ins. See [`crate::pieces`].
    pub variables: Vec<Variable>,
}

impl Request {
    /// Begins a request without header fields and body.
    pub fn new(method: impl Into<String>, url: Url) -> Self {
        Self {
            method: method.into(),
            url,
            headers: Headers::new(),
            without: Vec::new(),
            body: Body::Empty,
            auth: None,
            settings: Settings::default(),
            variables: Vec::new(),
        }
    }

    /// Begins a GET request.
    pub fn get(url: Url) -> Self {
        Self::new("GET", url)
    }

    /// Adds a header field.
    #[must_use]
    pub fn with_header(mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Adds `name=value` to the query.
    #[must_use]
    pub fn with_query(mut self, name: &str, value: &str) -> Self {
        self.url.push_query(name, value);
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// Sets by what to authenticate.
    #[must_use]
    pub fn with_auth(mut self, auth: Auth) -> Self {
        self.auth = Some(auth);
        self
    }

    /// Says whether a field may be added by default: it is neither there nor in [`Request::without`].
    pub fn wants_default(&self, name: &str) -> bool {
        let refused = self
            .without
            .iter()
            .any(|other| other.eq_ignore_ascii_case(name));
        !refused && !self.headers.contains(name)
    }

    /// Checks what the types leave open: the method and header names are tokens, and no header value has a control
    /// character other than a tab (RFC 9110 section 5.5), those of the parts of a form included. A stored request is checked
    /// when it is read.
    ///
    /// # Errors
    /// [`RequestError`], which says where.
    pub fn check(&self) -> Result<(), RequestError> {
        if !is_token(self.method.as_bytes()) {
            return Err(RequestError::BadMethod {
                method: self.method.clone(),
            });
        }
        let in_order = self
            .variables
            .is_sorted_by(|one, two| one.stand_in < two.stand_in);
        if !in_order || !self.variables.iter().all(Variable::is_sound) {
            return Err(RequestError::BadStandIn);
        }
        self.headers.iter().try_for_each(|header| {
            check_header_name(header.name())?;
            check_header_value(header.name(), header.value())
        })?;
        match &self.body {
            Body::Multipart(form) => form.check(),
            _ => Ok(()),
        }
    }
}

impl<'de> Deserialize<'de> for Request {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename = "Request", deny_unknown_fields)]
        struct Stored {
            method: String,
            url: String,
            #[serde(default)]
            headers: Vec<(String, Blob)>,
            #[serde(default)]
            without: Vec<String>,
            #[serde(default)]
            body: Body,
            #[serde(default)]
            auth: Option<Auth>,
            #[serde(default)]
            settings: Settings,
            #[serde(default)]
            variables: Vec<Variable>,
        }
        let stored = Stored::deserialize(deserializer)?;
        let headers = stored
            .headers
            .into_iter()
            .map(|(name, value)| (name, value.into_bytes()))
            .collect();
        let url = match stored.variables.as_slice() {
            [] => Url::parse(&stored.url),
            variables => Url::with_variables(&stored.url, "http", variables),
        };
        let request = Self {
            method: stored.method,
            url: url.map_err(serde::de::Error::custom)?,
            headers,
            without: stored.without,
            body: stored.body,
            auth: stored.auth,
            settings: stored.settings,
            variables: stored.variables,
        };
        request.check().map_err(serde::de::Error::custom)?;
        Ok(request)
    }
}

impl Serialize for Request {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename = "Request")]
        struct Stored<'a> {
            method: &'a str,
            url: &'a Url,
            headers: Vec<(&'a str, Blob)>,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            without: &'a [String],
            body: &'a Body,
            auth: Option<&'a Auth>,
            #[serde(skip_serializing_if = "Settings::is_default")]
            settings: &'a Settings,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            variables: &'a [Variable],
        }
        let secret = |header: &&Header| {
            (header.is_secret() || carries_credential(header.name()))
                && !self.is_open(header.value())
        };
        if let Some(header) = self.headers.iter().find(secret) {
            return Err(S::Error::custom(format!(
                "the header {} carries a credential, which is not written; authenticate by a scheme instead",
                header.name()
            )));
        }
        let mut for_proxy = self.settings.proxy.iter().flat_map(|it| &it.headers);
        if let Some((name, _)) = for_proxy
            .find(|(name, value)| carries_credential(name) && !self.is_open(value.as_bytes()))
        {
            return Err(S::Error::custom(format!(
                "the header {name} for the proxy carries a credential, which is not written; authenticate by a scheme instead"
            )));
        }
        let headers = self.headers.iter();
        Stored {
            method: &self.method,
            url: &self.url,
            headers: headers
                .map(|header| (header.name(), Blob::new(header.value())))
                .collect(),
            without: &self.without,
            body: &self.body,
            auth: self.auth.as_ref(),
            settings: &self.settings,
            variables: &self.variables,
        }
        .serialize(serializer)
    }
}

impl Request {
    /// Says whether a variable without a default stands in place of the credential: what else there is, is a scheme's word.
    fn is_open(&self, value: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(value) else {
            return false;
        };
        let mut credentials = match text.split_once(' ') {
            Some((word, rest)) if is_token(word.as_bytes()) => pieces(rest, &self.variables),
            _ => pieces(text, &self.variables),
        }
        .into_iter();
        let open = |piece| matches!(piece, Piece::Variable(it) if it.default.is_none());
        credentials.len() > 0 && credentials.all(open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Change, Chunk, Content, Multipart, Part};
    use crate::settings::Proxy;
    use crate::variable::StandIns;

    fn request() -> Request {
        Request::get(Url::parse("http://example.org/a%2Fb?c").unwrap())
    }

    #[test]
    fn a_credential_for_a_proxy_is_neither_shown_nor_stored() {
        let mut request = request();
        let mut proxy = Proxy::new("http://p:1");
        proxy.headers = vec![("X-Api-Key".to_owned(), "s3cret-key".to_owned())];
        request.settings.proxy = Some(proxy);
        assert!(!format!("{request:?}").contains("s3cret"));
        let refused = serde_json::to_string(&request).unwrap_err().to_string();
        assert!(
            refused.contains("X-Api-Key") && !refused.contains("s3cret"),
            "{refused}"
        );
        let secrets = request.take_secrets();
        assert_eq!(secrets[0].0, "X_API_KEY");
        let stored = serde_json::to_string(&request).unwrap();
        assert!(!stored.contains("s3cret"), "{stored}");
    }

    #[test]
    fn what_is_stored_is_read_again() {
        let bodies = [
            Body::Empty,
            Body::Json(serde_json::json!({"b": [1, null], "a": "x"})),
            Body::Form(vec![
                ("a".to_owned(), "1".to_owned()),
                ("a".to_owned(), String::new()),
            ]),
            Body::raw_of("text/plain", "hello"),
            Body::raw(vec![0xff, 0]),
            Body::File {
                content: Content::file("a.bin"),
                content_type: None,
            },
            Body::Joined {
                chunks: vec![Chunk::new(Content::Stdin, Change::WithoutBreaks)],
                content_type: Some("text/plain".to_owned()),
            },
            Body::Multipart(Multipart {
                parts: vec![Part::text("a", "1"), Part::file("b", "x/y.png")],
                boundary: None,
            }),
            Body::Multipart(
                Multipart::new().with(
                    Part::of("b", Content::bytes(vec![0xff]))
                        .named("b")
                        .with_header("X-A", "1"),
                ),
            ),
        ];
        for body in bodies {
            let mut request = request()
                .with_header("X-a", "1")
                .with_header("x-A", vec![0xe9])
                .with_body(body);
            request.without.push("User-Agent".to_owned());
            let stored = serde_json::to_string(&request).unwrap();
            assert_eq!(
                serde_json::from_str::<Request>(&stored).unwrap(),
                request,
                "{stored}"
            );
        }
    }

    #[test]
    fn settings_and_variables_are_stored() {
        let mut stand_ins = StandIns::beside("");
        let base = stand_ins.of("BASE", None, false);
        let token = stand_ins.of("TOKEN", None, false);
        let variables = stand_ins.into_variables();
        let url = Url::with_variables(&format!("{base}/v1?a={token}"), "http", &variables).unwrap();
        let mut request = Request::get(url)
            .with_header("Authorization", format!("Bearer {token}"))
            .with_header("X-Id", token.as_str());
        request.variables = variables;
        request.settings.proxy = Some(Proxy::new("socks5h://[::1]:1080"));
        request.settings.timeouts.total = Some(std::time::Duration::from_millis(1500));
        let stored = serde_json::to_string(&request).unwrap();
        assert_eq!(
            serde_json::from_str::<Request>(&stored).unwrap(),
            request,
            "{stored}"
        );
        request.variables[1].default = Some("s3cret".to_owned());
        assert!(serde_json::to_string(&request).is_err());
        request.variables.reverse();
        assert_eq!(request.check(), Err(RequestError::BadStandIn));
    }

    #[test]
    fn without_its_secrets_a_request_can_be_stored_and_filled_again() {
        let mut request = request()
            .with_header("Cookie", "sid=s3cret")
            .with_header("authorization", "Bearer s3cret")
            .with_header("Accept", "*/*")
            .with_auth(
                Auth::parse(
                    Some("oauth1"),
                    &["consumer_key=k", "consumer_secret=s3cret"],
                )
                .unwrap(),
            );
        let before = request.clone();
        let secrets = request.take_secrets();
        let stored = serde_json::to_string(&request).unwrap();
        assert!(
            !stored.contains("s3cret") && stored.contains("text:k"),
            "{stored}"
        );
        let names: Vec<&str> = secrets.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["CONSUMER_SECRET", "COOKIE", "AUTHORIZATION"]);
        let stored: Request = serde_json::from_str(&stored).unwrap();
        let filled = stored.resolve(&|it| {
            let found = secrets.iter().find(|(name, _)| *name == it.name);
            found.and_then(|(_, secret)| secret.expose_str().map(str::to_owned))
        });
        let filled = filled.unwrap();
        assert_eq!(filled.headers.get("Cookie"), before.headers.get("Cookie"));
        assert_eq!(
            filled.headers.get_str("Authorization"),
            Some("Bearer s3cret")
        );
    }

    #[test]
    fn a_secret_is_never_stored() {
        let mut secret = request();
        secret.headers.set_secret("X-Mine", "s3cret");
        let url = Url::parse("http://s3cret@example.org").unwrap();
        for request in [
            secret,
            request().with_header("Authorization", "Basic s3cret"),
            Request::get(url),
        ] {
            let error = serde_json::to_string(&request).unwrap_err().to_string();
            assert!(
                error.contains("not written") && !error.contains("s3cret"),
                "{error}"
            );
            assert!(!format!("{request:?}").contains("s3cret"));
        }
    }

    #[test]
    fn a_stored_request_cannot_smuggle_a_line() {
        for (method, name, value) in [
            ("GET /", "a", "b"),
            ("GET", "a b", "c"),
            ("GET", "a", "b\\r\\nc: d"),
            ("GET", "", "b"),
        ] {
            let stored = format!(
                r#"{{"method":"{method}","url":"http://example.org/","headers":[["{name}","{value}"]]}}"#
            );
            let error = serde_json::from_str::<Request>(&stored)
                .unwrap_err()
                .to_string();
            assert!(
                error.contains("method")
                    || error.contains("header")
                    || error.contains("value of a"),
                "{error}"
            );
        }
    }
}
