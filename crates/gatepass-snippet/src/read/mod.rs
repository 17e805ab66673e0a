//! From a [`Request`] to a [`Call`]: where each secret stands is decided here, and nowhere else.

mod body;
mod secret;
mod settings;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepass_auth::schemes::api_key::Place;
use gatepass_auth::show::{carries_credential, is_secret_name};
use gatepass_auth::{Header, Secret, schemes};
use gatepass_request::{
    Auth, Piece as OpenPiece, Request, Source, USER_PASSWORD, Variable as Open, has_variable,
    pieces,
};

use crate::call::{Call, DigestAlgorithm, Login, OAuth1, Payload};
use crate::error::SnippetError;
use crate::options::Options;
use crate::options::Secrets;
use crate::text::Text;
use crate::variable::Variable;

/// Reads a request. The second value is what cannot be said in code: a sentence each, without a full stop.
///
/// # Errors
/// [`SnippetError::Request`] for a request that no HTTP library would send, and for schemes that are not written as code.
pub(crate) fn call(
    request: &Request,
    options: &Options,
) -> Result<(Call, Vec<String>), SnippetError> {
    request
        .check()
        .map_err(|error| SnippetError::Request(error.to_string()))?;
    let mut reader = Reader {
        secrets: options.secrets,
        open: &request.variables,
        variables: Vec::new(),
        hidden: BTreeSet::new(),
        notes: Vec::new(),
    };
    let mut url = request.url.clone();
    let user_info = url.take_user_info();
    let without_fragment = url.to_string();
    let url = reader.url(without_fragment.split('#').next().unwrap_or_default());
    let mut login = match (&request.auth, user_info) {
        (Some(auth), _) => reader.login(auth, request)?,
        (None, Some(info)) => Login::Basic {
            user: reader.text(&info.user),
            password: reader.literal(&info.password.unwrap_or_default(), PASSWORD),
        },
        (None, None) => Login::None,
    };
    let mut headers = Vec::new();
    for header in &request.headers {
        // What an explicit header says goes before a scheme.
        if header.name().eq_ignore_ascii_case("authorization") {
            match reader.authorization(header) {
                Ok(explicit) => login = explicit,
                Err(value) => {
                    login = Login::None;
                    headers.push((header.name().to_owned(), value));
                }
            }
            continue;
        }
        headers.push((header.name().to_owned(), reader.header(header)));
    }
    for name in &request.without {
        if name.eq_ignore_ascii_case("authorization") {
            login = Login::None;
        } else {
            reader.notes.push(format!(
                "the library may send {name}, which the request leaves out"
            ));
        }
    }
    let body = reader.body(&request.body, &mut headers)?;
    tidy_headers(&body, &mut headers);
    let settings = &request.settings;
    let mut call = Call {
        method: request.method.clone(),
        url,
        https: request.url.scheme() == "https",
        headers,
        login,
        body,
        proxy: settings
            .proxy
            .as_ref()
            .map(|proxy| reader.proxy(proxy))
            .transpose()?,
        tls: reader.tls(&settings.tls)?,
        follow: settings.redirects.follow,
        timeout: settings.timeouts.total,
        variables: Vec::new(),
    };
    reader.unsaid(settings);
    reader.without_secrets(&mut call);
    secret::check_fallbacks(&call)?;
    let call = Call {
        variables: reader.variables,
        ..call
    };
    Ok((call, reader.notes))
}

/// A role of a secret: the variable that it stands in, and what it is.
type Role = (&'static str, &'static str);

const USER: Role = ("API_USER", "the user name");
const PASSWORD: Role = ("API_PASSWORD", "the password");
const TOKEN: Role = ("API_TOKEN", "the token");
const KEY: Role = ("API_KEY", "the key");
const PROXY_USER: Role = ("PROXY_USER", "the proxy's user name");
const PROXY_PASSWORD: Role = ("PROXY_PASSWORD", "the password for the proxy");
const CONSUMER_KEY: Role = ("OAUTH_CONSUMER_KEY", "the consumer key");
const CONSUMER_SECRET: Role = ("OAUTH_CONSUMER_SECRET", "the consumer secret");
const OAUTH_TOKEN: Role = ("OAUTH_TOKEN", "the OAuth token");
const TOKEN_SECRET: Role = ("OAUTH_TOKEN_SECRET", "the token secret");

struct Reader<'r> {
    secrets: Secrets,
    /// The variables that the request leaves open.
    open: &'r [Open],
    variables: Vec<Variable>,
    /// The variables that are secrets: what stands in for them is not written.
    hidden: BTreeSet<String>,
    notes: Vec<String>,
}

