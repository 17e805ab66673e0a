//! microsocks, a SOCKS 5 proxy that knows users and passwords.

use std::process::Command;

use gatepass_server::Server;

use super::{Case, SECRET, prove_all};
use crate::failure::Result;
use crate::interop::{Bench, Cell, Expect, RIGHT, Refused, USER, WRONG};
use crate::process::Background;

const PEER: &str = "microsocks";

pub(super) fn prove(bench: &Bench<'_>) -> Result<Vec<Cell>> {
    let origin = Server::start()?;
    let url = origin
        .url("/anything/by-socks")
        .replace("127.0.0.1", "localhost");
    let cases = |base: &str| {
        let at = base.trim_start_matches("http://");
        let case = |row: &str, version: &str| Case {
            row: row.to_owned(),
            arguments: [
                &*url,
                "--proxy",
                &format!("{version}://{USER}:{SECRET}@{at}"),
            ]
            .map(str::to_owned)
            .to_vec(),
            expect: Expect::Works {
                identity: "/anything/by-socks".to_owned(),
                refused: Refused::Saying("it refused the user name and the password"),
            },
            secrets: [RIGHT.to_owned(), WRONG.to_owned()],
            saved: None,
        };
        vec![
            case("SOCKS5, our look-up", "socks5"),
            case("SOCKS5, its look-up", "socks5h"),
        ]
    };
    prove_all(bench, PEER, cases, |port| {
        let mut microsocks = Command::new("microsocks");
        microsocks
            .args(["-i", "127.0.0.1", "-p", &port.to_string()])
            .args(["-u", USER, "-P", RIGHT]);
        Background::start(&mut microsocks, &bench.folder(PEER)?.join("log"))
    })
}
