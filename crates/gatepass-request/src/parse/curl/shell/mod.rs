//! Command lines of the POSIX shell: pipes, redirections, assignments and heredocs around curl.
//!
//! Nothing is run. What `echo`, `printf` and `cat` would put into a pipe is worked out, an assignment sets its variable for
//! what follows, and everything else is named in a warning.

mod lexer;

use lexer::{Lexer, Token};

use super::error::CurlError;
use super::words::{Command, Input, Script, Word, is_assignment, is_curl, without_runners};
use crate::variable::{StandIns, has_variable};
use crate::warning::Warning;

/// Reads a script and returns the runs of curl in it.
///
/// # Errors
/// [`CurlError::Syntax`] for quotes and brackets that are never closed.
pub(super) fn read(source: &str, stand_ins: &mut StandIns) -> Result<Script, CurlError> {
    let mut reader = Reader {
        lexer: Lexer::new(source, stand_ins),
        script: Script::default(),
        piped: None,
        curl_pipes: false,
    };
    loop {
        let (simple, end) = reader.simple()?;
        reader.finish(simple, &end);
        if end == End::Text {
            break;
        }
    }
    reader
        .script
        .warnings
        .extend(reader.lexer.warnings.into_vec());
    Ok(reader.script)
}

/// A command without pipes.
#[derive(Default)]
struct Simple {
    words: Vec<Word>,
    stdin: Option<Input>,
    /// Where text that is written to a file would go.
    output: Option<String>,
}

/// What ends a command.
#[derive(PartialEq, Eq)]
enum End {
    Pipe,
    Other(&'static str),
    Text,
}

/// A heredoc whose text begins on the next line.
struct Awaited {
    word: String,
    quoted: bool,
}

struct Reader<'a> {
    lexer: Lexer<'a>,
    script: Script,
    /// What the command before the pipe prints.
    piped: Option<Option<Input>>,
    /// Whether what comes next reads what curl prints.
    curl_pipes: bool,
}