impl Reader<'_> {
    /// Returns a text of the request, with the variables that stand in it.
    fn text(&mut self, text: &str) -> Text {
        let mut out = Text::default();
        for piece in pieces(text, self.open) {
            out = match piece {
                OpenPiece::Text(text) => out.and(&text.into()),
                OpenPiece::Variable(open) => out.and(&self.opened(open)),
                _ => out,
            };
        }
        out
    }

    fn opened(&mut self, open: &Open) -> Text {
        if is_secret_name(&open.name) {
            self.hidden.insert(crate::text::identifier(&open.name));
        }
        let text = match &open.default {
            Some(fallback) => Text::variable_or(&open.name, fallback),
            None => self.variable(Variable::new(&open.name, "the value")),
        };
        if open.encoded {
            text.percent_encoded()
        } else {
            text
        }
    }

    fn bytes(&mut self, bytes: &[u8]) -> Text {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.text(text),
            Err(_) => Text::new(bytes),
        }
    }

    fn has_variables(&self, bytes: &[u8]) -> bool {
        has_variable(bytes, self.open)
    }

    /// Returns a secret that is here.
    fn literal(&mut self, secret: &Secret, role: Role) -> Text {
        if self.has_variables(secret.expose()) {
            self.hide(secret.expose_str().unwrap_or_default());
            return self.bytes(secret.expose());
        }
        match self.secrets {
            Secrets::Literal => Text::secret(secret),
            Secrets::Env | Secrets::Prompt => self.variable(Variable::new(role.0, role.1)),
        }
    }

    fn variable(&mut self, variable: Variable) -> Text {
        let text = Text::variable(&variable.name);
        if !self
            .variables
            .iter()
            .any(|known| known.name == variable.name)
        {
            self.variables.push(variable);
        }
        text
    }

    /// Returns what a source gives: a literal that is no secret stays one.
    fn source(&mut self, source: &Source, role: Role, is_secret: bool) -> Text {
        match source {
            Source::Literal(text) if is_secret => self.literal(text, role),
            Source::Literal(text) => self.bytes(text.expose()),
            Source::Env(name) => self.variable(Variable::new(name, role.1)),
            Source::File(path) => self.variable(Variable::new(role.0, role.1).from_file(path)),
            Source::Command(command) => {
                self.variable(Variable::new(role.0, role.1).from_command(command))
            }
            _ => self.variable(Variable::new(role.0, role.1)),
        }
    }

    /// Returns a field of `auth`, or `None` where it is not given.
    fn field(&mut self, auth: &Auth, name: &str, role: Role, is_secret: bool) -> Option<Text> {
        auth.get(name)
            .map(|source| self.source(source, role, is_secret))
    }

    fn login(&mut self, auth: &Auth, request: &Request) -> Result<Login, SnippetError> {
        let written = auth.scheme.as_deref().unwrap_or("basic");
        if written.eq_ignore_ascii_case("auto") {
            return Err(unwritten(
                "`auto` chooses when it is challenged; name the scheme, as in -A digest",
            ));
        }
        let (entry, sets) =
            schemes::resolve(written).map_err(|error| SnippetError::Request(error.to_string()))?;
        let descriptor = entry.about;
        let set = |field: &str| {
            let given = match auth.get(field) {
                Some(Source::Literal(text)) => text.expose_str(),
                _ => None,
            };
            given
                .or_else(|| sets.text(field))
                .or_else(|| descriptor.field(field)?.default)
                .map(str::to_owned)
        };
        match descriptor.id {
            "basic" => {
                let (user, password) = self.user_password(auth);
                Ok(Login::Basic { user, password })
            }
            "bearer" => Ok(Login::Bearer {
                word: set("word").unwrap_or_else(|| "Bearer".to_owned()),
                token: self.required(auth, "token", TOKEN),
            }),
            "apikey" => {
                let name = set("name").unwrap_or_else(|| "X-API-Key".to_owned());
                let place = match set("in").as_deref() {
                    Some("query") => Place::Query,
                    Some("cookie") => Place::Cookie,
                    _ => Place::Header,
                };
                // What the request has itself goes before a scheme.
                if place.is_taken(&name, &request.url.to_string(), &request.headers) {
                    return Ok(Login::None);
                }
                let key = self.required(auth, "key", KEY);
                Ok(match place {
                    Place::Query => Login::QueryKey { name, key },
                    Place::Cookie => Login::CookieKey { name, key },
                    Place::Header => Login::HeaderKey { name, key },
                })
            }
            "digest" => {
                if set("qop").as_deref() == Some("auth-int") {
                    return Err(unwritten(
                        "Digest with auth-int is not written as code; leave qop out",
                    ));
                }
                let algorithm = match set("algorithm").as_deref() {
                    None => None,
                    Some("MD5") => Some(DigestAlgorithm::Md5),
                    Some("SHA-256") => Some(DigestAlgorithm::Sha256),
                    Some(_) => {
                        return Err(unwritten(
                            "of Digest's algorithms only MD5 and SHA-256 are written as code",
                        ));
                    }
                };
                let (user, password) = self.user_password(auth);
                Ok(Login::Digest {
                    user,
                    password,
                    algorithm,
                })
            }
            "oauth1" => self.oauth1(auth, set),
            other => Err(SnippetError::Request(format!(
                "{other} is not written as code yet; `gatepass` itself sends it"
            ))),
        }
    }

    fn required(&mut self, auth: &Auth, field: &str, role: Role) -> Text {
        self.field(auth, field, role, true)
            .unwrap_or_else(|| self.variable(Variable::new(role.0, role.1)))
    }

    fn user_password(&mut self, auth: &Auth) -> (Text, Text) {
        self.pair(auth, USER, PASSWORD)
    }

    fn pair(&mut self, auth: &Auth, user_role: Role, password_role: Role) -> (Text, Text) {
        let Some(both) = auth.get(USER_PASSWORD) else {
            let user = self.field(auth, "username", user_role, false);
            let password = self.field(auth, "password", password_role, true);
            let password = password
                .unwrap_or_else(|| self.variable(Variable::new(password_role.0, password_role.1)));
            return (user.unwrap_or_default(), password);
        };
        if let Source::Literal(both) = both {
            let both = both.expose_str().unwrap_or_default();
            let (user, password) = both.split_once(':').unwrap_or((both, ""));
            return (
                self.text(user),
                self.literal(&password.into(), password_role),
            );
        }
        self.notes.push(format!(
            "user name and password come from one place; the code reads them from {} and {}",
            user_role.0, password_role.0
        ));
        let user = self.variable(Variable::new(user_role.0, user_role.1));
        (
            user,
            self.variable(Variable::new(password_role.0, password_role.1)),
        )
    }

    fn oauth1(
        &mut self,
        auth: &Auth,
        set: impl Fn(&str) -> Option<String>,
    ) -> Result<Login, SnippetError> {
        let is = |field: &str, value: &str| set(field).is_none_or(|given| given == value);
        if !is("method", "HMAC-SHA1") {
            return Err(unwritten(
                "of OAuth 1.0a's methods only HMAC-SHA1 is written as code",
            ));
        }
        let usual = is("place", "header") && is("body_hash", "never") && is("version", "1.0");
        let extra = ["realm", "callback", "verifier"]
            .iter()
            .any(|field| auth.get(field).is_some());
        if !usual || extra {
            return Err(unwritten(
                "OAuth 1.0a is written as code with the two keys and the two secrets alone, in the header",
            ));
        }
        Ok(Login::OAuth1(OAuth1 {
            consumer_key: self
                .field(auth, "consumer_key", CONSUMER_KEY, false)
                .unwrap_or_default(),
            consumer_secret: self
                .field(auth, "consumer_secret", CONSUMER_SECRET, true)
                .unwrap_or_default(),
            token: self
                .field(auth, "token", OAUTH_TOKEN, false)
                .unwrap_or_default(),
            token_secret: self
                .field(auth, "token_secret", TOKEN_SECRET, true)
                .unwrap_or_default(),
        }))
    }

    /// Reads an `Authorization` header as the scheme that it is, so that each library's own facility is used; a scheme that
    /// is not known by its look stays a header.
    fn authorization(&mut self, header: &Header) -> Result<Login, Text> {
        let value = header.value();
        let text = std::str::from_utf8(value).unwrap_or_default();
        if let Some((word, rest)) = text.split_once(' ') {
            let decoded = STANDARD
                .decode(rest)
                .ok()
                .and_then(|both| String::from_utf8(both).ok());
            if let Some(both) = decoded.filter(|_| word.eq_ignore_ascii_case("basic"))
                && let Some((user, password)) = both.split_once(':')
            {
                return Ok(Login::Basic {
                    user: user.into(),
                    password: self.literal(&password.into(), PASSWORD),
                });
            }
            let is_token = !rest.is_empty() && !rest.contains([' ', ',', '=']) || word == "Bearer";
            let is_token = is_token || self.has_variables(rest.as_bytes());
            if is_token && !word.eq_ignore_ascii_case("basic") {
                return Ok(Login::Bearer {
                    word: word.to_owned(),
                    token: self.literal(&rest.into(), TOKEN),
                });
            }
        }
        Err(self.literal(
            &Secret::new(value),
            ("AUTHORIZATION", "the Authorization header"),
        ))
    }

    fn header(&mut self, header: &Header) -> Text {
        let is_secret = header.is_secret() || carries_credential(header.name());
        if !is_secret {
            return self.bytes(header.value());
        }
        if self.has_variables(header.value()) {
            self.hide(std::str::from_utf8(header.value()).unwrap_or_default());
            return self.bytes(header.value());
        }
        let name = header.name().to_ascii_uppercase();
        let secret = Secret::new(header.value());
        match self.secrets {
            Secrets::Literal => Text::secret(&secret),
            Secrets::Env | Secrets::Prompt => {
                self.variable(Variable::new(&name, "the value of this header"))
            }
        }
    }
}

fn unwritten(problem: &str) -> SnippetError {
    SnippetError::Request(problem.to_owned())
}

/// Takes away header fields that say what every library says anyway.
fn tidy_headers(body: &Payload, headers: &mut Vec<(String, Text)>) {
    let usual = |name: &str, value: &Text| match name.to_ascii_lowercase().as_str() {
        "accept" => value.is("*/*"),
        "content-type" => match body {
            Payload::Json(_) => value.is("application/json"),
            Payload::Form(_) => {
                value.is("application/x-www-form-urlencoded")
                    || value.is("application/x-www-form-urlencoded; charset=utf-8")
            }
            _ => false,
        },
        _ => false,
    };
    headers.retain(|(name, value)| !usual(name, value));
}
