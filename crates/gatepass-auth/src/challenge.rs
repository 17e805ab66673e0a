//! Challenges (RFC 9110 section 11.3), parsed from `WWW-Authenticate` and `Proxy-Authenticate`, and written.
//!
//! Commas separate both the challenges of a list and the parameters of a challenge, so a parser has to look ahead: a
//! token with an equals sign behind it belongs to the challenge before it, any other token begins a new one.

use std::fmt;

use crate::params::{Cursor, Params, Problem, ProblemKind, text};

/// One challenge: a scheme, and either a token68 or parameters.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Challenge {
    /// The scheme's word as written; compare with [`Challenge::is`].
    pub scheme: String,
    /// The single value of schemes such as Negotiate.
    pub token68: Option<String>,
    /// The parameters.
    pub params: Params,
}

impl Challenge {
    /// Begins a challenge without parameters.
    pub fn new(scheme: impl Into<String>) -> Self {
        Self {
            scheme: scheme.into(),
            token68: None,
            params: Params::new(),
        }
    }

    /// Says whether the scheme has this word, in any case.
    pub fn is(&self, word: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(word)
    }

    /// Returns the realm as text.
    pub fn realm(&self) -> Option<std::borrow::Cow<'_, str>> {
        self.params.text("realm")
    }

    /// Returns the challenge as it is written in a header.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.scheme.clone().into_bytes();
        if let Some(token68) = &self.token68 {
            out.push(b' ');
            out.extend_from_slice(token68.as_bytes());
        } else if !self.params.is_empty() {
            out.push(b' ');
            out.extend_from_slice(&self.params.to_bytes());
        }
        out
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(&self.to_bytes()))
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How much a parser puts up with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "either the grammar rules or what can be understood"
)]
pub enum Mode {
    /// A challenge with a problem is left out.
    Strict,
    /// A challenge with a problem keeps what could be understood of it.
    Lenient,
}

/// What a parser found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parsed {
    /// The challenges in order.
    pub challenges: Vec<Challenge>,
    /// What was malformed, in order. Empty for a header that follows the grammar.
    pub problems: Vec<Problem>,
}

/// Parses every challenge of the given header lines, in linear time. After a malformed part it goes on at the next scheme.
///
/// ```
/// use gatepass_auth::challenge::{Mode, parse_challenges};
///
/// let parsed = parse_challenges([&b"Negotiate YII==, Basic realm=\"x\""[..]], Mode::Strict);
/// assert_eq!(parsed.challenges.len(), 2);
/// assert_eq!(parsed.challenges[0].token68.as_deref(), Some("YII=="));
/// assert_eq!(parsed.challenges[1].realm().as_deref(), Some("x"));
/// ```
pub fn parse_challenges<'a>(lines: impl IntoIterator<Item = &'a [u8]>, mode: Mode) -> Parsed {
    let mut parsed = Parsed::default();
    for (number, line) in lines.into_iter().enumerate() {
        parse_line(line, number, mode, &mut parsed);
    }
    parsed
}

fn parse_line(line: &[u8], number: usize, mode: Mode, parsed: &mut Parsed) {
    let mut cursor = Cursor::new(line, number);
    let mut current: Option<(Challenge, usize)> = None;
    loop {
        let end = cursor.at;
        cursor.skip_separators();
        if cursor.at_end() {
            break;
        }
        let start = cursor.at;
        let separated = current.is_none() || line[end..start].contains(&b',');
        let token = cursor.token();
        if token.is_empty() {
            cursor.problem(start, ProblemKind::UnexpectedByte);
            cursor.skip_element();
            continue;
        }
        let after = cursor.at;
        cursor.skip_space();
        if cursor.peek() == Some(b'=') {
            let known = cursor.problems.len();
            let param = cursor.value_of(token);
            cursor.expect_comma();
            match &mut current {
                Some((challenge, _)) if challenge.token68.is_none() => challenge.params.push(param),
                Some(_) => cursor.problem(start, ProblemKind::ParamAfterToken68),
                None => {
                    // What follows from a parameter that belongs to nothing is not worth a second complaint.
                    cursor.problems.truncate(known);
                    cursor.problem(start, ProblemKind::ParamWithoutScheme);
                }
            }
            continue;
        }
        if !separated {
            cursor.missing_comma(start);
        }
        finish(current.take(), &mut cursor, mode, parsed);
        let before = if separated {
            cursor.problems.len()
        } else {
            NEVER
        };
        let mut challenge = Challenge::new(text(token));
        let spaced = cursor.at > after;
        if spaced && cursor.peek().is_some_and(|byte| byte != b',') {
            if let Some(token68) = cursor.token68() {
                challenge.token68 = Some(text(token68).into_owned());
            }
        } else if !spaced {
            cursor.expect_comma();
        }
        current = Some((challenge, before));
    }
    finish(current, &mut cursor, mode, parsed);
    parsed.problems.append(&mut cursor.problems);
}

