//! What goes over the wire for a curl command line: real curl's is the measure. The lines are in `curl/lines.txt`.
//!
//! Real curl runs them in bash; ours gets each as one text, and takes it apart itself.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

use gatepass_server::{Limits, Recorded, Server};

const LINES: &str = include_str!("curl/lines.txt");

#[test]
fn the_server_receives_what_curl_would_send() {
    let Some(version) = Version::of_curl() else {
        return;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/curl");
    let mut failures = Vec::new();
    let mut compared = 0;
    for line in lines(LINES, version) {
        compared += 1;
        let text = line.text;
        match (line.deviates, difference(text, &folder)) {
            (false, Some(difference)) => failures.push(format!("{text}\n{difference}")),
            (true, None) => failures.push(format!("{text}\n  is the same now: {}", line.mark)),
            _ => {}
        }
    }
    assert!(compared >= 150, "only {compared} lines with curl {version}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_server_is_asked_about_the_bodies_that_curl_asks_about() {
    if Version::of_curl().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, length) in [("limit", 1 << 20), ("longer", (1 << 20) + 1)] {
        std::fs::write(folder.path().join(name), vec![b'x'; length]).unwrap();
    }
    for line in [
        "curl --data-binary @limit $URL/x",
        "curl --data-binary @longer $URL/x",
        "curl --data-binary @longer -H 'Expect:' $URL/x",
        "curl -0 --data-binary @longer $URL/x",
        "curl -u alice:s3cret -T longer $URL/basic-auth/alice/s3cret",
        "curl -T longer $URL/x",
        "curl -F f=@longer $URL/x",
    ] {
        let difference = difference(line, folder.path());
        assert!(difference.is_none(), "{line}\n{}", difference.unwrap());
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_with_a_name_is_opened_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let writer = std::thread::spawn(move || std::fs::write(pipe, "hello").unwrap());
    let gatepass = env!("CARGO_BIN_EXE_gatepass");
    let line = "curl -s -m 20 --limit-rate 1M -T pipe $URL/x";
    let (requests, _) = received(folder.path(), Command::new(gatepass).args(["curl", line]));
    writer.join().unwrap();
    assert_eq!((requests.len(), &requests[0].body[..]), (1, &b"hello"[..]));
}

/// A line of a list.
pub(crate) struct Line<'a> {
    pub(crate) mark: &'a str,
    /// Whether both differ on purpose.
    pub(crate) deviates: bool,
    pub(crate) text: &'a str,
}

/// Returns the lines of a list that can be compared with this version.
pub(crate) fn lines(list: &str, version: Version) -> impl Iterator<Item = Line<'_>> {
    let wanted = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let marked = |line| match str::split_once(line, " | ") {
        Some((mark, text)) if mark.starts_with(|c: char| c == '?' || c.is_ascii_digit()) => {
            (mark, text)
        }
        _ => ("", line),
    };
    list.lines()
        .filter(wanted)
        .map(marked)
        .filter_map(move |(mark, text)| {
            if Version::read(mark).is_some_and(|least| version < least) {
                return None;
            }
            Some(Line {
                mark,
                deviates: mark.starts_with('?'),
                text,
            })
        })
}

/// A version of curl: the first two numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(u32, u32);

impl Version {
    /// Returns the version of the installed curl; `None`, with a word about it, where there is no curl or no bash.
    #[expect(clippy::print_stderr, reason = "what is passed over is told")]
    pub(crate) fn of_curl() -> Option<Self> {
        let output = Command::new("bash").args(["-c", "curl --version"]).output();
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        let number = text.as_deref().ok().and_then(|text| text.split(' ').nth(1));
        let version = number.and_then(Self::read);
        if version.is_none() {
            assert!(
                std::env::var_os("CI").is_none(),
                "curl and bash are needed here"
            );
            eprintln!("skipped: there is no curl, or no bash");
        }
        version
    }

    fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Some(Self(major, minor)),
            _ => None,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// Runs a line by both, and says where the requests differ.
fn difference(line: &str, folder: &Path) -> Option<String> {
    // A server of its own for each, on the same terms; the port differs and is taken out below.
    let theirs = received(folder, Command::new("bash").args(["-c", line]));
    let gatepass = env!("CARGO_BIN_EXE_gatepass");
    let ours = received(folder, Command::new(gatepass).args(["curl", line]));
    let shown = |(requests, port): &(Vec<Recorded>, u16)| {
        let all: Vec<_> = requests
            .iter()
            .map(|request| Shown::of(request, *port))
            .collect();
        all
    };
    let (theirs, ours) = (shown(&theirs), shown(&ours));
    if theirs == ours && !theirs.is_empty() {
        return None;
    }
    Some(format!("  curl: {theirs:#?}\n  gatepass curl: {ours:#?}"))
}

fn received(folder: &Path, command: &mut Command) -> (Vec<Recorded>, u16) {
    let limits = Limits {
        body: 4 << 20,
        ..Limits::default()
    };
    let server = Server::builder().limits(limits).start().unwrap();
    let url = format!("http://127.0.0.1:{}", server.port());
    command
        .current_dir(folder)
        .env("URL", &url)
        .env("PORT", server.port().to_string())
        .env("HOST_PORT", &url["http://".len()..])
        .env("PWD_NAME", "a variable")
        .env("HOME", folder)
        .env_remove("CURL_HOME")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("http_proxy")
        .env_remove("HTTP_PROXY")
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (server.requests(), server.port())
}

/// A request without what may differ: names of header fields in small letters and in order of the names, no default
/// `User-Agent`, no random parts.
#[derive(Debug, PartialEq)]
struct Shown {
    line: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Shown {
    fn of(request: &Recorded, port: u16) -> Self {
        let own = format!(":{port}");
        let text = |bytes: &[u8]| -> String {
            let plain = bytes.escape_ascii().to_string();
            plain
                .replace(&own, ":PORT")
                .replace(&format!("%3A{port}"), ":PORT")
        };
        let mut body = text(&request.body);
        let mut headers = Vec::new();
        let boundary = request
            .headers
            .get_str("Content-Type")
            .and_then(|value| value.split_once("boundary="))
            .map(|(_, boundary)| boundary.to_owned());
        for header in &request.headers {
            let name = header.name().to_ascii_lowercase();
            let mut value = text(header.value());
            if let Some(boundary) = &boundary {
                value = value.replace(boundary.as_str(), "BOUNDARY");
                body = body.replace(boundary.as_str(), "BOUNDARY");
            }
            // The second was never part of HTTP, and RFC 9112 appendix C.2.2 is against it.
            if (name == "content-length" && boundary.is_some()) || name == "proxy-connection" {
                continue;
            }
            match name.as_str() {
                "user-agent" if value.starts_with("curl/") => continue,
                "accept-encoding" => value = "some".to_owned(),
                _ if value.starts_with("Digest ") => value = digest(&value),
                _ => {}
            }
            headers.push((name, value));
        }
        headers.sort_by(|one, two| one.0.cmp(&two.0));
        Self {
            line: format!("{} {}", request.method, text(request.target.as_bytes())),
            headers,
            body,
        }
    }
}

/// Takes the random parts out of a Digest, and puts the rest in order.
fn digest(value: &str) -> String {
    let known: HashMap<&str, &str> = value["Digest ".len()..]
        .split(", ")
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.trim(), value.trim_matches(|c| c == '\\' || c == '"')))
        .collect();
    let mut kept: Vec<String> = [
        "username",
        "realm",
        "uri",
        "qop",
        "nc",
        "algorithm",
        "userhash",
    ]
    .into_iter()
    .filter_map(|name| known.get(name).map(|value| format!("{name}={value}")))
    .collect();
    kept.sort();
    format!("Digest {}", kept.join(", "))
}
