//! Whom the server knows when it is not told otherwise.

use gatepass_auth::schemes::{self, oauth1};
use gatepass_auth::{Account, Accounts};

/// Postman Echo's user and password.
pub(crate) const POSTMAN_USER: (&str, &str) = ("postman", "password");

/// Postman Echo's OAuth 1.0a client: its key and its secret.
pub(crate) const POSTMAN_CONSUMER: (&str, &str) = ("RKCGzna7bv9YD57c", "D+EdQ-gs$-%@2Nu7");

/// Returns the credentials of every scheme's example, and those that Postman Echo documents.
pub(crate) fn default_accounts() -> Accounts {
    let (user, password) = POSTMAN_USER;
    let (key, secret) = POSTMAN_CONSUMER;
    schemes::example_accounts()
        .with_user(user, password)
        .with(oauth1::client_of(key), Account::new(key, secret))
}
