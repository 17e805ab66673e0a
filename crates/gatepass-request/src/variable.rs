//! Variables in a request: what stands in for them in its texts, and how they get their values.
//!
//! A command line, a collection or an `.http` file may leave a value open: `$TOKEN`, `{{token}}`. It can stand anywhere:
//! in the host, in half of a header's value, in a JSON body. The texts of a [`Request`] therefore hold a *stand-in* for
//! each variable, a word of letters and digits that occurs nowhere else and that no encoding changes, and
//! [`Request::variables`] says what it stands for. [`pieces`] takes a text apart at the stand-ins; whoever writes code or
//! sends asks it.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

#[cfg(doc)]
use crate::Request;

/// A value that is not in the request, and what stands in its place.
///
/// `Debug` masks the default, which may be a secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Variable {
    /// The word that stands in the texts of the request: small letters and digits.
    pub stand_in: String,
    /// The name, as written where the request comes from.
    pub name: String,
    /// The value where nobody gives one, as in `${NAME:-value}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Whether the default is the source's own value, as `@name = value` in an `.http` file gives it: nobody else's goes before it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    /// Whether the value is percent-encoded, with `+` for a space, before it is put in, as in `curl --data-urlencode "q=$Q"`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub encoded: bool,
}

/// A part of a text that has variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Piece<'a> {
    /// It is this.
    Text(&'a str),
    /// The value of this variable.
    Variable(&'a Variable),
}

/// Takes a text apart at its stand-ins, in linear time. A text without any is one piece, and an empty text none.
///
/// ```
/// use gatepass_request::{Piece, StandIns, pieces};
///
/// let mut stand_ins = StandIns::beside("Bearer $TOKEN!");
/// let text = format!("Bearer {}!", stand_ins.of("TOKEN", None, false));
/// let variables = stand_ins.into_variables();
/// let found = pieces(&text, &variables);
/// assert_eq!(found, [Piece::Text("Bearer "), Piece::Variable(&variables[0]), Piece::Text("!")]);
/// ```
pub fn pieces<'a>(text: &'a str, variables: &'a [Variable]) -> Vec<Piece<'a>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(ahead) = text[at..].find(WORD) {
        at += ahead;
        let here = &text[at..];
        match find(here, variables) {
            Some(variable) => {
                if start < at {
                    found.push(Piece::Text(&text[start..at]));
                }
                found.push(Piece::Variable(variable));
                at += variable.stand_in.len();
                start = at;
            }
            None => at += WORD.len(),
        }
    }
    if start < text.len() {
        found.push(Piece::Text(&text[start..]));
    }
    found
}

/// Returns the variable whose stand-in `text` begins with. The list is in the order of the stand-ins.
fn find<'a>(text: &str, variables: &'a [Variable]) -> Option<&'a Variable> {
    let marks = text.as_bytes()[WORD.len()..]
        .iter()
        .take_while(|&&byte| byte == b'x')
        .count();
    let word = text.get(..WORD.len() + marks + DIGITS)?;
    let at = variables
        .binary_search_by(|variable| variable.stand_in.as_str().cmp(word))
        .ok()?;
    variables.get(at)
}

/// Says whether a variable stands in these bytes.
pub fn has_variable(bytes: &[u8], variables: &[Variable]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| {
        pieces(text, variables)
            .iter()
            .any(|piece| matches!(piece, Piece::Variable(_)))
    })
}

/// What every stand-in begins with. Small letters, because a host's name is written in them.
const WORD: &str = "gatepassvar";
/// How many digits follow, so that no stand-in begins another.
const DIGITS: usize = 6;

/// By what two variables are the same: name, default, whether it is encoded, and whether the default is the source's own.
type Known = (String, Option<String>, bool, bool);

/// Hands out stand-ins that do not occur in a source.
///
/// `Debug` shows the variables, their defaults masked.
pub struct StandIns {
    word: String,
    variables: Vec<Variable>,
    known: HashMap<Known, usize>,
}

impl StandIns {
    /// Begins with a word that does not occur in `source`, whatever its case.
    pub fn beside(source: &str) -> Self {
        let source = source.to_ascii_lowercase();
        let mut word = WORD.to_owned();
        // The longest run behind any occurrence, and one letter more, occurs nowhere. One pass, so that a hostile source
        // costs no more than its length.
        let longest = source
            .match_indices(WORD)
            .map(|(at, _)| {
                let behind = source[at + WORD.len()..].bytes();
                behind.take_while(|&byte| byte == b'x').count() + 1
            })
            .max();
        word.extend(std::iter::repeat_n('x', longest.unwrap_or(0)));
        Self {
            word,
            variables: Vec::new(),
            known: HashMap::new(),
        }
    }

