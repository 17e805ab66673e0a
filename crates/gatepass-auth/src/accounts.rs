//! Who may come in: the questions of a verifier, and accounts in memory that answer them.

use std::fmt;

use crate::descriptor::Values;
use crate::env::Timestamp;
use crate::hash::Hash;
use crate::schemes;
use crate::secret::Secret;

/// What a verifier wants to know.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Query {
    /// The password of this user.
    Password {
        /// The user name.
        user: String,
    },
    /// The user whose `hash(user ":" realm)` in hexadecimal is this (RFC 7616 section 3.4.4), and their password.
    UserHash {
        /// The hash, in lower case.
        hash: String,
        /// The hash function.
        algorithm: Hash,
        /// The realm.
        realm: String,
    },
    /// The holder of this token or API key.
    Token {
        /// The scheme that asks: a key of one is no token of another.
        scheme: &'static str,
        /// The token.
        token: Secret,
    },
    /// The shared secret or public key of this OAuth 1.0a client.
    Consumer {
        /// `oauth_consumer_key`.
        key: String,
    },
    /// The secret of this OAuth 1.0a token.
    TokenSecret {
        /// `oauth_consumer_key`: a token belongs to a client.
        consumer: String,
        /// `oauth_token`.
        token: String,
    },
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
    /// Returns the account, or `None` where there is none.
    fn find(&self, query: &Query) -> Option<Account>;
}

/// Accounts in memory: few, since every look-up compares with all of them to take the same time.
#[derive(Clone, Default)]
pub struct Accounts(Vec<Entry>);

#[derive(Clone)]
struct Entry {
    kind: Kind,
    id: Secret,
    account: Account,
}

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    User,
    Token(&'static str),
    Consumer,
    TokenOf(String),
}

impl Accounts {
    /// Returns no accounts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a user with a password.
    #[must_use]
    pub fn with_user(self, name: impl Into<String>, password: impl Into<Secret>) -> Self {
        let name = name.into();
        self.with(
            Kind::User,
            Secret::from(name.as_str()),
            Account::new(name, password),
        )
    }

    /// Adds the user of these credentials: the fields `username` and `password`.
    #[must_use]
    pub fn with_user_of(self, values: &Values) -> Self {
        match (values.text("username"), values.get("password")) {
            (Some(username), Some(password)) => self.with_user(username, password),
            _ => self,
        }
    }

    /// Returns accounts for the example credentials of every scheme: what the test server knows.
    pub fn of_examples() -> Self {
        let all = schemes::ALL.iter();
        all.fold(Self::new(), |accounts, scheme| {
            (scheme.enroll)(accounts, &scheme.example_values())
        })
    }

    /// Adds the holder of a token of `scheme`.
    #[must_use]
    pub fn with_token(
        self,
        scheme: &'static str,
        token: impl Into<Secret>,
        account: Account,
    ) -> Self {
        self.with(Kind::Token(scheme), token.into(), account)
    }

    /// Adds an OAuth 1.0a client.
    #[must_use]
    pub fn with_consumer(self, key: impl Into<Secret>, account: Account) -> Self {
        self.with(Kind::Consumer, key.into(), account)
    }

    /// Adds an OAuth 1.0a token of the client `consumer`.
    #[must_use]
    pub fn with_token_secret(
        self,
        consumer: impl Into<String>,
        token: impl Into<Secret>,
        account: Account,
    ) -> Self {
        self.with(Kind::TokenOf(consumer.into()), token.into(), account)
    }

    fn with(mut self, kind: Kind, id: Secret, account: Account) -> Self {
        self.0.push(Entry { kind, id, account });
        self
    }

    fn of(&self, kind: &Kind, id: &[u8]) -> Option<Account> {
        self.pick(|entry| entry.kind == *kind && entry.id.matches(id))
    }

    /// Returns the last entry that fits, having looked at all.
    fn pick(&self, fits: impl Fn(&Entry) -> bool) -> Option<Account> {
        self.0.iter().fold(None, |found, entry| {
            if fits(entry) {
                Some(entry.account.clone())
            } else {
                found
            }
        })
    }
}

impl Directory for Accounts {
    fn find(&self, query: &Query) -> Option<Account> {
        match query {
            Query::Password { user } => self.of(&Kind::User, user.as_bytes()),
            Query::UserHash {
                hash,
                algorithm,
                realm,
            } => self.pick(|entry| {
                let parts: [&[u8]; 3] = [entry.id.expose(), b":", realm.as_bytes()];
                entry.kind == Kind::User && algorithm.hex(&parts) == *hash
            }),
            Query::Token { scheme, token } => self.of(&Kind::Token(scheme), token.expose()),
            Query::Consumer { key } => self.of(&Kind::Consumer, key.as_bytes()),
            Query::TokenSecret { consumer, token } => {
                self.of(&Kind::TokenOf(consumer.clone()), token.as_bytes())
            }
        }
    }
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Accounts({})", self.0.len())
    }
}
