//! An exchange as an HTTP Archive (HAR 1.2), which browsers and other tools read.
//!
//! ```no_run
//! # async fn example() -> Result<(), gatepass::Error> {
//! use std::sync::Arc;
//! use gatepass::{Client, har::Recorder};
//!
//! let recorder = Arc::new(Recorder::masking());
//! let client = Client::builder().observer(Arc::clone(&recorder)).build()?;
//! let response = client.get("https://api.example/user").send().await?;
//! recorder.set_body(&response.bytes().await?);
//! gatepass::config::write_private_file("exchange.har", recorder.to_json().as_bytes()).ok();
//! # Ok(())
//! # }
//! ```
//!
//! Every request of an exchange is an entry: challenges, redirects and what was asked of proxies too. Bodies of responses
//! other than the last are thrown away unread, so that the archive has none of them.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepass_auth::{Header, Headers, show};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::observer::Observer;
use crate::transcript::{Head, Leg, SentBody, Timing};

/// Keeps what an [`Observer`] hears, as the entries of an archive.
pub struct Recorder {
    reveal: bool,
    entries: Mutex<Vec<Value>>,
    /// The last request, whose secrets its response may repeat.
    last: Mutex<Option<Leg>>,
}

impl Recorder {
    /// Makes a recorder that masks secrets, as a transcript does.
    pub fn masking() -> Self {
        Self::new(false)
    }

    /// Makes a recorder that keeps secrets as they are. Its archive is as confidential as they are.
    pub fn revealing() -> Self {
        Self::new(true)
    }

    fn new(reveal: bool) -> Self {
        Self {
            reveal,
            entries: Mutex::default(),
            last: Mutex::default(),
        }
    }

    /// Adds the body of the last response, as it was decoded. What is a secret by its name in JSON, a form or markup is masked, and
    /// so are the secrets of the request where they are repeated; a body that is no text is kept as it is.
    pub fn set_body(&self, body: &[u8]) {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(content) = self
            .entries()
            .last_mut()
            .and_then(|entry| entry.pointer_mut("/response/content"))
            .and_then(Value::as_object_mut)
        {
            content.insert("size".to_owned(), body.len().into());
            match (std::str::from_utf8(body), &*last) {
                (Ok(text), Some(leg)) if !self.reveal => {
                    let kind = content.get("mimeType").and_then(Value::as_str);
                    let shown = leg.masked(&show::body(text, kind));
                    put_text(content, shown.as_bytes());
                }
                _ => put_text(content, body),
            }
        }
    }

