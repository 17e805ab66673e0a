//! Names of header fields: which carry a credential, which stand beside one, and which tell nothing and may go anywhere.

/// Names of header fields that are known to carry a credential, in lower case, each with who reads it. Names that tell by
/// their words are not all listed: see [`carries_credential`].
pub const CREDENTIAL_HEADERS: &[&str] = &[
    "aeg-sas-key",                                           // Azure Event Grid
    "aeg-sas-token",                                         // Azure Event Grid
    "api-key",                                               // Azure OpenAI, New Relic, Pinecone
    "apikey",                                                // Kong's key-auth plugin, Supabase
    "assertion",                                             // convention
    "auth",                                                  // convention
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
    "jwt",                                                   // convention
    "kong-admin-token",                                      // Kong Enterprise, Admin API
    "ocp-apim-subscription-key",                             // Azure API Management
    "private-token",                                         // GitLab API
    "proxy-authentication-info",                             // RFC 9110 section 11.7.3
    "proxy-authorization",                                   // RFC 9110 section 11.7.2
    "session",                                               // convention
    "set-cookie",                                            // RFC 6265 section 4.1
    "signature",                                             // RFC 9421 section 4.2
    "signature-input",                                       // RFC 9421 section 4.1
    "stripe-key",                                            // convention
    "ticket",                                                // CAS, SharePoint
    "x-access-token",       // convention of Express and JSON Web Token tutorials
    "x-acs-security-token", // Alibaba Cloud, temporary credentials
    "x-algolia-api-key",    // Algolia API
    "x-amz-access-token",   // Amazon Selling Partner API
    "x-amz-copy-source-server-side-encryption-customer-key", // Amazon S3, SSE-C
    "x-amz-security-token", // AWS Signature Version 4, temporary credentials
    "x-amz-server-side-encryption-customer-key", // Amazon S3, SSE-C
    "x-amz-signature",      // Amazon, signature version 4
    "x-api-key",            // AWS API Gateway, Anthropic, OpenAPI's examples
    "x-api-token",          // convention
    "x-apikey",             // convention
    "x-app-key",            // convention
    "x-auth",               // convention
    "x-auth-key",           // Cloudflare API
    "x-auth-token",         // OpenStack Keystone, BigCommerce
    "x-auth-user-service-key", // Cloudflare Origin CA
    "x-aws-ec2-metadata-token", // Amazon EC2, instance metadata
    "x-bce-security-token", // Baidu Cloud, temporary credentials
    "x-bearer",             // convention
    "x-client-key",         // convention
    "x-consul-token",       // HashiCorp Consul
    "x-cos-security-token", // Tencent Cloud, temporary credentials
    "x-credential",         // convention
    "x-credentials",        // convention
    "x-csrf-token",         // Ruby on Rails, Drupal, SAP
    "x-csrftoken",          // Django
    "x-emby-token",         // Emby, Jellyfin
    "x-figma-token",        // Figma API
    "x-functions-key",      // Azure Functions
    "x-github-otp",         // GitHub, beside Basic
    "x-gitlab-token",       // GitLab webhooks
    "x-goog-api-key",       // Google APIs
    "x-goog-encryption-key", // Google Cloud Storage, customer's keys
    "x-goog-iap-jwt-assertion", // Google Identity-Aware Proxy
    "x-hasura-admin-secret", // Hasura
    "x-honeycomb-team",     // Honeycomb API
    "x-hub-signature",      // WebSub, GitHub webhooks
    "x-insert-key",         // New Relic Insights
    "x-jfrog-art-api",      // JFrog Artifactory
    "x-jwt",                // convention
    "x-key",                // convention
    "x-license-key",        // New Relic
    "x-mbx-apikey",         // Binance API
    "x-metabase-session",   // Metabase API
    "x-ms-encryption-key",  // Azure Storage, customer's keys
    "x-ms-token-aad-access-token", // Azure App Service
    "x-nomad-token",        // HashiCorp Nomad
    "x-nuget-apikey",       // NuGet
    "x-octopus-apikey",     // Octopus Deploy
    "x-otp",                // convention
    "x-parse-master-key",   // Parse Server
    "x-parse-rest-api-key", // Parse Server
    "x-parse-session-token", // Parse Server
    "x-pass",               // convention
    "x-pin",                // convention
    "x-plex-token",         // Plex
    "x-pwd",                // convention
    "x-query-key",          // New Relic Insights
    "x-rapidapi-key",       // RapidAPI
    "x-redmine-api-key",    // Redmine
    "x-sentry-auth",        // Sentry SDKs
    "x-serverless-authorization", // Google Cloud Run
    "x-service-token",      // OpenStack Keystone
    "x-session",            // convention
    "x-session-id",         // convention
    "x-session-token",      // convention
    "x-shopify-access-token", // Shopify Admin API
    "x-shopify-storefront-access-token", // Shopify Storefront API
    "x-sid",                // convention
    "x-signature",          // convention
    "x-subject-token",      // OpenStack Keystone
    "x-subscription-token", // Brave Search API
    "x-token",              // convention
    "x-tokenauth",          // the custom authentication in the documentation of requests
    "x-trackertoken",       // Pivotal Tracker
    "x-transmission-session-id", // Transmission RPC, against forged requests
    "x-user-key",           // convention
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
    &["assertion"],
    &["authorization"],
    &["authtoken"],
    &["auth", "key"],
    &["bearer"],
    &["cookie"],
    &["credential"],
    &["credentials"],
    &["jwt"],
    &["otp"],
    &["passphrase"],
    &["passwd"],
    &["password"],
    &["pin"],
    &["pwd"],
    &["secret"],
    &["session", "id"],
    &["session", "key"],
    &["sessionid"],
    &["signature"],
    &["subscription", "key"],
    &["ticket"],
    &["token"],
    &["totp"],
];

