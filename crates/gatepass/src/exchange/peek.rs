//! What a server says about TLS, which some say in the body of a refusal alone: about the client's certificate, or that there was
//! no TLS at all.

use super::{Action, Exchange};
use crate::tls_info::ClientCertificate;
use crate::transcript::{Leg, Remark};

/// How long a body may be that is read before the caller asks for it, in bytes. Such pages have a few hundred.
const SHORT: usize = 4096;

/// What servers write, and what they mean by it. nginx: `ngx_http_special_response.c`; Apache: `ssl_engine_kernel.c`; Go:
/// `net/http/server.go`.
const PHRASES: [(&str, Remark); 6] = [
    ("No required SSL certificate was sent", Remark::Missing),
    ("The SSL certificate error", Remark::Refused),
    (
        "Cannot perform Post-Handshake Authentication",
        Remark::AsksLate,
    ),
    (
        "The plain HTTP request was sent to HTTPS port",
        Remark::WantsTls,
    ),
    (
        "speaking plain HTTP to an SSL-enabled server port",
        Remark::WantsTls,
    ),
    (
        "Client sent an HTTP request to an HTTPS server",
        Remark::WantsTls,
    ),
];

/// What is done with the body of the response at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Peeking {
    #[default]
    NotRead,
    /// It is read to see what it says.
    Peeks,
    /// It was read.
    Read,
}

impl Exchange {
    /// Has the body of the last response read, if it may say something about TLS.
    pub(super) fn peek(&mut self) -> Option<Action> {
        let leg = self.leg().filter(|_| self.peeking == Peeking::NotRead)?;
        may_say(leg).then(|| {
            self.peeking = Peeking::Peeks;
            Action::ReadBody
        })
    }

    /// Keeps what the body of the last response says about TLS. Says whether it was read for that.
    pub(super) fn peeked(&mut self, body: &[u8]) -> bool {
        let peeks = std::mem::replace(&mut self.peeking, Peeking::Read) == Peeking::Peeks;
        if !peeks {
            return false;
        }
        let text = String::from_utf8_lossy(body);
        let found = PHRASES.iter().find(|(phrase, _)| text.contains(phrase));
        if let (Some((_, remark)), Some(leg)) = (found, self.transcript.legs.last_mut()) {
            leg.remark = Some(*remark);
        }
        true
    }
}

fn may_say(leg: &Leg) -> bool {
    let Some(head) = &leg.response else {
        return false;
    };
    let asked = leg
        .tls
        .as_ref()
        .map(|tls| tls.client != ClientCertificate::NotAsked);
    // nginx has numbers of its own for it, which `error_page` can let out.
    let fits = match (head.status, asked) {
        (400 | 495 | 496, Some(asked)) => asked,
        (403, Some(asked)) => !asked,
        (400, None) => true,
        _ => false,
    };
    if !fits || leg.method == "HEAD" {
        return false;
    }
    // Go says it without any field, and closes.
    if head.version == "HTTP/1.0" && head.headers.is_empty() {
        return true;
    }
    let says = |name| head.headers.get_str(name);
    let length = says("Content-Length").and_then(|length| length.parse::<usize>().ok());
    length.is_some_and(|length| length <= SHORT)
        && says("Content-Type").is_some_and(|kind| kind.starts_with("text/"))
        && says("Content-Encoding").is_none()
}
