//! A proxy that does what it is told about each request, and joins the tunnels that it accepts.

use std::collections::VecDeque;
use std::io::{BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::{Answer, Seen, read_request};

/// What the proxy does about one request.
#[derive(Clone)]
pub(crate) enum Do {
    /// Says this itself.
    Answer(Answer),
    /// Connects to where CONNECT says, or forwards the request, and passes the bytes on.
    Pass,
}

pub(crate) struct ProxyPeer {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl ProxyPeer {
    /// Does these things in turn; at the end it passes everything.
    pub(crate) fn start(deeds: impl IntoIterator<Item = Do>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let deeds = Arc::new(Mutex::new(deeds.into_iter().collect::<VecDeque<_>>()));
        let keep = Arc::clone(&seen);
        std::thread::spawn(move || {
            for (connection, socket) in listener.incoming().enumerate() {
                let (Ok(socket), deeds, seen) = (socket, Arc::clone(&deeds), Arc::clone(&keep))
                else {
                    return;
                };
                std::thread::spawn(move || serve(&socket, connection, &deeds, &seen));
            }
        });
        Self { address, seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The same with a user and a password.
    pub(crate) fn url_for(&self, user: &str) -> String {
        format!("http://{user}@{}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

fn serve(
    socket: &TcpStream,
    connection: usize,
    deeds: &Mutex<VecDeque<Do>>,
    seen: &Mutex<Vec<Seen>>,
) {
    let mut reader = BufReader::new(socket);
    while let Some(bytes) = read_request(&mut reader) {
        let request = Seen { connection, bytes };
        seen.lock().unwrap().push(request.clone());
        let next = deeds.lock().unwrap().pop_front().unwrap_or(Do::Pass);
        let mut socket = socket;
        match next {
            Do::Answer(Answer::Say(bytes)) => socket.write_all(&bytes).unwrap(),
            Do::Answer(answer) => return socket.write_all(answer.bytes()).unwrap(),
            Do::Pass if request.line().starts_with("CONNECT ") => {
                let line = request.line();
                let there = TcpStream::connect(line.split(' ').nth(1).unwrap()).unwrap();
                socket
                    .write_all(b"HTTP/1.1 200 Tunnel\r\nX-Proxy: 1\r\n\r\n")
                    .unwrap();
                return join(socket, &there);
            }
            Do::Pass => {
                let line = request.line();
                let url = line.split(' ').nth(1).unwrap();
                let rest = url.strip_prefix("http://").unwrap();
                let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                let mut there = TcpStream::connect(host).unwrap();
                let sent = request.text().replacen(url, path, 1);
                there.write_all(sent.as_bytes()).unwrap();
                // A response ends as a request does, if its length is told.
                let answer = read_request(&mut BufReader::new(&there)).unwrap();
                socket.write_all(&answer).unwrap();
            }
        }
    }
}

/// Passes bytes on in both directions until one side is done.
fn join(here: &TcpStream, there: &TcpStream) {
    std::thread::scope(|scope| {
        for (mut from, mut to) in [(here, there), (there, here)] {
            scope.spawn(move || {
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(std::net::Shutdown::Both);
            });
        }
    });
}
