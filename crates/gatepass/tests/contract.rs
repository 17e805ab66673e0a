//! What a driver does for a scheme: each ability of the contract with a scheme that needs it, in both clients.

#![cfg(test)]
#![cfg(unix)]

mod peer;

use std::io::{BufReader, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gatepass::config::{Timeouts, Tls};
use gatepass::credentials::store::{FileTokens, MemoryTokens};
use gatepass::error::{Misuse, Peer as PeerFault};
use gatepass::{
    Body, Client, Error, Headers, Leg, NoAnswer, Observer, Prompter, Scheme, SentBody, SystemEnv,
    blocking,
};
use gatepass_auth::schemes::oauth1::BodyHash;
use gatepass_auth::{
    AuthError, BodyCheck, Descriptor, Digest, Env, FixedEnv, Flow, Hash, Incoming, Needs, OAuth1,
    Outgoing, PeerError, Prompt, Reply, SideRequest, Space, Step, TokenStore, Tokens, Values, Via,
    hash::hex, schemes, server_end_point,
};
use gatepass_server::Server;
use peer::tls::{params, settings_asking};
use peer::{Answer, Peer, ok, refuse, reply};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

type Stepped = Result<Step, AuthError>;
type Authorize = Box<dyn FnMut(&mut Outgoing<'_>) -> Stepped + Send>;
type Inspect = Box<dyn FnMut(&Incoming<'_>) -> Stepped + Send>;
type Resume = Box<dyn FnMut(String) -> Stepped + Send>;

/// A conversation that does what a test says.
struct Told {
    needs: Needs,
    authorize: Authorize,
    inspect: Inspect,
    resume: Resume,
}

impl Default for Told {
    fn default() -> Self {
        Self {
            needs: Needs::default(),
            authorize: Box::new(|_| Ok(Step::Done)),
            inspect: Box::new(|_| Ok(Step::Done)),
            resume: Box::new(|_| Ok(Step::Done)),
        }
    }
}

impl Flow for Told {
    fn needs(&self) -> Needs {
        self.needs.clone()
    }

    fn authorize(&mut self, message: &mut Outgoing<'_>) -> Result<Step, AuthError> {
        (self.authorize)(message)
    }

    fn inspect(&mut self, message: &Incoming<'_>) -> Result<Step, AuthError> {
        (self.inspect)(message)
    }

    fn resume(&mut self, reply: Reply<'_>) -> Result<Step, AuthError> {
        (self.resume)(match reply {
            Reply::Response(message) => {
                String::from_utf8_lossy(message.body.unwrap_or_default()).into_owned()
            }
            Reply::Answers(values) => values.text("code").unwrap_or("nothing").to_owned(),
            Reply::Recalled(None) => "recalled nothing".to_owned(),
            Reply::Recalled(Some(it)) => format!("recalled {}", it.expose_str().unwrap()),
            Reply::Kept => "kept".to_owned(),
            Reply::Waited => "waited".to_owned(),
            Reply::Cancelled => "cancelled".to_owned(),
            Reply::Failed(problem) => format!("failed: {problem}"),
            _ => String::new(),
        })
    }
}

/// A scheme whose conversations are made by a function.
struct Teller<F>(F);

impl<F: Fn() -> Told + Send + Sync + 'static> Scheme for Teller<F> {
    fn descriptor(&self) -> &'static Descriptor {
        &schemes::closure::DESCRIPTOR
    }

    fn begin(self: Arc<Self>, _: &Space) -> Box<dyn Flow> {
        Box::new((self.0)())
    }
}

/// What a test sends, by either client.
struct Call {
    url: String,
    scheme: Arc<dyn Scheme>,
    file: Option<PathBuf>,
    total: Option<Duration>,
    cancels: bool,
    env: Arc<dyn Env>,
    tokens: Arc<dyn TokenStore>,
    seen: Arc<Seen>,
}

impl Call {
    fn new(url: impl Into<String>, scheme: impl Scheme + 'static) -> Self {
        Self {
            url: url.into(),
            scheme: Arc::new(scheme),
            file: None,
            total: None,
            cancels: false,
            env: Arc::new(FixedEnv::new(1_700_000_000).with_nonce("c")),
            tokens: Arc::new(MemoryTokens::new()),
            seen: Arc::default(),
        }
    }
}

/// What was seen beside the response: the legs of all requests, and the questions.
#[derive(Default)]
struct Seen {
    legs: Mutex<Vec<Leg>>,
    asked: Mutex<Vec<Prompt>>,
}

struct Watch(Arc<Seen>);

impl Observer for Watch {
    fn leg(&self, leg: &Leg) {
        self.0.legs.lock().unwrap().push(leg.clone());
    }
}

struct Typist(Arc<Seen>, bool);

impl Prompter for Typist {
    fn ask(&self, prompt: &Prompt) -> Result<Values, NoAnswer> {
        self.0.asked.lock().unwrap().push(prompt.clone());
        match self.1 {
            true => Err(NoAnswer::Cancelled),
            false => Ok(Values::new().with("code", "typed")),
        }
    }
}

macro_rules! with_settings {
    ($builder:expr, $call:expr) => {{
        let mut timeouts = Timeouts::new();
        timeouts.total = $call.total;
        let client = $builder
            .env(Arc::clone(&$call.env))
            .tls(Tls::unverified())
            .tokens(Arc::clone(&$call.tokens))
            .timeouts(timeouts)
            .prompter(Arc::new(Typist(Arc::clone(&$call.seen), $call.cancels)))
            .observer(Watch(Arc::clone(&$call.seen)))
            .build()
            .unwrap();
        let mut request = client.post(&$call.url).auth(Arc::clone(&$call.scheme));
        if let Some(path) = &$call.file {
            request = request.body(Body::file(path).unwrap());
        }
        request
    }};
}

type Outcome = Result<(u16, Vec<u8>), Error>;

/// Sends a call with the asynchronous client.
fn asynchronously(call: &Call) -> Outcome {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let response = with_settings!(Client::builder(), call).send().await?;
        let status = response.status();
        Ok((status, response.bytes().await?.to_vec()))
    })
}

