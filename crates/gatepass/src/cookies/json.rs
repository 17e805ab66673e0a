//! Cookies as JSON, in the form that browsers' extensions export (`cookies.Cookie` of WebExtensions).
//!
//! Playwright's and HTTPie's lists are read too: they differ in `expires` and in what says that a cookie is for one host.

use serde::{Deserialize, Serialize};

use super::cookie::{Cookie, SameSite};

/// A list, or a document that has one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    List(Vec<Entry>),
    Within { cookies: Vec<Entry> },
}

/// One cookie in a file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    name: String,
    value: String,
    #[serde(default)]
    domain: Option<String>,
    #[serde(default)]
    host_only: Option<bool>,
    #[serde(default = "root")]
    path: String,
    #[serde(default)]
    secure: bool,
    #[serde(default)]
    http_only: bool,
    #[serde(default)]
    same_site: Option<String>,
    #[serde(default)]
    session: Option<bool>,
    /// Playwright and HTTPie say `expires`.
    #[serde(default, alias = "expires", skip_serializing_if = "Option::is_none")]
    expiration_date: Option<f64>,
}

fn root() -> String {
    "/".to_owned()
}

/// Reads a document, and returns what is wrong with it, as a phrase that quotes nothing.
pub(super) fn read(text: &str) -> Result<Vec<Cookie>, String> {
    let document = serde_json::from_str(text).map_err(|error| {
        let place = format!("line {} column {}", error.line(), error.column());
        format!("it is no list of cookies in JSON ({place})")
    })?;
    let (Document::List(entries) | Document::Within { cookies: entries }) = document;
    Ok(entries.into_iter().map(|entry| entry.cookie("")).collect())
}

/// Writes a list.
pub(super) fn write(cookies: &[Cookie]) -> Result<String, serde_json::Error> {
    let entries: Vec<Entry> = cookies.iter().map(Entry::of).collect();
    serde_json::to_string_pretty(&entries).map(|text| text + "\n")
}

impl Entry {
    pub(crate) fn of(cookie: &Cookie) -> Self {
        let dot = if cookie.host_only { "" } else { "." };
        let same_site = match cookie.same_site {
            None => "unspecified",
            Some(SameSite::None) => "no_restriction",
            Some(SameSite::Lax) => "lax",
            Some(SameSite::Strict) => "strict",
        };
        Self {
            name: cookie.name.clone(),
            value: cookie.value.expose_str().unwrap_or_default().to_owned(),
            domain: Some(format!("{dot}{}", cookie.domain)),
            host_only: Some(cookie.host_only),
            path: cookie.path.clone(),
            secure: cookie.secure,
            http_only: cookie.http_only,
            same_site: Some(same_site.to_owned()),
            session: Some(cookie.expires.is_none()),
            expiration_date: cookie.expires.map(|end| end as f64),
        }
    }

    /// Puts `new` in the place of a domain that is `old`.
    pub(crate) fn renamed(mut self, old: Option<&str>, new: &str) -> Self {
        if old.is_some() && self.domain.as_deref() == old {
            self.domain = Some(new.to_owned());
        }
        self
    }

    /// Returns the cookie; `host` stands for a domain that is missing.
    pub(crate) fn cookie(self, host: &str) -> Cookie {
        let written = self.domain.filter(|domain| !domain.is_empty());
        let domain = written.as_deref().unwrap_or(host);
        let bare = domain.trim_start_matches('.').to_lowercase();
        let mut cookie = Cookie::new(self.name, self.value, bare);
        cookie.host_only = self.host_only.unwrap_or(!domain.starts_with('.'));
        cookie.path = self.path;
        cookie.secure = self.secure;
        cookie.http_only = self.http_only;
        cookie.same_site = match self.same_site.map(|it| it.to_lowercase()).as_deref() {
            Some("strict") => Some(SameSite::Strict),
            Some("lax") => Some(SameSite::Lax),
            Some("none" | "no_restriction") => Some(SameSite::None),
            _ => None,
        };
        let is_session = self.session == Some(true);
        // Playwright writes -1 for the end of the session.
        let end = self
            .expiration_date
            .filter(|end| *end >= 0.0 && !is_session);
        cookie.expires = end.and_then(super::moment);
        cookie
    }
}
