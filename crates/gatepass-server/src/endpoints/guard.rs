//! A resource behind a verifier: what the verifier sees of the request, and what each of its decisions becomes.

use gatepass_auth::{
    Accepted, Answer, ChannelBindings, Connection, Credentials, Directory, Headers, Outcome,
    Received, Refusal, Space, Verifier, Why, examine, refuse,
};
use http::header::{HeaderName, HeaderValue};

use super::Call;
use super::echo::latin1;
use crate::json::Json;
use crate::reply::Reply;

/// A resource and who decides about it.
#[derive(Clone, Copy)]
pub(super) struct Guard<'a> {
    pub(super) call: &'a Call<'a>,
    pub(super) verifier: &'a dyn Verifier,
    pub(super) directory: &'a dyn Directory,
    /// The scheme of an endpoint that checks the server's accounts. Without one the path has named the secret itself, and a refusal
    /// shows what was computed from it.
    pub(super) scheme: Option<&'a str>,
}

/// A request in the parts that a verifier looks at.
pub(super) struct Parts {
    space: Space,
    headers: Headers,
}

impl Parts {
    pub(super) fn of(call: &Call<'_>) -> Self {
        Self {
            space: call.request.space(),
            headers: call.request.headers(),
        }
    }

    pub(super) fn received<'a>(&'a self, call: &'a Call<'_>) -> Received<'a> {
        let target = call.request.head.target();
        let env = &*call.site.env;
        let link = &call.request.link;
        let tls = link.tls.as_ref().map(|tls| tls as &dyn ChannelBindings);
        Received::new(call.method(), &self.space, target, &self.headers, env)
            .with_body(&call.request.body)
            .over(Connection::new(link.id), tls)
    }
}

impl Guard<'_> {
    /// Has the verifier decide, and answers; an accepted request with what `welcome` writes.
    pub(super) fn answer(self, welcome: impl FnOnce(&Accepted) -> Json) -> Reply {
        self.answer_or(welcome, |why| self.explanation(why))
    }

    /// As [`Guard::answer`], with a refusal's explanation of the endpoint's own.
    pub(super) fn answer_or(
        self,
        welcome: impl FnOnce(&Accepted) -> Json,
        explain: impl FnOnce(&Why) -> Json,
    ) -> Reply {
        let parts = Parts::of(self.call);
        let received = parts.received(self.call);
        match examine(self.verifier, &received, self.directory) {
            Outcome::Accepted(accepted) => self.sealed(welcome(&accepted), &accepted),
            Outcome::Continued(challenge) => {
                let mut json = Json::object();
                json.bool("authenticated", false);
                json.bool("continues", true);
                let step = Refusal::new(parts.space.status()).with_challenges([challenge]);
                carrying(
                    Reply::json(step.status, json),
                    &step.to_headers(&parts.space),
                )
            }
            Outcome::Refused(why) => self.turned_away(&received, &why, explain(&why)),
        }
    }

    /// Answers a refusal that was decided elsewhere.
    pub(super) fn refused(self, why: &Why) -> Reply {
        let parts = Parts::of(self.call);
        let explanation = self.explanation(why);
        self.turned_away(&parts.received(self.call), why, explanation)
    }

    fn turned_away(self, received: &Received<'_>, why: &Why, explanation: Json) -> Reply {
        let refusal = refuse(self.verifier, received, why, self.directory);
        let headers = refusal.to_headers(received.space);
        carrying(Reply::json(refusal.status, explanation), &headers)
    }

    /// Makes the reply to an accepted request, and adds what depends on it.
    fn sealed(self, json: Json, accepted: &Accepted) -> Reply {
        let reply = Reply::json(200, json);
        let headers: Headers = reply
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let answer = Answer::new(reply.status.as_u16(), &headers, &*self.call.site.env);
        let body = match self.call.method() {
            // RFC 9110 section 9.3.2: nothing goes out behind the head.
            "HEAD" => Some(&[][..]),
            _ => reply.body.whole(),
        };
        let added = accepted.headers_for(&match body {
            Some(body) => answer.with_body(body),
            None => answer,
        });
        carrying(reply, &added)
    }

    /// Says why a request was refused: what was computed beside what came.
    fn explanation(self, why: &Why) -> Json {
        let mut json = Json::object();
        json.bool("authenticated", false);
        if let Some(scheme) = self.scheme {
            json.string("scheme", scheme);
        }
        json.string("reason", &format!("{:?}", why.reason));
        json.string("detail", &why.detail);
        json.begin("computed");
        let shows_secrets = self.scheme.is_none() || self.call.site.shows_secrets;
        for working in why.workings.iter() {
            if shows_secrets {
                json.string(working.name(), working.expose());
            } else {
                json.string(working.name(), &working.shown());
            }
        }
        json.end();
        received(&mut json, self.call);
        json
    }
}

/// Adds the header fields of a verifier.
fn carrying(mut reply: Reply, headers: &Headers) -> Reply {
    for header in headers {
        let name = HeaderName::from_bytes(header.name().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(header.value())) {
            reply.headers.append(name, value);
        }
    }
    reply
}

/// Writes the credentials that came, taken apart where they have parameters.
fn received(json: &mut Json, call: &Call<'_>) {
    let request = call.request;
    json.begin("received");
    json.string("method", call.method());
    json.string("target", request.head.target());
    if let Some(value) = request.head.field(request.space().credentials_header()) {
        json.string("authorization", &latin1(value));
        let params = Credentials::parse(value).map(|credentials| credentials.params());
        if let Some((params, problems)) = params
            && problems.is_empty()
            && !params.is_empty()
        {
            json.begin("parameters");
            for param in params.iter() {
                json.string(param.name(), &latin1(param.value()));
            }
            json.end();
        }
    }
    json.end();
}