/// Sends a call with the blocking client.
fn blockingly(call: &Call) -> Outcome {
    let response = with_settings!(blocking::Client::builder(), call).send()?;
    let status = response.status();
    Ok((status, response.bytes()?.to_vec()))
}

const DRIVERS: [fn(&Call) -> Outcome; 2] = [asynchronously, blockingly];

/// Two megabytes and a bit, more than is held in memory.
fn large() -> Vec<u8> {
    (0..2_100_000_u32).map(|at| (at % 251) as u8).collect()
}

fn large_file() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), large()).unwrap();
    file
}

#[test]
fn a_body_that_is_elsewhere_is_read_once_for_its_digest() {
    let file = large_file();
    for drive in DRIVERS {
        let peer = Peer::start([ok("in")]);
        let scheme = Teller(|| Told {
            needs: Needs::digests([Hash::Sha512, Hash::Md5]),
            authorize: Box::new(|message| {
                let digest = hex(&message.body_digest(Hash::Sha512)?);
                // The length is final when a scheme sees it.
                assert_eq!(message.headers.get_str("Content-Length"), Some("2100000"));
                assert!(
                    message.body_digest(Hash::Sha1).is_err(),
                    "nobody asked for it"
                );
                message.headers.set("X-Digest", digest);
                Ok(Step::Done)
            }),
            ..Told::default()
        });
        let mut call = Call::new(peer.url("/"), scheme);
        call.file = Some(file.path().to_owned());
        assert_eq!(drive(&call).unwrap().0, 200);
        let sent = Hash::Sha512.hex(&[&large()]);
        assert_eq!(peer.requests()[0].header("X-Digest"), Some(sent));
    }
}

#[test]
fn the_body_hash_and_auth_int_cover_a_file_of_any_size() {
    let file = large_file();
    let limits = gatepass_server::Limits {
        body: 4 << 20,
        ..Default::default()
    };
    let server = Server::builder().limits(limits).start().unwrap();
    for drive in DRIVERS {
        let consumer = OAuth1::new("key", "secret").token("accesskey", "accesssecret");
        let mut call = Call::new(
            server.url("/auth/oauth1"),
            consumer.body_hash(BodyHash::Always),
        );
        call.file = Some(file.path().to_owned());
        call.env = Arc::new(SystemEnv);
        let (status, body) = drive(&call).unwrap();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        let mut call = Call::new(
            server.url("/digest-auth/auth-int/alice/s3cret"),
            Digest::new("alice", "s3cret"),
        );
        call.file = Some(file.path().to_owned());
        call.env = Arc::new(SystemEnv);
        let (status, body) = drive(&call).unwrap();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    }
}

