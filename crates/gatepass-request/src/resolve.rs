//! Values in place of variables, and the texts of a request one by one.

use std::collections::BTreeSet;

use bytes::Bytes;
use gatepass_auth::{Headers, Secret, percent};

use crate::auth::{Auth, Source};
use crate::authorization;
use crate::body::Body;
use crate::content::Content;
use crate::error::RequestError;
use crate::request::Request;
use crate::settings::{Proxy, Settings, Tls};
use crate::url::{Typed, Url, UserInfo};
use crate::variable::{Piece, Variable, has_variable, pieces};

/// What becomes of a text; `None` leaves it.
type Change<'a> = &'a mut dyn FnMut(&str) -> Option<String>;

impl Request {
    /// Puts values in place of the variables; `value` answers `None` for one that it does not know, and its default
    /// is taken then. It is not asked for one whose source gives it a value of its own. A URL without a scheme is `http`.
    ///
    /// An `Authorization` in which a variable stood may turn out to be a user name and password in clear, as
    /// `Authorization: Basic {{login}}` is with `alice:s3cret`: no such value can go over the wire, and it becomes the
    /// credential that it says.
    ///
    /// # Errors
    /// [`RequestError::OpenVariable`] for a variable without a value, and what [`Request::check`] refuses: a value may have a
    /// line break in it.
    ///
    /// ```
    /// use gatepass_request::{Request, StandIns, Url};
    ///
    /// let mut stand_ins = StandIns::beside("");
    /// let base = stand_ins.of("BASE", None, false);
    /// let url = Url::with_variables(&format!("{base}/users"), "http", stand_ins.variables())?;
    /// let mut request = Request::get(url);
    /// request.variables = stand_ins.into_variables();
    /// let request = request.resolve(&|_| Some("https://api.example/v1".to_owned()))?;
    /// assert_eq!(request.url.to_string(), "https://api.example/v1/users");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resolve(
        mut self,
        value: &dyn Fn(&Variable) -> Option<String>,
    ) -> Result<Self, RequestError> {
        let variables = std::mem::take(&mut self.variables);
        if variables.is_empty() {
            return Ok(self);
        }
        let is_open = |text: &str| has_variable(text.as_bytes(), &variables);
        let authorization = self.headers.get_str("Authorization").is_some_and(is_open);
        let given = |it: &Variable| if it.own { None } else { value(it) };
        let mut open = None;
        let mut filled = |text: &str| {
            let pieces = pieces(text, &variables);
            if !pieces
                .iter()
                .any(|piece| matches!(piece, Piece::Variable(_)))
            {
                return None;
            }
            let fill = |piece| match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Variable(it) => match given(it).or_else(|| it.default.clone()) {
                    Some(value) if it.encoded => {
                        percent::encode(value.as_bytes()).replace("%20", "+")
                    }
                    Some(value) => value,
                    None => {
                        open.get_or_insert_with(|| it.name.clone());
                        String::new()
                    }
                },
            };
            Some(pieces.into_iter().map(fill).collect())
        };
        let url = filled(&self.url.to_string());
        self.change_texts(&mut filled);
        if let Some(name) = open {
            return Err(RequestError::OpenVariable { name });
        }
        if let Some(text) = url {
            let info = self.url.take_user_info();
            match Url::typed(&text, "http").map_err(RequestError::Url)? {
                Typed::Absolute(url) => self.url = url,
                Typed::Path(_) => return Err(RequestError::Url(crate::UrlError::MissingHost)),
            }
            if let Some(info) = info {
                self.url.set_user_info(info);
            }
        }
        if authorization && self.auth.is_none() {
            let written = self.headers.get_str("Authorization");
            self.auth = written.and_then(|written| authorization::read(written, &[]));
            if self.auth.is_some() {
                self.headers.remove("Authorization");
            }
        }
        self.check()?;
        Ok(self)
    }

    /// Sets the variables to those of `all` that stand in a text.
    pub(crate) fn take_used_variables(&mut self, all: &[Variable]) {
        let used = self.used_variables(all);
        self.set_variables(all, &used);
    }

    /// Sets the variables to those of `all` at these places.
    pub(crate) fn set_variables(&mut self, all: &[Variable], used: &BTreeSet<usize>) {
        let used = used.iter().filter_map(|at| all.get(*at));
        self.variables = used.cloned().collect();
    }

    /// Returns the places in `all` of the variables that stand in a text.
    pub(crate) fn used_variables(&mut self, all: &[Variable]) -> BTreeSet<usize> {
        let mut used = BTreeSet::new();
        if all.is_empty() {
            return used;
        }
        let mut note = |text: &str| {
            for piece in pieces(text, all) {
                if let Piece::Variable(it) = piece
                    && let Ok(at) = all.binary_search_by(|other| other.stand_in.cmp(&it.stand_in))
                {
                    used.insert(at);
                }
            }
            None
        };
        note(&self.url.to_string());
        self.change_texts(&mut note);
        used
    }

    /// Returns all texts in one, to look for words in.
    pub(crate) fn all_texts(&mut self) -> String {
        let mut all = self.url.to_string();
        self.change_texts(&mut |text| {
            all.push('\n');
            all.push_str(text);
            None
        });
        all
    }

    /// Goes through all texts but the URL's, whose parts make sense only together; its user name and password are among
    /// them.
    fn change_texts(&mut self, change: Change<'_>) {
        change_text(&mut self.method, change);
        if let Some(mut info) = self.url.take_user_info() {
            change_user_info(&mut info, change);
            self.url.set_user_info(info);
        }
        let mut headers = Headers::new();
        for header in &self.headers {
            let name = change(header.name()).unwrap_or_else(|| header.name().to_owned());
            let text = std::str::from_utf8(header.value()).ok();
            let value = text.and_then(&mut *change).map(String::into_bytes);
            let value = value.unwrap_or_else(|| header.value().to_vec());
            if header.is_secret() {
                headers.append_secret(name, value);
            } else {
                headers.append(name, value);
            }
        }
        self.headers = headers;
        self.without
            .iter_mut()
            .for_each(|name| change_text(name, change));
        change_body(&mut self.body, change);
        if let Some(auth) = &mut self.auth {
            change_auth(auth, change);
        }
        change_settings(&mut self.settings, change);
    }
}

