//! What OkHttp wants of a request, from Java and from Kotlin.

use crate::call::Call;

/// Some methods must have a body, if only an empty one.
pub(super) fn has_body(call: &Call) -> bool {
    call.has_body()
        || ["POST", "PUT", "PATCH", "PROPPATCH", "REPORT"].contains(&call.method.as_str())
}

/// Says why a body is not sent, where it is not.
pub(super) fn refused_body(call: &Call) -> Option<String> {
    let refused = call.has_body() && matches!(call.method.as_str(), "GET" | "HEAD");
    refused.then(|| "OkHttp sends no body with GET or HEAD".to_owned())
}
