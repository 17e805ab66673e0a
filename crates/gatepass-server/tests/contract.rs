//! What a verifier can do, each ability with a scheme that is made for it, over a real connection.

#![expect(clippy::unwrap_used, reason = "a test panics when it fails")]

mod support;

use std::sync::Arc;

use gatepass_auth::{
    Accepted, Account, Accounts, Answer as Outgoing, Challenge, Check, Connections, Descriptor,
    Env, Handshakes, Hash, Headers, NoRandomness, Query, Reason, Received, Refusal, Seal, Secret,
    Verdict, Verifier, Why, Workings, schemes,
};
use gatepass_server::Server;
use support::{Answer, connect, exchange, get_with, https};

const HEAD_OF_GET: &str = "GET /auth/mine HTTP/1.1\r\nHost: h\r\n";

fn accounts() -> Accounts {
    Accounts::new().with_user("alice", "s3cret")
}

fn server(verifier: impl Verifier + 'static) -> Server {
    let make = move |_: &gatepass_auth::ServerSetup| Arc::new(verifier) as Arc<dyn Verifier>;
    let builder = Server::builder()
        .accounts(accounts())
        .verifier("mine", make);
    builder.start().unwrap()
}

fn ask(server: &Server, credentials: &str) -> Answer {
    get_with(
        server,
        "/auth/mine",
        &format!("Authorization: {credentials}\r\n"),
    )
}

fn parameter(answer: &Answer, header: &str, name: &str) -> String {
    let value = answer.header(header).unwrap();
    let (_, rest) = value.split_once(&format!("{name}=\"")).unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

fn proof(secret: &[u8], text: &[u8]) -> String {
    gatepass_auth::hash::hex(&Hash::Sha256.hmac(secret, &[text]))
}

/// What the schemes here have in common.
macro_rules! described {
    () => {
        fn descriptor(&self) -> &'static Descriptor {
            &schemes::digest::DESCRIPTOR
        }
    };
}

/// Two steps, as those of SCRAM (RFC 7804): the server names the handshake and says what is to be proven, and in the end proves that
/// it knows the secret itself.
struct TwoSteps {
    open: Arc<Handshakes<(String, String)>>,
}

struct Step<'a> {
    scheme: &'a TwoSteps,
    claimed: Option<(String, String)>,
}

impl Verifier for TwoSteps {
    described!();

    fn challenge(&self, _why: &Why, _env: &dyn Env) -> Result<Vec<Challenge>, NoRandomness> {
        Ok(vec![Challenge::new("Steps")])
    }

    fn begin(&self) -> Box<dyn Check + '_> {
        Box::new(Step {
            scheme: self,
            claimed: None,
        })
    }
}

impl Check for Step<'_> {
    fn verify(&mut self, request: &Received<'_>) -> Verdict {
        let credentials = match request.credentials_with_word("Steps") {
            Ok(credentials) => credentials,
            Err(why) => return why.into(),
        };
        let (params, _) = credentials.params();
        let Some(sid) = params.text("sid") else {
            let user = params.text("user").unwrap_or_default().into_owned();
            let data = request.env.nonce().unwrap();
            let mut challenge = Challenge::new("Steps");
            let sid = self
                .scheme
                .open
                .open((user, data.clone()), request.env)
                .unwrap();
            challenge.params.quoted("sid", sid);
            challenge.params.quoted("data", data);
            return Verdict::Continue(challenge);
        };
        let known = self.scheme.open.take(&sid.into_owned(), request.env.now());
        let Some((user, data)) = known else {
            return Why::new(Reason::Stale, "there is no such handshake").into();
        };
        let given = params.text("proof").unwrap_or_default().into_owned();
        self.claimed = Some((data, given));
        Verdict::Lookup(Query::user(user))
    }

    fn resume(&mut self, _request: &Received<'_>, found: Option<Arc<Account>>) -> Verdict {
        let (data, given) = self.claimed.take().unwrap_or_default();
        let account = found.unwrap_or_default();
        let expected = Secret::from(proof(account.secret.expose(), data.as_bytes()));
        if !expected.matches(given.as_bytes()) || account.name.is_empty() {
            return Why::new(Reason::WrongSecret, "the proof is wrong").into();
        }
        let mut accepted = Accepted::new(account.name.as_str(), Workings::default());
        let said = proof(account.secret.expose(), b"server");
        accepted
            .headers
            .set("Authentication-Info", format!("data=\"{said}\""));
        Verdict::Accept(accepted)
    }
}

