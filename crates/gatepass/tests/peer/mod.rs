//! A server that says what it is told, byte for byte, and keeps what it got.
#![cfg(test)]
#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod proxy;
pub(crate) mod tls;

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What the peer does about one request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Sends these bytes and waits for the next request.
    Say(Vec<u8>),
    /// Sends these bytes and closes.
    SayAndClose(Vec<u8>),
    /// Closes without a word.
    Close,
    /// Sends these bytes, and then nothing more.
    SayAndHang(Vec<u8>),
}

impl Answer {
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Say(bytes) | Self::SayAndClose(bytes) | Self::SayAndHang(bytes) => bytes,
            Self::Close => &[],
        }
    }
}

/// One request as it came.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) connection: usize,
    pub(crate) bytes: Vec<u8>,
}

impl Seen {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let text = self.text();
        let head = text.split("\r\n\r\n").next().unwrap();
        head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then(|| value.to_owned())
        })
    }

    pub(crate) fn line(&self) -> String {
        self.text().lines().next().unwrap_or_default().to_owned()
    }

    pub(crate) fn body(&self) -> String {
        self.text().split_once("\r\n\r\n").unwrap().1.to_owned()
    }
}

pub(crate) struct Peer {
    address: SocketAddr,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Peer {
    /// Listens on a port of its own and gives the answers in turn, whatever connection they are for.
    pub(crate) fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::start_over(|socket| socket, answers)
    }

    /// As [`Peer::start`], over what `wrap` makes of each socket.
    fn start_over<S: Read + Write>(
        wrap: impl Fn(TcpStream) -> S + Send + Clone + 'static,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let answers = Arc::new(Mutex::new(answers.into_iter().collect::<VecDeque<_>>()));
        let (keep, take) = (Arc::clone(&seen), Arc::clone(&answers));
        std::thread::spawn(move || {
            for (connection, socket) in listener.incoming().enumerate() {
                let (Ok(socket), answers, seen) = (socket, Arc::clone(&take), Arc::clone(&keep))
                else {
                    return;
                };
                let wrap = wrap.clone();
                socket.set_nodelay(true).unwrap();
                std::thread::spawn(move || serve(wrap(socket), connection, &answers, &seen));
            }
        });
        Self {
            address,
            answers,
            seen,
        }
    }

    /// Adds answers to those that are given in turn.
    pub(crate) fn give(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().unwrap().extend(answers);
    }

    pub(crate) fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn requests(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

fn serve(
    stream: impl Read + Write,
    connection: usize,
    answers: &Mutex<VecDeque<Answer>>,
    seen: &Mutex<Vec<Seen>>,
) {
    let mut reader = BufReader::new(stream);
    while let Some(bytes) = read_request(&mut reader) {
        seen.lock().unwrap().push(Seen { connection, bytes });
        let Some(answer) = answers.lock().unwrap().pop_front() else {
            return;
        };
        let stream = reader.get_mut();
        match answer {
            Answer::Say(bytes) => stream.write_all(&bytes).unwrap(),
            Answer::SayAndClose(bytes) => return stream.write_all(&bytes).unwrap(),
            Answer::Close => return,
            Answer::SayAndHang(bytes) => {
                stream.write_all(&bytes).unwrap();
                let _ = reader.read(&mut [0]);
                return;
            }
        }
    }
}

pub(crate) fn read_request(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut length, mut chunked) = (0, false);
    loop {
        let start = bytes.len();
        if reader.read_until(b'\n', &mut bytes).ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&bytes[start..]).to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().ok()?;
        }
        chunked |= line.starts_with("transfer-encoding: chunked");
        if line == "\r\n" {
            break;
        }
    }
    let start = bytes.len();
    while chunked && !bytes[start..].ends_with(b"0\r\n\r\n") {
        reader
            .read_until(b'\n', &mut bytes)
            .ok()
            .filter(|&read| read > 0)?;
    }
    bytes.resize(bytes.len() + length, 0);
    let end = bytes.len();
    reader.read_exact(&mut bytes[end - length..]).ok()?;
    Some(bytes)
}

/// A 200 with this body.
pub(crate) fn ok(body: &str) -> Answer {
    reply("200 OK", "", body)
}

/// A response with more header lines, each ended by CRLF.
pub(crate) fn reply(status: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    Answer::Say(
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
            .into_bytes(),
    )
}

/// A redirect.
pub(crate) fn redirect(status: u16, location: &str) -> Answer {
    reply(
        &format!("{status} Redirect"),
        &format!("Location: {location}\r\n"),
        "gone",
    )
}

/// A refusal with this challenge.
pub(crate) fn refuse(challenge: &str) -> Answer {
    reply(
        "401 Unauthorized",
        &format!("WWW-Authenticate: {challenge}\r\n"),
        "who are you?",
    )
}
