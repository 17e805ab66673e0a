//! Every vector of `vectors/`: both sides compute each intermediate value that the source gives.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepass_auth::params::parse_params;
use gatepass_auth::{
    AuthError, Credentials, FixedEnv, Hash, Headers, Incoming, PeerError, Scheme, Space, Step,
    Workings, schemes,
};
use serde_json::Value;
use support::{NOW, Request, Sent};

#[test]
fn basic() {
    for (file, case) in cases("basic") {
        let values = case["values"].as_object().unwrap();
        let values = values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let scheme = schemes::find("basic").unwrap().client(&values).unwrap();
        let mut flow = scheme.begin(&Space::origin("https", "api.example", 443));
        let sent = Request::new("GET", "/")
            .authorize(&mut *flow, &FixedEnv::new(NOW))
            .unwrap();
        compare(&file, &case, &sent.workings);
        assert_eq!(
            sent.request.headers.get_str("Authorization"),
            case["authorization"].as_str(),
            "{file}"
        );
    }
}

#[test]
fn digest() {
    for (file, case) in cases("digest") {
        let name = format!("{file} {}", case["name"]);
        let mut conversation = Conversation::start(&case);
        conversation.challenge();
        let sent = conversation.send();
        compare(&name, &case, &sent.workings);
        let value = sent.request.headers.get("Authorization").unwrap();
        assert_eq!(
            params(Credentials::parse(value).unwrap().rest()),
            strings(&case["authorization"]),
            "{name}"
        );
        if let Value::Object(_) = &case["authentication_info"] {
            conversation.check_proof(&case["authentication_info"], &name);
        }
    }
}

/// The client's side of one Digest vector.
struct Conversation<'a> {
    case: &'a Value,
    request: Request,
    flow: Box<dyn gatepass_auth::Flow>,
    env: FixedEnv,
}

impl<'a> Conversation<'a> {
    fn start(case: &'a Value) -> Self {
        let asked = &case["request"];
        let (scheme, host) = asked["origin"].as_str().unwrap().split_once("://").unwrap();
        let space = Space::origin(scheme, host, if scheme == "https" { 443 } else { 80 });
        let request = Request::new(
            asked["method"].as_str().unwrap(),
            asked["target"].as_str().unwrap(),
        )
        .with_body("text/plain", asked["body"].as_str().unwrap())
        .with_space(space.clone());
        let credentials = strings(&case["credentials"]).into_iter().collect();
        let digest: Arc<dyn Scheme> = schemes::find("digest")
            .unwrap()
            .client(&credentials)
            .unwrap();
        Self {
            case,
            request,
            flow: digest.begin(&space),
            env: FixedEnv::new(NOW).with_nonce(case["cnonce"].as_str().unwrap_or_default()),
        }
    }

    fn challenge(&mut self) {
        self.send();
        let headers =
            Headers::from_iter([("WWW-Authenticate", self.case["challenge"].as_str().unwrap())]);
        assert!(
            matches!(self.receive(401, &headers), Ok(Step::Retry(_))),
            "{}",
            self.case
        );
    }

    fn send(&mut self) -> Sent {
        self.request.authorize(&mut *self.flow, &self.env).unwrap()
    }

    fn receive(&mut self, status: u16, headers: &Headers) -> Result<Step, AuthError> {
        let space = &self.request.space;
        let challenges = Incoming::challenges_in(space, headers);
        self.flow.inspect(&Incoming::new(
            status,
            space,
            headers,
            &challenges,
            &self.env,
        ))
    }

    /// The proof of the vector is accepted, and the same with another last digit is not.
    fn check_proof(&mut self, info: &Value, name: &str) {
        let info = strings(info);
        let line = |rspauth: &str| {
            let value = format!(
                "rspauth=\"{rspauth}\", qop={}, nc={}, cnonce=\"{}\"",
                info["qop"], info["nc"], info["cnonce"]
            );
            Headers::from_iter([("Authentication-Info", value)])
        };
        assert!(
            matches!(self.receive(200, &line(&info["rspauth"])), Ok(Step::Done)),
            "{name}"
        );
        let mut wrong = info["rspauth"].clone();
        wrong.pop();
        let refused = self.receive(200, &line(&wrong)).unwrap_err();
        assert_eq!(
            refused,
            AuthError::Peer(PeerError::BadProof { scheme: "Digest" }),
            "{name}"
        );
    }
}

/// Hawk is only data so far: its exchanges are recomputed from the hashes that the schemes share.
#[test]
fn hawk() {
    for (file, value) in files("hawk") {
        let key = value["key"].as_str().unwrap().as_bytes();
        for case in value["cases"].as_array().unwrap() {
            let normalized = case["normalized"].as_str().unwrap().as_bytes();
            let mac = STANDARD.encode(Hash::Sha256.hmac(key, &[normalized]));
            assert_eq!(Some(mac.as_str()), case["mac"].as_str(), "{file}");
            if let Some(payload) = case["payload"].as_str() {
                let hash = STANDARD.encode(Hash::Sha256.digest(&[payload.as_bytes()]));
                assert_eq!(Some(hash.as_str()), case["hash"].as_str(), "{file}");
            }
        }
    }
}

/// Asserts every intermediate value of the case.
fn compare(name: &str, case: &Value, workings: &Workings) {
    for (step, expected) in strings(&case["workings"]) {
        let computed = workings.get(&step).map(|working| working.expose());
        assert_eq!(computed, Some(expected.as_str()), "{name}: {step}");
    }
}

fn params(list: &[u8]) -> BTreeMap<String, String> {
    let (params, problems) = parse_params(list);
    assert!(problems.is_empty(), "{problems:?}");
    params
        .iter()
        .map(|param| (param.name().to_owned(), param.text().into_owned()))
        .collect()
}

fn strings(value: &Value) -> BTreeMap<String, String> {
    let object = value.as_object().unwrap().iter();
    object
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect()
}

fn cases(scheme: &str) -> Vec<(String, Value)> {
    let all = files(scheme).into_iter();
    all.flat_map(|(file, value)| {
        value["cases"]
            .as_array()
            .unwrap()
            .clone()
            .into_iter()
            .map(move |case| (file.clone(), case))
    })
    .collect()
}

fn files(scheme: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../vectors")
        .join(scheme);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    paths.sort();
    assert!(!paths.is_empty(), "{scheme} has no vectors");
    #[expect(clippy::disallowed_methods, reason = "a test reads its vectors")]
    let read = |path: PathBuf| {
        let value: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert!(
            value["source"].is_string(),
            "{} names no source",
            path.display()
        );
        (
            path.file_name().unwrap().to_string_lossy().into_owned(),
            value,
        )
    };
    paths.into_iter().map(read).collect()
}
