//! What the form of the page holds, as the page writes it, and the way from there to a request and back.
//!
//! A literal in the form is a literal: nothing in it names a file, a command or the environment of this machine, so that
//! whoever makes a user load a draft learns nothing by it. Variables of a pasted text stand in the form as *marks*
//! (`{{TOKEN}}`), and the page asks for their values.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepass::Secret;
use gatepass_request::{
    Auth, Body, Content, Multipart, Part, Piece, Request, Settings, Source, StandIns, Tls,
    USER_PASSWORD, Url, Variable, pieces,
};
use serde::{Deserialize, Serialize};

use crate::connection::{Options, Pem};
use crate::hidden::Hidden;
use crate::problem::Problem;

/// A request as the form holds it. It may hold secrets, and so has no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Draft {
    pub(crate) method: String,
    /// With its query. A path alone goes to the built-in server.
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    /// Header fields that are not added by default.
    pub(crate) without: Vec<String>,
    pub(crate) body: Payload,
    pub(crate) auth: Option<Login>,
    pub(crate) options: Options,
    pub(crate) variables: Vec<Open>,
}

/// A scheme and its fields.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    pub(crate) scheme: String,
    pub(crate) fields: Vec<(String, Hidden)>,
}

/// The body.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Payload {
    #[default]
    None,
    Json {
        text: String,
    },
    Form {
        fields: Vec<(String, String)>,
    },
    Text {
        text: String,
        media_type: String,
    },
    File {
        file: Chosen,
    },
    Parts {
        parts: Vec<Piecemeal>,
    },
}

/// A file that was chosen in the page: its bytes, in base64.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Chosen {
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) base64: String,
}

/// A part of a form in parts: a text or a file.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Piecemeal {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) file: Option<Chosen>,
}

/// A variable, and what stands for it in the texts.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Open {
    pub(crate) mark: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) encoded: bool,
    #[serde(default)]
    pub(crate) value: Hidden,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            method: "GET".to_owned(),
            url: String::new(),
            headers: Vec::new(),
            without: Vec::new(),
            body: Payload::None,
            auth: None,
            options: Options::default(),
            variables: Vec::new(),
        }
    }
}

impl Draft {
    /// Makes the request to send: variables have their values, and every secret is there.
    ///
    /// # Errors
    /// [`Problem`] for what cannot be sent. `examples` is where a path alone goes.
    pub(crate) fn to_send(&self, examples: Option<&str>) -> Result<Request, Problem> {
        let request = Maker::new(self, false).request(examples)?;
        let value = |variable: &Variable| {
            let open = self
                .variables
                .iter()
                .find(|open| open.name == variable.name)?;
            Some(open.value.text().to_owned()).filter(|value| !value.is_empty())
        };
        request.resolve(&value).map_err(Problem::of_form)
    }

    /// Makes the request to write as code: variables stay open.
    ///
    /// # Errors
    /// As [`Draft::to_send`].
    pub(crate) fn to_write(&self, examples: Option<&str>) -> Result<Request, Problem> {
        let mut request = Maker::new(self, true).request(examples)?;
        self.options.tell(&mut request.settings)?;
        Ok(request)
    }
}

/// Makes a request of a draft.
struct Maker<'d> {
    draft: &'d Draft,
    stand_ins: StandIns,
    /// Whether a field that is a variable is to be read from the environment by the code.
    as_code: bool,
}

impl<'d> Maker<'d> {
    fn new(draft: &'d Draft, as_code: bool) -> Self {
        let all = serde_json::to_string(draft).unwrap_or_default();
        Self {
            draft,
            stand_ins: StandIns::beside(&all),
            as_code,
        }
    }

    /// Puts stand-ins in the place of marks.
    fn filled(&mut self, text: &str) -> String {
        let mut filled = text.to_owned();
        for open in self
            .draft
            .variables
            .iter()
            .filter(|open| !open.mark.is_empty())
        {
            if filled.contains(&open.mark) {
                let stand_in = self.stand_ins.of(&open.name, None, open.encoded);
                filled = filled.replace(&open.mark, &stand_in);
            }
        }
        filled
    }

