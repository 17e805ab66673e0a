//! By which scheme a request is authenticated, and where the secrets are: references, resolved by whoever sends.

use std::fmt;

use gatepass_auth::{Descriptor, Form, Secret, schemes};
use serde::ser::{Error as _, SerializeStruct};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::AuthArgError;
use crate::variable::{Piece, Variable, pieces};

/// A scheme by name, and its fields with where their values come from.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Auth {
    /// The scheme as written: `basic`, `bearer:JWT`, `auto`. `None` leaves the choice to the client.
    pub scheme: Option<String>,
    /// Fields by name, in order. A field named [`USER_PASSWORD`] holds both in one text.
    pub values: Vec<(String, Source)>,
}

/// The field of a value that, once resolved, is `user:password` in one text; its first colon separates them.
pub const USER_PASSWORD: &str = "username:password";

/// Where a value comes from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Source {
    /// It is this.
    Literal(Secret),
    /// The environment variable of this name.
    Env(String),
    /// The file at this path, without a line break at its end.
    File(String),
    /// What this command prints.
    Command(String),
    /// The keyring's entry of this name.
    Keyring(String),
    /// Standard input.
    Stdin,
    /// The user is asked.
    Prompt,
}

impl Source {
    /// Reads `env:NAME`, `@path`, `cmd:COMMAND`, `keyring:ENTRY`, `-`, `prompt:` or `text:LITERAL`; anything else is
    /// itself a literal.
    ///
    /// # Errors
    /// [`AuthArgError::EmptySource`] where a name or path is missing.
    pub fn parse(text: &str) -> Result<Self, AuthArgError> {
        let named = |name: &str, form| match name {
            "" => Err(AuthArgError::EmptySource { form }),
            name => Ok(name.to_owned()),
        };
        if text == "-" {
            return Ok(Self::Stdin);
        }
        if let Some(path) = text.strip_prefix('@') {
            return named(path, "@file").map(Self::File);
        }
        match text.split_once(':') {
            Some(("env", name)) => named(name, "env:NAME").map(Self::Env),
            Some(("cmd", command)) => named(command, "cmd:COMMAND").map(Self::Command),
            Some(("keyring", entry)) => named(entry, "keyring:ENTRY").map(Self::Keyring),
            Some(("prompt", "")) => Ok(Self::Prompt),
            Some(("text", literal)) => Ok(Self::Literal(literal.into())),
            _ => Ok(Self::Literal(text.into())),
        }
    }

    /// Takes a text in which variables may stand: a reference where it is one variable, and a literal, stand-ins in it, where
    /// it is more.
    pub fn of_text(text: &str, variables: &[Variable]) -> Self {
        match pieces(text, variables).as_slice() {
            [Piece::Variable(it)] if it.default.is_none() && !it.encoded => {
                Self::Env(it.name.clone())
            }
            _ => Self::Literal(text.into()),
        }
    }

    /// Returns the text that [`Source::parse`] reads as this source; `None` for a literal, which is not written.
    pub fn reference(&self) -> Option<String> {
        Some(match self {
            Self::Literal(_) => return None,
            Self::Env(name) => format!("env:{name}"),
            Self::File(path) => format!("@{path}"),
            Self::Command(command) => format!("cmd:{command}"),
            Self::Keyring(entry) => format!("keyring:{entry}"),
            Self::Stdin => "-".to_owned(),
            Self::Prompt => "prompt:".to_owned(),
        })
    }
}

impl Auth {
    /// Names a scheme without values.
    pub fn new(scheme: impl Into<String>) -> Self {
        Self {
            scheme: Some(scheme.into()),
            values: Vec::new(),
        }
    }

    /// Adds a field.
    #[must_use]
    pub fn with(mut self, field: impl Into<String>, source: Source) -> Self {
        self.values.push((field.into(), source));
        self
    }

