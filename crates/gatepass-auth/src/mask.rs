//! Which header values carry credentials, and how such a value is shown.

use crate::lore::Parameter;
use crate::schemes;
use crate::secret::mask;

/// Names of header fields that are known to carry a credential, in lower case, each with who reads it. Names that tell by
/// their words are not all listed: see [`carries_credential`].
pub const CREDENTIAL_HEADERS: &[&str] = &[
    "aeg-sas-key",                                           // Azure Event Grid
    "aeg-sas-token",                                         // Azure Event Grid
    "api-key",                                               // Azure OpenAI, New Relic, Pinecone
    "apikey",                                                // Kong's key-auth plugin, Supabase
    "authentication-info",                                   // RFC 9110 section 11.6.3
    "authorization",                                         // RFC 9110 section 11.6.2
    "cf-access-client-secret",                               // Cloudflare Access, service tokens
    "cf-access-jwt-assertion",                               // Cloudflare Access
    "cf-access-token",                                       // Cloudflare Access
    "circle-token",                                          // CircleCI API
    "cookie",                                                // RFC 6265 section 4.2
    "dd-api-key",                                            // Datadog API
    "dd-application-key",                                    // Datadog API
    "deploy-token",                                          // GitLab, package registry
    "dpop",                                                  // RFC 9449 section 4
    "fastly-key",                                            // Fastly API
    "jenkins-crumb",                                         // Jenkins, against forged requests
    "job-token",                                             // GitLab CI jobs
    "kong-admin-token",                                      // Kong Enterprise, Admin API
    "ocp-apim-subscription-key",                             // Azure API Management
    "private-token",                                         // GitLab API
    "proxy-authentication-info",                             // RFC 9110 section 11.7.3
    "proxy-authorization",                                   // RFC 9110 section 11.7.2
    "set-cookie",                                            // RFC 6265 section 4.1
    "signature",                                             // RFC 9421 section 4.2
    "signature-input",                                       // RFC 9421 section 4.1
    "x-access-token",       // convention of Express and JSON Web Token tutorials
    "x-acs-security-token", // Alibaba Cloud, temporary credentials
    "x-algolia-api-key",    // Algolia API
    "x-amz-access-token",   // Amazon Selling Partner API
    "x-amz-copy-source-server-side-encryption-customer-key", // Amazon S3, SSE-C
    "x-amz-security-token", // AWS Signature Version 4, temporary credentials
    "x-amz-server-side-encryption-customer-key", // Amazon S3, SSE-C
    "x-api-key",            // AWS API Gateway, Anthropic, OpenAPI's examples
    "x-api-token",          // convention
    "x-apikey",             // convention
    "x-auth-key",           // Cloudflare API
    "x-auth-token",         // OpenStack Keystone, BigCommerce
    "x-auth-user-service-key", // Cloudflare Origin CA
    "x-aws-ec2-metadata-token", // Amazon EC2, instance metadata
    "x-bce-security-token", // Baidu Cloud, temporary credentials
    "x-consul-token",       // HashiCorp Consul
    "x-cos-security-token", // Tencent Cloud, temporary credentials
    "x-csrf-token",         // Ruby on Rails, Drupal, SAP
    "x-csrftoken",          // Django
    "x-emby-token",         // Emby, Jellyfin
    "x-figma-token",        // Figma API
    "x-functions-key",      // Azure Functions
    "x-gitlab-token",       // GitLab webhooks
    "x-goog-api-key",       // Google APIs
    "x-goog-encryption-key", // Google Cloud Storage, customer's keys
    "x-goog-iap-jwt-assertion", // Google Identity-Aware Proxy
    "x-hasura-admin-secret", // Hasura
    "x-honeycomb-team",     // Honeycomb API
    "x-insert-key",         // New Relic Insights
    "x-jfrog-art-api",      // JFrog Artifactory
    "x-license-key",        // New Relic
    "x-mbx-apikey",         // Binance API
    "x-metabase-session",   // Metabase API
    "x-ms-encryption-key",  // Azure Storage, customer's keys
    "x-ms-token-aad-access-token", // Azure App Service
    "x-nomad-token",        // HashiCorp Nomad
    "x-nuget-apikey",       // NuGet
    "x-octopus-apikey",     // Octopus Deploy
    "x-parse-master-key",   // Parse Server
    "x-parse-rest-api-key", // Parse Server
    "x-parse-session-token", // Parse Server
    "x-plex-token",         // Plex
    "x-query-key",          // New Relic Insights
    "x-rapidapi-key",       // RapidAPI
    "x-redmine-api-key",    // Redmine
    "x-sentry-auth",        // Sentry SDKs
    "x-serverless-authorization", // Google Cloud Run
    "x-service-token",      // OpenStack Keystone
    "x-session-token",      // convention
    "x-shopify-access-token", // Shopify Admin API
    "x-shopify-storefront-access-token", // Shopify Storefront API
    "x-subject-token",      // OpenStack Keystone
    "x-subscription-token", // Brave Search API
    "x-token",              // convention
    "x-tokenauth",          // the custom authentication in the documentation of requests
    "x-trackertoken",       // Pivotal Tracker
    "x-transmission-session-id", // Transmission RPC, against forged requests
    "x-vault-token",        // HashiCorp Vault
    "x-wsse",               // WS-Security UsernameToken for HTTP
    "x-xsrf-token",         // Angular
    "x-zumo-auth",          // Azure App Service
    "xi-api-key",           // ElevenLabs API
];

