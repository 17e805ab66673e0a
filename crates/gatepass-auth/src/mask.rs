//! Which header values carry credentials, and how such a value is shown.

use crate::secret::mask;

/// Names of header fields that carry a credential, in lower case.
///
/// The first six are RFC 9110's, RFC 6265's and their like; the rest are what well-known services read their keys from
/// (GitLab `PRIVATE-TOKEN` and `JOB-TOKEN`, Azure `api-key` and `Ocp-Apim-Subscription-Key`, Cloudflare `X-Auth-Key`,
/// OpenStack `X-Auth-Token`, AWS `X-Amz-Security-Token`, Vault `X-Vault-Token`, Shopify, Figma, Consul, Google).
pub const CREDENTIAL_HEADERS: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "authentication-info",
    "proxy-authentication-info",
    "api-key",
    "apikey",
    "job-token",
    "ocp-apim-subscription-key",
    "private-token",
    "x-access-token",
    "x-amz-security-token",
    "x-api-key",
    "x-apikey",
    "x-api-token",
    "x-auth-key",
    "x-auth-token",
    "x-consul-token",
    "x-csrf-token",
    "x-figma-token",
    "x-goog-api-key",
    "x-gitlab-token",
    "x-shopify-access-token",
    "x-tokenauth",
    "x-token",
    "x-vault-token",
];

/// Parameters of Digest and OAuth 1.0a that tell nothing of a secret. All others are masked, so that a name that is
/// unknown here hides too much rather than too little.
const OPEN_PARAMS: &[&str] = &[
    "algorithm",
    "charset",
    "cnonce",
    "nc",
    "nonce",
    "oauth_body_hash",
    "oauth_callback",
    "oauth_consumer_key",
    "oauth_nonce",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_version",
    "opaque",
    "qop",
    "realm",
    "uri",
    "userhash",
    "username",
    "username*",
];

/// Says whether a field of this name carries a credential.
pub fn carries_credential(name: &str) -> bool {
    CREDENTIAL_HEADERS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// Returns a header value as it may be shown. `secret` masks a value whose name does not tell.
///
/// ```
/// use gatepass_auth::mask::masked_value;
///
/// assert!(masked_value("Authorization", b"Basic YWxpY2U6czNjcmV0", false).starts_with("Basic …⟨"));
/// assert_eq!(masked_value("Accept", b"*/*", false), "*/*");
/// ```
pub fn masked_value(name: &str, value: &[u8], secret: bool) -> String {
    if !secret && !carries_credential(name) {
        return String::from_utf8_lossy(value).into_owned();
    }
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "authorization" | "proxy-authorization" => masked_credentials(value),
        "cookie" => masked_cookies(value),
        "set-cookie" => masked_set_cookie(value),
        "authentication-info" | "proxy-authentication-info" => masked_params(value),
        _ => mask(value),
    }
}

fn masked_credentials(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let Some((scheme, rest)) = text.split_once(' ') else {
        return mask(value);
    };
    let is_word = !scheme.is_empty() && scheme.bytes().all(crate::params::is_token_byte);
    if !is_word {
        return mask(value);
    }
    // Only schemes that are known to send a proof, not the secret, keep their parameters readable.
    if ["digest", "oauth"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
    {
        return format!("{scheme} {}", masked_params(rest.trim_start().as_bytes()));
    }
    format!("{scheme} {}", mask(rest.trim_start().as_bytes()))
}

fn masked_params(value: &[u8]) -> String {
    let (params, problems) = crate::params::parse_params(value);
    if !problems.is_empty() {
        return mask(value);
    }
    // PLAINTEXT puts the secrets themselves into the signature: no fingerprint of a part would be of use either.
    let shown: Vec<String> = params
        .iter()
        .map(|param| {
            let open = OPEN_PARAMS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(param.name()));
            if open {
                param.to_string()
            } else {
                format!("{}=\"{}\"", param.name(), mask(param.value()))
            }
        })
        .collect();
    shown.join(", ")
}

/// Masks the value of every pair; an attribute's name is a name like any other here.
fn masked_cookies(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let pairs: Vec<_> = text.split(';').map(masked_pair).collect();
    pairs.join("; ")
}

/// Masks the first pair, which is the cookie, and all that is no attribute.
fn masked_set_cookie(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let (cookie, attributes) = match text.split_once(';') {
        Some((cookie, attributes)) => (cookie, Some(attributes)),
        None => (&*text, None),
    };
    let attributes = attributes.into_iter().flat_map(|all| all.split(';'));
    attributes.fold(masked_pair(cookie), |shown, part| {
        let part = part.trim();
        let name = part.split_once('=').map_or(part, |(name, _)| name);
        if is_attribute(name) {
            format!("{shown}; {part}")
        } else {
            format!("{shown}; {}", masked_pair(part))
        }
    })
}

/// Masks what follows the name; a cookie without a name is all value.
fn masked_pair(pair: &str) -> String {
    match pair.trim().split_once('=') {
        Some((name, value)) => format!("{name}={}", mask(value.as_bytes())),
        None => mask(pair.trim().as_bytes()),
    }
}

/// Says whether this is an attribute of `Set-Cookie` (RFC 6265 section 4.1.1 and its successor), which is no secret.
fn is_attribute(name: &str) -> bool {
    [
        "domain",
        "expires",
        "httponly",
        "max-age",
        "partitioned",
        "path",
        "samesite",
        "secure",
    ]
    .iter()
    .any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_stays_and_the_secret_goes() {
        let shown = masked_value(
            "authorization",
            b"Digest username=\"alice\", response=\"0123456789abcdef\"",
            false,
        );
        assert!(
            shown.starts_with("Digest username=\"alice\", response=\""),
            "{shown}"
        );
        assert!(!shown.contains("0123456789"), "{shown}");
        let shown = masked_value("Cookie", b"sid=abcdefgh; theme=dark", false);
        assert!(
            shown.starts_with("sid=…") && !shown.contains("abcdefgh") && !shown.contains("dark"),
            "{shown}"
        );
    }

    #[test]
    fn only_attributes_of_set_cookie_are_shown() {
        for (name, value) in [
            ("Cookie", "path=s3cret-s3cret"),
            ("Cookie", "a=1;path=s3cret-s3cret"),
            ("Cookie", "s3cret-s3cret"),
            ("Set-Cookie", "path=s3cret-s3cret; Path=/"),
            ("Set-Cookie", "s3cret-s3cret; HttpOnly"),
            ("Set-Cookie", "a=1; s3cret-s3cret"),
        ] {
            let shown = masked_value(name, value.as_bytes(), false);
            assert!(!shown.contains("s3cret-s"), "{name}: {shown}");
        }
        let shown = masked_value("Set-Cookie", b"sid=s3cret;Path=/; HttpOnly", false);
        assert!(shown.ends_with("; Path=/; HttpOnly"), "{shown}");
    }

    #[test]
    fn what_is_not_understood_is_masked_whole() {
        for value in [
            "justatokenwithoutascheme",
            "Digest response=\"unclosed",
            "OAuth realm=x, oauth_verifier=s3cret-s3cret-s3cret, RESPONSE=s3cret-s3cret-s3cret",
            "Digest nonce=n, newfangled=\"the s3cret\"",
            "=odd s3cret-s3cret",
        ] {
            let shown = masked_value("Authorization", value.as_bytes(), false);
            assert!(
                !shown.contains("3cret")
                    && !shown.contains("unclosed")
                    && !shown.contains("withouta"),
                "{shown}"
            );
        }
    }
}