    /// Returns a field's source.
    pub fn get(&self, field: &str) -> Option<&Source> {
        self.values
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, source)| source)
    }

    /// Returns what may be stored, and the names of the fields that are asked for in its place: those whose secret is given
    /// itself, and those that are read from standard input, which will hold something else next time.
    ///
    /// ```
    /// use gatepass_request::{Auth, Source};
    ///
    /// let (stored, asked) = Auth::parse(None, &["alice:s3cret"])?.storable();
    /// assert_eq!(stored.get("username"), Some(&Source::Literal("alice".into())));
    /// assert_eq!(stored.get("password"), Some(&Source::Prompt));
    /// assert_eq!(asked, ["password"]);
    /// # Ok::<(), gatepass_request::AuthArgError>(())
    /// ```
    pub fn storable(&self) -> (Self, Vec<String>) {
        let mut stored = self.clone();
        let mut asked = Vec::new();
        for (field, source) in &mut stored.values {
            let shown = Self::may_be_shown(self.scheme.as_deref(), field);
            let keeps = match source {
                Source::Literal(_) => shown,
                Source::Stdin => false,
                _ => true,
            };
            if !keeps {
                *source = Source::Prompt;
                asked.push(field.clone());
            }
        }
        (stored, asked)
    }

    /// Says whether the value of a field may be written down: every scheme that has it says that it is no secret. Of a scheme
    /// that the engine does not perform, a few fields are known.
    pub fn may_be_shown(scheme: Option<&str>, field: &str) -> bool {
        match Kind::of(scheme) {
            Ok(kind) => kind.may_be_shown(field),
            Err(_) => OPEN_FIELDS.contains(&field),
        }
    }

    /// Reads the value of `-A`, if it is given, and those of `-a`, in order.
    ///
    /// `field=value` sets a field that the scheme has. Any other value is for the scheme's whole credential:
    /// `user:password`, `user` (and the password is asked for), or one secret; and each secret may be a [`Source`], as
    /// in `alice:env:PW`. Without a scheme, and with `auto`, values are read as for Basic; `auto` knows the fields of
    /// every scheme.
    ///
    /// # Errors
    /// [`AuthArgError`], which says what to write instead.
    ///
    /// ```
    /// use gatepass_request::{Auth, Source};
    ///
    /// let auth = Auth::parse(None, &["alice"])?;
    /// assert_eq!(auth.get("password"), Some(&Source::Prompt));
    /// let auth = Auth::parse(Some("bearer"), &["@token.txt"])?;
    /// assert_eq!(auth.get("token"), Some(&Source::File("token.txt".to_owned())));
    /// # Ok::<(), gatepass_request::AuthArgError>(())
    /// ```
    pub fn parse<V: AsRef<str>>(scheme: Option<&str>, values: &[V]) -> Result<Self, AuthArgError> {
        let kind = Kind::of(scheme)?;
        let mut auth = Self {
            scheme: scheme.map(str::to_owned),
            values: Vec::new(),
        };
        for value in values {
            auth.read(kind, value.as_ref())?;
        }
        Ok(auth)
    }

    fn read(&mut self, kind: Kind, text: &str) -> Result<(), AuthArgError> {
        if let Some((field, value)) = text.split_once('=').filter(|(name, _)| kind.has(name)) {
            return self.put(field, Source::parse(value)?);
        }
        match kind.form() {
            Form::UserPassword => self.user_password(text),
            Form::Single(field) => self.put(field, Source::parse(text)?),
            _ => Err(kind.not_a_field(text)),
        }
    }

    fn user_password(&mut self, text: &str) -> Result<(), AuthArgError> {
        let literal = match Source::parse(text)? {
            Source::Literal(_) => text.strip_prefix("text:").unwrap_or(text),
            Source::Prompt => {
                self.put("username", Source::Prompt)?;
                return self.put("password", Source::Prompt);
            }
            elsewhere => return self.put(USER_PASSWORD, elsewhere),
        };
        let is_text = literal.len() != text.len();
        let (user, password) = match literal.split_once(':') {
            None => (literal, Source::Prompt),
            Some((user, password)) if is_text => (user, Source::Literal(password.into())),
            Some((user, password)) => (user, Source::parse(password)?),
        };
        self.put("username", Source::Literal(user.into()))?;
        self.put("password", password)
    }

    fn put(&mut self, field: &str, source: Source) -> Result<(), AuthArgError> {
        if self.get(field).is_some() {
            return Err(AuthArgError::Repeated {
                field: field.to_owned(),
            });
        }
        self.values.push((field.to_owned(), source));
        Ok(())
    }
}

/// Fields of schemes that the engine does not perform, and that are no secrets: what Postman and curl call them.
const OPEN_FIELDS: &[&str] = &[
    "access_key",
    "access_token_url",
    "add_token_to",
    "algorithm",
    "app",
    "auth_url",
    "client_id",
    "dlg",
    "domain",
    "grant_type",
    "header_prefix",
    "id",
    "provider",
    "region",
    "scope",
    "service",
    "token_type",
    "username",
    "workstation",
];

