//! Command lines of Windows' cmd: first the interpreter resolves `^` and `%VARIABLE%`, then the program splits what is left
//! by the rules of Microsoft's C runtime ("Parsing C command-line arguments").

use super::dialect::windows_prompt;
use super::error::CurlError;
use super::words::{Command, Script, Word, is_curl, is_name, without_runners};
use crate::variable::StandIns;
use crate::warning::Warning;

/// Reads a script and returns the runs of curl in it.
///
/// # Errors
/// [`CurlError::Syntax`] for a quote that is never closed.
pub(super) fn read(source: &str, stand_ins: &mut StandIns) -> Result<Script, CurlError> {
    let mut script = Script::default();
    for line in resolve(&source[windows_prompt(source)..], stand_ins) {
        let line = line.get(windows_prompt(&line)..).unwrap_or_default();
        let words = split(line).ok_or_else(|| {
            CurlError::syntax(source, 0, "a double quote is opened and never closed")
        })?;
        take(&mut script, &words);
    }
    Ok(script)
}

/// Adds one command to a script, if it is curl.
pub(super) fn take(script: &mut Script, words: &[Word]) {
    let Some((program, rest)) = without_runners(words).split_first() else {
        return;
    };
    if is_curl(&program.bytes) {
        script.commands.push(Command {
            words: rest.to_vec(),
            stdin: None,
        });
        return;
    }
    let name = program.shown();
    script.other.get_or_insert_with(|| name.clone());
    let warning = Warning::new(name, "only curl is understood; this command is left out");
    script.warnings.push(warning);
}

/// Does what the interpreter does, and returns the commands.
fn resolve(source: &str, stand_ins: &mut StandIns) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut line = String::new();
    let mut quoted = false;
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        let rest = &source[at..];
        at += c.len_utf8();
        match c {
            '^' if !quoted => {
                let behind = &source[at..];
                let end = ["\r\n", "\n"]
                    .into_iter()
                    .find(|end| behind.starts_with(end));
                at += end.map_or(0, str::len);
                // What follows is a plain character, the first one of a continued line too.
                if let Some(next) = source[at..].chars().next() {
                    at += next.len_utf8();
                    line.push(next);
                }
            }
            '"' => {
                quoted = !quoted;
                line.push(c);
            }
            '%' => match variable(rest) {
                Some(name) => {
                    line.push_str(&stand_ins.of(name, None, false));
                    at += name.len() + 1;
                }
                None => line.push(c),
            },
            '\r' if source[at..].starts_with('\n') => {}
            '\n' => {
                quoted = false;
                lines.push(std::mem::take(&mut line));
            }
            '&' | '|' | '<' | '>' if !quoted => lines.push(std::mem::take(&mut line)),
            _ => line.push(c),
        }
    }
    lines.push(line);
    lines.retain(|line| !line.trim().is_empty());
    lines
}

/// Returns the name in `%NAME%`. Two characters may as well be an escape of a URL.
fn variable(text: &str) -> Option<&str> {
    let name = text[1..]
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count();
    let name = &text[1..=name];
    let closed = text[1 + name.len()..].starts_with('%');
    (closed && name.len() > 2 && is_name(name)).then_some(name)
}

/// Splits a command as the C runtime does; `None` where a quote is never closed.
pub(super) fn split(line: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut begun) = (false, false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                begun = true;
                let mut count = 1;
                while chars.next_if_eq(&'\\').is_some() {
                    count += 1;
                }
                let before_quote = chars.peek() == Some(&'"');
                let kept = if before_quote { count / 2 } else { count };
                word.extend(std::iter::repeat_n('\\', kept));
                if before_quote && count % 2 == 1 {
                    chars.next();
                    word.push('"');
                }
            }
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                word.push('"');
            }
            '"' => {
                begun = true;
                quoted = !quoted;
            }
            ' ' | '\t' | '\n' if !quoted => {
                if std::mem::take(&mut begun) {
                    words.push(Word::new(std::mem::take(&mut word)));
                }
            }
            _ => {
                begun = true;
                word.push(c);
            }
        }
    }
    if begun {
        words.push(Word::new(word));
    }
    (!quoted).then_some(words)
}
