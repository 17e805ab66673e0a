//! Parameters: what is read can be written and read again, and nothing that is written breaks its line.

use gatepass_auth::Params;
use gatepass_auth::params::{is_token, parse_params};

use crate::split::{Input, fits_in_a_line};

/// Reads the input as a list of parameters, and its lines as names and values of one.
pub fn run(data: &[u8]) {
    let (params, _) = parse_params(data);
    let written = params.to_bytes();
    assert!(fits_in_a_line(&written));
    if fits_in_a_line(data) {
        let (again, _) = parse_params(&written);
        assert_eq!(again, params);
    }
    built(Input(data));
}

fn built(mut input: Input<'_>) {
    let mut params = Params::new();
    while !input.0.is_empty() {
        let (name, value) = (input.line(), input.line());
        let name = String::from_utf8_lossy(name).into_owned();
        if !is_token(name.as_bytes()) || params.get(&name).is_some() {
            continue;
        }
        if value.len() % 2 == 0 {
            params.quoted(name, value)
        } else {
            params.bare(name, value)
        }
    }
    let written = params.to_bytes();
    assert!(fits_in_a_line(&written));
    let (again, problems) = parse_params(&written);
    assert_eq!(problems, [], "{params}");
    assert_eq!(again.to_bytes(), written);
}
