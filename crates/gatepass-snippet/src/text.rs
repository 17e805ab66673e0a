//! Text that a user gave: it becomes code only through a language's literal encoder.

use gatepass_auth::{Secret, percent};

/// One piece of a [`Text`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Piece {
    /// Bytes that may be shown.
    Plain(Vec<u8>),
    /// Bytes that are a secret; they are there only where literals were asked for.
    Secret(Secret),
    /// What the generated code reads when it runs.
    Variable {
        /// The variable's name: letters, digits and underscores.
        name: String,
        /// Whether the code percent-encodes what it has read.
        encoded: bool,
        /// What stands in where the variable is not set.
        fallback: Option<String>,
    },
}

/// Bytes from outside, with variables among them. `Debug` masks secrets.
///
/// ```
/// use gatepass_snippet::Text;
///
/// let text = Text::from("Bearer ").and(&Text::variable("API_TOKEN"));
/// assert_eq!(text.pieces().len(), 2);
/// assert_eq!(text.known(), None);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Text {
    pieces: Vec<Piece>,
}

impl Text {
    /// Holds bytes that may be shown.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            pieces: vec![Piece::Plain(bytes.into())],
        }
    }

    /// Holds a secret, which the code will show.
    pub fn secret(secret: &Secret) -> Self {
        Self {
            pieces: vec![Piece::Secret(secret.clone())],
        }
    }

    /// Holds what the code reads when it runs. A name that is no identifier loses what is none.
    pub fn variable(name: &str) -> Self {
        Self {
            pieces: vec![Piece::Variable {
                name: identifier(name),
                encoded: false,
                fallback: None,
            }],
        }
    }

    /// As [`Text::variable`], with what stands in where the variable is not set.
    pub fn variable_or(name: &str, fallback: &str) -> Self {
        Self {
            pieces: vec![Piece::Variable {
                name: identifier(name),
                encoded: false,
                fallback: Some(fallback.to_owned()),
            }],
        }
    }

    /// Puts `other` behind this text.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.pieces.extend(other.pieces.iter().cloned());
        self
    }

    /// Percent-encodes the text (RFC 3986 section 2.1), the variables too, once they are read.
    #[must_use]
    pub fn percent_encoded(&self) -> Self {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Plain(bytes) => Piece::Plain(percent::encode(bytes).into_bytes()),
            Piece::Secret(secret) => {
                Piece::Secret(percent::encode(secret.expose()).as_str().into())
            }
            Piece::Variable { name, fallback, .. } => Piece::Variable {
                name: name.clone(),
                encoded: true,
                fallback: fallback.clone(),
            },
        });
        Self {
            pieces: pieces.collect(),
        }
    }

    /// Writes each byte as the character of its number, for libraries that write the low eight bits of each character.
    #[must_use]
    pub fn latin1(&self) -> Self {
        let wide = |bytes: &[u8]| {
            bytes
                .iter()
                .map(|&byte| char::from(byte))
                .collect::<String>()
        };
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Plain(bytes) => Piece::Plain(wide(bytes).into_bytes()),
            Piece::Secret(secret) => Piece::Secret(wide(secret.expose()).as_str().into()),
            Piece::Variable {
                name,
                encoded,
                fallback,
            } => Piece::Variable {
                name: name.clone(),
                encoded: *encoded,
                fallback: fallback.as_ref().map(|text| wide(text.as_bytes())),
            },
        });
        Self {
            pieces: pieces.collect(),
        }
    }

    /// Changes what is known of the text, and leaves variables as they are.
    #[must_use]
    pub(crate) fn mapped(&self, change: impl Fn(&[u8]) -> Vec<u8>) -> Self {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Plain(bytes) => Piece::Plain(change(bytes)),
            Piece::Secret(secret) => Piece::Secret(Secret::new(change(secret.expose()))),
            variable @ Piece::Variable { .. } => variable.clone(),
        });
        Self {
            pieces: pieces.collect(),
        }
    }

    /// Puts the values that stand in for variables in their place. A variable that has none stays.
    #[must_use]
    pub fn with_fallbacks(&self) -> Self {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Variable {
                encoded,
                fallback: Some(fallback),
                ..
            } => Piece::Plain(match encoded {
                true => percent::encode(fallback.as_bytes()).into_bytes(),
                false => fallback.clone().into_bytes(),
            }),
            other => other.clone(),
        });
        Self {
            pieces: pieces.collect(),
        }
    }

    /// Takes away what stands in for the variables of which `hides` says so: it is a secret.
    #[must_use]
    pub(crate) fn without_fallbacks(&self, hides: &dyn Fn(&str) -> bool) -> Self {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Variable { name, encoded, .. } if hides(name) => Piece::Variable {
                name: name.clone(),
                encoded: *encoded,
                fallback: None,
            },
            other => other.clone(),
        });
        Self {
            pieces: pieces.collect(),
        }
    }

    /// Puts values in the place of variables: secrets, for all that is known. A variable without a value stays.
    #[must_use]
    pub fn with_values(&self, value: &dyn Fn(&str) -> Option<Secret>) -> Self {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Variable { name, encoded, .. } => match value(name) {
                Some(secret) if *encoded => {
                    Piece::Secret(percent::encode(secret.expose()).as_str().into())
                }
                Some(secret) => Piece::Secret(secret),
                None => piece.clone(),
            },
            known => known.clone(),
        });
        Self {
            pieces: pieces.collect(),
        }
    }

    /// Returns the pieces, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Returns all bytes, secrets among them; `None` where a variable is read when the code runs.
    pub fn known(&self) -> Option<Vec<u8>> {
        let mut all = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Plain(bytes) => all.extend_from_slice(bytes),
                Piece::Secret(secret) => all.extend_from_slice(secret.expose()),
                Piece::Variable { .. } => return None,
            }
        }
        Some(all)
    }

    /// Says whether the text is these bytes.
    pub fn is(&self, bytes: &str) -> bool {
        self.known().is_some_and(|known| known == bytes.as_bytes())
    }

    /// Says whether every byte is ASCII. Of what is read later nobody knows that, so a variable is not.
    pub fn is_ascii(&self) -> bool {
        self.known().is_some_and(|known| known.is_ascii())
    }

    /// Says whether what is known of the text has bytes beyond ASCII.
    pub fn has_non_ascii(&self) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Plain(bytes) => !bytes.is_ascii(),
            Piece::Secret(secret) => !secret.expose().is_ascii(),
            Piece::Variable { fallback, .. } => {
                fallback.as_ref().is_some_and(|text| !text.is_ascii())
            }
        })
    }

    /// Says whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.known().is_some_and(|known| known.is_empty())
    }

    /// Says whether the code reads a part of it when it runs.
    pub fn has_variables(&self) -> bool {
        self.known().is_none()
    }

    /// Adjoining known pieces become one, as runs; what stays apart are the variables.
    pub(crate) fn runs(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for piece in &self.pieces {
            let bytes = match piece {
                Piece::Plain(bytes) => bytes.as_slice(),
                Piece::Secret(secret) => secret.expose(),
                Piece::Variable {
                    name,
                    encoded,
                    fallback,
                } => {
                    runs.push(Run::Variable {
                        name: name.clone(),
                        encoded: *encoded,
                        fallback: fallback.clone(),
                    });
                    continue;
                }
            };
            match runs.last_mut() {
                Some(Run::Bytes(known)) => known.extend_from_slice(bytes),
                _ => runs.push(Run::Bytes(bytes.to_vec())),
            }
        }
        // An empty run beside a variable says nothing; alone it is the empty text.
        if runs.len() > 1 {
            runs.retain(|run| !matches!(run, Run::Bytes(bytes) if bytes.is_empty()));
        }
        if runs.is_empty() {
            runs.push(Run::Bytes(Vec::new()));
        }
        runs
    }
}

/// A stretch of a [`Text`] that becomes one expression.
#[derive(Clone)]
pub(crate) enum Run {
    Bytes(Vec<u8>),
    Variable {
        name: String,
        encoded: bool,
        fallback: Option<String>,
    },
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// Keeps the letters, digits and underscores of `name`, in ASCII, and lets no digit come first.
pub(crate) fn identifier(name: &str) -> String {
    let kept = |c: char| {
        if c.is_ascii_alphanumeric() || c == '_' {
            c
        } else {
            '_'
        }
    };
    let mut name: String = name.chars().map(kept).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) || name.is_empty() {
        name.insert(0, '_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let text = Text::from("Bearer ").and(&Text::secret(&"s3cret".into()));
        assert!(!format!("{text:?}").contains("s3cret"));
        assert_eq!(text.known().unwrap(), b"Bearer s3cret");
    }

    #[test]
    fn variables_are_identifiers() {
        for (name, expected) in [
            ("A_1", "A_1"),
            ("1a", "_1a"),
            ("a'$(b)", "a___b_"),
            ("", "_"),
        ] {
            assert_eq!(identifier(name), expected);
        }
    }
}