/// Words that make a name one of a credential, wherever they stand between hyphens, underscores and dots.
const CREDENTIAL_WORDS: &[&[&str]] = &[
    &["accesstoken"],
    &["access", "key"],
    &["apikey"],
    &["api", "key"],
    &["authorization"],
    &["authtoken"],
    &["auth", "key"],
    &["passwd"],
    &["password"],
    &["secret"],
    &["subscription", "key"],
    &["token"],
];

/// Names that have such a word and carry no credential, in lower case.
const OPEN_HEADERS: &[&str] = &[
    "continuation-token", // a page of a listing
    "sec-token-binding",  // RFC 8473, bound to its connection
    "x-atlassian-token",  // Jira and Confluence: always no-check
];

/// Says whether a field of this name carries a credential: it is one of [`CREDENTIAL_HEADERS`], or its words say so
/// (`X-Acme-Api-Key`, `Session_Token`).
///
/// ```
/// use gatepass_auth::mask::carries_credential;
///
/// assert!(carries_credential("PRIVATE-TOKEN") && carries_credential("X-Acme-Api-Key"));
/// assert!(!carries_credential("Accept") && !carries_credential("Idempotency-Key"));
/// ```
pub fn carries_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if CREDENTIAL_HEADERS.contains(&name.as_str()) {
        return true;
    }
    if OPEN_HEADERS.contains(&name.as_str()) {
        return false;
    }
    let words: Vec<&str> = name.split(['-', '_', '.']).collect();
    let said = |telling: &&[&str]| words.windows(telling.len()).any(|some| some == *telling);
    CREDENTIAL_WORDS.iter().any(said)
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
        "authentication-info" | "proxy-authentication-info" => {
            masked_params(value, is_open_everywhere)
        }
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
    // Only schemes that say which parameters tell nothing of a secret keep any readable.
    let known = schemes::by_word(scheme).map_or(&[][..], |known| known.about.parameters_sent);
    if !known.is_empty() {
        let shown = masked_params(rest.trim_start().as_bytes(), |name| is_open(known, name));
        return format!("{scheme} {shown}");
    }
    format!("{scheme} {}", mask(rest.trim_start().as_bytes()))
}

/// Says whether a parameter of this name may be shown: a scheme has it, and no scheme hides it.
fn is_open_everywhere(name: &str) -> bool {
    let mut known = schemes::parameters(name).peekable();
    known.peek().is_some() && known.all(|known| known.open)
}

fn is_open(known: &[Parameter], name: &str) -> bool {
    let is_it = |known: &&Parameter| known.name.eq_ignore_ascii_case(name);
    known.iter().find(is_it).is_some_and(|known| known.open)
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
    fn names_tell_by_the_list_or_by_their_words() {
        assert!(CREDENTIAL_HEADERS.is_sorted());
        for name in [
            "X-Api-Key",
            "X-AUTH-TOKEN",
            "Private-Token",
            "Proxy-Authorization",
            "X-Acme-ApiKey",
            "acme_api_key",
            "X-Acme-Client-Secret",
            "X-Forwarded-Authorization",
        ] {
            assert!(carries_credential(name), "{name}");
        }
        for name in [
            "Accept",
            "Access-Control-Allow-Credentials",
            "Idempotency-Key",
            "Sec-WebSocket-Key",
            "Tokens-Left",
            "WWW-Authenticate",
            "X-Atlassian-Token",
            "X-Monkey",
            "",
        ] {
            assert!(!carries_credential(name), "{name}");
        }
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
