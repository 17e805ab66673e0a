//! Writes what goes over the connection at hand: the caller's request as the schemes complete it, or the one for a tunnel.

use std::time::Duration;

use bytes::Bytes;
use gatepass_auth::{Body, Hash, Headers, Space};

use super::conversation::{Conversation, Draft, Line, Written};
use super::through::Through;
use super::{Action, Exchange, PROXY_AUTHORIZATION, Party, Payload, sent_once};
use crate::config::{Version, When};
use crate::error::{Error, Misuse};
use crate::method::known_method;
use crate::transcript::{Form, Leg, Passed, SentBody, Withheld};
use crate::wire;

impl Exchange {
    /// Writes what goes over the connection at hand next: the request, or before it the one for a tunnel.
    pub(super) fn write(&mut self) -> Result<Action, Error> {
        if self.at_proxy {
            self.write_connect()
        } else {
            self.write_request()
        }
    }

    /// Writes the next leg from the caller's request, and has the schemes complete it.
    fn write_request(&mut self) -> Result<Action, Error> {
        if let Some(hashes) = self.hashes_wanted() {
            self.digested.0.extend(&hashes);
            return Ok(Action::Digest(hashes));
        }
        let mut withheld = self.withheld.clone();
        let mut headers = wire::opening(
            &self.given,
            &self.home,
            &self.space,
            self.reach,
            &mut withheld,
        );
        let for_proxy = self.for_proxy(&mut headers, &mut withheld);
        let cookies = self.cookies(|jar, errand| {
            if self.given.leaves_out("Cookie") {
                return Vec::new();
            }
            jar.attach(errand, &mut headers)
        });
        let target = self.given.url.target().to_owned();
        let method = self.given.method.clone();
        let mut body = self.given.body.clone();
        if self.expects() {
            if !headers.contains("Expect") {
                headers.set("Expect", "100-continue");
            }
            // As long as nobody wants it, it is not used up.
            if let Body::Opaque { replayable, .. } = &mut body {
                *replayable = true;
            }
        } else if self.unexpected {
            headers.remove("Expect");
        }
        if self.conversation.is_some() {
            // What a scheme signs is what is sent, the length of the body included.
            headers = wire::framed(headers, &method, &body, self.http2);
        }
        let mut draft = Draft::new(&method, target, headers, body);
        let digests = self.digested.1.clone();
        draft.digests = Some(&digests);
        let mut authentication = None;
        let forwarded = self.through.as_deref().is_some_and(Through::forwards);
        if let Some(conversation) = &mut self.conversation {
            let line = Line {
                connection: self.connection,
                // The TLS of a proxy that forwards is not with the origin.
                tls: self.bindings.as_deref().filter(|_| !forwarded),
                env: &*self.plan.env,
            };
            match conversation.authorize(&mut draft, line)? {
                Written::Done(with) => authentication = Some(with),
                Written::Asks(step) => return self.ask(Party::Origin, true, step),
            }
        }
        let mut form = Form::Origin;
        let mut passed = self.through.as_deref().map(|through| Passed {
            proxy: through.proxy.to_string(),
            forwarded: through.forwards(),
            authentication: None,
        });
        if self.through.as_deref().is_some_and(Through::forwards) {
            form = Form::Absolute;
            if let Some(explicit) = for_proxy {
                draft.headers.set_secret(PROXY_AUTHORIZATION, explicit);
            }
            let origin = self.space.to_string();
            draft.target.insert_str(0, &origin);
            match self.authorize_at_proxy(&mut draft)? {
                None => {}
                Some(Written::Done(with)) => {
                    passed
                        .iter_mut()
                        .for_each(|it| it.authentication = Some(with.clone()));
                }
                Some(Written::Asks(step)) => return self.ask(Party::Proxy, true, step),
            }
            self.add_for_proxy(&mut draft.headers);
            // The leg's target is the origin's, whatever form it is sent in.
            draft.target.drain(..origin.len().min(draft.target.len()));
        }
        let payload = self.payload_of(&draft.body)?;
        let headers = std::mem::take(&mut draft.headers);
        draft.headers = wire::framed(headers, &method, &draft.body, self.http2);
        let leg = self.leg_of(draft, form, self.space.clone());
        self.transcript.legs.push(Leg {
            authentication,
            withheld,
            cookies,
            passed,
            passed_over: self.passed_over.clone(),
            ..leg
        });
        Ok(Action::Send(payload))
    }

