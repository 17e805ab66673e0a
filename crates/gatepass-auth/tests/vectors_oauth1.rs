//! Every vector of `vectors/oauth1/`: our client computes and sends what the source did, and our verifier takes both.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use gatepass_auth::params::parse_params;
use gatepass_auth::{
    Account, Accounts, Body, Credentials, FixedEnv, Headers, Space, Values, Workings, percent,
    schemes, schemes::oauth1,
};
use serde_json::Value;
use support::{Request, Sent, setup};

#[test]
fn every_vector_is_computed_sent_and_accepted() {
    let mut seen = 0;
    for path in vectors() {
        let document: Value = serde_json::from_slice(&read(&path)).unwrap();
        assert!(document["source"].is_string(), "{path:?} names no source");
        for case in document["cases"].as_array().unwrap() {
            let name = format!("{}, {}", path.display(), case["name"]);
            let exact = document["exact"] == true;
            Vector { case, name, exact }.check();
            seen += 1;
        }
    }
    assert!(seen >= 50, "{seen} vectors");
}

struct Vector<'a> {
    case: &'a Value,
    name: String,
    /// Whether the source sends the parameters in our order, so that the bytes must be the same.
    exact: bool,
}

impl Vector<'_> {
    fn check(&self) {
        let scheme = schemes::find("oauth1").unwrap();
        let request = self.request();
        let mut flow = scheme.client(&self.values()).unwrap().begin(&request.space);
        let sent = request.authorize(&mut *flow, &self.env()).unwrap();
        self.compare_workings(&sent.workings, "client", |_| true);
        self.accept(&sent, "what we sent");
        if let Some(theirs) = self.theirs() {
            self.compare(&sent.request, &theirs.request);
            self.accept(&theirs, "what the source sent");
        }
    }

    fn values(&self) -> Values {
        let mut values: Values = strings(&self.case["fields"]).collect();
        if let Some(key) = self.case["key"].as_str() {
            let pem = read(&folder().join(format!("{key}.private.pem")));
            values.set("private_key", pem);
        }
        values
    }

    fn env(&self) -> FixedEnv {
        let now = self.case["timestamp"].as_u64().unwrap();
        FixedEnv::new(now).with_nonce(self.case["nonce"].as_str().unwrap())
    }

    fn request(&self) -> Request {
        let asked = &self.case["request"];
        let (scheme, authority) = asked["origin"].as_str().unwrap().split_once("://").unwrap();
        let default = if scheme == "https" { 443 } else { 80 };
        let (host, port) = authority
            .split_once(':')
            .map_or((authority, default), |(host, port)| {
                (host, port.parse().unwrap())
            });
        let request = Request::new(
            asked["method"].as_str().unwrap(),
            asked["target"].as_str().unwrap(),
        )
        .with_space(Space::origin(scheme, host, port));
        match (asked["content_type"].as_str(), asked["body"].as_str()) {
            (Some(content_type), Some(body)) => request.with_body(content_type, body),
            _ => request,
        }
    }

    /// The request as the source sent it.
    fn theirs(&self) -> Option<Sent> {
        let sent = self.case["sent"].as_object()?;
        let mut request = self.request();
        request.target = sent["target"].as_str().unwrap().to_owned();
        if let Some(body) = sent.get("body") {
            request.body = Body::Bytes(body.as_str().unwrap().to_owned().into());
        }
        if let Some(value) = sent.get("authorization") {
            request
                .headers
                .set("Authorization", value.as_str().unwrap());
        }
        Some(Sent {
            request,
            workings: Workings::default(),
        })
    }

    fn compare(&self, ours: &Request, theirs: &Request) {
        let name = &self.name;
        if self.exact {
            assert_eq!(ours.target, theirs.target, "{name}");
            assert_eq!(ours.body.bytes(), theirs.body.bytes(), "{name}");
            let value = |headers: &Headers| headers.get_str("Authorization").map(str::to_owned);
            assert_eq!(value(&ours.headers), value(&theirs.headers), "{name}");
        }
        let path = |request: &Request| request.target.split('?').next().map(str::to_owned);
        assert_eq!(path(ours), path(theirs), "{name}");
        assert_eq!(query_params(ours), query_params(theirs), "{name}: query");
        assert_eq!(body_params(ours), body_params(theirs), "{name}: body");
        assert_eq!(header_params(ours), header_params(theirs), "{name}: header");
    }

    fn compare_workings(&self, workings: &Workings, side: &str, wanted: impl Fn(&str) -> bool) {
        let name = &self.name;
        for (step, expected) in strings(&self.case["workings"]).filter(|(step, _)| wanted(step)) {
            let computed = workings.get(step).map(|working| working.expose());
            assert_eq!(computed, Some(expected), "{name}, {side}: {step}");
        }
    }

    fn accept(&self, sent: &Sent, what: &str) {
        let name = &self.name;
        let verifier = schemes::find("oauth1")
            .unwrap()
            .server(&Values::new(), &setup())
            .unwrap();
        let accepted = sent.verify(&*verifier, &self.accounts(), &self.env());
        let accepted = accepted.unwrap_or_else(|why| panic!("{name}: {what}: {why}: {why:?}"));
        assert_eq!(accepted.identity, "somebody", "{name}: {what}");
        // Who verifies with a public key computes no signature.
        let computed = |step: &str| self.case["key"].is_null() || step != "signature";
        self.compare_workings(&accepted.workings, "server", computed);
    }

    fn accounts(&self) -> Accounts {
        let values = self.values();
        let text = |field| values.text(field).unwrap_or_default();
        let mut client = Account::new("somebody", text("consumer_secret"));
        if let Some(key) = self.case["key"].as_str() {
            let pem = read(&folder().join(format!("{key}.public.pem")));
            client.public_key = Some(String::from_utf8(pem).unwrap());
        }
        let accounts = Accounts::new().with(oauth1::client_of(text("consumer_key")), client);
        let holder = Account::new("somebody", text("token_secret"));
        accounts.with(
            oauth1::token_of(text("consumer_key"), text("token")),
            holder,
        )
    }
}

