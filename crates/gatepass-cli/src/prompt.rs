//! Questions to whoever sits at the terminal. A secret is not echoed.

use std::fs::OpenOptions;
use std::io::{self, BufRead as _, BufReader, Write as _};

use gatepass::Prompter;
use gatepass_auth::{Prompt, Secret, Values, schemes};

use crate::error::reason;
use crate::output;

/// Asks on the terminal, even where standard input and output are redirected.
#[derive(Debug)]
pub(crate) struct Terminal;

impl Prompter for Terminal {
    fn ask(&self, prompt: &Prompt) -> Result<Values, String> {
        let question = capital(&prompt.message);
        let mut values = Values::new();
        for &field in &prompt.fields {
            let question = if prompt.fields.len() > 1 {
                format!("{question}: {field}: ")
            } else {
                format!("{question}: ")
            };
            let answer = if is_secret(field) {
                hidden(&question)
            } else {
                echoed(&question)
            };
            values.set(field, answer.map_err(|error| why(&error))?);
        }
        Ok(values)
    }
}

/// Says whether an answer must not be seen. What no scheme knows might be a secret.
fn is_secret(field: &str) -> bool {
    let mut known = schemes::ALL
        .iter()
        .filter_map(|scheme| scheme.field(field))
        .peekable();
    known.peek().is_none() || known.any(|field| field.secret)
}

fn hidden(question: &str) -> io::Result<Secret> {
    let answer = rpassword::prompt_password(question);
    if answer.is_err() {
        // Ctrl-D leaves the cursor behind the question.
        output::note("");
    }
    answer.map(Secret::from)
}

fn echoed(question: &str) -> io::Result<Secret> {
    let (input, output) = if cfg!(windows) {
        ("CONIN$", "CONOUT$")
    } else {
        ("/dev/tty", "/dev/tty")
    };
    let mut out = OpenOptions::new().write(true).open(output)?;
    write!(out, "{question}")?;
    out.flush()?;
    let mut line = String::new();
    BufReader::new(OpenOptions::new().read(true).open(input)?).read_line(&mut line)?;
    Ok(Secret::from(line.trim_end_matches(['\r', '\n'])))
}

/// Says why nobody answered. Without a terminal the system's words would only confuse.
fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::Interrupted => {
            "it was not answered".to_owned()
        }
        io::ErrorKind::NotFound => "there is no terminal to ask on".to_owned(),
        _ if reason(error).contains("no such device") => {
            "there is no terminal to ask on".to_owned()
        }
        _ => reason(error),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
