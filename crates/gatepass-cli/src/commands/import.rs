//! `gatepass import`: shows what is understood of a request in another form: a curl command line, an HTTP archive, a Postman
//! collection, an `.http` file.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Read as _};

use clap::Args;
use gatepass_auth::{Header, Headers, Secret, mask, show};
use gatepass_request::parse::{Reading, any};
use gatepass_request::{
    Auth, Body, Content, Piece, Request, Settings, Source, Variable, has_variable, pieces,
};
use serde_json::{Value, json};

use crate::commands::outside::Place;
use crate::error::{Failure, reason};
use crate::exit_code::Exit;
use crate::output;
use crate::output::color::{Palette, When};

/// Show what is understood of a curl command line, an HTTP archive, a Postman collection or an .http file
///
/// Nothing is sent, and secrets are masked. The form is found out by what only it has.
#[derive(Args, Debug)]
pub(crate) struct ImportArgs {
    /// The file; without one, or with -, standard input is read
    #[arg(value_name = "FILE")]
    file: Option<String>,

    /// Print JSON, for programs: the requests as gatepass stores them. Secrets are left out, and variables named in their place
    #[arg(long)]
    json: bool,

    /// Let a curl command line name files anywhere, not only below the folder of the file
    #[arg(long)]
    allow_files: bool,
}

/// Reads and shows.
///
/// # Errors
/// [`Failure`] for a file that cannot be read or understood.
pub(crate) fn run(args: ImportArgs) -> Result<Exit, Failure> {
    let place = Place::of_file(args.file.as_deref(), args.allow_files);
    let reading = read_file(args.file.as_deref(), &place)?;
    if args.json {
        output::print(&to_json(reading)?)?;
        return Ok(Exit::Ok);
    }
    let palette = Palette::for_stdout(When::Auto);
    let mut out = String::new();
    for (number, named) in reading.requests.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let title = match (&named.name, reading.requests.len()) {
            (Some(name), 1) => Some(plain(name)),
            (None, 1) => None,
            // The number and the name are what --request-name takes.
            _ => Some(format!("{}: {}", number + 1, named.title())),
        };
        if let Some(title) = title {
            let _ = writeln!(out, "{}", palette.faint(&format!("# {title}")));
        }
        Shown {
            request: &named.request,
            palette,
            out: &mut out,
        }
        .all();
    }
    for warning in &reading.warnings {
        let _ = writeln!(
            out,
            "{} {}",
            palette.bad("note:"),
            plain(&warning.to_string())
        );
    }
    output::print(&out)?;
    Ok(Exit::Ok)
}

/// Reads requests in any form from a file, or from standard input.
///
/// # Errors
/// [`Failure`] for a file that cannot be read or understood.
pub(crate) fn read_file(file: Option<&str>, place: &Place) -> Result<Reading, Failure> {
    let bytes = read_bytes(file)?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::new("the text is not UTF-8"))?;
    read_text(&text, place)
}

/// Reads a file, or standard input.
///
/// # Errors
/// [`Failure`] for a file that cannot be read.
pub(crate) fn read_bytes(file: Option<&str>) -> Result<Vec<u8>, Failure> {
    Ok(match file {
        None | Some("-") => {
            let mut stdin = std::io::stdin();
            if file.is_none() && stdin.is_terminal() {
                return Err(Failure::new("there is nothing to read").hint(
                    "Give a file, or a text through a pipe, as in pbpaste | gatepass import",
                ));
            }
            let mut bytes = Vec::new();
            let read = stdin.read_to_end(&mut bytes);
            read.map_err(|error| {
                Failure::new(format!("standard input cannot be read: {}", reason(&error)))
            })?;
            bytes
        }
        Some(path) => std::fs::read(path).map_err(|error| unreadable(path, &error))?,
    })
}

/// Says that a file cannot be read. A command line in its place is not repeated: it may hold a secret.
fn unreadable(path: &str, error: &std::io::Error) -> Failure {
    let shown = show::typed_path(path);
    let failure = Failure::new(format!(
        "the file {shown} cannot be read: {}",
        reason(error)
    ));
    if any::form(path).is_some() {
        return failure.hint(
            "This looks like a request itself and not like the name of a file: give it through a pipe, as in pbpaste | gatepass import",
        );
    }
    failure
}

