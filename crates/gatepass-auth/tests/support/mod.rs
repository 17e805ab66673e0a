//! A wire in memory: carries a conversation between a client's scheme and a server's verifier, leg by leg.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::sync::Arc;

use bytes::Bytes;
use gatepass_auth::{
    Accepted, Answer, AuthError, Body, Directory, Env, FixedEnv, Flow, Headers, Incoming,
    MAX_ROUNDS, Outgoing, Received, Scheme, ServerSetup, Space, Step, Verifier, Why, Workings,
    decide,
};

/// A request as its author gave it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) space: Space,
    pub(crate) target: String,
    pub(crate) headers: Headers,
    pub(crate) body: Body,
}

impl Request {
    pub(crate) fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            space: Space::origin("https", "api.example", 443),
            target: target.to_owned(),
            headers: Headers::new(),
            body: Body::Empty,
        }
    }

    pub(crate) fn with_body(mut self, content_type: &str, body: &str) -> Self {
        self.headers.set("Content-Type", content_type);
        self.body = Body::Bytes(Bytes::copy_from_slice(body.as_bytes()));
        self
    }

    pub(crate) fn with_space(mut self, space: Space) -> Self {
        self.space = space;
        self
    }

    /// Lets `flow` add its part.
    pub(crate) fn authorize(&self, flow: &mut dyn Flow, env: &dyn Env) -> Result<Sent, AuthError> {
        let mut sent = Sent {
            request: self.clone(),
            workings: Workings::default(),
        };
        let Self {
            method,
            space,
            target,
            headers,
            body,
        } = &mut sent.request;
        let mut outgoing = Outgoing::new(
            method,
            space,
            target,
            headers,
            body,
            env,
            &mut sent.workings,
        );
        let step = flow.authorize(&mut outgoing)?;
        assert!(matches!(step, Step::Done), "{step:?}");
        Ok(sent)
    }
}

/// What went over the wire, and what was computed for it.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) request: Request,
    pub(crate) workings: Workings,
}

impl Sent {
    pub(crate) fn verify(
        &self,
        verifier: &dyn Verifier,
        directory: &dyn Directory,
        env: &dyn Env,
    ) -> Result<Accepted, Why> {
        let Request {
            method,
            space,
            target,
            headers,
            body,
        } = &self.request;
        let body = body.bytes().expect("test bodies are in memory");
        decide(
            verifier,
            &Received::new(method, space, target, headers, env).with_body(body),
            directory,
        )
    }
}

/// How a conversation went.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) legs: Vec<Sent>,
    pub(crate) verdict: Result<Accepted, Why>,
}

/// Holds a conversation to its end.
pub(crate) fn converse(
    scheme: &Arc<dyn Scheme>,
    verifier: &dyn Verifier,
    directory: &dyn Directory,
    request: &Request,
    env: &dyn Env,
) -> Result<Outcome, AuthError> {
    let mut flow = Arc::clone(scheme).begin(&request.space);
    let mut legs = Vec::new();
    loop {
        assert!(legs.len() < MAX_ROUNDS, "the conversation has no end");
        let sent = request.authorize(&mut *flow, env)?;
        let verdict = sent.verify(verifier, directory, env);
        legs.push(sent);
        let (status, headers) = answer(&verdict, verifier, &request.space, env);
        let challenges = Incoming::challenges_in(&request.space, &headers);
        let mut incoming = Incoming::new(status, &request.space, &headers, &challenges, env);
        let mut step = flow.inspect(&incoming)?;
        if matches!(step, Step::NeedBody) {
            incoming.body = Some(b"");
            step = flow.inspect(&incoming)?;
        }
        match step {
            Step::Done => return Ok(Outcome { legs, verdict }),
            Step::Check(check) => {
                check.finish(&Headers::new())?;
                return Ok(Outcome { legs, verdict });
            }
            Step::Retry(_) => {}
            step => panic!("{step:?}"),
        }
    }
}

fn answer(
    verdict: &Result<Accepted, Why>,
    verifier: &dyn Verifier,
    space: &Space,
    env: &dyn Env,
) -> (u16, Headers) {
    match verdict {
        Ok(accepted) => {
            let own = Headers::new();
            let answer = Answer::new(200, &own, env).with_body(b"");
            (200, accepted.headers_for(&answer))
        }
        Err(why) => {
            let mut headers = Headers::new();
            for challenge in verifier.challenge(why, env).into_iter().flatten() {
                headers.append(space.challenge_header(), challenge.to_bytes());
            }
            (why.status(space.status()), headers)
        }
    }
}

/// The time at which tests happen.
pub(crate) const NOW: u64 = 1_700_000_000;

pub(crate) fn env() -> FixedEnv {
    FixedEnv::new(NOW)
}

/// An environment whose nonces differ from each other.
pub(crate) struct Counting {
    now: u64,
    drawn: std::sync::atomic::AtomicU64,
}

impl Counting {
    pub(crate) fn new(now: u64) -> Self {
        Self {
            now,
            drawn: 0.into(),
        }
    }
}

impl Env for Counting {
    fn now(&self) -> u64 {
        self.now
    }

    fn random(&self, out: &mut [u8]) -> Result<(), gatepass_auth::NoRandomness> {
        let drawn = self
            .drawn
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        for (at, byte) in out.iter_mut().enumerate() {
            *byte = drawn.to_le_bytes()[at % 8] ^ at as u8;
        }
        Ok(())
    }
}

pub(crate) fn setup() -> ServerSetup {
    ServerSetup::new("api", "0123456789abcdef0123456789abcdef")
}
