//! The `auth-param` grammar (RFC 9110 section 11.2): `token BWS "=" BWS ( token / quoted-string )`.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use crate::percent;

/// A list of parameters in order. Names compare without regard to case; values are bytes, unquoted.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<Param>);

/// One parameter.
#[derive(Clone, PartialEq, Eq)]
pub struct Param {
    name: String,
    value: Vec<u8>,
    quoted: bool,
}

impl Param {
    /// Returns the name as written.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the value without quotes and escapes.
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// Says whether the value is, or will be, written in quotes.
    pub fn is_quoted(&self) -> bool {
        self.quoted
    }

    /// Returns the value as text: UTF-8, or else ISO-8859-1, the two that peers send.
    pub fn text(&self) -> Cow<'_, str> {
        text(&self.value)
    }
}

/// Reads `bytes` as UTF-8, or else as ISO-8859-1, which gives every byte a meaning.
pub fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect()),
    }
}

impl Params {
    /// Returns an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the value of the first parameter of this name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.find(name).map(Param::value)
    }

    /// Returns the value of the first parameter of this name as text.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.find(name).map(Param::text)
    }

    /// Returns the first parameter of this name.
    pub fn find(&self, name: &str) -> Option<&Param> {
        self.0
            .iter()
            .find(|param| param.name.eq_ignore_ascii_case(name))
    }

    /// Adds a parameter that is written in quotes.
    pub fn quoted(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.0.push(Param {
            name: name.into(),
            value: value.into(),
            quoted: true,
        });
    }

    /// Adds a parameter that is written bare. A value that is no token is written in quotes all the same.
    pub fn bare(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        let value = value.into();
        let quoted = !is_token(&value);
        self.0.push(Param {
            name: name.into(),
            value,
            quoted,
        });
    }

    /// Adds a parameter as it was read.
    pub(crate) fn push(&mut self, param: Param) {
        self.0.push(param);
    }

    /// Returns the first name that stands more than once, which the grammar forbids.
    pub fn repeated(&self) -> Option<&str> {
        // Looking each name up keeps this linear for lists of any length.
        let mut seen = HashSet::with_capacity(self.0.len());
        let again = |param: &&Param| !seen.insert(param.name.to_ascii_lowercase());
        self.0.iter().find(again).map(Param::name)
    }

    /// Returns the parameters in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Param> {
        self.0.iter()
    }

    /// Returns the number of parameters.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says whether there is no parameter.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the list as it is written in a header, `a=1, b="two"`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (at, param) in self.0.iter().enumerate() {
            if at > 0 {
                out.extend_from_slice(b", ");
            }
            param.write(&mut out);
        }
        out
    }
}

impl Param {
    fn write(&self, out: &mut Vec<u8>) {
        write_param(out, &self.name, &self.value, self.quoted);
    }
}

fn write_param(out: &mut Vec<u8>, name: &str, value: &[u8], quoted: bool) {
    out.extend_from_slice(name.as_bytes());
    out.push(b'=');
    // No line break and no other control character may reach a header (RFC 9110 section 5.5), whoever it came from.
    let breaks = |byte: u8| byte.is_ascii_control() && byte != b'\t';
    if !quoted && !value.iter().any(|&byte| breaks(byte)) {
        out.extend_from_slice(value);
        return;
    }
    out.push(b'"');
    let mut rest = value;
    while let Some(at) = rest
        .iter()
        .position(|&byte| breaks(byte) || b"\"\\".contains(&byte))
    {
        out.extend_from_slice(&rest[..at]);
        match rest[at] {
            escaped @ (b'"' | b'\\') => out.extend_from_slice(&[b'\\', escaped]),
            _ => out.push(b' '),
        }
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Writes credentials with parameters straight into bytes: every request has them, and a list of its own would cost more
/// than the hashes in it.
pub(crate) struct CredentialsWriter {
    out: Vec<u8>,
    empty: bool,
}

impl CredentialsWriter {
    /// Begins with the scheme's word.
    pub(crate) fn new(word: &str) -> Self {
        let mut out = Vec::with_capacity(512);
        out.extend_from_slice(word.as_bytes());
        out.push(b' ');
        Self { out, empty: true }
    }

    /// Adds a parameter in quotes.
    pub(crate) fn quoted(&mut self, name: &str, value: &[u8]) {
        self.separate();
        write_param(&mut self.out, name, value, true);
    }

    /// Adds a parameter without quotes, or with them where the value is no token.
    pub(crate) fn bare(&mut self, name: &str, value: &[u8]) {
        self.separate();
        write_param(&mut self.out, name, value, !is_token(value));
    }

    /// Returns the value of the field.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.out
    }

    fn separate(&mut self) {
        if !std::mem::take(&mut self.empty) {
            self.out.extend_from_slice(b", ");
        }
    }
}

impl<'a> IntoIterator for &'a Params {
    type Item = &'a Param;
    type IntoIter = std::slice::Iter<'a, Param>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        f.write_str(&text(&bytes))
    }
}

