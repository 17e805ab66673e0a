//! The words by which schemes are known. What stands in the place of one and is none of them may be a token without its word.

use crate::schemes;

/// Words of schemes, in lower case and in order, each with who uses it.
const SCHEME_WORDS: &[&str] = &[
    "acs3-hmac-sha256",       // Alibaba Cloud
    "api-key",                // convention
    "api-token",              // Dynatrace
    "apikey",                 // convention
    "apitoken",               // SentinelOne
    "aws",                    // Amazon S3, signature version 2
    "aws4-ecdsa-p256-sha256", // Amazon, signature version 4A
    "aws4-hmac-sha256",       // Amazon, signature version 4
    "basic",                  // RFC 7617, IANA
    "bearer",                 // RFC 6750, IANA
    "bot",                    // Discord
    "client-id",              // Imgur, Unsplash
    "concealed",              // RFC 9729, IANA
    "digest",                 // RFC 7616, IANA
    "directlogin",            // Open Bank Project
    "discogs",                // Discogs
    "dpop",                   // RFC 9449, IANA
    "eg1-hmac-sha256",        // Akamai
    "emby",                   // Emby
    "geniekey",               // Opsgenie
    "gnap",                   // RFC 9635, IANA
    "googlelogin",            // Google ClientLogin
    "hawk",                   // Hawk
    "hmac",                   // convention
    "hmac-sha256",            // Azure App Configuration
    "hoba",                   // RFC 7486, IANA
    "jwt",                    // Django REST framework, Atlassian
    "kerberos",               // Windows
    "key",                    // convention
    "klaviyo-api-key",        // Klaviyo
    "l402",                   // Lightning
    "low",                    // Internet Archive
    "lsat",                   // Lightning
    "mac",                    // draft-ietf-oauth-v2-http-mac
    "mediabrowser",           // Jellyfin
    "mutual",                 // RFC 8120, IANA
    "negotiate",              // RFC 4559, IANA
    "nlauth",                 // NetSuite
    "ntlm",                   // MS-NTHT
    "oauth",                  // RFC 5849, IANA
    "obs",                    // Huawei Cloud
    "oss",                    // Alibaba Cloud
    "oss4-hmac-sha256",       // Alibaba Cloud
    "passport1.4",            // MS-PASS
    "pop",                    // convention
    "privatetoken",           // RFC 9577, IANA
    "scram-sha-1",            // RFC 7804, IANA
    "scram-sha-256",          // RFC 7804, IANA
    "sdk-hmac-sha256",        // Huawei Cloud
    "sharedaccesssignature",  // Azure Service Bus
    "sharedkey",              // Azure Storage
    "sharedkeylite",          // Azure Storage
    "signature",              // draft-cavage-http-signatures
    "snowflake",              // Snowflake
    "splunk",                 // Splunk
    "ssws",                   // Okta
    "tc3-hmac-sha256",        // Tencent Cloud
    "token",                  // Django REST framework, GitHub
    "vapid",                  // RFC 8292, IANA
    "wsse",                   // WS-Security UsernameToken for HTTP
    "zoho-oauthtoken",        // Zoho
];

/// Says whether this is the word of a scheme that we perform, that IANA has registered (the HTTP Authentication Scheme Registry
/// of RFC 9110 section 16.4.1), or that is widely used without it. Anything else may be the credential itself.
///
/// ```
/// use gatepass_auth::show::is_scheme_word;
///
/// assert!(is_scheme_word("bearer") && is_scheme_word("AWS4-HMAC-SHA256"));
/// assert!(!is_scheme_word("ghp_16C7e42F292c6912E7710c838347Ae178B4a"));
/// ```
pub fn is_scheme_word(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    SCHEME_WORDS.binary_search(&lower.as_str()).is_ok() || schemes::by_word(word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_in_order_and_no_token_is_among_them() {
        assert!(SCHEME_WORDS.is_sorted());
        for token in [
            "",
            "ghp_16C7e42F292c6912",
            "eyJhbGciOiJIUzI1NiJ9.e30.abc",
            "s3cret",
        ] {
            assert!(!is_scheme_word(token), "{token}");
        }
    }
}
