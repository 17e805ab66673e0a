//! Names of parameters that carry a secret: in queries, forms, JSON and cookies.

use super::header::{carries_credential, said_by};

/// Names that are a secret's as a whole, in lower case, letters and digits alone, each with who uses it.
const SECRET_NAMES: &[&str] = &[
    "appid",               // OpenWeather
    "auth",                // Firebase
    "authenticity",        // convention
    "code",                // RFC 6749 section 4.1.2
    "crumb",               // Jenkins
    "csrf",                // convention, against forged requests
    "csrfmiddlewaretoken", // Django
    "hapikey",             // HubSpot
    "hmac",                // Shopify
    "jsessionid",          // Java servlets
    "key",                 // Google APIs
    "oauthverifier",       // RFC 5849 section 2.2
    "pass",                // convention
    "passcode",            // convention
    "phpsessid",           // PHP
    "samlart",             // SAML 2.0 bindings section 3.6
    "samlrequest",         // SAML 2.0 bindings section 3.4
    "samlresponse",        // SAML 2.0 bindings section 3.5
    "session",             // convention
    "sessionid",           // convention
    "sid",                 // convention
    "sig",                 // Azure, shared access signatures
    "sign",                // Alibaba Cloud, Taobao
    "xsrf",                // convention
];

/// Words that make a name one of a secret, wherever they stand in it.
const SECRET_WORDS: &[&[&str]] = &[
    &["accesskey"],
    &["accesstoken"],
    &["access", "key"],
    &["account", "key"],
    &["apikey"],
    &["api", "key"],
    &["app", "key"],
    &["assertion"],
    &["authorization"],
    &["authtoken"],
    &["auth", "code"],
    &["auth", "key"],
    &["authorisation"],
    &["bearer"],
    &["client", "key"],
    &["clientsecret"],
    &["code", "verifier"],
    &["cookie"],
    &["cookies"],
    &["credential"],
    &["credentials"],
    &["device", "code"],
    &["encryption", "key"],
    &["jwt"],
    &["license", "key"],
    &["master", "key"],
    &["nextnonce"],
    &["otp"],
    &["passphrase"],
    &["passwd"],
    &["password"],
    &["passwords"],
    &["passwort"],
    &["pin"],
    &["privatekey"],
    &["private", "key"],
    &["pwd"],
    &["refreshtoken"],
    &["secret"],
    &["secretkey"],
    &["secrets"],
    &["session", "id"],
    &["sessionkey"],
    &["session", "key"],
    &["sessiontoken"],
    &["signature"],
    &["signing", "key"],
    &["subscription", "key"],
    &["ticket"],
    &["token"],
    &["totp"],
    &["user", "code"],
    &["user", "key"],
    &["verifier"],
];

/// Names that have such a word and carry no secret, in lower case, letters and digits alone.
const OPEN_NAMES: &[&str] = &[
    "accesstokenurl",       // Postman
    "continuationtoken",    // a page of a listing
    "nextpagetoken",        // Google APIs, a page of a listing
    "nexttoken",            // Amazon, a page of a listing
    "oauthsignaturemethod", // RFC 5849 section 3.1
    "pagetoken",            // Google APIs, a page of a listing
    "requestedtokentype",   // RFC 8693 section 2.1
    "signaturemethod",      // Amazon, signature version 2
    "signatureversion",     // Amazon, signature version 2
    "subjecttokentype",     // RFC 8693 section 2.1
    "tokenendpoint",        // RFC 8414 section 2
    "tokenexpiresin",       // convention
    "tokentype",            // RFC 6749 section 5.1
    "tokentypehint",        // RFC 7009 section 2.1
    "tokenurl",             // OpenAPI
    "xamzcredential",       // Amazon: the key's name, no secret
];

/// Says whether a parameter of this name, in a query, a form, a JSON value or a cookie, carries a secret. Its words are told apart by
/// hyphens, underscores, dots, brackets and capitals.
///
/// ```
/// use gatepass_auth::show::is_secret_name;
///
/// for name in ["access_token", "apiKey", "X-Amz-Signature", "user[password]", "code", "sig"] {
///     assert!(is_secret_name(name), "{name}");
/// }
/// for name in ["q", "token_type", "max_tokens", "monkey", "pageToken", "grant_type"] {
///     assert!(!is_secret_name(name), "{name}");
/// }
/// ```
pub fn is_secret_name(name: &str) -> bool {
    let words = words(name);
    let whole = words.concat();
    if OPEN_NAMES.contains(&whole.as_str()) {
        return false;
    }
    if SECRET_NAMES.contains(&whole.as_str()) || carries_credential(name) {
        return true;
    }
    // The last part of `user[pass]` and of `body.key` is a name of its own.
    let inner = name.trim_end_matches([']', '[']);
    let last = inner.rsplit(['[', '.']).next().unwrap_or_default();
    if last.len() < name.len() && !last.is_empty() && is_secret_name(last) {
        return true;
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    said_by(&words, SECRET_WORDS)
}

/// Says whether a text without fields mentions a secret anywhere, so that it is better left out than kept.
///
/// ```
/// use gatepass_auth::show::is_suspicious;
///
/// assert!(is_suspicious("<UserPassword>") && !is_suspicious("<user>"));
/// ```
pub fn is_suspicious(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "apikey",
        "api_key",
        "authorization",
        "passwd",
        "password",
        "secret",
        "token",
    ];
    let lower = text.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

/// Splits a name into its words, in lower case: `clientSecret`, `APIKey` and `api-key` have two each.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let letters: Vec<char> = name.chars().collect();
    for (at, &letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let behind = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && (before.is_some_and(|it| it.is_lowercase())
                || (before.is_some_and(|it| it.is_uppercase())
                    && behind.is_some_and(|it| it.is_lowercase())));
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_by_the_list_or_by_their_words() {
        assert!(SECRET_NAMES.is_sorted() && OPEN_NAMES.is_sorted());
        for name in [
            "access_token",
            "api_key",
            "apikey",
            "key",
            "token",
            "sig",
            "X-Amz-Signature",
            "X-Amz-Security-Token",
            "client_secret",
            "password",
            "PASSWORD",
            "newPassword",
            "userPwd",
            "code",
            "code_verifier",
            "id_token",
            "refreshToken",
            "APIKey",
            "oauth_token",
            "oauth_signature",
            "SAMLResponse",
            "client_assertion",
            "session",
            "JSESSIONID",
            "user[password]",
            "login.pass",
            "otp",
            "pin",
            "private_key",
            "connection-string-secret",
            "X-Session-Id",
            "subscription-key",
            "appid",
            "passphrase",
            "ticket",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "",
            "q",
            "id",
            "name",
            "user",
            "username",
            "state",
            "scope",
            "client_id",
            "redirect_uri",
            "grant_type",
            "token_type",
            "max_tokens",
            "totalTokens",
            "keyboard",
            "passenger",
            "spin",
            "design",
            "assignee",
            "monkey",
            "keys",
            "key_id",
            "algorithm",
            "X-Amz-Credential",
            "X-Amz-Date",
            "page_token",
            "encode",
            "zipcode",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
