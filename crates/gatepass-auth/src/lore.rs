//! What people and other programs say of a scheme: the meaning of its parameters, the words for its refusal, its names elsewhere.
//!
//! All of it is data of the scheme's own file, and every front reads it there.

/// A parameter of a scheme's credentials, or of `Authentication-Info`.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "written as a literal in scheme files"
)]
pub struct Parameter {
    /// The name, in lower case.
    pub name: &'static str,
    /// What it is, as a phrase; empty where the name says it.
    pub means: &'static str,
    /// Whether its value tells nothing of a secret, and may be shown. A parameter that is not described is hidden.
    pub open: bool,
    /// Whether it tells people which credential it was, and is named under a refusal.
    pub telling: bool,
}

impl Parameter {
    /// Describes a parameter that may be shown.
    pub const fn open(name: &'static str, means: &'static str) -> Self {
        Self {
            name,
            means,
            open: true,
            telling: false,
        }
    }

    /// Describes a parameter that must not be shown.
    pub const fn hidden(name: &'static str, means: &'static str) -> Self {
        Self {
            open: false,
            ..Self::open(name, means)
        }
    }

    /// Describes a parameter that may be shown, and is named under a refusal.
    pub const fn telling(name: &'static str, means: &'static str) -> Self {
        Self {
            telling: true,
            ..Self::open(name, means)
        }
    }
}

/// What a realm is.
pub(crate) const REALM: &str = "what the credentials are for, to be shown to people";

/// What is said when a server refuses a credential of this scheme.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "written as a literal in scheme files"
)]
pub struct Refused {
    /// What is wrong, as a clause.
    pub what: &'static str,
    /// What to do.
    pub hint: &'static str,
    /// The same for values of the challenge's `error`.
    pub by_error: &'static [(&'static str, &'static str, &'static str)],
}

impl Refused {
    /// What can be said of a credential about which nothing is known but what the challenge says.
    pub const UNKNOWN: Self = Self {
        what: "the credential is not accepted",
        hint: "It may be wrong, expired, or for another service",
        // RFC 6750 section 3.1; other schemes use the same words.
        by_error: &[
            (
                "invalid_token",
                "the token is not valid",
                "It may have expired or been revoked: get a new one",
            ),
            (
                "invalid_request",
                "the request is malformed",
                "Send the token in one place only",
            ),
        ],
    };

    /// What is said of a user name and a password.
    pub const PASSWORD: Self = Self {
        what: "the user name or the password is wrong",
        hint: "Check both; some services want a token in place of the password",
        by_error: &[],
    };

    /// Returns what is wrong and what to do, where the challenge named this error.
    pub fn words(&self, error: Option<&str>) -> (&'static str, &'static str) {
        let known = self.by_error.iter().find(|(name, ..)| error == Some(*name));
        known.map_or((self.what, self.hint), |(_, what, hint)| (*what, *hint))
    }
}

/// What other programs call a scheme, and its fields. `None` where they do not have it.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "written as a literal in scheme files"
)]
pub struct Elsewhere {
    /// In a collection of Postman.
    pub postman: Option<Postman>,
    /// The word in `.http` files behind which a user name and a password stand in clear.
    pub http_file: Option<&'static str>,
    /// The options of curl for a server and for a proxy, without hyphens, that go with `-u`.
    pub curl: Option<[&'static str; 2]>,
    /// HTTPie's `--auth-type`.
    pub httpie: Option<&'static str>,
}

impl Elsewhere {
    /// A scheme that no other program has.
    pub const NOWHERE: Self = Self {
        postman: None,
        http_file: None,
        curl: None,
        httpie: None,
    };
}

/// What Postman calls a scheme.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "written as a literal in scheme files"
)]
pub struct Postman {
    /// Its `type`.
    pub kind: &'static str,
    /// Its parameters, each with our field.
    pub fields: &'static [(&'static str, &'static str)],
    /// Its parameters whose value chooses one of ours: name, value, and the field with what it is set to.
    pub switches: &'static [(&'static str, &'static str, (&'static str, &'static str))],
    /// Its parameters that follow the scheme's name after colons, each with its default and the values that it may have, if not any.
    pub in_name: &'static [(&'static str, &'static str, &'static [&'static str])],
    /// Its parameters that change nothing of what is sent.
    pub idle: &'static [&'static str],
}

impl Postman {
    /// Maps parameters to fields, and nothing else.
    pub const fn new(kind: &'static str, fields: &'static [(&'static str, &'static str)]) -> Self {
        Self {
            kind,
            fields,
            switches: &[],
            in_name: &[],
            idle: &[],
        }
    }
}
