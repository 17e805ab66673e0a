//! Postman collections, version 2.1 (and 2.0, which differs in how it writes authentication).
//!
//! Folders give their names and their authentication to what is in them. A variable, `{{name}}`, stays one; what the
//! collection says of it is its default. Scripts are not run, which a warning says.

mod auth;
mod body;
mod url;

use serde::Deserialize;
use serde_json::Value;

use super::braces::Braces;
use super::error::ReadError;
use super::har::shape;
use super::reading::{Form, Named, Reading};
use crate::auth::Auth;
use crate::request::Request;
use crate::settings::{ClientCertificate, Proxy, Settings};

#[derive(Deserialize)]
struct Collection {
    #[serde(default)]
    item: Vec<Item>,
    #[serde(default)]
    auth: Option<Value>,
    #[serde(default)]
    variable: Vec<Variable>,
    #[serde(default)]
    event: Vec<Event>,
}

/// A request, or a folder.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    #[serde(default)]
    name: String,
    #[serde(default)]
    item: Option<Vec<Self>>,
    #[serde(default)]
    request: Option<Wanted>,
    #[serde(default)]
    auth: Option<Value>,
    #[serde(default)]
    variable: Vec<Variable>,
    #[serde(default)]
    event: Vec<Event>,
    #[serde(default)]
    protocol_profile_behavior: serde_json::Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Wanted {
    /// A GET for this URL.
    Url(String),
    Request(Box<Details>),
}

#[derive(Deserialize)]
struct Details {
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    url: Option<url::Url>,
    #[serde(default)]
    header: Option<Headers>,
    #[serde(default)]
    body: Option<body::Body>,
    #[serde(default)]
    auth: Option<Value>,
    #[serde(default)]
    proxy: Option<ProxyConfig>,
    #[serde(default)]
    certificate: Option<Certificate>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Headers {
    Lines(String),
    List(Vec<Field>),
}

/// A header field, or a field of a form.
#[derive(Deserialize)]
struct Field {
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    value: Option<Value>,
    #[serde(default)]
    disabled: bool,
}

#[derive(Deserialize)]
struct Variable {
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    value: Option<Value>,
    #[serde(default)]
    disabled: bool,
}

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    listen: String,
    #[serde(default)]
    script: Option<Value>,
}

#[derive(Deserialize)]
struct ProxyConfig {
    #[serde(default)]
    host: String,
    #[serde(default)]
    port: Option<u16>,
    #[serde(default)]
    tunnel: bool,
    #[serde(default)]
    disabled: bool,
}

#[derive(Deserialize)]
struct Certificate {
    #[serde(default)]
    key: Option<Source>,
    #[serde(default)]
    cert: Option<Source>,
    #[serde(default)]
    passphrase: Option<String>,
}

#[derive(Deserialize)]
struct Source {
    #[serde(default)]
    src: Option<String>,
}

/// How deep folders may stand in folders.
const DEPTH: usize = 100;

/// Reads a collection.
///
/// # Errors
/// [`ReadError::Bad`] for JSON that is no collection. An item that makes no request is left out with a warning.
///
/// ```
/// let text = r#"{"info": {"name": "x"}, "item": [{"name": "me", "request": {"method": "GET", "url": "{{base}}/me"}}],
///     "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}"}]}}"#;
/// let reading = gatepass_request::parse::postman::read(text)?;
/// let auth = reading.requests[0].request.auth.as_ref().unwrap();
/// assert_eq!(auth.get("token").and_then(|token| token.reference()).as_deref(), Some("env:token"));
/// # Ok::<(), gatepass_request::parse::ReadError>(())
/// ```
pub fn read(text: &str) -> Result<Reading, ReadError> {
    let bad = |error: serde_json::Error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        ReadError::bad(Form::Postman, place, shape(&error))
    };
    let value: Value = serde_json::from_str(text).map_err(bad)?;
    // Escapes are resolved here, so that none of them can hide what stands in for a variable.
    let mut reader = Reader {
        braces: Braces::beside(&value.to_string()),
        requests: Vec::new(),
    };
    let collection: Collection = serde_json::from_value(value)
        .map_err(|error| ReadError::bad(Form::Postman, "the top", shape(&error)))?;
    reader.variables(&collection.variable);
    reader.events("the collection", &collection.event);
    reader.items(&collection.item, "", collection.auth.as_ref(), 0);
    Ok(Reading {
        form: Form::Postman,
        requests: reader.requests,
        warnings: reader.braces.warnings.into_vec(),
    })
}

struct Reader {
    braces: Braces,
    requests: Vec<Named>,
}

impl Reader {
    fn variables(&mut self, variables: &[Variable]) {
        for variable in variables.iter().filter(|variable| !variable.disabled) {
            let name = variable.key.as_deref().or(variable.id.as_deref());
            // An export leaves values empty that the user keeps elsewhere.
            let value = variable.value.as_ref().map(text);
            if let (Some(name), Some(value)) = (name, value.filter(|value| !value.is_empty())) {
                self.braces.set(name, value);
            }
        }
    }

