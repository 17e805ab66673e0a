//! `-w`: what is printed behind a transfer, with the names of curl(1).

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gatepass::{Headers, Leg, Response, SentBody};
use gatepass_request::{Request, Url};

use super::exit::{Code, Trouble};
use super::heads;
use crate::output;

/// A template, taken apart.
pub(super) struct WriteOut(Vec<Part>);

enum Part {
    Text(String),
    Variable(String),
    /// `%header{name}`
    Header(String),
    /// Only where the transfer failed.
    OnError,
    Stdout,
    Stderr,
}

/// What is known of a transfer.
pub(super) struct Facts {
    pub(super) started: Instant,
    pub(super) downloaded: u64,
    number: usize,
    method: String,
    given: String,
    url: Url,
    referer: String,
    status: u16,
    version: &'static str,
    headers: Headers,
    heads: usize,
    connects: usize,
    redirects: usize,
    uploaded: u64,
    requested: usize,
    redirect_url: String,
    times: Times,
    total: Duration,
    code: u8,
    message: String,
    file: Option<PathBuf>,
}

/// When the phases were over, from the start of the transfer.
#[derive(Default)]
struct Times {
    lookup: Duration,
    connect: Duration,
    tls: Duration,
    first_byte: Duration,
    redirects: Duration,
}

impl Facts {
    pub(super) fn new(request: &Request, number: usize) -> Self {
        Self {
            started: Instant::now(),
            downloaded: 0,
            number,
            method: request.method.clone(),
            given: request.url.to_string(),
            url: request.url.clone(),
            referer: request
                .headers
                .get_str("Referer")
                .unwrap_or_default()
                .to_owned(),
            status: 0,
            version: "HTTP/0",
            headers: Headers::new(),
            heads: 0,
            connects: 0,
            redirects: 0,
            uploaded: 0,
            requested: 0,
            redirect_url: String::new(),
            times: Times::default(),
            total: Duration::ZERO,
            code: 0,
            message: String::new(),
            file: None,
        }
    }

    /// Takes what the heads tell.
    pub(super) fn heads(&mut self, response: &Response) {
        let transcript = response.transcript();
        self.status = response.status();
        self.version = response.version();
        self.headers = response.headers().clone();
        self.url = response.url().clone();
        self.heads = heads::received(transcript).len();
        self.redirects = transcript.redirects().count();
        let location = response.headers().get("Location");
        if (300..400).contains(&self.status)
            && let Some(Ok(url)) = location.map(|location| response.url().join(location))
        {
            self.redirect_url = url.to_string();
        }
        for leg in transcript.legs() {
            self.connects += usize::from(!leg.reused());
            self.requested += request_size(leg);
            self.method = leg.method().to_owned();
            self.uploaded = match leg.body() {
                SentBody::Bytes(bytes) => bytes.len() as u64,
                SentBody::Elsewhere(length) => length.unwrap_or_default(),
                _ => 0,
            };
        }
        self.times = Times::of(transcript.legs());
    }

    pub(super) fn finish(&mut self, result: &Result<(), Trouble>, file: Option<&Path>) {
        self.total = self.started.elapsed();
        self.file = file.map(Path::to_owned);
        if let Err(trouble) = result {
            self.code = trouble.code.number();
            self.message.clone_from(&trouble.message);
        }
    }