#[test]
fn a_handshake_goes_on_with_parameters_and_over_any_connection() {
    let open = Arc::new(Handshakes::new(4, 60));
    let server = server(TwoSteps {
        open: Arc::clone(&open),
    });
    let begin = || {
        let first = ask(&server, "Steps user=\"alice\"");
        assert_eq!(first.status, 401);
        assert_eq!(first.json()["continues"], true);
        let of = |name| parameter(&first, "WWW-Authenticate", name);
        (of("sid"), of("data"))
    };
    let (sid, data) = begin();
    let answered = |sid: &str, secret: &str, data: &str| {
        let proof = proof(secret.as_bytes(), data.as_bytes());
        ask(&server, &format!("Steps sid=\"{sid}\", proof=\"{proof}\""))
    };
    let last = answered(&sid, "s3cret", &data);
    assert_eq!((last.status, &last.json()["user"]), (200, &"alice".into()));
    assert_eq!(
        parameter(&last, "Authentication-Info", "data"),
        proof(b"s3cret", b"server")
    );
    let again = answered(&sid, "s3cret", &data);
    assert_eq!(
        (again.status, &again.json()["reason"]),
        (401, &"Stale".into())
    );
    let (sid, data) = begin();
    assert_eq!(
        answered(&sid, "wrong", &data).json()["reason"],
        "WrongSecret"
    );
    // A flood of strangers pushes handshakes out, and lets nobody in.
    let (sid, data) = begin();
    (0..4).for_each(|_| drop(begin()));
    assert_eq!(open.len(), 4, "bounded");
    assert_eq!(answered(&sid, "s3cret", &data).json()["reason"], "Stale");
}

/// Answers each of its kinds of refusal in its own way.
struct Refusing;

struct Never(Why);

impl Verifier for Refusing {
    described!();

    fn challenge(&self, _why: &Why, _env: &dyn Env) -> Result<Vec<Challenge>, NoRandomness> {
        Ok(vec![Challenge::new("Mine")])
    }

    fn refusal_wants(&self, request: &Received<'_>, why: &Why) -> Option<Query> {
        let user = request.headers.get_str("X-User")?;
        (why.reason == Reason::Stale).then(|| Query::user(user))
    }

    fn refuse(&self, request: &Received<'_>, why: &Why, found: Option<&Account>) -> Refusal {
        match why.reason {
            // As RFC 9729 section 6.3 and RFC 9449 section 8.
            Reason::Missing => Refusal::new(404),
            Reason::Mismatch => Refusal::new(402).with_header("X-Price", "1"),
            Reason::Malformed => Refusal::new(401)
                .with_challenges(self.challenge(why, request.env).unwrap())
                .with_header("DPoP-Nonce", "n1")
                .with_header("Accept-Signature", "sig=(\"@method\")"),
            _ => {
                // Hawk's server signs its time with the key of whoever asks.
                let time = request.env.now().to_string();
                let mut challenge = Challenge::new("Mine");
                challenge.params.quoted("ts", time.as_str());
                if let Some(account) = found {
                    let signed = proof(account.secret.expose(), time.as_bytes());
                    challenge.params.quoted("tsm", signed);
                }
                Refusal::new(401).with_challenges([challenge])
            }
        }
    }

    fn begin(&self) -> Box<dyn Check + '_> {
        Box::new(Never(Why::new(Reason::Missing, "")))
    }
}

impl Check for Never {
    fn verify(&mut self, request: &Received<'_>) -> Verdict {
        self.0.reason = match request.headers.get("Authorization") {
            None => Reason::Missing,
            Some(b"price") => Reason::Mismatch,
            Some(b"nonce") => Reason::Malformed,
            Some(_) => Reason::Stale,
        };
        Verdict::Reject(self.0.clone())
    }

    fn resume(&mut self, _request: &Received<'_>, _found: Option<Arc<Account>>) -> Verdict {
        Verdict::Reject(self.0.clone())
    }
}

#[test]
fn a_refusal_has_a_status_and_fields_of_its_own() {
    let server = server(Refusing);
    let hidden = get_with(&server, "/auth/mine", "");
    assert_eq!(
        (hidden.status, hidden.header("WWW-Authenticate")),
        (404, None)
    );
    let price = ask(&server, "price");
    assert_eq!((price.status, price.header("X-Price")), (402, Some("1")));
    let nonce = ask(&server, "nonce");
    assert_eq!(nonce.status, 401);
    assert_eq!(nonce.header("DPoP-Nonce"), Some("n1"));
    assert_eq!(nonce.header("Accept-Signature"), Some("sig=(\"@method\")"));
    assert_eq!(nonce.header("WWW-Authenticate"), Some("Mine"));
}