    fn request(mut self, examples: Option<&str>) -> Result<Request, Problem> {
        let draft = self.draft;
        let url = self.url(examples)?;
        let mut request = Request::new(draft.method.trim(), url);
        for (name, value) in draft
            .headers
            .iter()
            .filter(|(name, _)| !name.trim().is_empty())
        {
            let value = self.filled(value);
            request.headers.append(name.trim(), value.trim().as_bytes());
        }
        request.without.clone_from(&draft.without);
        request.body = self.body()?;
        if let Some(login) = draft.auth.as_ref().filter(|login| !login.scheme.is_empty()) {
            let mut auth = Auth::new(&login.scheme);
            for (name, value) in login.fields.iter().filter(|(_, value)| !value.0.is_empty()) {
                auth = auth.with(name, self.source(value));
            }
            request.auth = Some(auth);
        }
        let password = self.source(&draft.options.proxy.password);
        let mut filled = |text: &str| self.filled(text);
        request.settings.proxy = draft.options.proxy(&mut filled, password);
        request.variables = self.stand_ins.into_variables();
        request.check().map_err(Problem::of_form)?;
        Ok(request)
    }

    fn url(&mut self, examples: Option<&str>) -> Result<Url, Problem> {
        let text = self.filled(self.draft.url.trim());
        let text = match (text.starts_with('/'), examples) {
            (true, Some(base)) => format!("{base}{text}"),
            (true, None) => {
                return Err(Problem::of_form(
                    "a URL that is only a path needs the built-in server, which is not offered here",
                ));
            }
            _ => text,
        };
        if text.is_empty() {
            return Err(Problem::of_form("there is no URL yet"));
        }
        Url::with_variables(&text, "http", self.stand_ins.variables()).map_err(Problem::of_form)
    }

    fn source(&mut self, value: &Hidden) -> Source {
        let variable = self
            .draft
            .variables
            .iter()
            .find(|open| open.mark == value.text());
        match variable {
            Some(open) if self.as_code => Source::Env(open.name.clone()),
            _ => Source::Literal(self.filled(value.text()).into()),
        }
    }

    fn body(&mut self) -> Result<Body, Problem> {
        Ok(match &self.draft.body {
            Payload::None => Body::Empty,
            Payload::Json { text } => Body::raw_of("application/json", self.filled(text)),
            Payload::Form { fields } => {
                let fields = fields
                    .iter()
                    .filter(|(name, value)| !(name.is_empty() && value.is_empty()));
                Body::Form(
                    fields
                        .map(|(name, value)| (self.filled(name), self.filled(value)))
                        .collect(),
                )
            }
            Payload::Text { text, media_type } if media_type.trim().is_empty() => {
                Body::raw(self.filled(text))
            }
            Payload::Text { text, media_type } => {
                Body::raw_of(media_type.trim(), self.filled(text))
            }
            Payload::File { file } => match file.media_type.as_str() {
                "" => Body::raw(file.bytes()?),
                media_type => Body::raw_of(media_type, file.bytes()?),
            },
            Payload::Parts { parts } => {
                let parts = parts.iter().filter(|part| !part.name.is_empty());
                let parts = parts
                    .map(|part| self.part(part))
                    .collect::<Result<Vec<_>, _>>()?;
                Body::Multipart(parts.into_iter().fold(Multipart::new(), Multipart::with))
            }
        })
    }

    fn part(&mut self, part: &Piecemeal) -> Result<Part, Problem> {
        let Some(file) = &part.file else {
            return Ok(Part::text(&part.name, self.filled(&part.text)));
        };
        let mut made = Part::of(&part.name, Content::bytes(file.bytes()?)).named(&file.name);
        made.content_type = Some(match file.media_type.as_str() {
            "" => "application/octet-stream".to_owned(),
            media_type => media_type.to_owned(),
        });
        Ok(made)
    }
}

impl Chosen {
    fn bytes(&self) -> Result<Vec<u8>, Problem> {
        if self.base64.is_empty() && !self.name.is_empty() {
            return Err(Problem::of_form(format!(
                "choose the file {} again: the page does not keep files",
                self.name
            )));
        }
        STANDARD
            .decode(&self.base64)
            .map_err(|_| Problem::of_form("the file is not in base64"))
    }
}

