//! A port for TLS, and a request by plain HTTP.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::words::words;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;
use crate::record::Remark;

/// What servers write: nginx (`ngx_http_special_response.c`), Apache (`ssl_engine_kernel.c`), Go (`net/http/server.go`).
const PHRASES: &[&str] = &[
    "plain HTTP request was sent to HTTPS port",
    "speaking plain HTTP to an SSL-enabled server port",
    "Client sent an HTTP request to an HTTPS server",
];

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let leg = facts.leg;
    let said = facts
        .said()
        .find(|said| PHRASES.iter().any(|phrase| said.has(&words(phrase))));
    let is_told = leg.remark == Some(Remark::WantsTls) || said.is_some();
    if !is_told || leg.tls.is_some() || leg.space.scheme() == "https" {
        return;
    }
    let space = &leg.space;
    let host = if space.host().contains(':') {
        format!("[{}]", space.host())
    } else {
        space.host().to_owned()
    };
    let address = format!("{host}:{}", space.port());
    let mut finding = Finding::new(
        Cause::HttpsRequired,
        Strength::Exact,
        format!(
            "{address} speaks TLS, and the request came by plain HTTP ({})",
            facts.status
        ),
    );
    if let Some(said) = said {
        finding = finding.quoting(said.place.clone(), facts.quote(&said.text));
    }
    findings.add(finding.with_fix(Fix::say(format!("Use https://{address}"))));
}