type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

fn query_params(request: &Request) -> Pairs {
    let query = request
        .target
        .split_once('?')
        .map_or("", |(_, query)| query);
    form(query.as_bytes())
}

/// The parameters of a form, or the whole body as if it were one.
fn body_params(request: &Request) -> Pairs {
    form(request.body.bytes().unwrap())
}

fn form(encoded: &[u8]) -> Pairs {
    let mut pairs: Pairs = encoded
        .split(|&byte| byte == b'&')
        .map(|pair| {
            let at = pair.iter().position(|&byte| byte == b'=');
            let (name, value) = pair.split_at(at.unwrap_or(pair.len()));
            let value = value.strip_prefix(b"=").unwrap_or_default();
            let decode = |text| percent::decode_form(text).into_owned();
            (decode(name), decode(value))
        })
        .collect();
    pairs.sort();
    pairs
}

fn header_params(request: &Request) -> Option<Pairs> {
    let credentials = Credentials::parse(request.headers.get("Authorization")?).unwrap();
    assert!(credentials.is("OAuth"));
    let (params, problems) = parse_params(credentials.rest());
    assert!(problems.is_empty(), "{problems:?}");
    let decoded = |value: Cow<'_, str>| percent::decode(&value).into_owned();
    let mut pairs: Pairs = params
        .iter()
        .map(|param| (param.name().as_bytes().to_vec(), decoded(param.text())))
        .collect();
    pairs.sort();
    Some(pairs)
}

fn strings(value: &Value) -> impl Iterator<Item = (&str, &str)> {
    let object = value.as_object().unwrap().iter();
    object.map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/oauth1")
}

fn vectors() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    paths
}

#[expect(clippy::disallowed_methods, reason = "a test reads its vectors")]
fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}
