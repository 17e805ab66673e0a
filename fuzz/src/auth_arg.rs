//! The values of `-A` and `-a`: errors tell no secret, and what can be stored is read alike again.

use gatepass_request::{Auth, Source};

use crate::split::Input;

/// Reads the first line as a scheme, where there is one, and the further lines as values.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let name = String::from_utf8_lossy(input.line()).into_owned();
    let scheme = Some(name.as_str()).filter(|name| !name.is_empty());
    let text = String::from_utf8_lossy(input.0).into_owned();
    let values: Vec<&str> = text.split('\n').take(8).collect();
    match Auth::parse(scheme, &values) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(auth) => {
            let shown = format!("{auth:?}");
            for (_, source) in &auth.values {
                if let Source::Literal(secret) = source
                    && let Some(text) = secret.expose_str().filter(|text| text.len() >= 20)
                    && text.is_ascii()
                {
                    assert!(!shown.contains(text), "{shown}");
                }
            }
            if let Ok(stored) = serde_json::to_string(&auth) {
                assert_eq!(
                    serde_json::from_str::<Auth>(&stored).unwrap(),
                    auth,
                    "{stored}"
                );
            }
        }
    }
}
