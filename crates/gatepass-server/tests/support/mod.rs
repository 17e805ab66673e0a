//! A client that sends exactly what it is told to, and reads one answer.

#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "a module of several test programs, each of which uses a part of it"
)]

pub mod digest;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use gatepass_server::Server;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;

/// No answer takes this long.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// An answer, with its body as it was meant.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// Returns the only value of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() < 2, "{name}: {all:?}");
        all.first().copied()
    }

    /// Returns every value of this name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = |(known, _): &&(String, String)| known.eq_ignore_ascii_case(name);
        let values = self.headers.iter().filter(named);
        values.map(|(_, value)| value.as_str()).collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A connection, and what was read from it and not used.
pub struct Wire<S> {
    pub stream: S,
    buffer: Vec<u8>,
}

/// Opens a connection to the server.
pub fn connect(server: &Server) -> Wire<TcpStream> {
    let stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    Wire::new(stream)
}

/// Opens a connection to the server by TLS, to this name, trusting this authority and no other.
pub fn https(
    server: &Server,
    name: &str,
    ca: Option<&str>,
) -> Wire<StreamOwned<ClientConnection, TcpStream>> {
    let mut roots = RootCertStore::empty();
    if let Some(ca) = ca {
        roots
            .add(CertificateDer::from_pem_slice(ca.as_bytes()).unwrap())
            .unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.https_port().unwrap())).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    Wire::new(StreamOwned::new(client, stream))
}

impl<S: Read + Write> Wire<S> {
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
        }
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).unwrap();
    }

    /// Reads one answer, to a request of a method that has a body in its answer.
    pub fn read(&mut self) -> Answer {
        self.read_head(false)
    }

    /// Reads one answer to `HEAD`.
    pub fn read_without_body(&mut self) -> Answer {
        self.read_head(true)
    }

    fn read_head(&mut self, no_body: bool) -> Answer {
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            assert!(
                self.fill() > 0,
                "closed after {:?}",
                String::from_utf8_lossy(&self.buffer)
            );
        };
        let head: Vec<u8> = self.buffer.drain(..end).collect();
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.trim_end().split("\r\n");
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let headers: Vec<_> = lines
            .map(|line| {
                line.split_once(": ")
                    .unwrap_or((line.trim_end_matches(':'), ""))
            })
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let mut answer = Answer {
            status,
            headers,
            body: Vec::new(),
        };
        if no_body || matches!(status, 204 | 304) {
            return answer;
        }
        answer.body = if answer.header("transfer-encoding") == Some("chunked") {
            self.read_chunks()
        } else {
            let length = answer
                .header("content-length")
                .map(|length| length.parse().unwrap());
            self.take(length.unwrap_or(0))
        };
        answer
    }

    fn read_chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let line = loop {
                if let Some(at) = self.buffer.windows(2).position(|two| two == b"\r\n") {
                    break at;
                }
                assert!(self.fill() > 0, "closed within a chunk's size");
            };
            let size = self.take(line + 2);
            let size = std::str::from_utf8(&size[..line]).unwrap();
            let size = usize::from_str_radix(size, 16).unwrap();
            let chunk = self.take(size + 2);
            if size == 0 {
                return body;
            }
            body.extend_from_slice(&chunk[..size]);
        }
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        while self.buffer.len() < length {
            assert!(
                self.fill() > 0,
                "closed {} bytes early",
                length - self.buffer.len()
            );
        }
        self.buffer.drain(..length).collect()
    }

    fn fill(&mut self) -> usize {
        let mut bytes = [0; 8192];
        let read = self.stream.read(&mut bytes).unwrap();
        self.buffer.extend_from_slice(&bytes[..read]);
        read
    }

    /// Waits for the server to close the connection, and fails if it says anything else before.
    pub fn expect_end(&mut self) {
        assert!(
            self.buffer.is_empty(),
            "{:?}",
            String::from_utf8_lossy(&self.buffer)
        );
        let mut byte = [0];
        assert_eq!(
            self.stream.read(&mut byte).unwrap(),
            0,
            "the connection goes on"
        );
    }
}

/// Sends `request` on a connection of its own and reads the answer.
pub fn exchange(server: &Server, request: impl AsRef<[u8]>) -> Answer {
    let mut wire = connect(server);
    wire.send(request);
    wire.read()
}

/// Gets `target`.
pub fn get(server: &Server, target: &str) -> Answer {
    get_with(server, target, "")
}

/// Gets `target` with further header lines, each with its line break.
pub fn get_with(server: &Server, target: &str, lines: &str) -> Answer {
    exchange(
        server,
        format!(
            "GET {target} HTTP/1.1\r\nHost: {}\r\n{lines}\r\n",
            server.address()
        ),
    )
}
