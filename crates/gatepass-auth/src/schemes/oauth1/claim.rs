//! What a request says of itself, read strictly: whatever is malformed here is answered with 400 (RFC 5849 section 3.2).

use super::base_string::{base_string_uri, normalized, signature_base_string};
use super::signature::Method;
use super::wire::Presented;
use crate::env::Timestamp;
use crate::received::Received;
use crate::secret::Secret;
use crate::why::{Reason, Why};
use crate::workings::Workings;

/// The protocol's parameters, and the text that they should be a signature of.
pub(super) struct Claim {
    pub(super) consumer: String,
    pub(super) token: Option<String>,
    pub(super) method: Method,
    pub(super) signature: Secret,
    /// Timestamp and nonce, which PLAINTEXT need not have (RFC 5849 section 3.1).
    pub(super) moment: Option<(Timestamp, String)>,
    pub(super) body_hash: Option<String>,
    /// Empty for PLAINTEXT, which signs nothing.
    pub(super) base_string: String,
}

impl Claim {
    /// Reads the parameters and computes what is signed.
    pub(super) fn read(
        presented: Presented<'_>,
        request: &Received<'_>,
        methods: &[Method],
        workings: &mut Workings,
    ) -> Result<Self, Why> {
        let required = |name| present(&presented, name)?.ok_or_else(|| missing(name));
        let method = required("oauth_signature_method")?;
        let method = methods
            .iter()
            .copied()
            .find(|known| known.name() == method)
            .ok_or_else(|| malformed(unsupported(&method, methods)))?;
        if let Some(version) = present(&presented, "oauth_version")?.filter(|v| v != "1.0") {
            return Err(malformed(format!(
                "oauth_version must be 1.0 or absent, and is {version:?}"
            )));
        }
        let mut claim = Self {
            consumer: required("oauth_consumer_key")?,
            // An empty token is none: some clients send one in requests of their own.
            token: present(&presented, "oauth_token")?.filter(|token| !token.is_empty()),
            method,
            signature: Secret::from(required("oauth_signature")?),
            moment: moment(&presented, method)?,
            body_hash: present(&presented, "oauth_body_hash")?,
            base_string: String::new(),
        };
        if method != Method::Plaintext {
            let parameters = normalized(&presented.into_signed());
            let uri = base_string_uri(request.space, request.target).map_err(|problem| {
                malformed(format!("the request has no URI to sign: {problem}"))
            })?;
            claim.base_string = signature_base_string(request.method, &uri, &parameters);
            workings.show("normalized parameters", parameters);
            workings.show("base string URI", uri);
            workings.show("signature base string", claim.base_string.as_str());
        }
        Ok(claim)
    }
}

fn present(presented: &Presented<'_>, name: &'static str) -> Result<Option<String>, Why> {
    match presented.value(name).map(std::str::from_utf8) {
        None => Ok(None),
        Some(Ok(value)) => Ok(Some(value.to_owned())),
        Some(Err(_)) => Err(malformed(format!("{name} is not UTF-8"))),
    }
}

fn moment(presented: &Presented<'_>, method: Method) -> Result<Option<(Timestamp, String)>, Why> {
    let timestamp = present(presented, "oauth_timestamp")?;
    let nonce = present(presented, "oauth_nonce")?;
    if method == Method::Plaintext && timestamp.is_none() && nonce.is_none() {
        return Ok(None);
    }
    let timestamp = timestamp.ok_or_else(|| missing("oauth_timestamp"))?;
    let nonce = nonce.ok_or_else(|| missing("oauth_nonce"))?;
    if nonce.is_empty() {
        return Err(malformed("oauth_nonce is empty"));
    }
    // A positive integer (RFC 5849 section 3.3); `parse` alone would take a plus sign.
    let digits = timestamp.bytes().all(|byte| byte.is_ascii_digit());
    match timestamp.parse::<Timestamp>() {
        Ok(seconds) if digits && seconds > 0 => Ok(Some((seconds, nonce))),
        _ => Err(malformed(format!(
            "oauth_timestamp must be a positive number of seconds, and is {timestamp:?}"
        ))),
    }
}

fn missing(name: &str) -> Why {
    malformed(format!("the parameter {name} is missing"))
}

fn unsupported(method: &str, methods: &[Method]) -> String {
    let names: Vec<_> = methods.iter().map(|known| known.name()).collect();
    format!(
        "the signature method {method:?} is not supported; supported are {}",
        names.join(", ")
    )
}

fn malformed(detail: impl Into<String>) -> Why {
    Why::new(Reason::Malformed, detail)
}
