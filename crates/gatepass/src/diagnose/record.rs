//! The record of an exchange that the engine reads, made of a transcript.

use std::time::{SystemTime, UNIX_EPOCH};

use gatepass_why::record::{
    Answer, Certificate, Exchange, Given, Leg as Recorded, MOST_OF_A_BODY, Proxy, Remark as Told,
    Tls, Withheld,
};

use crate::tls_info::{ClientCertificate, TlsInfo};
use crate::transcript::{Leg, Remark, SentBody, Transcript};

/// Returns the record. `body` is that of the last answer.
pub(super) fn record(transcript: &Transcript, body: &[u8]) -> Exchange {
    let mut legs: Vec<Recorded> = transcript.legs().iter().map(leg).collect();
    let last = legs.last_mut().and_then(|leg| leg.answer.as_mut());
    if let Some(answer) = last {
        answer.body = body[..body.len().min(MOST_OF_A_BODY)].to_vec();
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.ok().and_then(|now| i64::try_from(now.as_secs()).ok());
    Exchange::new(legs, now)
}

fn leg(leg: &Leg) -> Recorded {
    let mut recorded = Recorded::new(leg.method(), leg.space().clone(), leg.target());
    recorded.headers = leg.headers().clone();
    if let SentBody::Bytes(bytes) = leg.body() {
        recorded.body = bytes[..bytes.len().min(MOST_OF_A_BODY)].to_vec();
    }
    recorded.given = leg.authentication().map(|it| {
        let word = it.word.map(str::to_owned);
        let mut given = Given::new(it.scheme, word, it.title, it.source.clone());
        given.overridden = it.overridden;
        given
    });
    recorded.withheld = leg.withheld().iter().map(withheld).collect();
    recorded.passed_over = leg.passed_over().map(ToString::to_string);
    let workings = leg.workings().iter();
    recorded.workings = workings
        .map(|step| (step.name().to_owned(), step.shown()))
        .collect();
    recorded.concealed = leg.concealed.clone();
    recorded.proxy = leg
        .passed()
        .map(|it| Proxy::new(it.proxy.clone(), it.forwarded, it.authentication.is_some()));
    recorded.tls = leg.tls().map(tls);
    recorded.remark = leg.remark().map(remark);
    recorded.leads_to = leg.leads_to().map(ToString::to_string);
    let waited = leg.timing().first_byte;
    recorded.waited = waited.and_then(|it| u64::try_from(it.as_millis()).ok());
    recorded.answer = leg.response().map(|head| {
        let mut answer = Answer::new(head.status, head.reason.clone());
        answer.headers = head.headers.clone();
        answer
    });
    recorded
}

fn withheld(it: &crate::transcript::Withheld) -> Withheld {
    let mut withheld = Withheld::new(it.what.clone(), it.belongs_to.clone());
    withheld.trusted = it.trusted;
    withheld.is_certificate = it.is_certificate;
    withheld
}

fn tls(tls: &TlsInfo) -> Tls {
    let certificate = match &tls.client {
        ClientCertificate::NotAsked => Certificate::NotAsked,
        ClientCertificate::NotSent { authorities } => Certificate::NotSent {
            authorities: authorities.clone(),
        },
        ClientCertificate::Sent {
            certificate,
            authorities,
        } => Certificate::Sent {
            whom: certificate.whom().to_owned(),
            issuer: certificate.issuer.clone(),
            not_before: seconds(certificate.not_before),
            not_after: seconds(certificate.not_after),
            authorities: authorities.clone(),
        },
    };
    Tls::new(certificate, seconds(tls.at))
}

fn seconds(at: gatepass_auth::Timestamp) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}

fn remark(remark: Remark) -> Told {
    match remark {
        Remark::Missing => Told::Missing,
        Remark::Refused => Told::Refused,
        Remark::AsksLate => Told::AsksLate,
        Remark::WantsTls => Told::WantsTls,
    }
}