fn change_text(text: &mut String, change: Change<'_>) {
    if let Some(changed) = change(text) {
        *text = changed;
    }
}

fn change_option(text: &mut Option<String>, change: Change<'_>) {
    if let Some(text) = text {
        change_text(text, change);
    }
}

fn change_bytes(bytes: &mut Bytes, change: Change<'_>) {
    if let Some(changed) = std::str::from_utf8(bytes).ok().and_then(change) {
        *bytes = changed.into();
    }
}

fn change_user_info(info: &mut UserInfo, change: Change<'_>) {
    change_text(&mut info.user, change);
    if let Some(password) = &mut info.password {
        change_secret(password, change);
    }
}

fn change_secret(secret: &mut Secret, change: Change<'_>) {
    if let Some(changed) = secret.expose_str().and_then(change) {
        *secret = changed.into();
    }
}

fn change_content(content: &mut Content, change: Change<'_>) {
    match content {
        Content::Bytes(bytes) => change_bytes(bytes, change),
        Content::File(path) => change_text(path, change),
        Content::Stdin => {}
    }
}

fn change_body(body: &mut Body, change: Change<'_>) {
    match body {
        Body::Empty => {}
        Body::Json(value) => change_json(value, change),
        Body::Form(fields) => {
            for (name, value) in fields {
                change_text(name, change);
                change_text(value, change);
            }
        }
        Body::Raw {
            bytes,
            content_type,
        } => {
            change_bytes(bytes, change);
            change_option(content_type, change);
        }
        Body::File {
            content,
            content_type,
        } => {
            change_content(content, change);
            change_option(content_type, change);
        }
        Body::Joined {
            chunks,
            content_type,
        } => {
            for chunk in chunks {
                change_content(&mut chunk.content, change);
            }
            change_option(content_type, change);
        }
        Body::Multipart(form) => {
            for part in &mut form.parts {
                change_text(&mut part.name, change);
                change_content(&mut part.content, change);
                change_option(&mut part.file_name, change);
                change_option(&mut part.content_type, change);
                for (name, value) in &mut part.headers {
                    change_text(name, change);
                    change_text(value, change);
                }
            }
        }
    }
}

/// Changes the strings of a value. A name in an object is kept: nothing writes a variable there but as text.
fn change_json(value: &mut serde_json::Value, change: Change<'_>) {
    match value {
        serde_json::Value::String(text) => change_text(text, change),
        serde_json::Value::Array(items) => {
            items.iter_mut().for_each(|item| change_json(item, change));
        }
        serde_json::Value::Object(fields) => {
            fields
                .values_mut()
                .for_each(|field| change_json(field, change));
        }
        _ => {}
    }
}

fn change_auth(auth: &mut Auth, change: Change<'_>) {
    change_option(&mut auth.scheme, change);
    for (_, source) in &mut auth.values {
        change_source(source, change);
    }
}

fn change_source(source: &mut Source, change: Change<'_>) {
    match source {
        Source::Literal(secret) => change_secret(secret, change),
        Source::Env(text) | Source::File(text) | Source::Command(text) | Source::Keyring(text) => {
            change_text(text, change);
        }
        Source::Stdin | Source::Prompt => {}
    }
}

fn change_settings(settings: &mut Settings, change: Change<'_>) {
    if let Some(proxy) = &mut settings.proxy {
        change_proxy(proxy, change);
    }
    change_option(&mut settings.no_proxy, change);
    change_tls(&mut settings.tls, change);
    let cookies = &mut settings.cookies;
    cookies
        .files
        .iter_mut()
        .for_each(|file| change_text(file, change));
    change_option(&mut cookies.jar, change);
    if let Some(netrc) = &mut settings.netrc {
        change_option(&mut netrc.file, change);
    }
    let connect = &mut settings.connect;
    connect
        .resolve
        .iter_mut()
        .for_each(|text| change_text(text, change));
    connect
        .connect_to
        .iter_mut()
        .for_each(|text| change_text(text, change));
    change_option(&mut connect.unix_socket, change);
    change_option(&mut connect.interface, change);
    change_option(&mut settings.request_target, change);
}

fn change_proxy(proxy: &mut Proxy, change: Change<'_>) {
    change_text(&mut proxy.url, change);
    if let Some(auth) = &mut proxy.auth {
        change_auth(auth, change);
    }
    for (name, value) in &mut proxy.headers {
        change_text(name, change);
        change_text(value, change);
    }
    change_tls(&mut proxy.tls, change);
}

fn change_tls(tls: &mut Tls, change: Change<'_>) {
    change_option(&mut tls.ca_file, change);
    change_option(&mut tls.ca_directory, change);
    change_option(&mut tls.pinned_key, change);
    if let Some(client) = &mut tls.client {
        change_text(&mut client.certificate, change);
        change_option(&mut client.key, change);
        if let Some(password) = &mut client.password {
            change_source(password, change);
        }
    }
}