#[test]
fn a_challenge_may_be_made_with_the_key_of_whoever_asks() {
    let server = server(Refusing);
    let ask = |user: &str| {
        let lines = format!("Authorization: late\r\nX-User: {user}\r\n");
        get_with(&server, "/auth/mine", &lines)
    };
    let known = ask("alice");
    let time = parameter(&known, "WWW-Authenticate", "ts");
    assert_eq!(
        parameter(&known, "WWW-Authenticate", "tsm"),
        proof(b"s3cret", time.as_bytes())
    );
    let stranger = ask("mallory");
    assert_eq!(stranger.status, 401);
    assert!(!stranger.header("WWW-Authenticate").unwrap().contains("tsm"));
}

/// Signs its responses.
struct Signing;

struct Anyone;

struct Signature(Secret);

impl Verifier for Signing {
    described!();

    fn challenge(&self, _why: &Why, _env: &dyn Env) -> Result<Vec<Challenge>, NoRandomness> {
        Ok(vec![Challenge::new("Signing")])
    }

    fn begin(&self) -> Box<dyn Check + '_> {
        Box::new(Anyone)
    }
}

impl Check for Anyone {
    fn verify(&mut self, _request: &Received<'_>) -> Verdict {
        let mut accepted = Accepted::new("anyone", Workings::default());
        accepted.headers.set("X-Before", "1");
        accepted.seal = Some(Arc::new(Signature("key".into())));
        Verdict::Accept(accepted)
    }

    fn resume(&mut self, request: &Received<'_>, _found: Option<Arc<Account>>) -> Verdict {
        self.verify(request)
    }
}

impl Seal for Signature {
    fn seal(&self, answer: &Outgoing<'_>) -> Headers {
        let kind = answer.headers.get_str("Content-Type").unwrap_or_default();
        let text = [
            format!("{} {kind}\n", answer.status).as_bytes(),
            answer.body.unwrap_or(b"none"),
        ]
        .concat();
        Headers::from_iter([("X-Signature", proof(self.0.expose(), &text))])
    }
}

#[test]
fn a_field_of_the_response_may_cover_its_status_and_body() {
    let server = server(Signing);
    let answer = exchange(&server, format!("{HEAD_OF_GET}\r\n"));
    let covered = |body: &[u8]| proof(b"key", &[b"200 application/json\n", body].concat());
    assert_eq!(answer.header("X-Before"), Some("1"));
    assert_eq!(answer.header("X-Signature"), Some(&*covered(&answer.body)));
    let mut wire = connect(&server);
    wire.send("HEAD /auth/mine HTTP/1.1\r\nHost: h\r\n\r\n");
    let head = wire.read_without_body();
    assert_eq!(head.header("X-Signature"), Some(&*covered(b"")));
}

#[test]
fn the_answer_lists_a_verifier_that_the_server_was_built_with() {
    let server = server(Signing);
    let unknown = get_with(&server, "/auth/other", "");
    assert_eq!(unknown.status, 404);
    assert_eq!(unknown.json()["schemes"][0], "mine");
}

/// Authenticates a connection, as NTLM does: one token, an answer to it, and from then on the connection is known.
struct ByConnection {
    asked: Arc<Connections<String>>,
    known: Arc<Connections<String>>,
}

struct OfConnection<'a>(&'a ByConnection);

impl Verifier for ByConnection {
    described!();

    fn challenge(&self, _why: &Why, _env: &dyn Env) -> Result<Vec<Challenge>, NoRandomness> {
        Ok(vec![Challenge::new("Pinned")])
    }

    fn begin(&self) -> Box<dyn Check + '_> {
        Box::new(OfConnection(self))
    }

    fn connection_ended(&self, id: u64) {
        self.asked.forget(&id);
        self.known.forget(&id);
    }
}

impl Check for OfConnection<'_> {
    fn verify(&mut self, request: &Received<'_>) -> Verdict {
        let (id, now) = (request.connection.id, request.env.now());
        if let Some(user) = self.0.known.get(&id, now) {
            return Verdict::Accept(Accepted::new(user, Workings::default()));
        }
        let credentials = match request.credentials_with_word("Pinned") {
            Ok(credentials) => credentials,
            Err(why) => return why.into(),
        };
        if credentials.rest() == b"hello" {
            let nonce = request.env.nonce().unwrap();
            let mut challenge = Challenge::new("Pinned");
            challenge.token68 = Some(nonce.clone());
            self.0.asked.put(id, nonce, now);
            return Verdict::Continue(challenge);
        }
        match self.0.asked.take(&id, now) {
            Some(asked) if credentials.rest() == proof(b"s3cret", asked.as_bytes()).as_bytes() => {
                self.0.known.put(id, "alice".to_owned(), now);
                Verdict::Accept(Accepted::new("alice", Workings::default()))
            }
            _ => Why::new(Reason::WrongSecret, "that is no answer").into(),
        }
    }

    fn resume(&mut self, request: &Received<'_>, _found: Option<Arc<Account>>) -> Verdict {
        self.verify(request)
    }
}