    /// Goes on behind variables that are there, whose request holds `texts`.
    pub(crate) fn behind(variables: Vec<Variable>, texts: &str) -> Self {
        let mut stand_ins = match variables.last() {
            // The word of those that are there occurs nowhere else, and its numbers go on.
            Some(last) => Self {
                word: last
                    .stand_in
                    .trim_end_matches(|c: char| c.is_ascii_digit())
                    .to_owned(),
                ..Self::beside("")
            },
            None => Self::beside(texts),
        };
        for variable in variables {
            let key = (
                variable.name.clone(),
                variable.default.clone(),
                variable.encoded,
                variable.own,
            );
            stand_ins.known.insert(key, stand_ins.variables.len());
            stand_ins.variables.push(variable);
        }
        stand_ins
    }

    /// Returns the stand-in of a variable, the same one for the same variable.
    pub fn of(&mut self, name: &str, default: Option<&str>, encoded: bool) -> String {
        self.stand_in(name, default, encoded, false)
    }

    /// Returns the stand-in of a variable that its source gives a value, before which nobody else's goes.
    pub fn own(&mut self, name: &str, value: &str) -> String {
        self.stand_in(name, Some(value), false, true)
    }

    fn stand_in(&mut self, name: &str, default: Option<&str>, encoded: bool, own: bool) -> String {
        let next = self.variables.len();
        let key = (name.to_owned(), default.map(str::to_owned), encoded, own);
        let at = *self.known.entry(key).or_insert(next);
        if let Some(known) = self.variables.get(at) {
            return known.stand_in.clone();
        }
        // Behind those that are there, of which some may have been left out.
        let last = self
            .variables
            .last()
            .map(|last| &last.stand_in[self.word.len()..]);
        let number = last
            .and_then(|digits| digits.parse::<usize>().ok())
            .map_or(0, |last| last + 1);
        let stand_in = format!("{}{number:0DIGITS$}", self.word);
        self.variables.push(Variable {
            stand_in: stand_in.clone(),
            name: name.to_owned(),
            default: default.map(str::to_owned),
            own,
            encoded,
        });
        stand_in
    }

    /// Percent-encodes a text, with `+` for a space, all but its stand-ins: they are replaced by those of variables whose
    /// values are encoded.
    pub fn encode(&mut self, text: &str) -> String {
        let encode =
            |text: &str| gatepass_auth::percent::encode(text.as_bytes()).replace("%20", "+");
        // The pieces borrow the list that encoding adds to.
        let known: Vec<Result<String, Variable>> = pieces(text, &self.variables)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => Ok(encode(text)),
                Piece::Variable(it) => Err(it.clone()),
            })
            .collect();
        known
            .into_iter()
            .map(|piece| {
                piece.unwrap_or_else(|it| {
                    self.stand_in(&it.name, it.default.as_deref(), true, it.own)
                })
            })
            .collect()
    }

    /// Returns the variables so far.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// Returns all variables.
    pub fn into_variables(self) -> Vec<Variable> {
        self.variables
    }
}

impl Variable {
    /// Says whether the stand-in is a word that [`pieces`] can find.
    pub(crate) fn is_sound(&self) -> bool {
        let digits = self.stand_in.strip_prefix(WORD).unwrap_or_default();
        let digits = digits.trim_start_matches('x');
        digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())
    }
}

impl fmt::Debug for StandIns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StandIns").field(&self.variables).finish()
    }
}

impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = self.default.as_ref();
        f.debug_struct("Variable")
            .field("stand_in", &self.stand_in)
            .field("name", &self.name)
            .field(
                "default",
                &default.map(|text| gatepass_auth::mask(text.as_bytes())),
            )
            .field("own", &self.own)
            .field("encoded", &self.encoded)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_occurs_nowhere_in_the_source() {
        for source in ["", "gatepassvar", "GatePassVarxx000000 gatepassvarx"] {
            let mut stand_ins = StandIns::beside(source);
            let word = stand_ins.of("A", None, false);
            assert!(!source.to_ascii_lowercase().contains(&word), "{word}");
            assert!(stand_ins.variables()[0].is_sound());
            let text = format!("{source}{word}{source}");
            let variables = stand_ins.into_variables();
            let found = pieces(&text, &variables);
            let count = found
                .iter()
                .filter(|piece| matches!(piece, Piece::Variable(_)))
                .count();
            assert_eq!(count, 1, "{text}");
        }
    }

    #[test]
    fn debug_masks_a_default() {
        let mut stand_ins = StandIns::beside("");
        stand_ins.of("T", Some("s3cret"), false);
        assert!(!format!("{stand_ins:?}").contains("s3cret"));
    }
}