/// Writes a request into the form. The second value is what the form cannot hold, a sentence each.
pub(crate) fn of_request(request: Request) -> (Draft, Vec<String>) {
    let mut reader = Reader {
        variables: request.variables,
        notes: unsaid(&request.settings),
    };
    let mut url = request.url;
    let user = url.take_user_info();
    let mut draft = Draft {
        method: request.method,
        url: reader.text(&url.to_string()),
        without: request.without,
        options: reader.options(&request.settings),
        ..Draft::default()
    };
    draft.auth = match (request.auth, user) {
        (Some(auth), _) => reader.login(&auth),
        (None, Some(user)) => {
            let password = user.password.unwrap_or_default();
            Some(Login {
                scheme: "basic".to_owned(),
                fields: vec![
                    (
                        "username".to_owned(),
                        reader.hidden(&user.user.as_str().into()),
                    ),
                    ("password".to_owned(), reader.hidden(&password)),
                ],
            })
        }
        (None, None) => None,
    };
    for header in &request.headers {
        let value = match std::str::from_utf8(header.value()) {
            Ok(text) => reader.text(text),
            Err(_) => {
                reader.notes.push(format!(
                    "the value of {} is not UTF-8, and was changed",
                    header.name()
                ));
                String::from_utf8_lossy(header.value()).into_owned()
            }
        };
        match bearer(header.name(), &value) {
            Some(login) if draft.auth.is_none() => draft.auth = Some(login),
            _ => draft.headers.push((header.name().to_owned(), value)),
        }
    }
    draft.body = reader.body(request.body);
    let open = |variable: &Variable| Open {
        mark: mark(variable),
        name: variable.name.clone(),
        encoded: variable.encoded,
        value: variable.default.as_deref().unwrap_or_default().into(),
    };
    draft.variables = reader.variables.iter().map(open).collect();
    (draft, reader.notes)
}

/// Reads `Authorization: Bearer TOKEN` as what the form has fields for.
fn bearer(name: &str, value: &str) -> Option<Login> {
    let (word, token) = value.split_once(' ')?;
    let known =
        ["Bearer", "Token"].contains(&word) && !token.trim().is_empty() && !token.contains(' ');
    (name.eq_ignore_ascii_case("authorization") && known).then(|| Login {
        scheme: "bearer".to_owned(),
        fields: vec![
            ("token".to_owned(), token.into()),
            ("word".to_owned(), word.into()),
        ],
    })
}

fn mark(variable: &Variable) -> String {
    let encoded = if variable.encoded { "|encoded" } else { "" };
    format!("{{{{{}{encoded}}}}}", variable.name)
}

/// Reads a request into the form.
struct Reader {
    variables: Vec<Variable>,
    notes: Vec<String>,
}

impl Reader {
    /// Puts marks in the place of stand-ins.
    fn text(&self, text: &str) -> String {
        let shown = |piece| match piece {
            Piece::Variable(variable) => mark(variable),
            Piece::Text(text) => text.to_owned(),
            _ => String::new(),
        };
        pieces(text, &self.variables)
            .into_iter()
            .map(shown)
            .collect()
    }

    fn hidden(&self, secret: &Secret) -> Hidden {
        secret
            .expose_str()
            .map_or_else(Hidden::default, |text| self.text(text).as_str().into())
    }

    fn login(&mut self, auth: &Auth) -> Option<Login> {
        let name = auth.scheme.as_deref().unwrap_or("basic");
        let (scheme, implied) = match gatepass_auth::schemes::resolve(name) {
            Ok((entry, implied)) => (entry.about.id.to_owned(), implied),
            Err(_) if name.eq_ignore_ascii_case("auto") => ("auto".to_owned(), Default::default()),
            Err(error) => {
                self.notes
                    .push(format!("the authentication is left out: {error}"));
                return None;
            }
        };
        let mut fields: Vec<(String, Hidden)> = Vec::new();
        for (field, value) in implied.iter() {
            fields.push((field.to_owned(), Hidden(value.clone())));
        }
        for (field, source) in &auth.values {
            let value = self.value(field, source);
            match value.text().split_once(':') {
                Some((user, password)) if field == USER_PASSWORD => {
                    fields.push(("username".to_owned(), user.into()));
                    fields.push(("password".to_owned(), password.into()));
                }
                None if field == USER_PASSWORD => {
                    self.notes.push(
                        "type the user name and the password: they stand in one variable"
                            .to_owned(),
                    );
                }
                _ => fields.push((field.clone(), value)),
            }
        }
        Some(Login { scheme, fields })
    }

