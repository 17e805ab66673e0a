//! Clients: whatever a server asks for, the answer is a request that can be sent, or an error.

use gatepass_auth::{Connection, Headers, Incoming, Space, Step};

use crate::split::{Input, merged};
use crate::support::{Counting, NOW, Request};

/// Chooses a scheme; the lines are challenges, and the last is `Authentication-Info`.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let (entry, settings) = input.scheme();
    let values = merged(&entry.about.example_values(), &settings);
    let Ok(scheme) = entry.client(&values) else {
        return;
    };
    let space = Space::origin("https", "api.example", 443);
    let env = Counting::new(NOW);
    let request =
        Request::new("POST", "/a?b=c").with_body("application/x-www-form-urlencoded", "d=e");
    let mut flow = scheme.begin(&space);
    let mut headers = Headers::new();
    for line in input.0.split(|&byte| byte == b'\n') {
        headers.append("WWW-Authenticate", line);
        headers.set("Authentication-Info", line);
    }
    let challenges = Incoming::challenges_in(&space, &headers);
    for status in [401, 401, 200] {
        let Ok(sent) = request.authorize(&mut *flow, &env) else {
            return;
        };
        for header in &sent.request.headers {
            let legal = header
                .value()
                .iter()
                .all(|&byte| byte == b'\t' || !byte.is_ascii_control());
            assert!(legal, "{}: {}", entry.about.id, header.name());
        }
        assert!(
            sent.request
                .target
                .bytes()
                .all(|byte| byte.is_ascii_graphic())
        );
        let mut incoming = Incoming::new(status, &space, &headers, &challenges, &env);
        incoming.connection = Connection::new(1);
        match flow.inspect(&incoming) {
            Ok(Step::Retry(_)) => {}
            Ok(_) | Err(_) => return,
        }
    }
}