#[test]
fn a_connection_is_authenticated_and_no_other_one_with_it() {
    let (asked, known) = (
        Arc::new(Connections::new(9, 60)),
        Arc::new(Connections::new(9, 60)),
    );
    let server = server(ByConnection {
        asked: Arc::clone(&asked),
        known: Arc::clone(&known),
    });
    let request =
        |credentials: &str| format!("{HEAD_OF_GET}Authorization: Pinned {credentials}\r\n\r\n");
    let mut wire = connect(&server);
    wire.send(request("hello"));
    let token = wire.read().header("WWW-Authenticate").unwrap().to_owned();
    let token = token.strip_prefix("Pinned ").unwrap();
    let answer = request(&proof(b"s3cret", token.as_bytes()));
    // The same answer is worth nothing elsewhere, where nothing was asked.
    assert_eq!(exchange(&server, &answer).status, 401);
    wire.send(&answer);
    assert_eq!(wire.read().status, 200);
    wire.send(format!("{HEAD_OF_GET}\r\n"));
    assert_eq!(wire.read().json()["user"], "alice");
    assert_eq!(get_with(&server, "/auth/mine", "").status, 401);
    assert_eq!(known.len(), 1);
    // What belongs to a connection ends with it.
    drop(wire);
    let waited = (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        known.is_empty()
    });
    assert!(waited && asked.is_empty());
}

/// Wants a proof that is bound to the TLS connection, and shows what it saw.
struct Bound;

impl Verifier for Bound {
    described!();

    fn challenge(&self, _why: &Why, _env: &dyn Env) -> Result<Vec<Challenge>, NoRandomness> {
        Ok(vec![Challenge::new("Bound")])
    }

    fn begin(&self) -> Box<dyn Check + '_> {
        Box::new(Self)
    }
}

impl Check for Bound {
    fn verify(&mut self, request: &Received<'_>) -> Verdict {
        let Some(tls) = request.tls else {
            return Why::new(Reason::Mismatch, "without TLS there is nothing to bind to").into();
        };
        let exporter = tls.exporter().unwrap();
        let own = tls.export(b"EXPORTER-HTTP-Concealed-Authentication", Some(b"c"), 48);
        let (own, end_point) = (own.unwrap(), tls.end_point().unwrap());
        let mut accepted = Accepted::new("anyone", Workings::default());
        for (name, value) in [
            ("X-End-Point", end_point),
            ("X-Exporter", exporter.expose()),
            ("X-Own", own.expose()),
        ] {
            accepted.headers.set(name, gatepass_auth::hash::hex(value));
        }
        Verdict::Accept(accepted)
    }

    fn resume(&mut self, request: &Received<'_>, _found: Option<Arc<Account>>) -> Verdict {
        self.verify(request)
    }
}

#[test]
fn a_verifier_sees_the_tls_connection_that_its_client_sees() {
    let make = |_: &gatepass_auth::ServerSetup| Arc::new(Bound) as Arc<dyn Verifier>;
    let server = Server::builder().https(true).verifier("mine", make);
    let server = server.start().unwrap();
    let mut wire = https(&server, "localhost", server.ca_pem());
    let request = format!("{HEAD_OF_GET}\r\n");
    wire.send(&request);
    let answer = wire.read();
    let keys = &wire.stream.conn;
    let export = |length, label: &[u8], context: &[u8]| {
        let out = vec![0; length];
        let out = keys.export_keying_material(out, label, Some(context));
        gatepass_auth::hash::hex(&out.unwrap())
    };
    let certificate = &keys.peer_certificates().unwrap()[0];
    assert_eq!(
        answer.header("X-End-Point"),
        Some(&*Hash::Sha256.hex(&[certificate]))
    );
    let exporter = export(32, b"EXPORTER-Channel-Binding", b"");
    assert_eq!(answer.header("X-Exporter"), Some(&*exporter));
    let own = export(48, b"EXPORTER-HTTP-Concealed-Authentication", b"c");
    assert_eq!(answer.header("X-Own"), Some(&*own));
    let plain = exchange(&server, &request);
    assert_eq!(
        (plain.status, &plain.json()["reason"]),
        (401, &"Mismatch".into())
    );
}
