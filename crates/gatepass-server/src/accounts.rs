//! Whom the server knows when it is not told otherwise.

use gatepass_auth::Accounts;

/// Postman Echo's user and password.
pub(crate) const POSTMAN_USER: (&str, &str) = ("postman", "password");

/// Returns the credentials of every scheme's example, and those that Postman Echo documents.
pub(crate) fn default_accounts() -> Accounts {
    let (user, password) = POSTMAN_USER;
    Accounts::of_examples().with_user(user, password)
}