/// Answers the first challenge over any connection, and the second over the same.
fn handshake() -> Told {
    let mut round = 0;
    let mut rounds = 0;
    Told {
        authorize: Box::new(move |message| {
            message.set_credentials(format!("Told {round}"));
            round += 1;
            Ok(Step::Done)
        }),
        inspect: Box::new(move |message| {
            rounds += 1;
            Ok(match (message.is_refusal(), rounds) {
                (false, _) => Step::Done,
                (true, 1) => Step::Retry(Via::Any),
                (true, _) => Step::Retry(Via::Same),
            })
        }),
        ..Told::default()
    }
}

#[test]
fn a_refusal_that_closes_does_not_end_a_handshake_that_has_not_begun() {
    for drive in DRIVERS {
        let closed = b"HTTP/1.1 401 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        let peer = Peer::start([
            Answer::SayAndClose(closed.to_vec()),
            refuse("Told 1"),
            ok("in"),
        ]);
        let call = Call::new(peer.url("/"), Teller(handshake));
        assert_eq!(drive(&call).unwrap().0, 200);
        let connections: Vec<_> = peer.requests().iter().map(|it| it.connection).collect();
        assert_eq!(connections, [0, 1, 1]);
        // In the middle of it, the connection is the handshake.
        let peer = Peer::start([refuse("Told"), Answer::SayAndClose(closed.to_vec())]);
        let error = drive(&Call::new(peer.url("/"), Teller(handshake))).unwrap_err();
        let lost = PeerError::ConnectionLost {
            scheme: "A scheme of one's own",
        };
        assert!(
            matches!(&error, Error::Peer(PeerFault::Auth(it)) if *it == lost),
            "{error}"
        );
    }
}

#[test]
fn a_proof_can_be_bound_to_the_tls_of_the_connection() {
    for drive in DRIVERS {
        let (config, pem) = settings_asking(params("127.0.0.1"), None, &[]);
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            let (socket, _) = listener.accept().unwrap();
            let tls = rustls::ServerConnection::new(config).unwrap();
            let mut stream = BufReader::new(rustls::StreamOwned::new(tls, socket));
            let request = peer::read_request(&mut stream).unwrap();
            let keys = &stream.get_ref().conn;
            let label = b"EXPORTER-HTTP-Concealed-Authentication";
            let exported = [
                keys.export_keying_material([0; 32], b"EXPORTER-Channel-Binding", Some(b"")),
                keys.export_keying_material([0; 32], label, Some(b"context")),
            ];
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
            stream.get_mut().write_all(answer).unwrap();
            (request, exported.map(|it| hex(&it.unwrap())))
        });
        let scheme = Teller(|| Told {
            authorize: Box::new(|message| {
                let tls = message.tls.unwrap();
                let label = b"EXPORTER-HTTP-Concealed-Authentication";
                let concealed = tls.export(label, Some(b"context"), 32).unwrap();
                let found = [
                    ("X-End-Point", hex(tls.end_point().unwrap())),
                    ("X-Exporter", hex(tls.exporter().unwrap().expose())),
                    ("X-Concealed", hex(concealed.expose())),
                ];
                for (name, value) in found {
                    message.headers.set(name, value);
                }
                Ok(Step::Done)
            }),
            inspect: Box::new(|message| {
                assert!(message.tls.is_some() && message.connection.id == 1);
                Ok(Step::Done)
            }),
            ..Told::default()
        });
        drive(&Call::new(format!("https://127.0.0.1:{port}/"), scheme)).unwrap();
        let (bytes, [exporter, concealed]) = server.join().unwrap();
        let request = peer::Seen {
            connection: 0,
            bytes,
        };
        assert_eq!(request.header("X-Exporter"), Some(exporter));
        assert_eq!(request.header("X-Concealed"), Some(concealed));
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        let end_point = hex(&server_end_point(&certificate).unwrap());
        assert_eq!(request.header("X-End-Point"), Some(end_point));
        let plain = Peer::start([ok("in")]);
        let scheme = Teller(|| Told {
            authorize: Box::new(|message| {
                assert!(message.tls.is_none());
                Ok(Step::Done)
            }),
            ..Told::default()
        });
        drive(&Call::new(plain.url("/"), scheme)).unwrap();
    }
}

