//! 421: the name in the handshake and the name in the request lead to different sites.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.status != 421 {
        return;
    }
    let host = facts
        .leg
        .headers
        .get_str("Host")
        .map(|host| facts.quote(host));
    let name = facts.leg.space.host();
    let differs = host.as_ref().filter(|host| {
        host.split(':')
            .next()
            .is_some_and(|host| !host.eq_ignore_ascii_case(name))
    });
    let headline = match differs {
        Some(host) => format!(
            "The connection was made for {name}, and the request names {host}: the server does not answer for both (421)"
        ),
        None => format!(
            "The server does not answer for {name} over this connection (421): the name in the TLS handshake (SNI) leads to another site, or was not sent on by a proxy"
        ),
    };
    let say = match differs {
        Some(_) => "Leave the Host header out, or ask that host directly",
        None => {
            "Behind a reverse proxy the operator has to send the name on (nginx: proxy_ssl_server_name on)"
        }
    };
    findings.add(
        Finding::new(Cause::Misdirected, Strength::Exact, headline)
            .because(
                "the answer",
                "421 Misdirected Request (RFC 9110 section 15.5.20); no credential was refused",
            )
            .with_fix(Fix::say(say)),
    );
}
