//! One case: a request, the code's environment, and what has to happen.

use gatepass_request::{Auth, Request, Source, Url};
use gatepass_snippet::{Call, Need, Options, Secrets, call};

use super::arrived::Look;
use super::place::Addresses;
use super::proxy::BEHIND;
use crate::failure::{Failure, Result};

/// A case, for one set of addresses.
pub(crate) struct Case {
    pub(crate) name: String,
    /// What is proven, besides everything else that the call needs.
    pub(crate) need: Need,
    pub(crate) call: Call,
    pub(crate) secrets: Secrets,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) expect: Expect,
    pub(crate) wrong: Option<Wrong>,
    /// Files in the working directory: name and contents.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// Libraries that fail here through a defect of their own, each with the reason. The run fails when one is gone.
    pub(crate) defects: &'static [(&'static str, &'static str)],
}

/// What has to happen.
pub(crate) struct Expect {
    /// The status that the program prints; none where there is no answer.
    pub(crate) status: Option<u16>,
    /// Whether the program succeeds; none where programs differ in good faith.
    pub(crate) success: Option<bool>,
    /// What the last request has to be.
    pub(crate) looks: Vec<Look>,
    /// How many requests reach the server, where that is the point.
    pub(crate) requests: Option<usize>,
    /// A variable that is not set: the program ends before it sends anything, and names it.
    pub(crate) unset: Option<&'static str>,
    /// What neither of two hostile servers may learn.
    pub(crate) kept: Option<Kept>,
}

/// A secret that a server asks for in a way in which it must not go out.
pub(crate) struct Kept {
    /// The secret itself.
    pub(crate) secret: &'static str,
    /// Base64 of the secret and of what stands before it.
    pub(crate) encoded: String,
    /// Whether the first server may have it.
    pub(crate) only_elsewhere: bool,
}

/// What must not work.
pub(crate) enum Wrong {
    /// The same code with other secrets gets this status.
    Environment(Vec<(String, String)>, u16),
    /// Code for this call instead gets this status, or no answer at all.
    Call(Box<Call>, Option<u16>),
}

impl Case {
    /// A request that gets 200.
    pub(crate) fn new(need: Need, name: &str, request: &Request) -> Result<Self> {
        Self::with_secrets(need, name, request, Secrets::Env)
    }

    pub(crate) fn with_secrets(
        need: Need,
        name: &str,
        request: &Request,
        secrets: Secrets,
    ) -> Result<Self> {
        let (call, _) = call(request, &Options::new(secrets))
            .map_err(|error| Failure::from(error).during(name))?;
        Ok(Self {
            name: name.to_owned(),
            need,
            call,
            secrets,
            environment: Vec::new(),
            expect: Expect {
                status: Some(200),
                success: Some(true),
                looks: Vec::new(),
                requests: None,
                unset: None,
                kept: None,
            },
            wrong: None,
            files: Vec::new(),
            defects: &[],
        })
    }

    /// Sets a variable to the right secret, and for the second run to a wrong one, which is refused with `status`.
    pub(crate) fn secret(mut self, name: &str, right: &str, wrong: &str, status: u16) -> Self {
        self.environment.push((name.to_owned(), right.to_owned()));
        if let Some(Wrong::Environment(variables, _)) = &mut self.wrong {
            variables.push((name.to_owned(), right.to_owned()));
            return self;
        }
        let mut variables = self.environment.clone();
        variables.retain(|(known, _)| known != name);
        variables.push((name.to_owned(), wrong.to_owned()));
        self.wrong = Some(Wrong::Environment(variables, status));
        self
    }

    /// Puts the secrets into the code; what is wrong then is another code.
    pub(crate) fn literal(mut self) -> Self {
        let with = |call: &Call, environment: &[(String, String)]| {
            call.clone().with_values(&|name| {
                let found = environment.iter().find(|(known, _)| known == name);
                found.map(|(_, value)| value.as_str().into())
            })
        };
        if let Some(Wrong::Environment(environment, status)) = &self.wrong {
            let call = with(&self.call, environment);
            self.wrong = Some(Wrong::Call(Box::new(call), Some(*status)));
        }
        self.call = with(&self.call, &self.environment);
        self.secrets = Secrets::Literal;
        self
    }

    pub(crate) fn look(mut self, look: Look) -> Self {
        self.expect.looks.push(look);
        self
    }

    pub(crate) fn file(mut self, name: &str, contents: impl Into<Vec<u8>>) -> Self {
        self.files.push((name.to_owned(), contents.into()));
        self
    }

    /// The first server is the one that the secret is for.
    pub(crate) fn only_elsewhere(mut self) -> Self {
        if let Some(kept) = &mut self.expect.kept {
            kept.only_elsewhere = true;
        }
        self
    }

    /// Changes what a [`Request`] does not say.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Call)) -> Self {
        change(&mut self.call);
        self
    }
}

/// Makes requests to one place.
pub(crate) struct Requests<'a> {
    pub(crate) at: &'a Addresses,
}

impl Requests<'_> {
    pub(crate) fn to(&self, method: &str, path: &str) -> Result<Request> {
        Self::url(method, &format!("{}{path}", self.at.http))
    }

    /// A request that only the proxy can bring to its place.
    pub(crate) fn behind_the_proxy(&self, path: &str) -> Result<Request> {
        let base = self.at.http.replace("127.0.0.1", BEHIND);
        Self::url("GET", &format!("{base}{path}"))
    }

    pub(crate) fn by_tls(&self, path: &str) -> Result<Request> {
        Self::url("GET", &format!("{}{path}", self.at.https))
    }

    fn url(method: &str, url: &str) -> Result<Request> {
        Ok(Request::new(
            method,
            Url::parse(url).map_err(|error| Failure::new(error.to_string()))?,
        ))
    }
}

/// An [`Auth`] with literal values.
pub(crate) fn auth(scheme: &str, values: &[(&str, &str)]) -> Auth {
    values
        .iter()
        .fold(Auth::new(scheme), |auth, (field, value)| {
            auth.with(*field, Source::Literal((*value).into()))
        })
}
