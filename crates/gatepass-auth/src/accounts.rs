//! Who may come in: the questions of a verifier, and accounts in memory that answer them.

use std::fmt;
use std::sync::Arc;

use crate::env::Timestamp;
use crate::hash::Hash;
use crate::secret::{Fingerprint, Secret};
use crate::values::Values;

/// What a verifier wants to know: an account of one kind, by its name, token or key.
///
/// The kinds belong to the schemes, each of which makes its own questions: [`Query::user`] is what those with user names
/// share, [`crate::schemes::bearer::holder_of`] asks for a token. The same value names an account in [`Accounts::with`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Query {
    /// The kind of account: [`Query::USER`], or a constant of the scheme that asks. A key of one kind is none of another.
    pub kind: &'static str,
    /// Whom the account belongs to, where names differ only within that: the client of an OAuth 1.0a token.
    pub owner: Option<String>,
    /// The name, the token or the key.
    pub id: Secret,
    /// How `id` was made from the name, where it is not the name itself.
    pub hashed: Option<HashedId>,
}

/// An id that is `hash(name ":" realm)` in lower-case hexadecimal (RFC 7616 section 3.4.4).
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the two parts of the formula")]
pub struct HashedId {
    /// The hash function.
    pub algorithm: Hash,
    /// The realm.
    pub realm: String,
}

impl HashedId {
    fn of(&self, name: &Secret) -> Secret {
        let parts: [&[u8]; 3] = [name.expose(), b":", self.realm.as_bytes()];
        Secret::from(self.algorithm.hex(&parts))
    }
}

impl Query {
    /// The kind of accounts that have a user name and a password.
    pub const USER: &'static str = "user";

    /// Asks for the account of `kind` that is known as `id`.
    pub fn new(kind: &'static str, id: impl Into<Secret>) -> Self {
        Self {
            kind,
            owner: None,
            id: id.into(),
            hashed: None,
        }
    }

    /// Asks for the password of a user.
    pub fn user(name: impl Into<Secret>) -> Self {
        Self::new(Self::USER, name)
    }

    /// Says whom the account belongs to.
    #[must_use]
    pub fn of(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Says that the id is a hash of the name.
    #[must_use]
    pub fn hashed(mut self, algorithm: Hash, realm: impl Into<String>) -> Self {
        let realm = realm.into();
        self.hashed = Some(HashedId { algorithm, realm });
        self
    }

    /// Returns the id as text, empty where it is no UTF-8.
    pub fn text(&self) -> &str {
        self.id.expose_str().unwrap_or_default()
    }

    /// Says whether this asks for an account of the same kind and owner as `name`.
    fn is_among(&self, name: &Self) -> bool {
        self.kind == name.kind && self.owner == name.owner
    }
}

/// What is known of someone.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Account {
    /// The name under which requests are accepted.
    pub name: String,
    /// The password or shared secret.
    pub secret: Secret,
    /// The public key, in PEM, of a client that signs with a private one.
    pub public_key: Option<String>,
    /// What a token reaches.
    pub scope: Vec<String>,
    /// When a token ends, in seconds since the Unix epoch.
    pub expires: Option<Timestamp>,
}

impl Account {
    /// Names someone and their secret.
    pub fn new(name: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self {
            name: name.into(),
            secret: secret.into(),
            ..Self::default()
        }
    }
}

/// Answers a verifier's questions.
pub trait Directory: Send + Sync {
    /// Returns the account, or `None` where there is none. It is shared: nobody copies a secret to look at it.
    fn find(&self, query: &Query) -> Option<Arc<Account>>;
}

/// Accounts in memory: few, since every look-up compares with all of them to take the same time.
#[derive(Clone, Default)]
pub struct Accounts(Vec<Entered>);

#[derive(Clone)]
struct Entered {
    name: Query,
    /// Of the name's id: compared in its place, so that a look-up hashes once and not once for each account.
    fingerprint: Fingerprint,
    account: Arc<Account>,
}

impl Accounts {
    /// Returns no accounts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Enters `account` under what a scheme asks for it by.
    #[must_use]
    pub fn with(mut self, name: Query, account: Account) -> Self {
        self.0.push(Entered {
            fingerprint: name.id.fingerprint(),
            name,
            account: Arc::new(account),
        });
        self
    }

    /// Adds a user with a password.
    #[must_use]
    pub fn with_user(self, name: impl Into<String>, password: impl Into<Secret>) -> Self {
        let name = name.into();
        self.with(Query::user(name.as_str()), Account::new(name, password))
    }

    /// Adds the user of these credentials: the fields `username` and `password`.
    #[must_use]
    pub fn with_user_of(self, values: &Values) -> Self {
        match (values.text("username"), values.get("password")) {
            (Some(username), Some(password)) => self.with_user(username, password),
            _ => self,
        }
    }
}

impl Directory for Accounts {
    /// Returns the last account that fits, having looked at all.
    fn find(&self, query: &Query) -> Option<Arc<Account>> {
        let asked = query.id.fingerprint();
        let found = self.0.iter().fold(None, |found, entered| {
            let same = match &query.hashed {
                None => entered.fingerprint.matches(&asked),
                Some(hashed) => hashed.of(&entered.name.id).fingerprint().matches(&asked),
            };
            if same && query.is_among(&entered.name) {
                Some(entered)
            } else {
                found
            }
        });
        found.map(|entered| Arc::clone(&entered.account))
    }
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Accounts({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_and_owner_belong_to_the_question() {
        let accounts = Accounts::new()
            .with(Query::new("token", "t").of("a"), Account::new("one", ""))
            .with(Query::new("key", "t"), Account::new("two", ""));
        let found = |query: Query| accounts.find(&query).map(|account| account.name.clone());
        assert_eq!(
            found(Query::new("token", "t").of("a")).as_deref(),
            Some("one")
        );
        assert_eq!(found(Query::new("key", "t")).as_deref(), Some("two"));
        assert_eq!(found(Query::new("token", "t")), None);
        assert_eq!(found(Query::new("token", "t").of("b")), None);
        assert_eq!(found(Query::user("t")), None);
    }

    #[test]
    fn debug_shows_no_token() {
        let shown = format!("{:?}", Query::new("token", "mF_9.B5f-4.1JqM-mF_9"));
        assert!(!shown.contains("B5f-4.1JqM"), "{shown}");
    }
}