    /// Returns the archive.
    pub fn to_json(&self) -> String {
        let archive = json!({
            "log": {
                "version": "1.2",
                "creator": { "name": "gatepass", "version": env!("CARGO_PKG_VERSION") },
                "entries": *self.entries(),
            }
        });
        format!("{archive:#}\n")
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Value>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn entry(&self, leg: &Leg, now: SystemTime) -> Value {
        let timing = leg.timing();
        let took: Duration = [timing.lookup, timing.connect, timing.tls, timing.first_byte]
            .into_iter()
            .flatten()
            .sum();
        let mut entry = json!({
            "startedDateTime": date(now.checked_sub(took).unwrap_or(now)),
            "time": milliseconds(Some(took)),
            "request": self.request(leg),
            "response": self.response(leg),
            "cache": {},
            "timings": timings(timing),
            "connection": leg.connection().to_string(),
        });
        let facts = leg.facts();
        if let Some(entry) = entry.as_object_mut().filter(|_| !facts.is_empty()) {
            entry.insert("comment".to_owned(), facts.join("\n").into());
        }
        entry
    }

    fn request(&self, leg: &Leg) -> Value {
        let target = if self.reveal {
            leg.target().to_owned()
        } else {
            leg.shown_target()
        };
        let url = if leg.method() == "CONNECT" {
            target.clone()
        } else {
            format!("{}{target}", leg.space())
        };
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let query: Vec<Value> = url::form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        let mut request = json!({
            "method": leg.method(),
            "url": url,
            "httpVersion": leg.version(),
            "cookies": [],
            "headers": self.fields(leg.headers(), leg),
            "queryString": query,
            "headersSize": -1,
            "bodySize": match leg.body() {
                SentBody::Held(_) => 0,
                body => body.len().map_or(-1, |length| i64::try_from(length).unwrap_or(-1)),
            },
        });
        let text = match leg.body() {
            SentBody::Bytes(bytes) if self.reveal => Some(String::from_utf8_lossy(bytes).into()),
            _ => leg.shown_body(),
        };
        if let (Some(text), Some(request)) = (text, request.as_object_mut()) {
            let kind = leg.headers().get_str("Content-Type").unwrap_or_default();
            let data = json!({ "mimeType": kind, "text": text });
            request.insert("postData".to_owned(), data);
        }
        request
    }

    fn response(&self, leg: &Leg) -> Value {
        const NONE: &Head = &Head::none();
        let head = leg.response().unwrap_or(NONE);
        let length = head.headers.get_str("Content-Length");
        let length: i64 = length.and_then(|text| text.parse().ok()).unwrap_or(-1);
        let mut fields = head.headers.iter();
        let location = fields.find(|header| header.name().eq_ignore_ascii_case("Location"));
        let mut response = json!({
            "status": head.status,
            "statusText": head.reason,
            "httpVersion": head.version,
            "cookies": [],
            "headers": self.fields(&head.headers, leg),
            "content": {
                "size": length.max(0),
                "mimeType": head.headers.get_str("Content-Type").unwrap_or_default(),
            },
            "redirectURL": location.map(|it| self.value(it, leg)).unwrap_or_default(),
            "headersSize": -1,
            "bodySize": length,
        });
        if let (Some(failure), Some(response)) = (leg.failure(), response.as_object_mut()) {
            response.insert("_error".to_owned(), failure.into());
        }
        response
    }

    fn fields(&self, headers: &Headers, leg: &Leg) -> Vec<Value> {
        headers
            .iter()
            .map(|header| json!({ "name": header.name(), "value": self.value(header, leg) }))
            .collect()
    }

    fn value(&self, header: &Header, leg: &Leg) -> String {
        if self.reveal {
            String::from_utf8_lossy(header.value()).into_owned()
        } else {
            leg.masked(&header.shown())
        }
    }
}

impl Observer for Recorder {
    fn leg(&self, leg: &Leg) {
        let entry = self.entry(leg, SystemTime::now());
        self.entries().push(entry);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(leg.clone());
    }
}

impl Observer for Arc<Recorder> {
    fn leg(&self, leg: &Leg) {
        (**self).leg(leg);
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("reveal", &self.reveal)
            .field("entries", &self.entries().len())
            .finish()
    }
}

/// Text as it is, anything else in base64.
fn put_text(content: &mut Map<String, Value>, body: &[u8]) {
    match std::str::from_utf8(body) {
        Ok(text) => {
            content.insert("text".to_owned(), text.into());
        }
        Err(_) => {
            content.insert("text".to_owned(), STANDARD.encode(body).into());
            content.insert("encoding".to_owned(), "base64".into());
        }
    }
}

/// The phases in milliseconds; -1 for what did not happen. `connect` contains `ssl`, as the format wants it.
fn timings(timing: Timing) -> Value {
    let connect = timing.connect.map(|it| it + timing.tls.unwrap_or_default());
    json!({
        "dns": milliseconds(timing.lookup),
        "connect": milliseconds(connect),
        "ssl": milliseconds(timing.tls),
        "send": 0,
        "wait": milliseconds(timing.first_byte),
        "receive": timing.body.map_or(json!(0), |it| milliseconds(Some(it))),
    })
}

fn milliseconds(duration: Option<Duration>) -> Value {
    duration.map_or(json!(-1), |it| json!(it.as_secs_f64() * 1000.0))
}

/// Writes a time as RFC 3339 has it.
fn date(time: SystemTime) -> String {
    let date = OffsetDateTime::from(time);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        date.hour(),
        date.minute(),
        date.second(),
        date.millisecond()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_in_full() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_089);
        assert_eq!(date(time), "1994-11-06T08:49:37.089Z");
    }
}
