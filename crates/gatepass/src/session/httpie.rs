//! HTTPie's session files, as versions 1 to 3.2 write them.

use std::collections::BTreeMap;

use gatepass_auth::{Descriptor, Form, schemes};
use gatepass_request::parse::items::Value;
use gatepass_request::{Auth, Source, USER_PASSWORD, Url};
use serde::Deserialize;

use super::{Session, put};
use crate::cookies::json::Entry;

#[derive(Deserialize)]
struct Stored {
    #[serde(default)]
    headers: Headers,
    #[serde(default)]
    auth: Option<StoredAuth>,
    #[serde(default)]
    cookies: Cookies,
}

/// A list since 3.1, an object before.
#[derive(Deserialize)]
#[serde(untagged)]
enum Headers {
    List(Vec<Header>),
    Object(BTreeMap<String, String>),
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
}

/// A list since 3.1, an object by name before.
#[derive(Deserialize)]
#[serde(untagged)]
enum Cookies {
    List(Vec<Entry>),
    Object(BTreeMap<String, serde_json::Map<String, serde_json::Value>>),
}

#[derive(Deserialize)]
struct StoredAuth {
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    raw_auth: Option<String>,
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    password: Option<String>,
}

impl Default for Headers {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Default for Cookies {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

/// Says whether this is a session file of HTTPie.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(bytes).is_ok_and(|it| it.get("__meta__").is_some())
}

/// Reads a file, and returns what is wrong with it, as a phrase that quotes no secret.
pub(super) fn read(bytes: &[u8], origin: &str) -> Result<Session, String> {
    let stored: Stored = serde_json::from_slice(bytes)
        .map_err(|_| "it is not laid out as HTTPie's session files are".to_owned())?;
    let mut session = Session::new(origin);
    session.is_foreign = true;
    let headers = match stored.headers {
        Headers::List(list) => list.into_iter().map(|it| (it.name, it.value)).collect(),
        Headers::Object(object) => object.into_iter().collect::<Vec<_>>(),
    };
    let headers = headers.into_iter();
    session.headers = headers
        .map(|(name, value)| (name, Value::Text(value)))
        .collect();
    session.auth = stored.auth.map(auth).transpose()?.flatten();
    let host = Url::parse(origin).map_or_else(|_| origin.to_owned(), |url| url.host().to_owned());
    let cookies = match stored.cookies {
        Cookies::List(list) => list,
        Cookies::Object(object) => object
            .into_iter()
            .map(|(name, mut cookie)| {
                cookie.insert("name".to_owned(), name.into());
                serde_json::from_value(cookie.into())
            })
            .collect::<Result<_, _>>()
            .map_err(|_| "its cookies are not laid out as HTTPie's".to_owned())?,
    };
    // Python calls a host without a dot by a name below this one.
    let dotless = (!host.contains('.')).then(|| format!("{host}.local"));
    for entry in cookies {
        put(
            &session.jar,
            entry.renamed(dotless.as_deref(), &host),
            &host,
        )?;
    }
    Ok(session)
}

fn auth(stored: StoredAuth) -> Result<Option<Auth>, String> {
    let kind = stored.kind.unwrap_or_else(|| "basic".to_owned());
    let literal = |text: String| Source::Literal(text.into());
    let (user, password) = match (stored.raw_auth, stored.username) {
        (Some(raw), _) if kind == "bearer" => {
            return Ok(Some(Auth::new(kind).with("token", literal(raw))));
        }
        (Some(raw), _) => {
            return Ok(Some(
                Auth::new(known(&kind)?).with(USER_PASSWORD, literal(raw)),
            ));
        }
        (None, Some(user)) => (user, stored.password.unwrap_or_default()),
        (None, None) => return Ok(None),
    };
    let auth = Auth::new(known(&kind)?).with("username", literal(user));
    Ok(Some(auth.with("password", literal(password))))
}

/// Returns the scheme that HTTPie gives a user name and a password for.
fn known(kind: &str) -> Result<&'static str, String> {
    let is_it = |scheme: &&Descriptor| {
        scheme.elsewhere.httpie == Some(kind) && scheme.form == Form::UserPassword
    };
    let known = schemes::descriptors().find(is_it).map(|scheme| scheme.id);
    known.ok_or_else(|| format!("its credential is for a plugin of HTTPie, {kind:?}"))
}