    /// Returns what the leg carries, and takes note of a body that is used up by it.
    fn payload_of(&mut self, body: &Body) -> Result<Payload, Error> {
        let payload = match body {
            Body::Bytes(bytes) => Payload::Bytes(bytes.clone()),
            Body::Opaque { .. } if self.once_sent => {
                return Err(sent_once("the server asks for it again"));
            }
            Body::Opaque { .. } => Payload::Stream,
            _ => Payload::Bytes(Bytes::new()),
        };
        self.once_sent |= matches!(payload, Payload::Stream) && !self.given.body.is_replayable();
        let length = match body {
            Body::Opaque { length, .. } => *length,
            _ => Some(0),
        };
        if self.plan.http == Version::Http10 && length.is_none() {
            // Chunks came with HTTP/1.1 (RFC 9112 section 7.1).
            return Err(Misuse::BodyWithoutLength.into());
        }
        Ok(payload)
    }

    /// Returns the hashes of the body that a scheme will ask for, where the body must be read through for them and has not been.
    fn hashes_wanted(&self) -> Option<Vec<Hash>> {
        if !matches!(
            self.given.body,
            Body::Opaque {
                replayable: true,
                ..
            }
        ) {
            return None;
        }
        let parties = [self.party(Party::Origin), self.party(Party::Proxy)];
        let mut wanted = Vec::new();
        for hash in parties
            .into_iter()
            .flatten()
            .flat_map(|it| it.needs().digests)
        {
            if !wanted.contains(&hash) {
                wanted.push(hash);
            }
        }
        let known = wanted.iter().all(|hash| self.digested.0.contains(hash));
        (!known).then_some(wanted)
    }

    /// Says whether the server is asked whether it wants the body, before it gets it (RFC 9110 section 10.1.1).
    ///
    /// Where nobody said, it is asked about a body that is read while it is sent, if a challenge may come instead of an
    /// answer: a body that can be read once would be lost, and a large one sent in vain.
    fn expects(&self) -> bool {
        let body = &self.given.body;
        // A server does not heed it in a request of HTTP/1.0.
        let knows_of_it = !self.http2 && self.plan.http != Version::Http10;
        if !knows_of_it || self.unexpected || body.bytes() == Some(&[]) {
            return false;
        }
        if let Some(by_hand) = self.given.headers.get("Expect") {
            return by_hand.eq_ignore_ascii_case(b"100-continue");
        }
        if self.given.leaves_out("Expect") {
            return false;
        }
        let may_be_challenged = |it: &Conversation| {
            it.waits_for_challenge() && (!body.is_replayable() || it.attempts() == 0)
        };
        match self.plan.expect.when {
            Some(When::Always) => true,
            Some(When::Never) => false,
            Some(When::Over(limit)) => match body {
                Body::Opaque { length, .. } => length.is_none_or(|length| length > limit),
                _ => body.bytes().is_some_and(|it| it.len() as u64 > limit),
            },
            None => {
                let parties = [self.party(Party::Origin), self.party(Party::Proxy)];
                matches!(body, Body::Opaque { .. })
                    && parties.into_iter().flatten().any(may_be_challenged)
            }
        }
    }

    /// Returns how long the server's word on a body is waited for.
    pub(crate) fn patience_for_continue(&self) -> Duration {
        self.plan.expect.waits()
    }

