//! oauthlib's verifier, which knows seven methods of OAuth 1.0a in three places.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Case, SECRET, prove_all};
use crate::failure::Result;
use crate::interop::{Bench, Cell, Expect, WRONG, rsa};
use crate::process::Background;

const PEER: &str = "oauthlib";
const PROGRAM: &str = include_str!("oauthlib_server.py");

pub(super) fn prove(bench: &Bench<'_>) -> Result<Vec<Cell>> {
    let folder = bench.folder(PEER)?;
    let keys = rsa::Keys::generate(&folder)?;
    prove_all(
        bench,
        PEER,
        |base| cases(base, &keys),
        |port| {
            let program = folder.join("oauthlib_server.py");
            fs::write(&program, PROGRAM)?;
            let mut python = Command::new(bench.peers.python());
            python.arg(&program).arg(port.to_string()).arg(&keys.public);
            Background::start(&mut python, &folder.join("log"))
        },
    )
}

fn cases(base: &str, keys: &rsa::Keys) -> Vec<Case> {
    let mut cases = Vec::new();
    for method in rsa::METHODS {
        for place in rsa::PLACES {
            cases.push(case(base, method, place, keys));
        }
    }
    cases
}

fn case(base: &str, method: &str, place: &str, keys: &rsa::Keys) -> Case {
    let by_key = method.starts_with("RSA");
    let file = |path: &Path| format!("@{}", path.display());
    let (field, secrets) = if by_key {
        ("private_key", [file(&keys.private), file(&keys.other)])
    } else {
        ("consumer_secret", ["secret".to_owned(), WRONG.to_owned()])
    };
    let mut arguments = vec![
        format!("{base}/photos?size=a%20b&size=~c"),
        "-A".to_owned(),
        "oauth1".to_owned(),
    ];
    for credential in [
        "consumer_key=key".to_owned(),
        format!("{field}={SECRET}"),
        "token=accesskey".to_owned(),
        "token_secret=accesssecret".to_owned(),
        format!("method={method}"),
        format!("place={place}"),
    ] {
        arguments.extend(["-a".to_owned(), credential]);
    }
    let case = Case {
        row: rsa::row(method, place),
        arguments,
        expect: Expect::works("client=key token=accesskey"),
        secrets,
        saved: None,
    };
    if place == "body" {
        case.posting()
    } else {
        case
    }
}