impl Reader<'_> {
    fn simple(&mut self) -> Result<(Simple, End), CurlError> {
        let mut simple = Simple::default();
        let mut awaited: Option<Awaited> = None;
        let end = loop {
            match self.lexer.next()? {
                Token::Word(word, quoted) => {
                    // A number or a bracket of an array would be neither: what is unquoted and empty is no word.
                    if quoted || !word.bytes.is_empty() {
                        simple.words.push(word);
                    }
                }
                Token::Redirect(redirect) => self.redirect(redirect, &mut simple, &mut awaited)?,
                Token::Operator("\n") if awaited.is_some() => {
                    self.heredoc(awaited.take(), &mut simple)?;
                    break End::Other("\n");
                }
                Token::Operator("|" | "|&") => {
                    // A heredoc may stand before a pipe: its text begins behind the line.
                    if let Some(awaited) = awaited.take() {
                        self.heredoc_behind_line(awaited, &mut simple)?;
                    }
                    break End::Pipe;
                }
                Token::Operator(other) => {
                    if let Some(awaited) = awaited.take() {
                        self.heredoc_behind_line(awaited, &mut simple)?;
                    }
                    break End::Other(other);
                }
                Token::End => break End::Text,
            }
        };
        Ok((simple, end))
    }

    fn redirect(
        &mut self,
        redirect: &'static str,
        simple: &mut Simple,
        awaited: &mut Option<Awaited>,
    ) -> Result<(), CurlError> {
        let Token::Word(word, quoted) = self.lexer.next()? else {
            return Ok(());
        };
        let text = word.shown();
        match redirect {
            "<" => simple.stdin = Some(Input::File(text)),
            "<<<" => {
                let mut bytes = word.bytes;
                bytes.push(b'\n');
                simple.stdin = Some(Input::Bytes(bytes));
            }
            "<<" | "<<-" => *awaited = Some(Awaited { word: text, quoted }),
            ">" | ">>" | ">|" | "&>" | "&>>" if text != "/dev/null" => simple.output = Some(text),
            _ => {}
        }
        Ok(())
    }

    /// Reads the heredoc whose text begins here.
    fn heredoc(&mut self, awaited: Option<Awaited>, simple: &mut Simple) -> Result<(), CurlError> {
        let Some(Awaited { word, quoted }) = awaited else {
            return Ok(());
        };
        let at = self.lexer.at;
        let Some(heredoc) = self.lexer.heredoc(at, &word, quoted) else {
            return Err(self.lexer.error(at, "a heredoc begins here and never ends"));
        };
        let mut bytes = Vec::new();
        self.lexer.heredoc_text(&mut bytes, &heredoc)?;
        self.lexer.at = heredoc.end;
        simple.stdin = Some(Input::Bytes(bytes));
        Ok(())
    }

    /// Reads a heredoc whose line goes on, as in `cat <<END | curl …`. Its text is taken out of the way.
    fn heredoc_behind_line(
        &mut self,
        awaited: Awaited,
        simple: &mut Simple,
    ) -> Result<(), CurlError> {
        let here = self.lexer.at;
        let Some(line) = self.lexer.rest().find('\n') else {
            return Err(self
                .lexer
                .error(here, "a heredoc is announced and never begins"));
        };
        self.lexer.at = here + line + 1;
        self.heredoc(Some(awaited), simple)?;
        let behind = std::mem::replace(&mut self.lexer.at, here);
        self.lexer.skip_later(here + line, behind);
        Ok(())
    }

    fn finish(&mut self, simple: Simple, end: &End) {
        let piped = self.piped.take();
        let downstream = std::mem::take(&mut self.curl_pipes);
        let words = without_runners(&simple.words);
        let settings = words
            .iter()
            .take_while(|word| is_assignment(&word.shown()).is_some());
        let program = &words[settings.count()..];
        let Some((first, rest)) = program.split_first() else {
            self.assign(words);
            return;
        };
        if is_curl(&first.bytes) {
            self.unset(&words[..words.len() - program.len()]);
            if let Some(output) = &simple.output {
                self.lexer.warn(Warning::new(
                    format!("> {output}"),
                    "the shell's redirection is not part of the request",
                ));
            }
            self.script.commands.push(Command {
                words: rest.to_vec(),
                stdin: simple.stdin.or(piped.flatten()),
            });
            self.curl_pipes = *end == End::Pipe;
            if *end == End::Other("&") {
                self.lexer.warn(Warning::new(
                    "&",
                    "an unquoted & ends the command; put the URL in quotes if it is part of it",
                ));
            }
            return;
        }
        if first.bytes == b"export" || first.bytes == b"set" || first.bytes == b"local" {
            self.assign(rest);
            return;
        }
        if *end == End::Pipe && !downstream {
            self.piped = Some(printed(first, rest, simple.stdin));
            return;
        }
        let name = first.shown();
        if ["done", "fi", "}", "esac"].contains(&name.as_str()) {
            return;
        }
        if self.script.other.is_none() {
            self.script.other = Some(name.clone());
        }
        self.lexer.warn(Warning::new(
            name,
            "only curl is understood; this command is left out",
        ));
    }

    /// Sets variables for what follows. What has to be computed stays a variable.
    fn assign(&mut self, words: &[Word]) {
        for word in words {
            let text = word.shown();
            let Some(name) = is_assignment(&text) else {
                continue;
            };
            let value = &word.bytes[name.len() + 1..];
            if has_variable(value, self.lexer.stand_ins.variables()) {
                self.lexer.bound.remove(name);
            } else {
                self.lexer.bound.insert(name.to_owned(), value.to_vec());
            }
        }
    }

    /// Says that `A=b curl $A` does not do what it seems to.
    fn unset(&mut self, settings: &[Word]) {
        for word in settings {
            if let Some(name) = is_assignment(&word.shown()) {
                self.lexer.warn(Warning::new(
                    format!("{name}=…"),
                    format!("an assignment before a command does not set ${name} in its words"),
                ));
            }
        }
    }
}

/// Works out what a program would print into a pipe, if that can be known.
fn printed(program: &Word, words: &[Word], stdin: Option<Input>) -> Option<Input> {
    let joined = |words: &[Word]| {
        let texts: Vec<&[u8]> = words.iter().map(|word| word.bytes.as_slice()).collect();
        texts.join(&b' ')
    };
    match program.bytes.as_slice() {
        b"echo" => {
            let plain = words.first().is_some_and(|word| word.bytes == b"-n");
            let mut bytes = joined(&words[usize::from(plain)..]);
            if !plain {
                bytes.push(b'\n');
            }
            Some(Input::Bytes(bytes))
        }
        b"printf" => match words {
            [text] if !text.bytes.contains(&b'%') && !text.bytes.contains(&b'\\') => {
                Some(Input::Bytes(text.bytes.clone()))
            }
            [format, text] if format.bytes == b"%s" => Some(Input::Bytes(text.bytes.clone())),
            [format, text] if format.bytes == b"%s\\n" => {
                Some(Input::Bytes([text.bytes.as_slice(), b"\n"].concat()))
            }
            _ => None,
        },
        b"cat" => match words {
            [] => stdin,
            [file] if file.bytes == b"-" => stdin,
            [file] => Some(Input::File(file.shown())),
            _ => None,
        },
        _ => None,
    }
}