    /// Returns the value of a variable, `None` for an unknown one.
    fn value(&self, name: &str) -> Option<String> {
        let seconds = |time: Duration| format!("{:.6}", time.as_secs_f64());
        let speed = |bytes: u64| {
            let seconds = self.total.as_secs_f64();
            if seconds > 0.0 {
                format!("{:.0}", bytes as f64 / seconds)
            } else {
                "0".to_owned()
            }
        };
        let times = &self.times;
        Some(match name {
            "http_code" | "response_code" => format!("{:03}", self.status),
            "http_connect" => "000".to_owned(),
            "http_version" => self.version.trim_start_matches("HTTP/").to_owned(),
            "content_type" => self
                .headers
                .get_str("Content-Type")
                .unwrap_or_default()
                .to_owned(),
            "size_download" => self.downloaded.to_string(),
            "size_upload" => self.uploaded.to_string(),
            "size_header" => self.heads.to_string(),
            "size_request" => self.requested.to_string(),
            "speed_download" => speed(self.downloaded),
            "speed_upload" => speed(self.uploaded),
            "time_namelookup" => seconds(times.lookup),
            "time_connect" => seconds(times.connect),
            "time_appconnect" => seconds(times.tls),
            "time_pretransfer" => seconds(times.tls.max(times.connect)),
            "time_starttransfer" => seconds(times.first_byte),
            "time_redirect" => seconds(times.redirects),
            "time_total" => seconds(self.total),
            "num_connects" => self.connects.to_string(),
            "num_redirects" => self.redirects.to_string(),
            "num_headers" => self.headers.iter().count().to_string(),
            "url" => self.given.clone(),
            "url_effective" => self.url.to_string(),
            "urlnum" => self.number.to_string(),
            "redirect_url" => self.redirect_url.clone(),
            "referer" => self.referer.clone(),
            "method" => self.method.clone(),
            "scheme" => self.url.scheme().to_owned(),
            "exitcode" => self.code.to_string(),
            "errormsg" => self.message.clone(),
            "ssl_verify_result" | "proxy_ssl_verify_result" => "0".to_owned(),
            "filename_effective" => {
                let file = self.file.as_deref().map(Path::display);
                file.map(|file| file.to_string()).unwrap_or_default()
            }
            "header_json" => self.header_json(),
            "json" => self.json(),
            _ => return None,
        })
    }

    fn header_json(&self) -> String {
        let mut fields = serde_json::Map::new();
        for field in &self.headers {
            let value = String::from_utf8_lossy(field.value()).into_owned();
            let values = fields
                .entry(field.name().to_ascii_lowercase())
                .or_insert_with(|| serde_json::json!([]));
            if let Some(values) = values.as_array_mut() {
                values.push(value.into());
            }
        }
        serde_json::to_string_pretty(&fields).unwrap_or_default()
    }

    /// Writes every variable, numbers as numbers.
    fn json(&self) -> String {
        let mut fields = serde_json::Map::new();
        for name in NAMES {
            let text = self.value(name).unwrap_or_default();
            let number = serde_json::from_str::<serde_json::Number>(&text);
            let value = match number {
                Ok(number) if !["http_version", "errormsg"].contains(name) => number.into(),
                _ if *name == "response_code" || *name == "http_code" => self.status.into(),
                _ => text.into(),
            };
            fields.insert((*name).to_owned(), value);
        }
        serde_json::Value::from(fields).to_string()
    }
}

/// The variables that are printed as `json`.
const NAMES: &[&str] = &[
    "content_type",
    "errormsg",
    "exitcode",
    "filename_effective",
    "http_code",
    "http_connect",
    "http_version",
    "method",
    "num_connects",
    "num_headers",
    "num_redirects",
    "redirect_url",
    "referer",
    "response_code",
    "scheme",
    "size_download",
    "size_header",
    "size_request",
    "size_upload",
    "speed_download",
    "speed_upload",
    "time_appconnect",
    "time_connect",
    "time_namelookup",
    "time_pretransfer",
    "time_redirect",
    "time_starttransfer",
    "time_total",
    "url",
    "url_effective",
    "urlnum",
];

/// Variables of curl's that tell what this client does not know.
const UNKNOWN_HERE: &[&str] = &[
    "certs",
    "conn_id",
    "ftp_entry_path",
    "local_ip",
    "local_port",
    "num_certs",
    "num_retries",
    "proxy_used",
    "remote_ip",
    "remote_port",
    "time_posttransfer",
    "time_queue",
    "tls_earlydata",
    "xfer_id",
];

impl Times {
    fn of(legs: &[Leg]) -> Self {
        let mut times = Self::default();
        let mut so_far = Duration::ZERO;
        for leg in legs {
            let timing = leg.timing();
            let part = |time: Option<Duration>| time.unwrap_or_default();
            times.redirects = so_far;
            times.lookup = so_far + part(timing.lookup);
            times.connect = times.lookup + part(timing.connect);
            let tls = timing.tls;
            times.tls = tls.map_or(Duration::ZERO, |tls| times.connect + tls);
            times.first_byte = times.connect.max(times.tls) + part(timing.first_byte);
            so_far = times.first_byte;
        }
        if !legs.iter().any(|leg| leg.leads_to().is_some()) {
            times.redirects = Duration::ZERO;
        }
        times
    }
}

