//! Credentials fields and cookies: what is read can be written and read again, and nothing that is shown tells a secret.

use gatepass_auth::Credentials;
use gatepass_auth::show::masked_value;

use crate::split::Input;

/// Reads the input as a credentials field, and its letters as the value of a cookie.
pub fn run(data: &[u8]) {
    if let Some(credentials) = Credentials::parse(data) {
        let again = Credentials::parse(&credentials.to_bytes());
        assert_eq!(again.as_ref(), Some(&credentials));
        let (params, _) = credentials.params();
        let shown = format!("{credentials:?}");
        let shown = shown.strip_prefix(credentials.scheme()).unwrap_or(&shown);
        let secret = String::from_utf8_lossy(credentials.rest()).into_owned();
        if secret.len() >= 8 && !credentials.is("digest") && !credentials.is("oauth") {
            assert!(!shown.contains(&secret), "{shown}");
        }
        // In Digest and OAuth 1.0a an open parameter may repeat what a secret one says.
        for name in ["response", "oauth_signature", "oauth_token", "other"] {
            if let Some(value) = params.text(name).filter(|value| value.len() >= 20) {
                assert!(!shown.contains(&format!("{name}=\"{value}\"")), "{shown}");
                assert!(!shown.contains(&format!("{name}={value}")), "{shown}");
            }
        }
    }
    for name in [
        "Authorization",
        "Cookie",
        "Set-Cookie",
        "Authentication-Info",
        "X-Api-Key",
        "Accept",
    ] {
        masked_value(name, data, true);
    }
    cookie(Input(data));
}

fn cookie(mut input: Input<'_>) {
    let name = input.of(&["sid=", "path=", "Domain=", "expires=", ""]);
    let header = input.of(&["Cookie", "set-cookie"]);
    let before = input.of(&["", "theme=dark; "]);
    let secret: String = input
        .0
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(|&byte| char::from(byte))
        .collect();
    // Behind the first pair of Set-Cookie stand attributes, whose values are no secrets.
    let attribute = header == "set-cookie" && !before.is_empty();
    if secret.len() < 8 || "theme=dark; path domain expires".contains(&secret) || attribute {
        return;
    }
    let shown = masked_value(header, format!("{before}{name}{secret}").as_bytes(), false);
    assert!(!shown.contains(&secret), "{header}: {shown}");
}
