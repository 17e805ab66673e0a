//! Texts in any form: archives, collections, `.http` files. What is understood can be sent, stored and filled with values.

use gatepass_request::parse::curl::Wanted;
use gatepass_request::parse::{ReadError, Reading, any, har, http_file, postman};

/// Reads the input as each form.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let read = |wanted: &Wanted<'_>| Err(format!("{wanted} is not there"));
    look(har::read(&text));
    look(postman::read(&text));
    look(http_file::read(&text, &read));
    look(any::read(&text, &read));
}

fn look(result: Result<Reading, ReadError>) {
    let reading = match result {
        Ok(reading) => reading,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    for named in reading.requests.iter().take(20) {
        crate::curl_command::look_at(&named.request);
    }
}