/// Returns how many bytes a request's head and body have.
fn request_size(leg: &Leg) -> usize {
    let line = leg.method().len() + leg.target().len() + " HTTP/1.1\r\n ".len();
    let fields = leg.headers().iter();
    let fields: usize = fields
        .map(|field| field.name().len() + field.value().len() + ": \r\n".len())
        .sum();
    let body = match leg.body() {
        SentBody::Bytes(bytes) => bytes.len(),
        _ => 0,
    };
    line + fields + "\r\n".len() + body
}

impl WriteOut {
    /// Takes a template apart.
    ///
    /// # Errors
    /// [`Trouble`] for a variable of curl's that is not known here.
    pub(super) fn parse(template: &str) -> Result<Self, Trouble> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = template;
        while let Some(c) = rest.chars().next() {
            let behind = &rest[c.len_utf8()..];
            match c {
                '\\' => {
                    let (escaped, length) = match behind.chars().next() {
                        Some('r') => ("\r", 1),
                        Some('n') => ("\n", 1),
                        Some('t') => ("\t", 1),
                        _ => ("\\", 0),
                    };
                    text.push_str(escaped);
                    rest = &behind[length..];
                }
                '%' if behind.starts_with('%') => {
                    text.push('%');
                    rest = &behind[1..];
                }
                '%' => match variable(behind)? {
                    Some((part, length)) => {
                        parts.push(Part::Text(std::mem::take(&mut text)));
                        parts.push(part);
                        rest = &behind[length..];
                    }
                    None => {
                        text.push('%');
                        rest = behind;
                    }
                },
                c => {
                    text.push(c);
                    rest = behind;
                }
            }
        }
        parts.push(Part::Text(text));
        Ok(Self(parts))
    }

    /// Prints it to standard output, or to standard error from where the template says so.
    pub(super) fn print(&self, facts: &Facts) {
        let (mut out, mut err) = (String::new(), String::new());
        let mut to_err = false;
        for part in &self.0 {
            let text = match part {
                Part::Text(text) => text.clone(),
                Part::Variable(name) => match facts.value(name) {
                    Some(value) => value,
                    None => {
                        err.push_str(&format!("curl: unknown --write-out variable: '{name}'\n"));
                        continue;
                    }
                },
                Part::Header(name) => facts.headers.get(name).map_or_else(String::new, |value| {
                    String::from_utf8_lossy(value).into_owned()
                }),
                Part::OnError if facts.code == 0 => break,
                Part::OnError => continue,
                Part::Stdout => {
                    to_err = false;
                    continue;
                }
                Part::Stderr => {
                    to_err = true;
                    continue;
                }
            };
            if to_err {
                err.push_str(&text);
            } else {
                out.push_str(&text);
            }
        }
        output::tell(&err);
        // That nobody reads it any more is no reason to fail.
        let _ = output::print(&out);
    }
}

/// Reads what follows a percent sign: the part and its length.
fn variable(text: &str) -> Result<Option<(Part, usize)>, Trouble> {
    if let Some(rest) = text.strip_prefix('{') {
        let Some(end) = rest.find('}') else {
            return Ok(None);
        };
        let name = &rest[..end];
        let part = match name {
            "onerror" => Part::OnError,
            "stdout" => Part::Stdout,
            "stderr" => Part::Stderr,
            name if UNKNOWN_HERE.contains(&name)
                || name.starts_with("url.")
                || name.starts_with("urle.") =>
            {
                return Err(unsupported(&format!("%{{{name}}}")));
            }
            name => Part::Variable(name.to_owned()),
        };
        return Ok(Some((part, end + 2)));
    }
    if let Some(rest) = text.strip_prefix("header{") {
        let Some(end) = rest.find('}') else {
            return Ok(None);
        };
        let name = rest[..end].split(':').next().unwrap_or_default();
        return Ok(Some((
            Part::Header(name.to_owned()),
            "header{".len() + end + 1,
        )));
    }
    if text.starts_with("output{") || text.starts_with("time{") {
        return Err(unsupported("%output{…} and %time{…}"));
    }
    Ok(None)
}

fn unsupported(what: &str) -> Trouble {
    Trouble::new(Code::USAGE, format!("{what} is not supported in -w"))
}