/// Reads requests in any form from a text.
///
/// # Errors
/// [`Failure`] for a text that is not understood.
pub(crate) fn read_text(text: &str, place: &Place) -> Result<Reading, Failure> {
    any::read(text, &|wanted| place.read(wanted)).map_err(|error| Failure::new(error.to_string()))
}

fn to_json(reading: Reading) -> Result<String, Failure> {
    let mut requests = Vec::new();
    for mut named in reading.requests {
        let secrets = named.request.take_secrets();
        let names: Vec<&str> = secrets.iter().map(|(name, _)| name.as_str()).collect();
        let request = serde_json::to_value(&named.request)
            .map_err(|error| Failure::new(error.to_string()))?;
        requests.push(json!({"name": named.name, "request": request, "secrets": names}));
    }
    let all = json!({"form": reading.form, "requests": requests, "warnings": reading.warnings});
    let mut text =
        serde_json::to_string_pretty(&all).map_err(|error| Failure::new(error.to_string()))?;
    text.push('\n');
    Ok(text)
}

/// How many characters of a body are shown.
const BODY: usize = 2000;

/// Writes what a request says.
struct Shown<'a> {
    request: &'a Request,
    palette: Palette,
    out: &'a mut String,
}

impl Shown<'_> {
    fn all(mut self) {
        let url = self.text(&show::url(&self.request.url.to_string()));
        let method = self.palette.name(&self.text(&self.request.method));
        let _ = writeln!(self.out, "{method} {url}");
        for header in &self.request.headers {
            let value = self.header(header);
            self.line(&self.text(header.name()), &value);
        }
        for name in &self.request.without {
            self.line(name, &self.palette.faint("(not sent)"));
        }
        self.body();
        if let Some(auth) = &self.request.auth {
            let auth = self.auth(auth);
            self.line("auth", &auth);
        }
        if let Some(info) = self.request.url.user_info() {
            let password = info.password.as_ref().map(Secret::mask);
            self.line(
                "auth",
                &format!(
                    "in the URL: {}, {}",
                    info.user,
                    password.unwrap_or_default()
                ),
            );
        }
        self.settings(&self.request.settings);
        for variable in &self.request.variables {
            let is_url = |text: &&String| text.starts_with("http") && !text.contains('@');
            let default = match &variable.default {
                Some(url) if is_url(&url) => format!("{} by default", plain(&show::url(url))),
                Some(default) => format!("{} by default", mask(default.as_bytes())),
                None => "no value".to_owned(),
            };
            self.line("variable", &format!("{}: {default}", plain(&variable.name)));
        }
    }

    fn line(&mut self, name: &str, value: &str) {
        let name = self.palette.name(&format!("{name}:"));
        let _ = writeln!(self.out, "  {name} {value}");
    }

    /// Returns a text with `$NAME` in the places of variables, and without what a terminal would obey.
    fn text(&self, text: &str) -> String {
        let shown = |piece| match piece {
            Piece::Text(text) => plain(text),
            Piece::Variable(Variable { name, .. }) => format!("${{{}}}", plain(name)),
            _ => String::new(),
        };
        pieces(text, &self.request.variables)
            .into_iter()
            .map(shown)
            .collect()
    }

    fn header(&self, header: &Header) -> String {
        if has_variable(header.value(), &self.request.variables) {
            return self.text(&String::from_utf8_lossy(header.value()));
        }
        plain(&header.shown())
    }

    fn body(&mut self) {
        let shown = match &self.request.body {
            Body::Empty => return,
            Body::Json(value) => (
                "application/json".to_owned(),
                self.excerpt(value.to_string().as_bytes(), Some("application/json")),
            ),
            Body::Form(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(name, value)| self.pair(name, value))
                    .collect();
                ("a form".to_owned(), fields.join("&"))
            }
            Body::Raw {
                bytes,
                content_type,
            } => (
                kind(content_type.as_deref()),
                self.excerpt(bytes, content_type.as_deref()),
            ),
            Body::File {
                content,
                content_type,
            } => (
                kind(content_type.as_deref()),
                self.content(content, content_type.as_deref()),
            ),
            Body::Joined {
                chunks,
                content_type,
            } => {
                let chunks: Vec<String> = chunks
                    .iter()
                    .map(|chunk| self.content(&chunk.content, content_type.as_deref()))
                    .collect();
                (kind(content_type.as_deref()), chunks.join(" + "))
            }
            Body::Multipart(form) => {
                let parts: Vec<String> = form
                    .parts
                    .iter()
                    .map(|part| {
                        let content = match &part.content {
                            Content::Bytes(bytes) if self.is_secret(&part.name, bytes) => {
                                mask(bytes)
                            }
                            content => self.content(content, None),
                        };
                        format!("\n    {}: {content}", self.text(&part.name))
                    })
                    .collect();
                ("a form in parts".to_owned(), parts.concat())
            }
            _ => ("of an unknown kind".to_owned(), String::new()),
        };
        self.line("body", &format!("{}; {}", shown.0, shown.1));
    }

    /// Says whether a value is a secret by its name, and itself rather than a variable.
    fn is_secret(&self, name: &str, value: &[u8]) -> bool {
        show::is_secret_name(name) && !has_variable(value, &self.request.variables)
    }

    /// Returns a field of a form, its value masked where its name says so.
    fn pair(&self, name: &str, value: &str) -> String {
        let shown = if self.is_secret(name, value.as_bytes()) {
            mask(value.as_bytes())
        } else if has_variable(value.as_bytes(), &self.request.variables) {
            self.text(value)
        } else {
            plain(&show::body(value, None))
        };
        format!("{}={shown}", self.text(name))
    }

    fn content(&self, content: &Content, media_type: Option<&str>) -> String {
        match content {
            Content::Bytes(bytes) => self.excerpt(bytes, media_type),
            Content::File(path) => format!("the file {}", self.text(path)),
            _ => "standard input".to_owned(),
        }
    }

    fn excerpt(&self, bytes: &[u8], media_type: Option<&str>) -> String {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return format!("{} bytes", bytes.len());
        };
        let text = show::body(text, media_type);
        match text.char_indices().nth(BODY) {
            Some((end, _)) => format!("{}… ({} bytes)", self.text(&text[..end]), bytes.len()),
            None => self.text(&text),
        }
    }

    fn auth(&self, auth: &Auth) -> String {
        let scheme = auth.scheme.as_deref();
        let field = |(name, source): &(String, Source)| {
            let value = match source {
                Source::Literal(secret)
                    if has_variable(secret.expose(), &self.request.variables) =>
                {
                    self.text(secret.expose_str().unwrap_or_default())
                }
                Source::Literal(secret) if Auth::may_be_shown(scheme, name) => {
                    plain(secret.expose_str().unwrap_or_default())
                }
                Source::Literal(secret) => secret.mask(),
                elsewhere => plain(&elsewhere.reference().unwrap_or_default()),
            };
            format!("{name} {value}")
        };
        let fields: Vec<String> = auth.values.iter().map(field).collect();
        let scheme = self.text(scheme.unwrap_or("whatever the server asks for"));
        std::iter::once(scheme)
            .chain(fields)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Writes the settings as they are stored, one line each: they hold no secret but a proxy's.
    fn settings(&mut self, settings: &Settings) {
        let mut settings = settings.clone();
        if let Some(proxy) = &mut settings.proxy
            && let Some(auth) = proxy.auth.take()
        {
            let auth = self.auth(&auth);
            self.line("proxy auth", &auth);
        }
        let headers = settings.proxy.iter_mut().map(|it| &mut it.headers);
        for (name, value) in headers.flat_map(std::mem::take) {
            let shown = Headers::from_iter([(name, value)]);
            for header in &shown {
                let value = self.header(header);
                self.line(
                    &format!("proxy header {}", self.text(header.name())),
                    &value,
                );
            }
        }
        if let Some(client) = &mut settings.tls.client
            && let Some(Source::Literal(password)) = &client.password
        {
            let masked = password.mask();
            client.password = None;
            self.line("key password", &masked);
        }
        if let Ok(Value::Object(fields)) = serde_json::to_value(&settings) {
            for (name, value) in fields {
                let value = match value {
                    Value::String(text) => self.text(&text),
                    other => self.text(&other.to_string()),
                };
                self.line(&name.replace('_', " "), &value);
            }
        }
    }
}

fn kind(content_type: Option<&str>) -> String {
    plain(content_type.unwrap_or("of no media type"))
}

/// Returns a text without what a terminal would obey; line breaks stay.
fn plain(text: &str) -> String {
    show::text(text).into_owned()
}
