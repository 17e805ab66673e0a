//! Ten thousand faults leave nothing behind: no memory, no descriptor.
//!
//! It is a program of its own, because it counts what its process has. The server is part of that: what it leaks would be
//! found, too.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test panics when it fails")]

#[path = "faults/expected.rs"]
mod expected;
#[path = "faults/front.rs"]
mod front;

use std::cell::Cell;
use std::time::{Duration, Instant};

use expected::{LONG, Outcome, ask, expected};
use front::{Ask, every_front};
use gatepass::config::{Timeouts, Tls};
use gatepass_server::{Fault, Limits, Server};

const ROUNDS: usize = 10_000;
/// How much the memory may grow in the last three quarters of the rounds, in bytes: 140 in each would be found.
const GROWTH: usize = 1 << 20;

#[test]
fn ten_thousand_faults_leave_nothing_behind() {
    let limits = Limits {
        journal: 0,
        ..Limits::default()
    };
    let builder = Server::builder().faults(true).https(true).limits(limits);
    let server = builder.start().unwrap();
    let tls = Tls::system()
        .trusting_pem(server.ca_pem().unwrap())
        .unwrap();
    let asks: Vec<(Fault, Ask)> = Fault::ALL
        .iter()
        .filter(|fault| is_cheap(**fault))
        .map(|fault| (*fault, ask(*fault, server.fault_url(*fault).unwrap())))
        .collect();
    // What a thread keeps for its next request is there from here on.
    for (_, front) in every_front(&tls) {
        front.ask(&asks[0].1).unwrap_err();
    }
    let before = descriptors();
    {
        let fronts = every_front(&tls);
        let connections = Cell::new(0);
        let round = |number: usize| {
            let (_, front) = &fronts[number % fronts.len()];
            let (fault, ask) = &asks[number / fronts.len() % asks.len()];
            let result = front.ask(ask);
            assert!(expected(*fault).0.fits(&result), "{fault:?}: {result:?}");
            if number.is_multiple_of(7) {
                let good = Ask::get(server.url("/base64/Z29vZA"), Timeouts::none().total(LONG));
                let said = front.ask(&good).unwrap();
                assert_eq!((said.status, &said.body[..]), (200, &b"good"[..]));
                assert_eq!(said.legs, 1);
                connections.set(said.connection);
            }
        };
        (0..ROUNDS / 4).for_each(&round);
        let warm = resident();
        (ROUNDS / 4..ROUNDS).for_each(&round);
        let grown = resident().saturating_sub(warm);
        assert!(
            connections.get() < 2 * ROUNDS as u64,
            "a fault costs two connections at most"
        );
        assert!(grown < GROWTH, "the memory grew by {grown} bytes");
    }
    // The server hears of a close a little later than the client that closes.
    let deadline = Instant::now() + LONG;
    while descriptors() > before {
        let many = descriptors() - before;
        assert!(Instant::now() < deadline, "{many} descriptors are left");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Says whether a fault waits for nothing, is small, and needs no TLS handshake.
fn is_cheap(fault: Fault) -> bool {
    use Outcome::{ConnectTimeout, NotTls, ReadTimeout, TlsHandshake, TotalTimeout};
    let is_small = !matches!(
        fault,
        Fault::CloseWhenIdle
            | Fault::Early413
            | Fault::Early413Reset
            | Fault::EndlessContinues
            | Fault::EndlessHead
            | Fault::EndlessRedirects
            | Fault::EndlessStatusLine
            | Fault::GzipBomb
            | Fault::HugeHeader
            | Fault::RedirectLoop
            // It may come while another answer is waited for: no client could tell.
            | Fault::LateAnswer
            | Fault::ResetInBody
            | Fault::ResetWhenIdle
    );
    let is_tls = matches!(
        fault,
        Fault::CloseInTlsRecord | Fault::CloseWithoutNotify | Fault::PlainInTls
    );
    let outcome = expected(fault).0;
    let waits = matches!(outcome, ConnectTimeout | ReadTimeout | TotalTimeout);
    is_small && !is_tls && !waits && !matches!(outcome, NotTls | TlsHandshake)
}

/// Returns the memory of this process, in bytes.
fn resident() -> usize {
    const PAGE: usize = 4096;
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * PAGE
}

/// Returns how many descriptors this process has.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}
