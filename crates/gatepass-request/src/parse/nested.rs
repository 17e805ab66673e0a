//! Nested JSON in the names of items: `a[b][]=1`, `[0][x]:=2`, as in HTTPie.
//!
//! A name is a text, then steps in brackets: `[text]` enters an object, `[3]` an array at that index (holes become
//! null), `[]` adds an element. A name that begins with a step makes an array of the whole body. A backslash takes the
//! meaning from `[`, `]` and `\`, and makes a text of a number: `a[\3]`.

use serde_json::{Map, Value};

use crate::error::{NestedError, NestedErrorKind};

pub use crate::limits::{MAX_DEPTH, MAX_INDEX};

/// Puts `value` at the place in `root` that `key` names, and makes what is missing on the way. Begin with null.
///
/// # Errors
/// [`NestedError`] where `key` is malformed or what stands on the way does not fit; `root` may then be changed in part.
///
/// ```
/// use gatepass_request::parse::nested::insert;
///
/// let mut root = serde_json::Value::Null;
/// insert(&mut root, "a[b][]", 1.into())?;
/// insert(&mut root, "a[b][2]", 3.into())?;
/// assert_eq!(root.to_string(), r#"{"a":{"b":[1,null,3]}}"#);
/// # Ok::<(), gatepass_request::NestedError>(())
/// ```
pub fn insert(root: &mut Value, key: &str, value: Value) -> Result<(), NestedError> {
    let steps = parse(key)?;
    let mut place = root;
    for (number, step) in steps.iter().enumerate() {
        if place.is_null() {
            *place = match step.action {
                Action::Key(_) => Value::Object(Map::new()),
                Action::Index(_) | Action::Append => Value::Array(Vec::new()),
            };
        }
        place = match (&step.action, place) {
            (Action::Key(name), Value::Object(map)) => {
                map.entry(name.as_str()).or_insert(Value::Null)
            }
            (Action::Index(index), Value::Array(list)) => {
                if list.len() <= *index {
                    list.resize(index + 1, Value::Null);
                }
                &mut list[*index]
            }
            (Action::Append, Value::Array(list)) => {
                list.push(Value::Null);
                let last = list.len() - 1;
                &mut list[last]
            }
            (action, other) => {
                let before = number.checked_sub(1).map_or(0, |before| steps[before].end);
                let kind = NestedErrorKind::WrongType {
                    at: key.chars().take(before).collect(),
                    is: type_of(other),
                    needs: if matches!(action, Action::Key(_)) {
                        "an object"
                    } else {
                        "an array"
                    },
                };
                return Err(error(key, step.start, step.end, kind));
            }
        };
    }
    *place = value;
    Ok(())
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn error(key: &str, start: usize, end: usize, kind: NestedErrorKind) -> NestedError {
    NestedError {
        key: key.to_owned(),
        start,
        end,
        kind,
    }
}

/// One step on the way to a place, and where in the name it stands, in characters.
struct Step {
    action: Action,
    start: usize,
    end: usize,
}

enum Action {
    Key(String),
    Index(usize),
    Append,
}

/// A piece of a name, and where it stands, in characters.
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

enum Kind {
    Open,
    Close,
    /// A text, as it was meant and as it was written without its escapes' backslashes.
    Text(String),
    /// A whole number, kept as text.
    Number(String),
}

fn parse(key: &str) -> Result<Vec<Step>, NestedError> {
    let mut tokens = tokenize(key).into_iter();
    let mut steps = Vec::new();
    let mut end = 0;
    let expected = |token: Option<Token>, end: usize, what| match token {
        Some(token) => error(key, token.start, token.end, NestedErrorKind::Expected(what)),
        None => error(key, end, end + 1, NestedErrorKind::Expected(what)),
    };
    let mut open = match tokens.next() {
        None => {
            return Ok(vec![Step {
                action: Action::Key(String::new()),
                start: 0,
                end: 0,
            }]);
        }
        Some(Token {
            kind: Kind::Text(name) | Kind::Number(name),
            start,
            end: behind,
        }) => {
            steps.push(Step {
                action: Action::Key(name),
                start,
                end: behind,
            });
            end = behind;
            tokens.next()
        }
        first => first,
    };
    while let Some(token) = open {
        let start = match token.kind {
            Kind::Open => token.start,
            _ if steps.is_empty() => {
                return Err(expected(Some(token), end, "a text, a number or '['"));
            }
            _ => return Err(expected(Some(token), end, "'['")),
        };
        end = token.end;
        let inner = tokens.next();
        let action = match inner {
            Some(Token {
                kind: Kind::Close,
                end: behind,
                ..
            }) => {
                end = behind;
                Action::Append
            }
            Some(Token {
                kind: Kind::Text(name),
                end: behind,
                ..
            }) if !steps.is_empty() => {
                end = behind;
                Action::Key(name)
            }
            Some(Token {
                kind: Kind::Number(digits),
                start,
                end: behind,
            }) => {
                end = behind;
                Action::Index(read_index(&digits).map_err(|kind| error(key, start, behind, kind))?)
            }
            other if steps.is_empty() => return Err(expected(other, end, "a number or ']'")),
            other => return Err(expected(other, end, "a text, a number or ']'")),
        };
        if !matches!(action, Action::Append) {
            match tokens.next() {
                Some(Token {
                    kind: Kind::Close,
                    end: behind,
                    ..
                }) => end = behind,
                other => return Err(expected(other, end, "']'")),
            }
        }
        steps.push(Step { action, start, end });
        if steps.len() > MAX_DEPTH {
            return Err(error(key, start, end, NestedErrorKind::TooDeep));
        }
        open = tokens.next();
    }
    Ok(steps)
}

fn read_index(digits: &str) -> Result<usize, NestedErrorKind> {
    if digits.starts_with('-') {
        return Err(NestedErrorKind::NegativeIndex);
    }
    match digits.parse::<u64>() {
        Ok(index) if index <= MAX_INDEX => {
            usize::try_from(index).map_err(|_| NestedErrorKind::LargeIndex)
        }
        _ => Err(NestedErrorKind::LargeIndex),
    }
}

fn tokenize(key: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut text = Text::default();
    let mut chars = key.chars().enumerate();
    let mut end = 0;
    while let Some((at, c)) = chars.next() {
        end = at + 1;
        match c {
            '[' | ']' => {
                text.finish(at, &mut tokens);
                let kind = if c == '[' { Kind::Open } else { Kind::Close };
                tokens.push(Token {
                    kind,
                    start: at,
                    end,
                });
            }
            '\\' => {
                text.begin(at);
                match chars.next() {
                    Some((_, special @ ('[' | ']' | '\\'))) => {
                        text.escaped = true;
                        text.value.push(special);
                        end = at + 2;
                    }
                    Some((_, other)) => {
                        text.value.extend(['\\', other]);
                        end = at + 2;
                    }
                    None => text.value.push('\\'),
                }
            }
            _ => {
                text.begin(at);
                text.value.push(c);
            }
        }
    }
    text.finish(end, &mut tokens);
    tokens
}

/// A text that is being read.
#[derive(Default)]
struct Text {
    value: String,
    start: Option<usize>,
    escaped: bool,
}

impl Text {
    fn begin(&mut self, at: usize) {
        self.start.get_or_insert(at);
    }

    fn finish(&mut self, end: usize, tokens: &mut Vec<Token>) {
        let Self {
            value,
            start,
            escaped,
        } = std::mem::take(self);
        let Some(start) = start else { return };
        let kind = match value.strip_prefix('\\').filter(|rest| is_number(rest)) {
            _ if escaped => Kind::Text(value),
            Some(number) => Kind::Text(number.to_owned()),
            None if is_number(&value) => Kind::Number(value),
            None => Kind::Text(value),
        };
        tokens.push(Token { kind, start, end });
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
