//! HTTP archives, HAR 1.2: the last entry that is a refusal, with the redirects and attempts before it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepass_request::Url;
use serde::Deserialize;

use super::{Unreadable, head};
use crate::facts::clock::of_iso;
use crate::record::{Answer, Exchange, Leg, MOST_OF_A_BODY, Recorded};

const FORM: &str = "a HAR file";

#[derive(Deserialize)]
struct Archive {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    started_date_time: String,
    #[serde(default)]
    time: f64,
    request: Asked,
    response: Came,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    post_data: Option<Data>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Came {
    status: u16,
    #[serde(default)]
    status_text: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    content: Data,
    #[serde(default, rename = "redirectURL")]
    redirect_url: String,
}

#[derive(Deserialize)]
struct Pair {
    #[serde(default)]
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Default, Deserialize)]
struct Data {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
}

/// Reads an archive: the last entry with a status of 400 or more, or the last entry; before it those that led to it.
///
/// # Errors
/// [`Unreadable`] for JSON that is no archive, or one without an answer.
pub fn read(text: &str) -> Result<Exchange, Unreadable> {
    let archive: Archive = serde_json::from_str(text).map_err(|error| {
        let problem = format!(
            "line {}, column {} is not as it has to be",
            error.line(),
            error.column()
        );
        Unreadable::new(FORM, problem)
    })?;
    let entries = archive.log.entries;
    let refused = entries
        .iter()
        .rposition(|entry| entry.response.status >= 400);
    let last = refused.or_else(|| entries.iter().rposition(|entry| entry.response.status > 0));
    let Some(last) = last else {
        return Err(Unreadable::new(FORM, "no entry has an answer"));
    };
    let mut entries: Vec<Entry> = entries.into_iter().take(last + 1).collect();
    let mut legs = Vec::new();
    let mut now = None;
    let mut wanted: Option<String> = None;
    while let Some(entry) = entries.pop() {
        let leads_here = wanted.as_ref().is_none_or(|url| leads_to(&entry, url));
        if !leads_here {
            break;
        }
        if wanted.is_none() {
            now = of_iso(&entry.started_date_time).map(|at| at + (entry.time / 1000.0) as i64);
        }
        wanted = Some(entry.request.url.clone());
        legs.insert(0, leg(entry)?);
    }
    let mut exchange = Exchange::new(legs, now);
    exchange.recorded = Recorded::Elsewhere;
    Ok(exchange)
}

/// Says whether an entry is a redirect to a URL, or an attempt at it that was challenged.
fn leads_to(entry: &Entry, url: &str) -> bool {
    let response = &entry.response;
    if (300..400).contains(&response.status) {
        let target = location(response);
        return !target.is_empty()
            && (target == url || (target.starts_with('/') && url.ends_with(&target)));
    }
    response.status == 401 && entry.request.url == url
}

fn location(response: &Came) -> String {
    if !response.redirect_url.is_empty() {
        return response.redirect_url.clone();
    }
    let mut headers = response.headers.iter();
    headers
        .find(|pair| pair.name.eq_ignore_ascii_case("location"))
        .map_or_else(String::new, |pair| pair.value.clone())
}

fn leg(entry: Entry) -> Result<Leg, Unreadable> {
    let url = Url::parse(&entry.request.url)
        .map_err(|error| Unreadable::new(FORM, format!("a URL cannot be read: {error}")))?;
    let target = location(&entry.response);
    let mut leg = head::of_url(entry.request.method, &url);
    for pair in entry.request.headers {
        if !pair.name.starts_with(':') {
            leg.headers.append(pair.name, pair.value);
        }
    }
    leg.body = entry.request.post_data.map(bytes).unwrap_or_default();
    let mut answer = Answer::new(entry.response.status, entry.response.status_text);
    for pair in entry.response.headers {
        // Browsers join several fields of one name with line breaks.
        pair.value
            .split('\n')
            .for_each(|value| answer.headers.append(pair.name.clone(), value));
    }
    answer.body = bytes(entry.response.content);
    if (300..400).contains(&answer.status) && !target.is_empty() {
        leg.leads_to = Some(target);
    }
    leg.waited = (entry.time > 0.0).then_some(entry.time as u64);
    leg.answer = Some(answer);
    Ok(leg)
}

fn bytes(data: Data) -> Vec<u8> {
    let text = data.text.unwrap_or_default();
    let mut bytes = match data.encoding.as_deref() {
        Some("base64") => STANDARD.decode(&text).unwrap_or_else(|_| text.into_bytes()),
        _ => text.into_bytes(),
    };
    bytes.truncate(MOST_OF_A_BODY);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_is_taken_with_what_led_to_it() {
        let text = r#"{"log":{"entries":[
            {"startedDateTime":"2026-12-01T00:00:00Z","time":10,"request":{"method":"GET","url":"https://x.example/other"},"response":{"status":200}},
            {"startedDateTime":"2026-12-01T00:00:00Z","time":10,"request":{"method":"GET","url":"https://a.example/","headers":[{"name":"Authorization","value":"Bearer t"}]},
             "response":{"status":302,"headers":[{"name":"Location","value":"https://b.example/c"}]}},
            {"startedDateTime":"2026-12-01T00:00:01Z","time":1500,"request":{"method":"GET","url":"https://b.example/c"},
             "response":{"status":401,"content":{"text":"eyJhIjoxfQ==","encoding":"base64"}}},
            {"startedDateTime":"2026-12-01T00:00:02Z","time":1,"request":{"method":"GET","url":"https://b.example/favicon.ico"},"response":{"status":200}}]}}"#;
        let exchange = read(text).unwrap();
        assert_eq!(exchange.legs.len(), 2);
        assert_eq!(exchange.now, Some(1_796_083_202));
        assert_eq!(exchange.last().unwrap().1.body, b"{\"a\":1}");
        assert!(read("{}").is_err() && read("{\"log\":{\"entries\":[]}}").is_err());
    }
}