/// Fetches a token from `url` until it is there, waiting in between.
fn poll(url: String) -> Told {
    let mut token = None;
    let has = Arc::new(Mutex::new(None));
    let (keep, ask) = (Arc::clone(&has), url.clone());
    let side = move |url: &str| {
        Step::Exchange(SideRequest::new("token", "POST", url).with_body("text/plain", "s3cret"))
    };
    Told {
        authorize: Box::new(move |message| {
            token = has.lock().unwrap().take().or(token.take());
            match &token {
                None => Ok(side(&ask)),
                Some(token) => {
                    message.set_credentials(format!("Bearer {token}"));
                    Ok(Step::Done)
                }
            }
        }),
        resume: Box::new(move |said| {
            Ok(match said.as_str() {
                "pending" => Step::Wait(Duration::from_millis(1)),
                "waited" => side(&url),
                token => {
                    *keep.lock().unwrap() = Some(token.to_owned());
                    Step::Done
                }
            })
        }),
        ..Told::default()
    }
}

#[test]
fn polling_is_no_question_and_what_it_sends_is_in_no_record() {
    for drive in DRIVERS {
        let mut answers = vec![ok("pending"); 12];
        answers.push(ok("t0ken"));
        let (tokens, peer) = (Peer::start(answers), Peer::start([ok("in")]));
        let url = tokens.url("/token");
        let call = Call::new(peer.url("/"), Teller(move || poll(url.clone())));
        assert_eq!(drive(&call).unwrap().0, 200);
        assert_eq!(
            peer.requests()[0].header("Authorization").unwrap(),
            "Bearer t0ken"
        );
        assert_eq!(tokens.requests().len(), 13);
        assert_eq!(tokens.requests()[0].body(), "s3cret");
        let legs = call.seen.legs.lock().unwrap();
        let side = legs.iter().find(|leg| leg.target() == "/token").unwrap();
        assert!(matches!(side.body(), SentBody::Secret(Some(6))));
        assert!(side.shown_body().is_none() && !format!("{legs:?}").contains("s3cret"));
    }
}

#[test]
fn a_question_has_a_page_and_a_code_and_can_be_cancelled() {
    let asks = || Told {
        authorize: Box::new({
            let mut asked = false;
            move |_| {
                if std::mem::replace(&mut asked, true) {
                    return Ok(Step::Done);
                }
                let prompt = Prompt::new("sign in", vec!["code"]).with_open(vec!["code"]);
                let prompt = prompt
                    .with_url("https://a.example/device")
                    .with_code("WDJB-MJHT");
                Ok(Step::Ask(prompt))
            }
        }),
        ..Told::default()
    };
    for drive in DRIVERS {
        let peer = Peer::start([ok("in")]);
        let mut call = Call::new(peer.url("/"), Teller(asks));
        assert_eq!(drive(&call).unwrap().0, 200);
        let prompt = call.seen.asked.lock().unwrap()[0].clone();
        assert_eq!(prompt.url.as_deref(), Some("https://a.example/device"));
        assert_eq!(prompt.code.as_deref(), Some("WDJB-MJHT"));
        assert!(!prompt.is_secret("code") && prompt.is_secret("password"));
        call.cancels = true;
        let error = drive(&call).unwrap_err();
        assert!(error.to_string().contains("cancelled"), "{error}");
        assert_eq!(
            peer.requests().len(),
            1,
            "nothing was sent without an answer"
        );
    }
}

#[test]
fn a_side_request_is_not_made_in_the_open_and_ends_with_its_request() {
    for drive in DRIVERS {
        let peer = Peer::start([ok("in")]);
        let open = Teller(|| poll("http://tokens.example/".to_owned()));
        let error = drive(&Call::new(peer.url("/"), open)).unwrap_err();
        assert!(
            matches!(&error, Error::Misuse(Misuse::PlainHttp { space, .. }) if space.host() == "tokens.example"),
            "{error}"
        );
        let silent = Peer::start([Answer::SayAndHang(Vec::new())]);
        let url = silent.url("/");
        let mut call = Call::new(peer.url("/"), Teller(move || poll(url.clone())));
        call.total = Some(Duration::from_millis(300));
        let error = drive(&call).unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert!(peer.requests().is_empty());
    }
}

#[tokio::test]
async fn side_requests_of_two_schemes_are_two() {
    let tokens = Peer::start([ok("one"), ok("other")]);
    let peer = Peer::start([ok("in"), ok("in")]);
    let client = Client::new();
    let sends = [(), ()].map(|()| {
        let url = tokens.url("/token");
        let scheme = Teller(move || poll(url.clone()));
        tokio::spawn(client.get(peer.url("/")).auth(scheme).send())
    });
    for send in sends {
        assert_eq!(send.await.unwrap().unwrap().status(), 200);
    }
    assert_eq!(tokens.requests().len(), 2);
}