    /// Reads how it is carried out.
    fn options(&mut self, settings: &Settings) -> Options {
        let mut options = Options {
            follow: settings.redirects.follow.unwrap_or(true),
            insecure: settings.tls.insecure,
            timeout: settings.timeouts.total.map(|limit| limit.as_secs_f64()),
            ..Options::default()
        };
        if let Some(proxy) = &settings.proxy {
            options.proxy.url = self.text(&proxy.url);
            for (field, source) in proxy.auth.iter().flat_map(|auth| &auth.values) {
                let value = self.value(&format!("{field} for the proxy"), source);
                match field.as_str() {
                    "username" => value.text().clone_into(&mut options.proxy.username),
                    "password" => options.proxy.password = value,
                    _ => {}
                }
            }
        }
        let client = settings.tls.client.as_ref();
        let files = [
            (settings.tls.ca_file.as_ref(), &mut options.authorities),
            (client.map(|it| &it.certificate), &mut options.certificate),
            (client.and_then(|it| it.key.as_ref()), &mut options.key),
        ];
        for (path, place) in files {
            if let Some(path) = path {
                *place = Pem::named(path);
                self.notes.push(format!(
                    "choose the file {}: the page reads no files by itself",
                    place.name
                ));
            }
        }
        if let Some(password) = client.and_then(|it| it.password.as_ref()) {
            options.passphrase = self.value("password of the key", password);
        }
        options
    }

    fn value(&mut self, field: &str, source: &Source) -> Hidden {
        match source {
            Source::Literal(secret) => self.hidden(secret),
            Source::Env(name) => {
                let mut stand_ins = StandIns::beside("");
                stand_ins.of(name, None, false);
                let mut new = stand_ins.into_variables();
                let shown = new.first().map(mark).unwrap_or_default();
                // Only its mark stands in the form, so that its stand-in has nowhere to be found.
                new.retain(|variable| {
                    !self
                        .variables
                        .iter()
                        .any(|known| known.name == variable.name)
                });
                self.variables.extend(new);
                shown.as_str().into()
            }
            Source::Prompt => Hidden::default(),
            elsewhere => {
                let place = elsewhere.reference().unwrap_or_default();
                self.notes.push(format!(
                    "type the {field} here: the page does not read {place}"
                ));
                Hidden::default()
            }
        }
    }

    fn body(&mut self, body: Body) -> Payload {
        match body {
            Body::Empty => Payload::None,
            Body::Json(value) => Payload::Json {
                text: self.text(&serde_json::to_string_pretty(&value).unwrap_or_default()),
            },
            Body::Form(fields) => Payload::Form {
                fields: fields
                    .iter()
                    .map(|(name, value)| (self.text(name), self.text(value)))
                    .collect(),
            },
            Body::Raw {
                bytes,
                content_type,
            } => {
                let media_type = content_type.unwrap_or_default();
                match std::str::from_utf8(&bytes) {
                    Ok(text) if media_type == "application/json" => Payload::Json {
                        text: self.text(text),
                    },
                    Ok(text) => Payload::Text {
                        text: self.text(text),
                        media_type,
                    },
                    Err(_) => Payload::File {
                        file: Chosen {
                            name: String::new(),
                            media_type,
                            base64: STANDARD.encode(&bytes),
                        },
                    },
                }
            }
            Body::File {
                content,
                content_type,
            } => Payload::File {
                file: self.file(&content, content_type),
            },
            Body::Multipart(form) => Payload::Parts {
                parts: form.parts.iter().map(|part| self.part(part)).collect(),
            },
            _ => {
                self.notes.push(
                    "the body is left out: it is made of files, which the page does not read"
                        .to_owned(),
                );
                Payload::None
            }
        }
    }

    fn file(&mut self, content: &Content, media_type: Option<String>) -> Chosen {
        let media_type = media_type.unwrap_or_default();
        let name = match content {
            Content::Bytes(bytes) => {
                return Chosen {
                    name: String::new(),
                    media_type,
                    base64: STANDARD.encode(bytes),
                };
            }
            Content::File(path) => path.rsplit('/').next().unwrap_or(path).to_owned(),
            _ => "standard input".to_owned(),
        };
        self.notes.push(format!(
            "choose the file {name}: the page does not read files by itself"
        ));
        Chosen {
            name,
            media_type,
            base64: String::new(),
        }
    }

