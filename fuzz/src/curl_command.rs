//! curl command lines in the three dialects: what is understood can be sent, stored and filled with values.

use gatepass_request::Request;
use gatepass_request::parse::curl::{self, Curl, Dialect, MOST, Wanted};

/// Reads the input as a text of each dialect, and its lines as words.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let read = |wanted: &Wanted<'_>| match wanted {
        // A config file that names itself, header fields, and values: all of it is hostile too.
        Wanted::File(path) if path.len() < 20 => Ok(data.to_vec()),
        Wanted::Env("SET") => Ok(b"{{SET}}".to_vec()),
        other => Err(format!("{other} is not there")),
    };
    for dialect in [Dialect::Posix, Dialect::Cmd, Dialect::PowerShell] {
        look(curl::parse(&text, Some(dialect), &read));
    }
    let _guess = Dialect::of(&text);
    let words: Vec<&[u8]> = data.split(|&byte| byte == b'\n').collect();
    look(curl::parse_words(&words, &read));
}

fn look(result: Result<Curl, curl::CurlError>) {
    let curl = match result {
        Ok(curl) => curl,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    assert!(curl.transfers.len() <= MOST);
    for transfer in curl.transfers.into_iter().take(3) {
        look_at(&transfer.request);
    }
}

/// Checks what holds for every request that a parser gives.
pub(crate) fn look_at(request: &Request) {
    request.check().unwrap();
    if let Ok(stored) = serde_json::to_string(request) {
        let again: Request = serde_json::from_str(&stored).unwrap();
        assert_eq!(again.body, request.body, "{stored}");
        assert_eq!(again.url.to_string(), request.url.to_string(), "{stored}");
    }
    let evil = request
        .clone()
        .resolve(&|_| Some("x\r\nEvil: 1".to_owned()));
    if let Ok(evil) = evil {
        evil.check().unwrap();
    }
    if let Ok(plain) = request.clone().resolve(&|_| Some("value".to_owned())) {
        assert!(plain.variables.is_empty());
    }
}
