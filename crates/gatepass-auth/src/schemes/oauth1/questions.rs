//! What a verifier of OAuth 1.0a asks: the secrets of a client and of its token.

use super::rsa_key::PrivateKey;
use crate::accounts::{Account, Accounts, Query};
use crate::secret::Secret;
use crate::values::Values;

/// The kind of account of an OAuth 1.0a client.
pub const CLIENT: &str = "OAuth 1.0a client";

/// The kind of account of an OAuth 1.0a token, which belongs to a client.
pub const TOKEN: &str = "OAuth 1.0a token";

/// Asks for the shared secret or public key of the client with this `oauth_consumer_key`.
pub fn client_of(consumer_key: impl Into<Secret>) -> Query {
    Query::new(CLIENT, consumer_key)
}

/// Asks for the secret of the client's `oauth_token`.
pub fn token_of(consumer_key: impl Into<String>, token: impl Into<Secret>) -> Query {
    Query::new(TOKEN, token).of(consumer_key)
}

/// Returns the client and the token that a [`token_of`] asks for.
pub(super) fn token_asked_for(query: &Query) -> Option<(&str, &str)> {
    let consumer = query.owner.as_deref().filter(|_| query.kind == TOKEN)?;
    Some((consumer, query.text()))
}

/// Enters the client and the token of these credentials.
pub(super) fn enroll(accounts: Accounts, values: &Values) -> Accounts {
    let of = |field| values.get(field).cloned().unwrap_or_default();
    let Some(key) = values.text("consumer_key") else {
        return accounts;
    };
    let mut client = Account::new(key, of("consumer_secret"));
    let private_key = values.get("private_key").map(PrivateKey::from_pem);
    client.public_key = private_key.and_then(|key| key.ok()?.public_pem());
    let accounts = accounts.with(client_of(key), client);
    match values.text("token") {
        Some(token) => accounts.with(
            token_of(key, token),
            Account::new(token, of("token_secret")),
        ),
        None => accounts,
    }
}
