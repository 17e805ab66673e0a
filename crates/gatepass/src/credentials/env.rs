//! Secrets from environment variables.

use gatepass_auth::Secret;

use super::Resolved;
use crate::error::{Credential, Error};

/// Returns the variable's value. One that is set to nothing is an error: it is nearly always a mistake.
pub(super) fn read(name: &str) -> Result<Resolved, Error> {
    let missing = |problem: &str| Credential::Missing {
        place: format!("environment variable {name}"),
        problem: problem.to_owned(),
    };
    // The system panics over such names.
    if name.is_empty() || name.contains(['=', '\0']) {
        return Err(missing("no variable can have this name").into());
    }
    let value = std::env::var_os(name).ok_or_else(|| missing("it is not set"))?;
    if value.is_empty() {
        return Err(missing("it is empty").into());
    }
    Ok(Resolved {
        secret: Secret::new(value.into_encoded_bytes()),
        from: format!("from environment variable {name}"),
    })
}