/// Words that make a name one of a credential where they end it.
const LAST_WORDS: &[&str] = &["auth", "key", "pass", "session", "sid"];

/// Names that have such a word and carry no credential, in lower case.
const OPEN_HEADERS: &[&str] = &[
    "accept-signature",                 // RFC 9421 section 5.1
    "access-control-allow-credentials", // Fetch, true or nothing
    "cache-key",                        // of caches
    "continuation-token",               // a page of a listing
    "idempotency-key",                  // draft-ietf-httpapi-idempotency-key-header
    "sec-token-binding",                // RFC 8473, bound to its connection
    "sec-websocket-key",                // RFC 6455 section 11.3.1
    "surrogate-key",                    // Fastly, of caches
    "x-atlassian-token",                // Jira and Confluence: always no-check
    "x-cache-key",                      // of caches
    "x-idempotency-key",                // convention
    "x-partition-key",                  // of storages
    "x-routing-key",                    // of queues
];

/// Words of names that prove something beside the credential, and do not stand in its place: a session, a second factor, a
/// signature of the content, a token against forged requests.
const BESIDE_WORDS: &[&[&str]] = &[
    &["cookie"],
    &["crumb"],
    &["csrf"],
    &["csrftoken"],
    &["dpop"],
    &["otp"],
    &["pin"],
    &["session"],
    &["sid"],
    &["signature"],
    &["totp"],
    &["xsrf"],
];

/// Names of fields that tell nothing of who asks, in lower case, in order.
const HARMLESS_HEADERS: &[&str] = &[
    "a-im",
    "accept",
    "access-control-request-headers",
    "access-control-request-method",
    "cache-control",
    "connection",
    "date",
    "depth",
    "device-memory",
    "digest",
    "dnt",
    "downlink",
    "dpr",
    "early-data",
    "ect",
    "expect",
    "idempotency-key",
    "keep-alive",
    "last-event-id",
    "max-forwards",
    "mime-version",
    "overwrite",
    "pragma",
    "prefer",
    "priority",
    "range",
    "repr-digest",
    "request-id",
    "rtt",
    "save-data",
    "service-worker",
    "soapaction",
    "te",
    "timeout",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "user-agent",
    "via",
    "viewport-width",
    "want-content-digest",
    "want-digest",
    "want-repr-digest",
    "width",
    "x-correlation-id",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-request-id",
    "x-requested-with",
    "x-trace",
    "x-trace-id",
];