impl fmt::Debug for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(&self.to_bytes()))
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{self}]")
    }
}

/// What is wrong with a challenge, credentials or a list of parameters, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The header line, counted from 0.
    pub line: usize,
    /// The byte in the line, counted from 0.
    pub at: usize,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// The ways in which the grammar of RFC 9110 section 11 is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A parameter stands where no scheme came before it.
    ParamWithoutScheme,
    /// A parameter follows a token68 value.
    ParamAfterToken68,
    /// A quoted string has no end.
    UnclosedQuote,
    /// A value has characters that are neither a token nor in quotes.
    BareValue,
    /// There is no value after the equals sign.
    MissingValue,
    /// There is no comma between two elements.
    MissingComma,
    /// A byte stands where no element can begin.
    UnexpectedByte,
    /// A parameter stands more than once.
    RepeatedParam(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match &self.kind {
            ProblemKind::ParamWithoutScheme => "a parameter without a scheme before it".to_owned(),
            ProblemKind::ParamAfterToken68 => "a parameter after a token68 value".to_owned(),
            ProblemKind::UnclosedQuote => "a quoted string without its closing quote".to_owned(),
            ProblemKind::BareValue => "a value that needs quotes".to_owned(),
            ProblemKind::MissingValue => "no value after the equals sign".to_owned(),
            ProblemKind::MissingComma => "no comma between two elements".to_owned(),
            ProblemKind::UnexpectedByte => "a character that cannot begin an element".to_owned(),
            ProblemKind::RepeatedParam(name) => format!("{name} stands more than once"),
        };
        write!(f, "{what}, at character {}", self.at + 1)
    }
}

/// Says whether `byte` may stand in a token (RFC 9110 section 5.6.2).
pub fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Says whether `bytes` is a token (RFC 9110 section 5.6.2).
pub fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|&byte| is_token_byte(byte))
}

/// Says whether `bytes` is a token68 (RFC 9110 section 11.2).
pub fn is_token68(bytes: &[u8]) -> bool {
    let body = bytes
        .iter()
        .take_while(|&&byte| is_token68_byte(byte))
        .count();
    body > 0 && bytes[body..].iter().all(|&byte| byte == b'=')
}

pub(crate) fn is_token68_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte)
}

/// Parses a list of parameters, as in `Authentication-Info` or after the scheme of `Authorization`, and recovers after
/// whatever is malformed.
pub fn parse_params(value: &[u8]) -> (Params, Vec<Problem>) {
    let mut cursor = Cursor::new(value, 0);
    let mut params = Params::new();
    loop {
        cursor.skip_separators();
        if cursor.at_end() {
            break;
        }
        let start = cursor.at;
        let name = cursor.token();
        cursor.skip_space();
        if name.is_empty() || cursor.peek() != Some(b'=') {
            cursor.problem(start, ProblemKind::UnexpectedByte);
            cursor.skip_element();
            continue;
        }
        let param = cursor.value_of(name);
        params.push(param);
        cursor.expect_comma();
    }
    if let Some(name) = params.repeated() {
        let kind = ProblemKind::RepeatedParam(name.to_owned());
        cursor.problem(0, kind);
    }
    (params, cursor.problems)
}

/// Parses the parameters behind the first semicolon of a field such as `Content-Disposition` (RFC 9110 section 5.6.6): they
/// are separated by semicolons, and otherwise written alike.
///
/// ```
/// use gatepass_auth::params::parse_parameters;
///
/// let params = parse_parameters(b"attachment; filename=\"a;b\"; x=y");
/// assert_eq!((params.text("filename").as_deref(), params.get("x")), (Some("a;b"), Some(&b"y"[..])));
/// ```
pub fn parse_parameters(value: &[u8]) -> Params {
    let start = value.iter().position(|&byte| byte == b';');
    let (mut quoted, mut escaped) = (false, false);
    let commas: Vec<u8> = value[start.map_or(value.len(), |at| at + 1)..]
        .iter()
        .map(|&byte| {
            let separates = byte == b';' && !quoted;
            if escaped {
                escaped = false;
            } else {
                escaped = quoted && byte == b'\\';
                quoted ^= byte == b'"';
            }
            if separates { b',' } else { byte }
        })
        .collect();
    parse_params(&commas).0
}

