//! What is known of a transfer, under the names of curl(1), `--write-out`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gatepass::{Ends, Headers, Leg, Response, SentBody, TlsInfo};
use gatepass_request::{Request, Url};

use super::exit::Trouble;
use super::heads;

/// What is known of a transfer.
pub(super) struct Facts {
    pub(super) started: Instant,
    pub(super) downloaded: u64,
    retries: usize,
    connection: Option<u64>,
    ends: Option<Ends>,
    tls: Option<TlsInfo>,
    /// The status by which a proxy answered a request for a tunnel.
    at_proxy: u16,
    by_proxy: bool,
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
            retries: 0,
            connection: None,
            ends: None,
            tls: None,
            at_proxy: 0,
            by_proxy: false,
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
        self.by_proxy = false;
        (self.connects, self.requested) = (0, 0);
        for leg in transcript.legs() {
            self.by_proxy |= leg.passed().is_some() || leg.method() == "CONNECT";
            if leg.method() == "CONNECT" {
                self.at_proxy = leg.response().map_or(0, |head| head.status);
            }
            self.connection = Some(leg.connection());
            self.ends = leg.ends();
            self.tls = leg.tls().cloned();
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

    /// Takes a status that the condition of `-z` makes of another, as curl does.
    pub(super) fn not_modified(&mut self) {
        self.status = 304;
    }

    /// Returns the status, 0 where none came.
    pub(super) fn status(&self) -> u16 {
        self.status
    }

    /// Returns a header field of the last response.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get_str(name)
    }

    /// Returns whether the transfer failed.
    pub(super) fn failed(&self) -> bool {
        self.code != 0
    }

    /// Forgets an attempt that is followed by another.
    pub(super) fn begin_again(&mut self) {
        (self.downloaded, self.status, self.retries) = (0, 0, self.retries + 1);
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
    pub(super) fn value(&self, name: &str) -> Option<String> {
        if let Some(part) = name.strip_prefix("url.") {
            return part_of(&Url::parse(&self.given).ok()?, part);
        }
        if let Some(part) = name.strip_prefix("urle.") {
            return part_of(&self.url, part);
        }
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
            "http_connect" => format!("{:03}", self.at_proxy),
            "remote_ip" => ip(self.ends.map(|ends| ends.peer)),
            "local_ip" => ip(self.ends.map(|ends| ends.local)),
            "remote_port" => port(self.ends.map(|ends| ends.peer)),
            "local_port" => port(self.ends.map(|ends| ends.local)),
            "num_retries" => self.retries.to_string(),
            "proxy_used" => u8::from(self.by_proxy).to_string(),
            "conn_id" => self
                .connection
                .map_or_else(|| "-1".to_owned(), |id| id.to_string()),
            "xfer_id" => self.number.to_string(),
            "num_certs" => self
                .tls
                .as_ref()
                .map_or(0, |tls| tls.chain.len())
                .to_string(),
            "certs" => self.certificates(),
            // Nothing was sent early, and nothing waited for a turn.
            "tls_earlydata" => "0".to_owned(),
            "time_queue" => seconds(Duration::ZERO),
            "ftp_entry_path" => String::new(),
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
            "time_posttransfer" => seconds(times.first_byte),
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

    /// Writes what is known of the server's certificates.
    fn certificates(&self) -> String {
        let chain = self.tls.iter().flat_map(|tls| &tls.chain);
        let date = |time| {
            let time = i64::try_from(time).ok();
            let time = time.and_then(|time| jiff::Timestamp::from_second(time).ok());
            time.map_or_else(String::new, |time| {
                time.strftime("%b %e %H:%M:%S %Y GMT").to_string()
            })
        };
        chain
            .map(|certificate| {
                format!(
                    "Subject:{}\nIssuer:{}\nX509v3 Subject Alternative Name:{}\nStart date:{}\nExpire date:{}\n",
                    certificate.subject,
                    certificate.issuer,
                    certificate.names.join(", "),
                    date(certificate.not_before),
                    date(certificate.not_after)
                )
            })
            .collect()
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
    "certs",
    "conn_id",
    "content_type",
    "errormsg",
    "exitcode",
    "filename_effective",
    "http_code",
    "http_connect",
    "http_version",
    "local_ip",
    "local_port",
    "method",
    "num_certs",
    "num_connects",
    "num_headers",
    "num_redirects",
    "num_retries",
    "proxy_used",
    "redirect_url",
    "referer",
    "remote_ip",
    "remote_port",
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
    "time_posttransfer",
    "time_pretransfer",
    "time_queue",
    "time_redirect",
    "time_starttransfer",
    "time_total",
    "url",
    "url_effective",
    "urlnum",
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

fn ip(end: Option<SocketAddr>) -> String {
    end.map(|end| end.ip().to_string()).unwrap_or_default()
}

fn port(end: Option<SocketAddr>) -> String {
    end.map_or(0, |end| end.port()).to_string()
}

/// Returns a part of a URL by curl's name; `None` for an unknown one.
fn part_of(url: &Url, part: &str) -> Option<String> {
    let info = url.user_info();
    Some(match part {
        "scheme" => url.scheme().to_owned(),
        "host" if url.host().contains(':') => format!("[{}]", url.host()),
        "host" => url.host().to_owned(),
        "port" => url.port().to_string(),
        "path" => url.path().to_owned(),
        "query" => url.query().unwrap_or_default().to_owned(),
        "fragment" => url.fragment().unwrap_or_default().to_owned(),
        "user" => info.map(|info| info.user.clone()).unwrap_or_default(),
        // A secret is not printed, and the other two do not exist in http.
        "password" | "options" | "zoneid" => String::new(),
        _ => return None,
    })
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