    fn events(&mut self, place: &str, events: &[Event]) {
        for event in events.iter().filter(|event| event.script.is_some()) {
            let what = match event.listen.as_str() {
                "prerequest" => "a script that runs before the request",
                "test" => "a script that tests the answer",
                _ => "a script",
            };
            self.braces.warn(place, format!("{what} is left out"));
        }
    }

    fn items(&mut self, items: &[Item], folder: &str, inherited: Option<&Value>, depth: usize) {
        for item in items {
            let name = if folder.is_empty() {
                item.name.clone()
            } else {
                format!("{folder} / {}", item.name)
            };
            self.variables(&item.variable);
            self.events(&name, &item.event);
            let inherited = item.auth.as_ref().or(inherited);
            if let Some(items) = &item.item {
                if depth < DEPTH {
                    self.items(items, &name, inherited, depth + 1);
                } else {
                    self.braces
                        .warn(name.as_str(), "left out: it stands in too many folders");
                }
                continue;
            }
            match self.request(item, &name, inherited) {
                Ok(request) => {
                    let name = Some(name).filter(|name| !name.is_empty());
                    self.requests.push(Named::new(name, request));
                }
                Err(problem) => self.braces.warn(name, format!("left out: {problem}")),
            }
        }
    }

    fn request(
        &mut self,
        item: &Item,
        name: &str,
        inherited: Option<&Value>,
    ) -> Result<Request, String> {
        let details = match &item.request {
            None => return Err("it has no request".to_owned()),
            Some(Wanted::Url(url)) => &Details::get(url),
            Some(Wanted::Request(details)) => details.as_ref(),
        };
        let url = match &details.url {
            Some(url) => url.read(&mut self.braces)?,
            None => return Err("it has no URL".to_owned()),
        };
        let method = details.method.as_deref().unwrap_or("GET");
        let mut request = Request::new(self.braces.text(method), url);
        match &details.header {
            None => {}
            Some(Headers::Lines(lines)) => {
                for line in lines.lines() {
                    if let Some((name, value)) = line.split_once(':') {
                        self.header(&mut request, name, value.trim());
                    }
                }
            }
            Some(Headers::List(fields)) => {
                for field in fields.iter().filter(|field| !field.disabled) {
                    let value = field.value.as_ref().map(text).unwrap_or_default();
                    self.header(
                        &mut request,
                        field.key.as_deref().unwrap_or_default(),
                        &value,
                    );
                }
            }
        }
        if let Some(body) = &details.body {
            request.body = body.read(
                name,
                request.headers.contains("Content-Type"),
                &mut self.braces,
            );
        }
        request.auth = self.auth(name, details.auth.as_ref().or(inherited));
        self.settings(&mut request.settings, details, item, name);
        request.check().map_err(|error| error.to_string())?;
        request.take_used_variables(self.braces.stand_ins().variables());
        Ok(request)
    }

    fn header(&mut self, request: &mut Request, name: &str, value: &str) {
        // Postman shows an unfinished line as an empty field.
        if !name.is_empty() {
            let (name, value) = (self.braces.text(name), self.braces.text(value));
            request.headers.append(name, value);
        }
    }

    fn auth(&mut self, name: &str, auth: Option<&Value>) -> Option<Auth> {
        auth.and_then(|auth| auth::read(auth, name, &mut self.braces))
    }

    fn settings(&mut self, settings: &mut Settings, details: &Details, item: &Item, name: &str) {
        if let Some(proxy) = details
            .proxy
            .as_ref()
            .filter(|proxy| !proxy.disabled && !proxy.host.is_empty())
        {
            let host = self.braces.text(&proxy.host);
            let mut wanted = Proxy::new(format!("http://{host}:{}", proxy.port.unwrap_or(8080)));
            wanted.tunnel = proxy.tunnel;
            settings.proxy = Some(wanted);
        }
        if let Some(certificate) = &details.certificate
            && let Some(file) = certificate.cert.as_ref().and_then(|it| it.src.as_deref())
        {
            let mut client = ClientCertificate::new(self.braces.text(file));
            let key = certificate.key.as_ref().and_then(|it| it.src.as_deref());
            client.key = key.map(|key| self.braces.text(key));
            client.password = certificate.passphrase.as_deref().map(|phrase| {
                let phrase = self.braces.text(phrase);
                crate::Source::of_text(&phrase, self.braces.stand_ins().variables())
            });
            settings.tls.client = Some(client);
        }
        for (behaviour, value) in &item.protocol_profile_behavior {
            match (behaviour.as_str(), value) {
                ("followRedirects", Value::Bool(follow)) => {
                    settings.redirects.follow = Some(*follow)
                }
                ("maxRedirects", Value::Number(limit)) => settings.redirects.limit = limit.as_i64(),
                ("strictSSL", Value::Bool(strict)) => settings.tls.insecure = !strict,
                // A body goes along with every method here.
                ("disableBodyPruning", _) => {}
                _ => self.braces.warn(
                    format!("{name}: {behaviour}"),
                    "this setting of Postman's is left out",
                ),
            }
        }
    }
}

impl Details {
    fn get(url: &str) -> Self {
        Self {
            method: None,
            url: Some(url::Url::Raw(url.to_owned())),
            header: None,
            body: None,
            auth: None,
            proxy: None,
            certificate: None,
        }
    }
}

/// Returns a value as text: a string without its quotes.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