    fn part(&mut self, part: &Part) -> Piecemeal {
        let name = self.text(&part.name);
        let text = part
            .content
            .here()
            .and_then(|bytes| std::str::from_utf8(bytes).ok());
        match text {
            Some(text) if part.file_name.is_none() => Piecemeal {
                name,
                text: self.text(text),
                file: None,
            },
            _ => {
                let mut file = self.file(&part.content, part.content_type.clone());
                if let Some(given) = &part.file_name {
                    file.name.clone_from(given);
                }
                Piecemeal {
                    name,
                    text: String::new(),
                    file: Some(file),
                }
            }
        }
    }
}

/// Says which settings the form does not have.
fn unsaid(settings: &Settings) -> Vec<String> {
    let tls = &settings.tls;
    let proxy = settings.proxy.as_ref();
    let not_basic = |auth: &Auth| auth.scheme.as_deref().is_some_and(|it| it != "basic");
    let format = tls.client.as_ref().and_then(|it| it.format.as_deref());
    let versions =
        tls.min_version.is_some() || tls.max_version.is_some() || tls.pinned_key.is_some();
    [
        (
            settings.no_proxy.is_some(),
            "the hosts that are asked without a proxy",
        ),
        (
            proxy.is_some_and(|it| !it.headers.is_empty() || it.tunnel || it.tls != Tls::default()),
            "what is for the proxy alone",
        ),
        (
            proxy.and_then(|it| it.auth.as_ref()).is_some_and(not_basic),
            "the scheme for the proxy, which is asked for what it wants",
        ),
        (tls.ca_directory.is_some(), "the directory of authorities"),
        (
            format.is_some_and(|it| !it.eq_ignore_ascii_case("PEM")),
            "a certificate that is not in PEM",
        ),
        (versions, "the limits to TLS"),
        (
            settings.redirects.keep_post != [false; 3]
                || settings.redirects.schemes.is_some()
                || settings.redirects.referer,
            "what becomes of the request after a redirect",
        ),
        (
            settings.redirects.trust_any_host,
            "sending credentials to wherever a redirect leads",
        ),
        (
            settings.timeouts.connect.is_some(),
            "the time limit of the connection",
        ),
        (settings.retries != Default::default(), "trying again"),
        (
            settings.cookies != Default::default(),
            "the files of cookies",
        ),
        (settings.netrc.is_some(), "the netrc file"),
        (
            settings.connect != Default::default(),
            "where to connect to",
        ),
        (settings.http_version.is_some(), "the version of HTTP"),
        (settings.compressed, "asking for a compressed answer"),
        (settings.request_target.is_some(), "the request target"),
    ]
    .into_iter()
    .filter(|(given, _)| *given)
    .map(|(_, what)| format!("left out, because the page has no field for it: {what}"))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_never_a_reference() {
        for text in [
            "env:HOME",
            "@Cargo.toml",
            "cmd:echo x",
            "-",
            "keyring:x",
            "prompt:",
        ] {
            let draft = Draft {
                url: "http://127.0.0.1/".to_owned(),
                auth: Some(Login {
                    scheme: "bearer".to_owned(),
                    fields: vec![("token".to_owned(), text.into())],
                }),
                ..Draft::default()
            };
            let auth = draft.to_send(None).ok().unwrap().auth.unwrap();
            assert_eq!(
                auth.get("token"),
                Some(&Source::Literal(text.into())),
                "{text}"
            );
        }
    }

    #[test]
    fn a_hidden_text_is_not_shown() {
        assert!(!format!("{:?}", Hidden::from("s3cret")).contains("s3cret"));
    }

    #[test]
    fn variables_are_filled_in_where_their_marks_stand() {
        let draft = Draft {
            url: "http://h.example/{{ID}}".to_owned(),
            headers: vec![("X-Id".to_owned(), "<{{ID}}>".to_owned())],
            variables: vec![Open {
                mark: "{{ID}}".to_owned(),
                name: "ID".to_owned(),
                encoded: false,
                value: "7".into(),
            }],
            ..Draft::default()
        };
        let request = draft.to_send(None).ok().unwrap();
        assert_eq!(request.url.to_string(), "http://h.example/7");
        assert_eq!(request.headers.get_str("X-Id"), Some("<7>"));
        let mut open = draft;
        open.variables[0].value = Hidden::default();
        let problem = open.to_send(None).err().unwrap();
        assert!(problem.message.contains("ID"), "{}", problem.message);
    }
}
