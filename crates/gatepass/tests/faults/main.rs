//! A server that misbehaves: every fault ends in a typed error or in the right answer within its limits, and the next
//! request to the same server gets its own answer.

#![expect(clippy::unwrap_used, reason = "a test panics when it fails")]

mod expected;
mod front;

use std::time::Duration;

use expected::{Closed, Kept, LONG, ask, expected};
use front::{Ask, Front, Said, every_front};
use gatepass::auth::MAX_ROUNDS;
use gatepass::config::{Timeouts, Tls};
use gatepass_server::{Fault, Limits, Server};

/// Longer than a fault waits before it does something to an idle connection.
const WHILE: Duration = Duration::from_millis(500);

fn server() -> (Server, Tls) {
    let limits = Limits {
        body: 64 << 20,
        ..Limits::default()
    };
    let builder = Server::builder().faults(true).https(true).limits(limits);
    let server = builder.start().unwrap();
    let tls = Tls::system().trusting_pem(server.ca_pem().unwrap());
    (server, tls.unwrap())
}

#[test]
fn every_fault_ends_well_and_spoils_no_other_request() {
    let (server, tls) = server();
    let check = |fault: Fault| {
        let complaints = every_front(&tls).into_iter().filter_map(|(name, front)| {
            let complaint = check(&*front, &server, fault).err()?;
            Some(format!("{fault:?}, {name}: {complaint}"))
        });
        complaints.collect::<Vec<_>>()
    };
    let complaints: Vec<String> = std::thread::scope(|scope| {
        let threads = Fault::ALL.iter().map(|fault| scope.spawn(|| check(*fault)));
        let threads: Vec<_> = threads.collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// Asks before, asks for the fault, and asks after, by one client.
fn check(front: &dyn Front, server: &Server, fault: Fault) -> Result<(), String> {
    let url = server.fault_url(fault).unwrap();
    // The same origin, unless the fault has one of its own.
    let other = match url.strip_suffix(&format!("/faults/{}", fault.name())) {
        Some(origin) => origin.to_owned(),
        None => server.url(""),
    };
    let before = good(front, &other, "before")?;
    let (outcome, connection) = expected(fault);
    let result = front.ask(&ask(fault, url));
    if !outcome.fits(&result) {
        return Err(format!("{outcome:?} was expected, not {result:?}"));
    }
    if result.as_ref().is_ok_and(|said| said.legs > MAX_ROUNDS) {
        return Err(format!("it was asked too often: {result:?}"));
    }
    std::thread::sleep(WHILE);
    let after = good(front, &other, "after")?;
    match (connection, result) {
        (Kept, _) if after.connection != before.connection => {
            Err("the connection was not kept".to_owned())
        }
        (Closed, Ok(said)) if after.connection == said.connection => {
            Err("the connection was used again".to_owned())
        }
        _ => Ok(()),
    }
}

/// Asks for something harmless, and looks whether the answer is to that.
fn good(front: &dyn Front, origin: &str, word: &str) -> Result<Said, String> {
    let url = format!("{origin}/anything/{word}");
    let said = front.ask(&Ask::get(url.clone(), Timeouts::none().total(LONG)));
    let said = said.map_err(|error| format!("{word}: {error}"))?;
    let body: serde_json::Value = serde_json::from_slice(&said.body).unwrap_or_default();
    match body["url"] == url {
        true => Ok(said),
        false => Err(format!("{word}: another answer, {said:?}")),
    }
}