/// How many problems there never are: of a challenge that does not stand where one can begin.
const NEVER: usize = usize::MAX;

/// Closes a challenge. `before` is how many problems there were when it began.
fn finish(
    current: Option<(Challenge, usize)>,
    cursor: &mut Cursor<'_>,
    mode: Mode,
    parsed: &mut Parsed,
) {
    let Some((challenge, before)) = current else {
        return;
    };
    if let Some(name) = challenge.params.repeated() {
        let kind = ProblemKind::RepeatedParam(name.to_owned());
        let at = cursor.at;
        cursor.problem(at, kind);
    }
    let clean = cursor.problems.len() == before;
    if clean || mode == Mode::Lenient {
        parsed.challenges.push(challenge);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str, mode: Mode) -> Vec<String> {
        let parsed = parse_challenges([line.as_bytes()], mode);
        parsed.challenges.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lists_are_told_apart() {
        for (line, expected) in [
            ("Basic", vec!["Basic"]),
            (
                "Negotiate, Basic realm=\"x\"",
                vec!["Negotiate", "Basic realm=\"x\""],
            ),
            ("a=1, Basic", vec!["Basic"]),
            (
                ",, ,Basic  realm = \"a,b\" ,\t, qop=auth,,",
                vec!["Basic realm=\"a,b\", qop=auth"],
            ),
            (
                "NTLM TlRM=, Digest realm=\"\\\"\", nonce=n",
                vec!["NTLM TlRM=", "Digest realm=\"\\\"\", nonce=n"],
            ),
            ("dIgEsT rEaLm=x", vec!["dIgEsT rEaLm=x"]),
        ] {
            assert_eq!(shown(line, Mode::Lenient), expected, "{line}");
        }
    }

    #[test]
    fn strict_leaves_the_malformed_out_and_goes_on() {
        let line = "Digest realm=\"x\" nonce=\"y\", Basic realm=\"z\", Bearer realm=a/b, Custom";
        assert_eq!(shown(line, Mode::Strict), ["Basic realm=\"z\"", "Custom"]);
        assert_eq!(
            shown(line, Mode::Lenient),
            [
                "Digest realm=\"x\", nonce=\"y\"",
                "Basic realm=\"z\"",
                "Bearer realm=a/b",
                "Custom"
            ]
        );
    }

    #[test]
    fn strict_believes_no_challenge_without_a_comma_on_both_sides() {
        for (line, believed) in [
            ("Basic realm x", vec![]),
            ("Basic realm Bearer, NTLM", vec!["NTLM"]),
            ("Basic realm=x NTLM", vec![]),
            ("Basic\"x\"", vec![]),
        ] {
            assert_eq!(shown(line, Mode::Strict), believed, "{line}");
            let problems = parse_challenges([line.as_bytes()], Mode::Lenient).problems;
            assert!(!problems.is_empty(), "{line}");
        }
    }

    #[test]
    fn bytes_above_127_are_kept() {
        let parsed = parse_challenges([&b"Basic realm=\"caf\xe9\""[..]], Mode::Strict);
        assert_eq!(
            parsed.challenges[0].params.get("realm"),
            Some(&b"caf\xe9"[..])
        );
        assert_eq!(parsed.challenges[0].realm().as_deref(), Some("café"));
    }

    #[test]
    fn a_repeated_parameter_is_a_problem_and_the_first_counts() {
        let parsed = parse_challenges([&b"Basic realm=a, REALM=b"[..]], Mode::Lenient);
        assert_eq!(parsed.challenges[0].realm().as_deref(), Some("a"));
        assert_eq!(parsed.problems.len(), 1);
    }

    /// Anything worse than linear would take hours for these.
    #[test]
    fn a_megabyte_of_anything_is_read() {
        for unit in [
            "a", "a ", "a=", "a=,", "\"", "\\", ",", "a=\"", "a=\\\",", "a b,", "a b=c ", "=",
            "a=1,a=1,",
        ] {
            let line = "Basic ".to_owned() + &unit.repeat((1 << 20) / unit.len());
            for mode in [Mode::Strict, Mode::Lenient] {
                let parsed = parse_challenges([line.as_bytes()], mode);
                assert!(
                    !parsed.challenges.is_empty() || !parsed.problems.is_empty(),
                    "{unit}"
                );
            }
        }
    }
}