/// What decides how values are read: a scheme, or any scheme.
#[derive(Clone, Copy)]
enum Kind {
    Scheme(&'static Descriptor),
    Any,
}

impl Kind {
    fn of(scheme: Option<&str>) -> Result<Self, AuthArgError> {
        match scheme {
            Some(name) if name.eq_ignore_ascii_case("auto") => Ok(Self::Any),
            name => Ok(Self::Scheme(
                schemes::resolve(name.unwrap_or("basic"))?.0.about,
            )),
        }
    }

    fn form(self) -> Form {
        match self {
            Self::Scheme(descriptor) => descriptor.form,
            Self::Any => Form::UserPassword,
        }
    }

    fn descriptors(self) -> Vec<&'static Descriptor> {
        match self {
            Self::Scheme(descriptor) => vec![descriptor],
            Self::Any => schemes::descriptors().collect(),
        }
    }

    fn has(self, field: &str) -> bool {
        self.descriptors()
            .iter()
            .any(|descriptor| descriptor.field(field).is_some())
    }

    /// Says whether a field may be written down: every scheme that has it says that it is no secret.
    fn may_be_shown(self, field: &str) -> bool {
        let descriptors = self.descriptors();
        let mut fields = descriptors
            .iter()
            .filter_map(|descriptor| descriptor.field(field))
            .peekable();
        fields.peek().is_some() && fields.all(|field| !field.secret)
    }

    fn not_a_field(self, text: &str) -> AuthArgError {
        let scheme = match self {
            Self::Scheme(descriptor) => descriptor.id.to_owned(),
            Self::Any => "auto".to_owned(),
        };
        let known: Vec<_> = self
            .descriptors()
            .iter()
            .flat_map(|descriptor| descriptor.fields.iter().map(|field| field.name))
            .collect();
        let is_name = |name: &str| {
            name.len() <= 40
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        };
        // Only what is certainly a misspelt name may be repeated: the text may be a secret.
        match text.split_once('=').filter(|(name, _)| is_name(name)) {
            Some((field, _)) => {
                let nearest = known
                    .iter()
                    .map(|name| (strsim::damerau_levenshtein(name, field), *name))
                    .filter(|(distance, name)| distance * 2 <= name.len())
                    .min()
                    .map(|(_, name)| name);
                match nearest {
                    Some(_) => AuthArgError::UnknownField {
                        scheme,
                        field: field.to_owned(),
                        nearest,
                        known,
                    },
                    None => AuthArgError::NeedsField { scheme, known },
                }
            }
            None => AuthArgError::NeedsField { scheme, known },
        }
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Literal(one), Self::Literal(two)) => one.matches(two.expose()),
            (Self::Literal(_), _) | (_, Self::Literal(_)) => false,
            _ => self.reference() == other.reference(),
        }
    }
}

/// A source is read as [`Source::parse`] does.
impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// A reference is written; a literal is an error.
impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.reference() {
            Some(reference) => serializer.serialize_str(&reference),
            None => Err(S::Error::custom(NotWritten("this value"))),
        }
    }
}

/// References are written, and literals of fields that are no secret; a literal secret is an error.
impl Serialize for Auth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut values = Vec::with_capacity(self.values.len());
        for (field, source) in &self.values {
            let shown = Self::may_be_shown(self.scheme.as_deref(), field);
            let text = match (source.reference(), source) {
                (Some(reference), _) => reference,
                (None, Source::Literal(secret)) if shown => {
                    let text = secret
                        .expose_str()
                        .ok_or_else(|| S::Error::custom(NotWritten(field)))?;
                    format!("text:{text}")
                }
                _ => return Err(S::Error::custom(NotWritten(field))),
            };
            values.push((field, text));
        }
        let mut out = serializer.serialize_struct("Auth", 2)?;
        out.serialize_field("scheme", &self.scheme)?;
        out.serialize_field("values", &values)?;
        out.end()
    }
}

impl<'de> Deserialize<'de> for Auth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename = "Auth", deny_unknown_fields)]
        struct Stored {
            #[serde(default)]
            scheme: Option<String>,
            #[serde(default)]
            values: Vec<(String, Source)>,
        }
        let Stored { scheme, values } = Stored::deserialize(deserializer)?;
        Ok(Self { scheme, values })
    }
}

/// Why a field was not written.
struct NotWritten<'a>(&'a str);