/// Digest's answer to a request of `method` with client nonce `c`, over a response body.
fn rspauth(body: &[u8]) -> String {
    let hash = Hash::Sha256;
    let user = hash.hex(&[b"alice:r:s3cret"]);
    let a2 = hash.hex(&[b":/:", hash.hex(&[body]).as_bytes()]);
    hash.hex(&[format!("{user}:n:00000001:c:auth-int:{a2}").as_bytes()])
}

#[test]
fn a_large_response_is_checked_while_it_is_read() {
    let body = String::from_utf8(large().iter().map(|byte| byte % 26 + b'a').collect()).unwrap();
    for drive in DRIVERS {
        for (proved, fits) in [(body.clone(), true), (format!("{body}!"), false)] {
            let challenge = "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\", algorithm=SHA-256";
            let info = format!(
                "Authentication-Info: rspauth=\"{}\", qop=auth-int, nc=00000001, cnonce=\"c\"\r\n",
                rspauth(proved.as_bytes())
            );
            let peer = Peer::start([refuse(challenge), reply("200 OK", &info, &body)]);
            let outcome = drive(&Call::new(peer.url("/"), Digest::new("alice", "s3cret")));
            match outcome {
                Ok((200, read)) if fits => assert_eq!(read, body.as_bytes()),
                Err(Error::Peer(PeerFault::Auth(PeerError::BadProof { .. }))) if !fits => {}
                other => panic!("{fits}: {:?}", other.map(|it| it.0)),
            }
        }
    }
}

/// Takes a body as the peer's where a trailer names its length.
struct Trailer(usize);

impl BodyCheck for Trailer {
    fn update(&mut self, chunk: &[u8]) {
        self.0 += chunk.len();
    }

    fn finish(self: Box<Self>, trailers: &Headers) -> Result<(), AuthError> {
        if trailers.get_str("X-Length") == Some(&self.0.to_string()) {
            return Ok(());
        }
        Err(PeerError::BadProof { scheme: "Trailer" }.into())
    }
}

#[test]
fn a_check_sees_the_trailers() {
    for drive in DRIVERS {
        for (length, fits) in [(5, true), (6, false)] {
            let answer = format!(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Length: {length}\r\n\r\n"
            );
            let peer = Peer::start([Answer::Say(answer.into_bytes())]);
            let scheme = Teller(|| Told {
                inspect: Box::new(|_| Ok(Step::Check(Box::new(Trailer(0))))),
                ..Told::default()
            });
            let outcome = drive(&Call::new(peer.url("/"), scheme));
            assert_eq!(outcome.is_ok(), fits, "{:?}", outcome.err());
        }
    }
}

/// Takes the token that is kept, and renews it at `url` where there is none.
fn kept(url: String) -> Told {
    let token = Arc::new(Mutex::new(None::<String>));
    let (has, mut fresh) = (Arc::clone(&token), None::<String>);
    Told {
        authorize: Box::new(move |message| {
            let Some(token) = &*has.lock().unwrap() else {
                return Ok(Step::Recall("as.example".to_owned()));
            };
            message.set_credentials(format!("Bearer {token}"));
            Ok(Step::Done)
        }),
        resume: Box::new(move |said| {
            let mut token = token.lock().unwrap();
            Ok(match said.split_once(' ') {
                Some(("recalled", "nothing")) => {
                    Step::Exchange(SideRequest::new("token", "POST", &*url))
                }
                Some(("recalled", value)) => {
                    *token = Some(value.to_owned());
                    Step::Keep(Tokens::Unchanged)
                }
                _ if said == "kept" => {
                    *token = fresh.take().or(token.take());
                    Step::Done
                }
                // It is written before it is used.
                _ => {
                    fresh = Some(said.clone());
                    Step::Keep(Tokens::Replaced(said.into()))
                }
            })
        }),
        ..Told::default()
    }
}

#[test]
fn of_several_programs_one_renews_a_token() {
    for drive in DRIVERS {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Peer::start([ok("t0ken"), ok("another")]);
        let peer = Peer::start((0..4).map(|_| ok("in")));
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let url = tokens.url("/token");
                    let mut call = Call::new(peer.url("/"), Teller(move || kept(url.clone())));
                    // Each client has its own, as each program would.
                    call.tokens = Arc::new(FileTokens::new(folder.path()));
                    assert_eq!(drive(&call).unwrap().0, 200);
                });
            }
        });
        assert_eq!(tokens.requests().len(), 1);
        let sent = peer.requests();
        let all = sent.iter().map(|it| it.header("Authorization").unwrap());
        assert_eq!(all.collect::<Vec<_>>(), ["Bearer t0ken"; 3]);
    }
}