    /// Takes note that the server gave its answer before it got the body, which is still there.
    pub(crate) fn body_was_not_sent(&mut self) {
        self.once_sent = false;
        if let Some(leg) = self.transcript.legs.last_mut() {
            leg.body = SentBody::Held(leg.body.len());
        }
    }

    /// Writes the request for a tunnel to the origin (RFC 9110 section 9.3.6).
    fn write_connect(&mut self) -> Result<Action, Error> {
        let Some(Through {
            http: Some(http), ..
        }) = self.through.as_deref()
        else {
            return Ok(Action::Finish);
        };
        let space = http.space.clone();
        let authority = crate::address::address(&self.space);
        let mut headers = wire::opening_of_tunnel(&self.given, &authority);
        if let Some(explicit) = self.given.headers.get(PROXY_AUTHORIZATION) {
            headers.set_secret(PROXY_AUTHORIZATION, explicit);
        }
        self.add_for_proxy(&mut headers);
        let mut draft = Draft::new("CONNECT", authority, headers, Body::Empty);
        let authentication = match self.authorize_at_proxy(&mut draft)? {
            None => None,
            Some(Written::Done(with)) => Some(with),
            Some(Written::Asks(step)) => return self.ask(Party::Proxy, true, step),
        };
        let leg = self.leg_of(draft, Form::Authority, space);
        self.transcript.legs.push(Leg {
            authentication,
            ..leg
        });
        Ok(Action::Send(Payload::Bytes(Bytes::new())))
    }

    /// Adds the fields that are for the proxy alone. They take the place of what would be sent under their names.
    fn add_for_proxy(&self, headers: &mut Headers) {
        let own = self.through.as_ref().map(|through| through.proxy.headers());
        for header in own.into_iter().flatten() {
            if header.name().eq_ignore_ascii_case("Host") {
                continue;
            }
            headers.remove(header.name());
        }
        for header in own.into_iter().flatten() {
            wire::push(headers, header.name(), header.value(), header.is_secret());
        }
    }

    fn authorize_at_proxy(&mut self, draft: &mut Draft<'_>) -> Result<Option<Written>, Error> {
        let conversation = self.through.as_deref_mut().and_then(Through::conversation);
        let line = Line {
            connection: self.connection,
            tls: self.bindings.as_deref(),
            env: &*self.plan.env,
        };
        conversation
            .map(|conversation| conversation.authorize(draft, line))
            .transpose()
    }

    /// Takes out of a request for the origin what the caller wrote for the proxy, if one is used.
    fn for_proxy(&self, headers: &mut Headers, withheld: &mut Vec<Withheld>) -> Option<Vec<u8>> {
        self.through.as_deref()?.http.as_ref()?;
        let explicit = self.given.headers.get(PROXY_AUTHORIZATION)?.to_vec();
        headers.remove(PROXY_AUTHORIZATION);
        withheld.retain(|it| it.what != format!("the {PROXY_AUTHORIZATION} header"));
        Some(explicit)
    }

    fn leg_of(&self, draft: Draft<'_>, form: Form, space: Space) -> Leg {
        Leg {
            space,
            method: known_method(draft.method),
            target: draft.target,
            form,
            body: match self.given.is_secret {
                true => SentBody::Secret(draft.body.bytes().map(|bytes| bytes.len() as u64)),
                false => SentBody::of(&draft.body),
            },
            headers: draft.headers,
            workings: draft.workings,
            concealed: draft.concealed,
            authentication: None,
            withheld: Vec::new(),
            cookies: Vec::new(),
            passed: None,
            passed_over: None,
            leads_to: None,
            connection: self.connection.id,
            reused: self.reused,
            http2: self.http2,
            // A proxy is asked for a tunnel as the driver sees fit.
            http10: self.plan.http == Version::Http10 && form != Form::Authority,
            ends: self.ends,
            tls: self.tls.clone(),
            timing: self.timing,
            failure: None,
            remark: None,
            response: None,
        }
    }
}
