//! Digest headers, made in advance: what is left to a bare client is to send them.

use std::sync::Arc;

use gatepass::SystemEnv;
use gatepass_auth::{
    Body, Challenge, Headers, Incoming, Outgoing, Scheme, Space, Workings, schemes,
};

use crate::failure::{Failure, Result};

/// One scheme with its conversation's fixed parts.
pub(crate) struct Signer {
    scheme: Arc<dyn Scheme>,
    space: Space,
    target: String,
}

impl Signer {
    /// Makes the scheme of `name` for requests to `target` at this machine.
    pub(crate) fn new(name: &str, target: &str) -> Result<Self> {
        let (entry, mut values) = schemes::resolve(name).map_err(failure)?;
        for (field, value) in entry.about.example {
            values.set(*field, *value);
        }
        Self::with(entry.client(&values).map_err(failure)?, target)
    }

    /// As [`Signer::new`], of a scheme that is made already.
    pub(crate) fn with(scheme: Arc<dyn Scheme>, target: &str) -> Result<Self> {
        Ok(Self {
            scheme,
            space: Space::origin("http", "127.0.0.1", 80),
            target: target.to_owned(),
        })
    }

    /// Shows the scheme a refusal with this challenge.
    pub(crate) fn challenged(&self, challenge: &str) -> Result {
        let mut headers = Headers::new();
        headers.append("WWW-Authenticate", challenge);
        let challenges: Vec<Challenge> = Incoming::challenges_in(&self.space, &headers);
        let incoming = Incoming::new(401, &self.space, &headers, &challenges, &SystemEnv);
        let mut flow = Arc::clone(&self.scheme).begin(&self.space);
        flow.inspect(&incoming).map_err(failure)?;
        Ok(())
    }

    /// Makes the headers of one request.
    pub(crate) fn sign(&self) -> Result<Headers> {
        let (mut target, mut headers, mut body) =
            (self.target.clone(), Headers::new(), Body::Empty);
        let mut workings = Workings::default();
        let mut flow = Arc::clone(&self.scheme).begin(&self.space);
        let mut outgoing = Outgoing::new(
            "GET",
            &self.space,
            &mut target,
            &mut headers,
            &mut body,
            &SystemEnv,
            &mut workings,
        );
        flow.authorize(&mut outgoing).map_err(failure)?;
        Ok(headers)
    }

    /// Makes the values of `Authorization` for `count` requests.
    pub(crate) fn authorizations(&self, count: usize) -> Result<Vec<String>> {
        (0..count)
            .map(|_| {
                let headers = self.sign()?;
                let value = headers.get_str("Authorization").map(str::to_owned);
                value.ok_or_else(|| Failure::new("the scheme has set no Authorization"))
            })
            .collect()
    }
}

fn failure(error: gatepass_auth::AuthError) -> Failure {
    Failure::new(error.to_string())
}
