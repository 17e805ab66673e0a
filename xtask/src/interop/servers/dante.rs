//! Dante, a proxy for SOCKS 4 and 5 that decides by where a connection goes.

use std::fs;
use std::process::Command;

use gatepass_server::Server;

use super::{Case, SECRET, prove_all};
use crate::failure::{Failure, Result};
use crate::install::find_program;
use crate::interop::{Bench, Cell, Expect, Refused, USER};
use crate::process::Background;

const PEER: &str = "Dante";

pub(super) fn prove(bench: &Bench<'_>) -> Result<Vec<Cell>> {
    // What is proven instead of a secret: its rules allow one port, and not the other.
    let (allowed, other) = (Server::start()?, Server::start()?);
    let ports = [allowed.port().to_string(), other.port().to_string()];
    let cases = |base: &str| cases(base.trim_start_matches("http://"), &ports);
    prove_all(bench, PEER, cases, |port| {
        let folder = bench.folder(PEER)?;
        let at = folder.display();
        let configuration = format!(
            "logoutput: stderr\ninternal: 127.0.0.1 port = {port}\nexternal: lo\nclientmethod: none\nsocksmethod: none\n\
             client pass {{\n  from: 127.0.0.0/8 to: 127.0.0.0/8\n}}\n\
             socks pass {{\n  from: 127.0.0.0/8 to: 127.0.0.0/8 port = {}\n  protocol: tcp\n}}\n",
            allowed.port()
        );
        let file = folder.join("danted.conf");
        fs::write(&file, configuration)?;
        let program =
            find_program("danted").ok_or_else(|| Failure::new("danted is not installed"))?;
        let mut danted = Command::new(program);
        danted.arg("-f").arg(&file).args(["-N", "1", "-p"]);
        Background::start(danted.arg(format!("{at}/pid")), &folder.join("log"))
    })
}

fn cases(at: &str, ports: &[String; 2]) -> Vec<Case> {
    let case = |row: &str, version: &str, expect| Case {
        row: row.to_owned(),
        arguments: [
            &format!("http://localhost:{SECRET}/anything/by-socks"),
            "--proxy",
            &format!("{version}://{USER}@{at}"),
        ]
        .map(str::to_owned)
        .to_vec(),
        expect,
        secrets: ports.clone(),
        saved: None,
    };
    let works = |words| Expect::Works {
        identity: "/anything/by-socks".to_owned(),
        refused: Refused::Saying(words),
    };
    let by_rule = || works("its rules do not allow that connection");
    let reads_4a_as_4 = Expect::defect(
        None,
        "it refused to connect there",
        "takes the address 0.0.0.1 of SOCKS 4A for a place to go to, and does not look at the name",
    );
    vec![
        case("SOCKS4", "socks4", works("it refused to connect there")),
        case("SOCKS4A", "socks4a", reads_4a_as_4),
        case("SOCKS5, our look-up", "socks5", by_rule()),
        case("SOCKS5, its look-up", "socks5h", by_rule()),
    ]
}