/// How names of harmless fields begin. What they describe is the client, the content, or a condition.
const HARMLESS_STARTS: &[&str] = &[
    "accept-",
    "content-",
    "if-",
    "sec-ch-",
    "sec-fetch-",
    "x-b3-",
];

/// Says whether a field of this name carries a credential: it is one of [`CREDENTIAL_HEADERS`], or its words say so
/// (`X-Acme-Api-Key`, `Session_Token`).
///
/// ```
/// use gatepass_auth::show::carries_credential;
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
    let words = words(&name);
    let last = words.last().copied().unwrap_or_default();
    LAST_WORDS.contains(&last) || said_by(&words, CREDENTIAL_WORDS)
}

/// Says whether a field that carries a credential stands beside that of the request, rather than in its place.
///
/// ```
/// use gatepass_auth::show::stands_beside;
///
/// assert!(stands_beside("X-GitHub-OTP") && stands_beside("Cookie") && stands_beside("X-CSRF-Token"));
/// assert!(!stands_beside("Authorization") && !stands_beside("X-Api-Key"));
/// ```
pub fn stands_beside(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "proxy-authorization" || said_by(&words(&name), BESIDE_WORDS)
}

/// Says whether a field that was given for one origin may go to another, where a redirect leads there: its name is known to tell
/// nothing of who asks. What is not known stays at home.
///
/// ```
/// use gatepass_auth::show::travels;
///
/// assert!(travels("Accept-Language") && travels("Range") && travels("Anthropic-Version"));
/// assert!(!travels("Authorization") && !travels("X-Tenant") && !travels("Referer"));
/// ```
pub fn travels(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let known = HARMLESS_HEADERS.binary_search(&name.as_str()).is_ok()
        || HARMLESS_STARTS.iter().any(|start| name.starts_with(start))
        || name.ends_with("-version");
    known && !carries_credential(&name)
}

fn words(lower_name: &str) -> Vec<&str> {
    lower_name.split(['-', '_', '.']).collect()
}

/// Says whether one of the sequences stands among the words of a name.
pub(super) fn said_by(words: &[&str], telling: &[&[&str]]) -> bool {
    telling
        .iter()
        .any(|telling| words.windows(telling.len()).any(|some| some == *telling))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_by_the_list_or_by_their_words() {
        assert!(CREDENTIAL_HEADERS.is_sorted() && HARMLESS_HEADERS.is_sorted());
        for name in [
            "X-Api-Key",
            "X-AUTH-TOKEN",
            "Private-Token",
            "Proxy-Authorization",
            "X-Acme-ApiKey",
            "acme_api_key",
            "X-Acme-Client-Secret",
            "X-Forwarded-Authorization",
            "X-Acme-Auth",
            "X-Acme-Signature-256",
            "X-Acme-Session-Id",
            "X-Acme-Key",
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
            "X-Auth-Request-User",
            "X-Monkey",
            "",
        ] {
            assert!(!carries_credential(name), "{name}");
        }
    }

    #[test]
    fn names_that_reviews_found_in_clear_are_known() {
        let names = "X-Auth Auth X-JWT JWT Session X-Session-Id X-Credential X-Credentials X-Signature X-Amz-Signature X-Pass X-Pwd \
                     X-PIN X-OTP X-GitHub-OTP X-Bearer X-Key X-App-Key X-User-Key X-Client-Key X-Sid Ticket Assertion Stripe-Key \
                     X-Hub-Signature";
        for name in names.split(' ') {
            assert!(carries_credential(name) && !travels(name), "{name}");
        }
    }

    #[test]
    fn only_what_is_known_to_be_harmless_travels() {
        for name in [
            "Accept",
            "accept-encoding",
            "User-Agent",
            "Content-Type",
            "Range",
            "If-None-Match",
            "Traceparent",
            "X-GitHub-Api-Version",
        ] {
            assert!(travels(name), "{name}");
        }
        for name in CREDENTIAL_HEADERS.iter().chain(&[
            "Cookie2",
            "X-Tenant",
            "Referer",
            "Origin",
            "Content-Signature",
            "Baggage",
        ]) {
            assert!(!travels(name), "{name}");
        }
    }
}
