//! The value of a header field as it may be shown.

use crate::params::text;
use crate::schemes;
use crate::secret::mask;

use super::header::carries_credential;
use super::within;
use super::word::is_scheme_word;

/// Returns a header value as it may be shown. `secret` masks a value whose name does not tell. Of one that is no secret, the
/// secrets in URLs are masked.
///
/// ```
/// use gatepass_auth::show::masked_value;
///
/// assert!(masked_value("Authorization", b"Basic YWxpY2U6czNjcmV0", false).starts_with("Basic …⟨"));
/// assert_eq!(masked_value("Accept", b"*/*", false), "*/*");
/// ```
pub fn masked_value(name: &str, value: &[u8], secret: bool) -> String {
    let lower = name.to_ascii_lowercase();
    if !secret && !carries_credential(name) {
        let text = text(value).into_owned();
        return within::in_field(&lower, &text).unwrap_or(text);
    }
    match lower.as_str() {
        "authorization" | "proxy-authorization" => masked_credentials(value),
        "cookie" => masked_cookies(value),
        "set-cookie" => masked_set_cookie(value),
        "authentication-info" | "proxy-authentication-info" => {
            masked_params(value, is_open_parameter)
        }
        _ => mask(value),
    }
}

fn masked_credentials(value: &[u8]) -> String {
    let text = text(value);
    let text = text.trim();
    let (scheme, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    if !is_scheme_word(scheme) {
        return mask(value);
    }
    let rest = rest.trim_start();
    if rest.is_empty() {
        return scheme.to_owned();
    }
    // Only schemes that say which parameters tell nothing of a secret keep any readable.
    let known = schemes::by_word(scheme).map_or(&[][..], |known| known.about.parameters_sent);
    if known.is_empty() {
        return format!("{scheme} {}", mask(rest.as_bytes()));
    }
    let is_open = |name: &str| {
        let mut known = known.iter();
        known.any(|known| known.open && known.name.eq_ignore_ascii_case(name))
    };
    format!("{scheme} {}", masked_params(rest.as_bytes(), is_open))
}

fn masked_params(value: &[u8], is_open: impl Fn(&str) -> bool) -> String {
    let (params, problems) = crate::params::parse_params(value);
    if !problems.is_empty() {
        return mask(value);
    }
    // PLAINTEXT puts the secrets themselves into the signature: no fingerprint of a part would be of use either.
    let shown: Vec<String> = params
        .iter()
        .map(|param| {
            if is_open(param.name()) {
                param.to_string()
            } else {
                format!("{}=\"{}\"", param.name(), mask(param.value()))
            }
        })
        .collect();
    shown.join(", ")
}

/// Says whether a parameter of this name tells nothing of a secret in the credentials of any scheme: one has it, and none hides it.
///
/// ```
/// use gatepass_auth::show::is_open_parameter;
///
/// assert!(is_open_parameter("Realm") && !is_open_parameter("response") && !is_open_parameter("unheard-of"));
/// ```
pub fn is_open_parameter(name: &str) -> bool {
    let mut known = schemes::parameters(name).peekable();
    known.peek().is_some() && known.all(|known| known.open)
}

/// Masks the value of every pair; an attribute's name is a name like any other here.
fn masked_cookies(value: &[u8]) -> String {
    let text = text(value);
    let pairs: Vec<_> = text.split(';').map(masked_pair).collect();
    pairs.join("; ")
}

/// Masks the first pair, which is the cookie, and all that is no attribute.
fn masked_set_cookie(value: &[u8]) -> String {
    let text = text(value);
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