/// Reads `UTF-8'en'J%C3%A4s%C3%B8n`, the value of a parameter whose name ends with a star (RFC 8187 section 3.2). Other
/// character sets are not allowed any more.
///
/// ```
/// use gatepass_auth::params::ext_value;
///
/// assert_eq!(ext_value("UTF-8''%e2%82%ac%20rates").as_deref(), Some("€ rates"));
/// assert_eq!(ext_value("iso-8859-1'en'%A3%20rates"), None);
/// ```
pub fn ext_value(value: &str) -> Option<String> {
    let mut parts = value.splitn(3, '\'');
    let (charset, _language, text) = (parts.next()?, parts.next()?, parts.next()?);
    let decoded = String::from_utf8(percent::decode(text).into_owned()).ok()?;
    charset.eq_ignore_ascii_case("utf-8").then_some(decoded)
}

/// Reads one header line from left to right; no byte is read more than a constant number of times.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    pub(crate) at: usize,
    line: usize,
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8], line: usize) -> Self {
        Self {
            bytes,
            at: 0,
            line,
            problems: Vec::new(),
        }
    }

    pub(crate) fn problem(&mut self, at: usize, kind: ProblemKind) {
        let line = self.line;
        self.problems.push(Problem { line, at, kind });
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(crate) fn at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub(crate) fn skip_space(&mut self) {
        self.skip_while(|byte| byte == b' ' || byte == b'\t');
    }

    /// Skips white space and commas: empty list elements are allowed (RFC 9110 section 5.6.1).
    pub(crate) fn skip_separators(&mut self) {
        self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b','));
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
    }

    pub(crate) fn token(&mut self) -> &'a [u8] {
        let start = self.at;
        self.skip_while(is_token_byte);
        &self.bytes[start..self.at]
    }

    /// Takes a token68 if one stands here and the element ends behind it; else moves nothing.
    pub(crate) fn token68(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        self.skip_while(is_token68_byte);
        let body = self.at;
        self.skip_while(|byte| byte == b'=');
        let end = self.at;
        self.skip_space();
        if body > start && matches!(self.peek(), None | Some(b',')) {
            return Some(&self.bytes[start..end]);
        }
        self.at = start;
        None
    }

    /// Skips to the next comma that does not stand in quotes.
    pub(crate) fn skip_element(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b',' => return,
                b'"' => drop(self.quoted_string()),
                _ => self.at += 1,
            }
        }
    }

    /// Reads the value of the parameter `name`, standing at its equals sign.
    pub(crate) fn value_of(&mut self, name: &[u8]) -> Param {
        self.at += 1;
        self.skip_space();
        let quoted = self.peek() == Some(b'"');
        let value = if quoted {
            self.quoted_string()
        } else {
            self.bare_value()
        };
        Param {
            name: text(name).into_owned(),
            value,
            quoted,
        }
    }

    fn quoted_string(&mut self) -> Vec<u8> {
        let start = self.at;
        self.at += 1;
        let mut value = Vec::new();
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'"' => return value,
                b'\\' => {
                    if let Some(escaped) = self.peek() {
                        value.push(escaped);
                        self.at += 1;
                    }
                }
                _ => value.push(byte),
            }
        }
        self.problem(start, ProblemKind::UnclosedQuote);
        value
    }

    fn bare_value(&mut self) -> Vec<u8> {
        let start = self.at;
        self.skip_while(|byte| !matches!(byte, b' ' | b'\t' | b','));
        let value = &self.bytes[start..self.at];
        if value.is_empty() {
            self.problem(start, ProblemKind::MissingValue);
        } else if !is_token(value) {
            self.problem(start, ProblemKind::BareValue);
        }
        value.to_vec()
    }

    /// Notes where something other than a comma or the end follows an element.
    pub(crate) fn expect_comma(&mut self) {
        self.skip_space();
        if !matches!(self.peek(), None | Some(b',')) {
            self.missing_comma(self.at);
        }
    }

    /// Notes that a comma is missing before `at`, once.
    pub(crate) fn missing_comma(&mut self, at: usize) {
        let known = self.problems.last().is_some_and(|last| {
            last.line == self.line && last.at == at && last.kind == ProblemKind::MissingComma
        });
        if !known {
            self.problem(at, ProblemKind::MissingComma);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_round_trip_through_quotes() {
        let mut params = Params::new();
        params.quoted("realm", br#"a "quoted\" re, alm"#.to_vec());
        params.bare("qop", "auth");
        params.bare("charset", "UTF 8");
        let (again, problems) = parse_params(&params.to_bytes());
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(again, params);
    }

    #[test]
    fn a_line_break_never_gets_out() {
        let mut params = Params::new();
        params.quoted("realm", "a\r\nSet-Cookie: b\x01");
        assert_eq!(params.to_string(), "realm=\"a  Set-Cookie: b \"");
        let (params, _) = parse_params(b"nonce=a\r\nb");
        assert_eq!(params.to_string(), "nonce=\"a  b\"");
    }
}
