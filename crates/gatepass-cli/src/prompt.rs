//! Questions to whoever sits at the terminal. A secret is not echoed.

use std::fs::OpenOptions;
use std::io::{self, BufRead as _, BufReader, Write as _};

use gatepass::{NoAnswer, Prompter};
use gatepass_auth::{Prompt, Secret, Values, schemes};

use crate::error::{Failure, reason};
use crate::output;

/// Asks on the terminal, even where standard input and output are redirected.
#[derive(Debug)]
pub(crate) struct Terminal;

impl Prompter for Terminal {
    fn ask(&self, prompt: &Prompt) -> Result<Values, NoAnswer> {
        let question = capital(&prompt.message);
        if prompt.fields.is_empty() {
            output::note(&question);
        }
        if let Some(url) = &prompt.url {
            output::note(&format!("Open {}", shown(url)));
        }
        if let Some(code) = &prompt.code {
            output::note(&format!("The code is {}", shown(code)));
        }
        let mut values = Values::new();
        for &field in &prompt.fields {
            let question = if prompt.fields.len() > 1 {
                format!("{question}: {field}: ")
            } else {
                format!("{question}: ")
            };
            let answer = if prompt.is_secret(field) {
                hidden(&question)
            } else {
                echoed(&question)
            };
            values.set(field, answer.map_err(|error| no_answer(&error))?);
        }
        Ok(values)
    }
}

/// Returns a server's text as it may stand on a terminal: in one line, and without what a terminal obeys.
fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

fn no_answer(error: &io::Error) -> NoAnswer {
    match error.kind() {
        io::ErrorKind::Interrupted => NoAnswer::Cancelled,
        _ => why(error).into(),
    }
}

/// Says whether an answer must not be seen. What no scheme knows might be a secret.
pub(crate) fn is_secret(field: &str) -> bool {
    let mut known = schemes::descriptors()
        .filter_map(|scheme| scheme.field(field))
        .peekable();
    known.peek().is_none() || known.any(|field| field.secret)
}

/// Asks a question whose answer may be seen.
///
/// # Errors
/// [`Failure`] where nobody answers.
pub(crate) fn ask_openly(question: &str) -> Result<String, Failure> {
    match echoed(question) {
        Ok(answer) => Ok(answer.expose_str().unwrap_or_default().trim().to_owned()),
        Err(error) => Err(Failure::new(format!(
            "the question has no answer: {}",
            why(&error)
        ))),
    }
}

fn hidden(question: &str) -> io::Result<Secret> {
    outlive_ctrl_c();
    let answer = rpassword::prompt_password(question);
    if answer.is_err() {
        // Ctrl-D leaves the cursor behind the question.
        output::note("");
    }
    answer.map(Secret::from)
}

/// Keeps Ctrl-C from ending the process while the terminal echoes nothing: it would stay so. The question comes back
/// unanswered instead, with the terminal as it was.
#[cfg(unix)]
fn outlive_ctrl_c() {
    use tokio::signal::unix::{SignalKind, signal};

    // The handler stays in place. Whatever comes after the question waits for Ctrl-C itself.
    if let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        {
            let _context = runtime.enter();
            let _ = signal(SignalKind::interrupt());
        }
        // It may be asked from inside another runtime, where one cannot end by being dropped.
        runtime.shutdown_background();
    }
}

#[cfg(not(unix))]
fn outlive_ctrl_c() {}

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
        io::ErrorKind::UnexpectedEof => "it was not answered".to_owned(),
        io::ErrorKind::Interrupted => NoAnswer::Cancelled.to_string(),
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