impl fmt::Display for NotWritten<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} holds a secret itself, which is not written; give it as a reference such as env:NAME or @file",
            self.0
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str) -> Source {
        Source::Literal(text.into())
    }

    fn env(name: &str) -> Source {
        Source::Env(name.to_owned())
    }

    #[test]
    fn values_are_read_as_the_scheme_wants_them() {
        let file = |path: &str| Source::File(path.to_owned());
        let pair = |user, password| vec![("username", literal(user)), ("password", password)];
        for (scheme, text, expected) in [
            (None, "alice:s3:cret", pair("alice", literal("s3:cret"))),
            (None, "alice", pair("alice", Source::Prompt)),
            (None, "alice:", pair("alice", literal(""))),
            (None, "alice:env:PW", pair("alice", env("PW"))),
            (None, "alice:@pw.txt", pair("alice", file("pw.txt"))),
            (None, "alice:-", pair("alice", Source::Stdin)),
            (None, "alice:text:@pw", pair("alice", literal("@pw"))),
            (None, "text:env:PW", pair("env", literal("PW"))),
            (None, "text:a:env:PW", pair("a", literal("env:PW"))),
            (None, "env:BOTH", vec![(USER_PASSWORD, env("BOTH"))]),
            (
                None,
                "prompt:",
                vec![("username", Source::Prompt), ("password", Source::Prompt)],
            ),
            (None, "password=env:PW", vec![("password", env("PW"))]),
            (None, "token=abc", pair("token=abc", Source::Prompt)),
            (Some("auto"), "token=env:T", vec![("token", env("T"))]),
            (
                Some("bearer"),
                "cmd:pass show x",
                vec![("token", Source::Command("pass show x".to_owned()))],
            ),
            (
                Some("bearer:JWT"),
                "keyring:api",
                vec![("token", Source::Keyring("api".to_owned()))],
            ),
            (Some("bearer"), "abc==", vec![("token", literal("abc=="))]),
            (Some("bearer"), "text:-", vec![("token", literal("-"))]),
            (Some("digest"), "alice:env:PW", pair("alice", env("PW"))),
            (Some("oauth1"), "token=a=b", vec![("token", literal("a=b"))]),
            (
                Some("apikey:header:X-Key"),
                "name=X",
                vec![("name", literal("X"))],
            ),
        ] {
            let auth = Auth::parse(scheme, &[text]).unwrap();
            let values: Vec<_> = auth
                .values
                .iter()
                .map(|(name, source)| (name.as_str(), source.clone()))
                .collect();
            assert_eq!(values, expected, "{scheme:?} {text}");
        }
    }

    #[test]
    fn errors_say_what_to_write_and_hold_no_secret() {
        for (scheme, values, expected) in [
            (None, vec!["alice:env:"], "write env:NAME"),
            (Some("bearer"), vec!["@"], "write @file"),
            (Some("oauth1"), vec!["s3cret"], "write -a field=value"),
            (Some("oauth1"), vec!["x=s3cret"], "write -a field=value"),
            (
                Some("oauth1"),
                vec!["consumer_kye=s3cret"],
                "did you mean consumer_key?",
            ),
            (Some("baisc"), vec![], "did you mean basic?"),
            (
                None,
                vec!["alice:s3cret", "bob:s3cret"],
                "username is given twice",
            ),
        ] {
            let error = Auth::parse(scheme, &values).unwrap_err().to_string();
            assert!(
                error.contains(expected) && !error.contains("s3cret"),
                "{error}"
            );
        }
    }

    #[test]
    fn references_are_stored_and_secrets_are_not() {
        let auth = Auth::parse(Some("basic"), &["alice:env:PW"]).unwrap();
        let stored = serde_json::to_string(&auth).unwrap();
        assert_eq!(
            stored,
            r#"{"scheme":"basic","values":[["username","text:alice"],["password","env:PW"]]}"#
        );
        let again: Auth = serde_json::from_str(&stored).unwrap();
        assert_eq!(again, auth);
        for (scheme, value) in [
            (None, "alice:s3cret"),
            (Some("bearer"), "s3cret"),
            (Some("auto"), "token=s3cret"),
        ] {
            let auth = Auth::parse(scheme, &[value]).unwrap();
            let error = serde_json::to_string(&auth).unwrap_err().to_string();
            assert!(
                error.contains("not written") && !error.contains("s3cret"),
                "{error}"
            );
            assert!(!format!("{auth:?}").contains("s3cret"));
        }
    }
}
