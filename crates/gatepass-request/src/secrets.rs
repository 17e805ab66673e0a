//! A request and its secrets, apart: what may be stored and shown, and what may not.

use gatepass_auth::params::is_token;
use gatepass_auth::show::carries_credential;
use gatepass_auth::{Headers, Secret};

use crate::auth::{Auth, Source};
use crate::request::Request;
use crate::variable::{StandIns, has_variable};

impl Request {
    /// Takes every literal secret out, and leaves a variable in its place: what remains can be stored, and with the values
    /// that are returned it is the same request again. A secret that is half a variable stays, and storing is refused then.
    ///
    /// Taken are the secrets of [`Request::auth`] and of the proxy, the password of a client certificate, user name and
    /// password of the URL, and the values of header fields that carry credentials, those for the proxy included. Bodies and queries stay as they are.
    ///
    /// ```
    /// use gatepass_request::{Auth, Request, Source, Url};
    ///
    /// let auth = Auth::parse(Some("basic"), &["alice:s3cret"])?;
    /// let mut request = Request::get(Url::parse("http://api.example/")?)
    ///     .with_header("X-API-Key", "k3y")
    ///     .with_auth(auth);
    /// let secrets = request.take_secrets();
    /// let names: Vec<_> = secrets.iter().map(|(name, _)| name.as_str()).collect();
    /// assert_eq!(names, ["PASSWORD", "X_API_KEY"]);
    /// assert!(serde_json::to_string(&request)?.contains("env:PASSWORD"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn take_secrets(&mut self) -> Vec<(String, Secret)> {
        let mut taken = Taken {
            names: self.variables.iter().map(|it| it.name.clone()).collect(),
            secrets: Vec::new(),
        };
        if let Some(info) = self.url.take_user_info()
            && self.auth.is_none()
        {
            let user = Source::of_text(&info.user, &self.variables);
            let password = Source::Literal(info.password.unwrap_or_default());
            let auth = Auth::new("basic").with("username", user);
            self.auth = Some(auth.with("password", password));
        }
        let variables = self.variables.clone();
        let is_open = |secret: &Secret| has_variable(secret.expose(), &variables);
        if let Some(auth) = &mut self.auth {
            taken.take_auth(auth, "", &is_open);
        }
        let settings = &mut self.settings;
        if let Some(auth) = settings
            .proxy
            .as_mut()
            .and_then(|proxy| proxy.auth.as_mut())
        {
            taken.take_auth(auth, "PROXY_", &is_open);
        }
        if let Some(client) = &mut settings.tls.client
            && let Some(password) = &mut client.password
        {
            taken.take_source(password, "KEY_PASSWORD", &is_open);
        }
        self.take_headers(&mut taken);
        taken.secrets
    }

    fn take_headers(&mut self, taken: &mut Taken) {
        let carries = |name: &str, secret: bool| secret || carries_credential(name);
        let own = self
            .headers
            .iter()
            .any(|header| carries(header.name(), header.is_secret()));
        let for_proxy = self.settings.proxy.as_ref().is_some_and(|proxy| {
            let mut names = proxy.headers.iter().map(|(name, _)| name);
            names.any(|name| carries_credential(name))
        });
        if !own && !for_proxy {
            return;
        }
        let mut stand_ins =
            StandIns::behind(std::mem::take(&mut self.variables), &self.all_texts());
        let mut headers = Headers::new();
        for header in &self.headers {
            let text = std::str::from_utf8(header.value()).ok();
            let literal = text.filter(|text| {
                let known = stand_ins.variables();
                carries(header.name(), header.is_secret()) && !has_variable(text.as_bytes(), known)
            });
            match literal {
                Some(text) => {
                    let left = taken.take_header(header.name(), text, &mut stand_ins);
                    headers.append(header.name(), left);
                }
                None if header.is_secret() => {
                    headers.append_secret(header.name(), header.value());
                }
                None => headers.append(header.name(), header.value()),
            }
        }
        self.headers = headers;
        let proxy = self.settings.proxy.iter_mut();
        for (name, value) in proxy.flat_map(|proxy| &mut proxy.headers) {
            let known = stand_ins.variables();
            if carries_credential(name) && !has_variable(value.as_bytes(), known) {
                *value = taken.take_header(name, value, &mut stand_ins);
            }
        }
        self.variables = stand_ins.into_variables();
    }
}

/// What was taken so far, and the names that are in use.
struct Taken {
    names: Vec<String>,
    secrets: Vec<(String, Secret)>,
}

impl Taken {
    /// Returns a name of capitals that is not in use.
    fn name(&mut self, wanted: &str) -> String {
        let capital = |c: char| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        };
        let base: String = wanted.chars().map(capital).collect();
        let mut name = base.clone();
        let mut number = 1;
        while self.names.contains(&name) {
            number += 1;
            name = format!("{base}_{number}");
        }
        self.names.push(name.clone());
        name
    }

    /// Takes the value of a header field, and returns what is left of it. The scheme's word is no secret; the rest is.
    fn take_header(&mut self, name: &str, text: &str, stand_ins: &mut StandIns) -> String {
        let is_scheme = name.to_ascii_lowercase().ends_with("authorization");
        let (word, secret) = match text.split_once(' ') {
            Some((word, secret)) if is_scheme && is_token(word.as_bytes()) => {
                (format!("{word} "), secret)
            }
            _ => (String::new(), text),
        };
        let name = self.name(name);
        let left = format!("{word}{}", stand_ins.of(&name, None, false));
        self.secrets.push((name, secret.into()));
        left
    }

    fn take_auth(&mut self, auth: &mut Auth, prefix: &str, is_open: &dyn Fn(&Secret) -> bool) {
        let scheme = auth.scheme.clone();
        for (field, source) in &mut auth.values {
            if !Auth::may_be_shown(scheme.as_deref(), field) {
                self.take_source(source, &format!("{prefix}{field}"), is_open);
            }
        }
    }

    fn take_source(&mut self, source: &mut Source, name: &str, is_open: &dyn Fn(&Secret) -> bool) {
        if let Source::Literal(secret) = source
            && !is_open(secret)
        {
            let name = self.name(name);
            let reference = Source::Env(name.clone());
            if let Source::Literal(secret) = std::mem::replace(source, reference) {
                self.secrets.push((name, secret));
            }
        }
    }
}
