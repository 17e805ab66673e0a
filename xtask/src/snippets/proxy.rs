//! A proxy that asks for a user name and a password, and forwards plain HTTP and tunnels.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::failure::Result;

/// A running proxy; it takes no more connections once this is dropped.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    stop: Arc<AtomicBool>,
    forwarded: Arc<AtomicUsize>,
}

/// `Basic alice:s3cret`.
const CREDENTIALS: &str = "Basic YWxpY2U6czNjcmV0";

/// How long a connection may be silent.
const SILENCE: Duration = Duration::from_secs(20);

impl Proxy {
    pub(crate) fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let forwarded = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&forwarded);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                if let Ok(stream) = stream {
                    let count = Arc::clone(&count);
                    thread::spawn(move || drop(serve(stream, &count)));
                }
            }
        });
        Ok(Self {
            port,
            stop,
            forwarded,
        })
    }

    /// Returns how many requests and tunnels had the right credentials.
    pub(crate) fn forwarded(&self) -> usize {
        self.forwarded.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

fn serve(client: TcpStream, forwarded: &AtomicUsize) -> std::io::Result<()> {
    client.set_read_timeout(Some(SILENCE))?;
    let mut reader = BufReader::new(client.try_clone()?);
    let mut writer = client;
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let field = |name: &str| {
        lines.iter().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
    };
    let length: u64 = field("content-length")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    if field("proxy-authorization").as_deref() != Some(CREDENTIALS) {
        // What is sent on is read first, or the answer would be lost with the connection.
        std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink())?;
        writer.write_all(
            b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\n\
              Content-Length: 0\r\nConnection: close\r\n\r\n",
        )?;
        return writer.shutdown(Shutdown::Write);
    }
    forwarded.fetch_add(1, Ordering::Relaxed);
    let mut words = lines[0].split(' ');
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    if method == "CONNECT" {
        let upstream = TcpStream::connect(place_of(target))?;
        writer.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
        return both_ways(reader, writer, upstream);
    }
    let (authority, path) = target
        .strip_prefix("http://")
        .and_then(|rest| Some(rest.split_at(rest.find('/')?)))
        .unwrap_or_default();
    let mut upstream = TcpStream::connect(place_of(authority))?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    for line in &lines[1..] {
        let name = line
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if !name.starts_with("proxy-") && name != "connection" {
            head += &format!("{line}\r\n");
        }
    }
    upstream.write_all(format!("{head}\r\n").as_bytes())?;
    both_ways(reader, writer, upstream)
}

/// A name that only the proxy knows: some libraries ask this machine without a proxy, whatever they are told.
pub(crate) const BEHIND: &str = "behind-the-proxy.invalid";

fn place_of(authority: &str) -> String {
    authority.replace(BEHIND, "127.0.0.1")
}

fn both_ways(
    mut reader: BufReader<TcpStream>,
    mut writer: TcpStream,
    upstream: TcpStream,
) -> std::io::Result<()> {
    let mut back = upstream.try_clone()?;
    let mut forth = upstream;
    let back = thread::spawn(move || {
        drop(std::io::copy(&mut back, &mut writer));
        drop(writer.shutdown(Shutdown::Write));
    });
    drop(std::io::copy(&mut reader, &mut forth));
    drop(forth.shutdown(Shutdown::Write));
    drop(back.join());
    Ok(())
}
