//! What is said when a run fails: a sentence about what is wrong, and one about what to type instead.

use std::fmt;
use std::io;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use gatepass_auth::show;

use crate::exit_code::Exit;
use crate::habits;
use crate::remedy::Front;

/// Why a run ended early, as the user reads it.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    hints: Vec<String>,
    /// What to type next, word for word.
    command: Option<String>,
    exit: Exit,
}

impl Failure {
    /// Says what is wrong. The first word is in lower case and there is no full stop: both are added where it is shown.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hints: Vec::new(),
            command: None,
            exit: Exit::Error,
        }
    }

    /// Adds what to do instead, as a sentence.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds the command to type next, which stands on a line of its own.
    #[must_use]
    pub(crate) fn command(mut self, command: Option<String>) -> Self {
        self.command = command;
        self
    }

    /// Ends the process with `exit`.
    #[must_use]
    pub(crate) fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// Ends the process without a word.
    pub(crate) fn silent(exit: Exit) -> Self {
        Self::new("").exit(exit)
    }

    /// Explains why output could not be written. That its reader has gone is nobody's fault.
    pub(crate) fn output(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::silent(Exit::Ok);
        }
        Self::new(format!(
            "the output could not be written: {}",
            reason(error)
        ))
    }

    /// Returns what the process ends with.
    pub(crate) fn exit_code(&self) -> Exit {
        self.exit
    }

    /// Says whether there is nothing to say.
    pub(crate) fn is_silent(&self) -> bool {
        self.message.is_empty()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", sentence(&harmless(&self.message)))?;
        self.hints
            .iter()
            .try_for_each(|hint| writeln!(f, "  hint: {}", sentence(&harmless(hint))))?;
        match &self.command {
            Some(command) => writeln!(f, "  {}", harmless(command)),
            None => Ok(()),
        }
    }
}

/// Returns a message without what a terminal would obey or a reader would not see. Its lines stay: a caret may stand under one.
fn harmless(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(show::line).collect();
    lines.join("\n")
}

/// Ends a text with a full stop, unless it has an end already, which a caret under the mistake is too.
fn sentence(text: &str) -> String {
    let ended = text.ends_with(['.', '?', '!', ':', '^']);
    format!("{text}{}", if ended { "" } else { "." })
}

/// Returns what the system says about an error, without the number that only programmers know.
pub(crate) fn reason(error: &io::Error) -> String {
    without_numbers(&error.to_string()).to_lowercase()
}

/// Takes the numbers of the system's errors out of a text.
fn without_numbers(text: &str) -> String {
    let Some((before, behind)) = text.split_once(" (os error ") else {
        return text.to_owned();
    };
    format!(
        "{before}{}",
        behind.split_once(')').map_or("", |(_, rest)| rest)
    )
}

/// Rewords what clap found wrong with the command line.
pub(crate) fn usage(error: &clap::Error) -> Failure {
    let one = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(all)) => all.first().cloned(),
        _ => None,
    };
    let argument = one(ContextKind::InvalidArg).unwrap_or_default();
    let option = argument.split([' ', '=']).next().unwrap_or_default();
    // What need not be given stands in brackets.
    let option = option.trim_matches(['[', ']']);
    let help = "gatepass --help explains every option";
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let failure = Failure::new(format!("there is no option {option}"));
            if let Some(instead) = habits::instead_of(option) {
                return failure.hint(capital(instead));
            }
            match one(ContextKind::SuggestedArg) {
                Some(known) => failure.hint(format!("Did you mean {known}?")),
                None => failure.hint(capital(help)),
            }
        }
        ErrorKind::InvalidValue if one(ContextKind::InvalidValue).is_none_or(|v| v.is_empty()) => {
            Failure::new(format!("{option} needs a value behind it")).hint(capital(help))
        }
        ErrorKind::InvalidValue => {
            let value = one(ContextKind::InvalidValue).unwrap_or_default();
            let failure = Failure::new(format!("{option} cannot be {}", show::typed(&value)));
            let valid = match error.get(ContextKind::ValidValue) {
                Some(ContextValue::Strings(all)) => all.join(", "),
                _ => return failure,
            };
            match one(ContextKind::SuggestedValue) {
                Some(known) => failure.hint(format!("Did you mean {known}? It can be {valid}")),
                None => failure.hint(format!("It can be {valid}")),
            }
        }
        ErrorKind::ValueValidation => {
            let value = one(ContextKind::InvalidValue).unwrap_or_default();
            let failure = Failure::new(format!("{option} cannot be {}", show::typed(&value)));
            match std::error::Error::source(error) {
                Some(source) => failure.hint(capital(&source.to_string())),
                None => failure,
            }
        }
        ErrorKind::ArgumentConflict => {
            let prior = one(ContextKind::PriorArg).unwrap_or_default();
            Failure::new(format!("{argument} and {prior} exclude each other"))
                .hint("Leave one of the two out")
        }
        ErrorKind::MissingRequiredArgument => {
            Failure::new(format!("{argument} is missing")).hint(capital(help))
        }
        ErrorKind::InvalidSubcommand => {
            Failure::new("there is no such command").hint("gatepass --help lists the commands")
        }
        _ => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            Failure::new(first.trim_start_matches("error: ")).hint(capital(help))
        }
    }
}

/// Rewords what went wrong with a request, with the options of `gatepass` that mend it.
pub(crate) fn of_client(error: &gatepass::Error) -> Failure {
    of_client_at(Front::Gatepass, error)
}

/// As [`of_client`], with the options of another command line.
pub(crate) fn of_client_at(front: Front, error: &gatepass::Error) -> Failure {
    use gatepass::error::{Credential, Misuse, Peer};
    use gatepass::{Error, NoAnswer};

    if matches!(error, Error::Credential(Credential::NoAnswer { problem, .. }) if *problem == NoAnswer::Cancelled.to_string())
    {
        return Failure::silent(Exit::Interrupted);
    }
    let failure = Failure::new(match error {
        Error::Misuse(Misuse::PlainHttp { space, .. }) => {
            format!(
                "the secret would go over plain http, where everybody on the way to {space} can read it"
            )
        }
        Error::Credential(Credential::NoAnswer { question, problem }) => {
            format!("the {question} is missing: {problem}")
        }
        other => without_numbers(&other.to_string()),
    });
    let hint = match error.remedy() {
        Some(remedy) => Some(front.words(&remedy)),
        None => error.hint(),
    };
    let failure = hint.into_iter().fold(failure, Failure::hint);
    match error {
        Error::Peer(Peer::TooManyRedirects { .. }) => failure.exit(Exit::TooManyRedirects),
        error if error.is_timeout() => failure.exit(Exit::Timeout),
        _ => failure,
    }
}

/// Begins a sentence.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first)
            if text.starts_with(|c: char| c.is_ascii_lowercase())
                && !text.starts_with("gatepass") =>
        {
            first.to_uppercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}
