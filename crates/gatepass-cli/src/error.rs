//! What is said when a run fails: a sentence about what is wrong, and one about what to type instead.

use std::fmt;
use std::io;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::exit_code::Exit;
use crate::habits;

/// What is said after Ctrl-C.
pub(crate) const INTERRUPTED: &str = "it was interrupted";

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
        writeln!(f, "error: {}", sentence(&self.message))?;
        self.hints
            .iter()
            .try_for_each(|hint| writeln!(f, "  hint: {}", sentence(hint)))?;
        match &self.command {
            Some(command) => writeln!(f, "  {command}"),
            None => Ok(()),
        }
    }
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
            let failure = Failure::new(format!("{option} cannot be {value:?}"));
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
            let failure = Failure::new(format!("{option} cannot be {value:?}"));
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

/// Rewords what went wrong with a request, with the options that mend it.
pub(crate) fn of_client(error: &gatepass::Error) -> Failure {
    use gatepass::Error;
    use gatepass::error::{Credential, IdentityProblem, Misuse, Network, Peer};
    use gatepass_auth::CredentialError;

    if matches!(error, Error::Credential(Credential::NoAnswer { problem, .. }) if problem == INTERRUPTED)
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
    let hint = match error {
        Error::Misuse(Misuse::PlainHttp { space, .. }) => Some(format!(
            "Write https://{}; or use a scheme that keeps the secret, such as -A digest; or add --allow-plain-http",
            space.authority()
        )),
        Error::Peer(Peer::NoTunnel { status: 407, .. }) => Some(
            "Check what the proxy is given: --proxy http://USER:PASSWORD@HOST:PORT, or -U USER:env:NAME beside --proxy"
                .to_owned(),
        ),
        Error::Peer(Peer::NoTunnel { .. }) => error
            .hint()
            .map(|hint| certificate_options(&hint).replace("--cert", "--proxy-cert")),
        Error::Misuse(Misuse::Auth(gatepass_auth::Misuse::MissingField { scheme, field })) => {
            Some(format!("Add -a {field}=env:NAME or -a {field}=@FILE; gatepass schemes {scheme} explains it"))
        }
        Error::Misuse(
            Misuse::BodySentOnce { .. } | Misuse::Auth(gatepass_auth::Misuse::BodyNotReplayable),
        ) => Some("Write the body to a file, and send that with @FILE".to_owned()),
        Error::Misuse(Misuse::SeveralProfiles { names, .. }) => Some(format!(
            "Choose one with --profile NAME, or none with --no-profile: {}",
            names.join(", ")
        )),
        Error::Misuse(Misuse::BadCertificate { from, .. }) => Some(match variable(from) {
            Some(name) => format!("Mend what {name} names, or do without it: unset {name}"),
            None => "Give --verify a file with a line -----BEGIN CERTIFICATE-----".to_owned(),
        }),
        Error::Misuse(Misuse::BadIdentity { problem: IdentityProblem::NoKey, .. }) => {
            Some("Give the file with the key, too: --cert-key FILE".to_owned())
        }
        Error::Misuse(Misuse::BadPin { .. }) => Some(
            "Write sha256// and the Base64 of a SHA-256, as gatepass -v shows it, or a file with the key or the certificate"
                .to_owned(),
        ),
        Error::Misuse(Misuse::NoTlsVersion { .. }) => {
            Some("Leave --tls-max or --tlsv1.3 out".to_owned())
        }
        Error::Credential(Credential::NoPassphrase { .. }) => {
            Some("Give the password with --cert-key-pass: env:NAME, @FILE, or prompt: to be asked".to_owned())
        }
        Error::Tls(error) => of_tls(error),
        Error::Network(Network::ConnectTimeout { .. } | Network::ReadTimeout { .. } | Network::TotalTimeout { .. }) => {
            Some("If the server is slow, give it more time with --timeout SECONDS".to_owned())
        }
        Error::Peer(Peer::Swollen { .. }) => {
            Some("If you expect so much from this server, add --decode=unlimited".to_owned())
        }
        Error::Peer(Peer::NotTheRest { .. }) => {
            Some("Type the same without --continue to begin anew".to_owned())
        }
        Error::Peer(Peer::Coding { .. }) => {
            Some("--decode=no shows the body as it is on the wire".to_owned())
        }
        Error::Peer(Peer::TooManyRedirects { circle, .. }) if circle.is_empty() => {
            Some("Allow more with --max-redirects NUMBER".to_owned())
        }
        Error::Credential(Credential::Missing { place, .. }) if place.starts_with("environment variable") => {
            Some("Set it with export NAME=…, or take the secret from elsewhere: @FILE, or prompt: to be asked".to_owned())
        }
        Error::Credential(Credential::Missing { .. }) => {
            Some("Take the secret from elsewhere: env:NAME, @FILE, cmd:COMMAND, keyring:SERVICE/USER, or prompt: to be asked".to_owned())
        }
        Error::Credential(Credential::Auth(CredentialError::Empty { .. })) => Some(
            "Was a variable in the command empty? Given as env:NAME, a variable that is not set is told".to_owned(),
        ),
        Error::Credential(Credential::NoAnswer { .. }) => Some(
            "Give the secret from elsewhere: env:NAME or @FILE, as in -a alice:env:PASSWORD".to_owned(),
        ),
        other => other.hint(),
    };
    let failure = hint.into_iter().fold(failure, Failure::hint);
    match error {
        Error::Peer(Peer::TooManyRedirects { .. }) => failure.exit(Exit::TooManyRedirects),
        error if error.is_timeout() => failure.exit(Exit::Timeout),
        _ => failure,
    }
}

/// Says which options mend what went wrong with TLS.
fn of_tls(error: &gatepass::error::Tls) -> Option<String> {
    use gatepass::config::TlsVersion;
    use gatepass::error::Tls;

    const BLINDLY: &str = "for a test, --verify no checks nothing";
    let hint = gatepass::Error::from(error.clone()).hint();
    Some(match error {
        // A proxy has options of its own, of the same names.
        Tls::AtProxy(error) => match **error {
            Tls::NoCommonVersion { .. } | Tls::UnrecognisedName { .. } => return hint,
            Tls::WrongName { .. } | Tls::PinMismatch { .. } => return hint,
            _ => of_tls(error)?
                .replace("--verify", "--proxy-verify")
                .replace("--cert", "--proxy-cert"),
        },
        Tls::SelfSigned { .. } => {
            format!("If it is your server, trust its certificate with --verify FILE; {BLINDLY}")
        }
        Tls::UnknownIssuer {
            only: Some(only), ..
        } => match variable(only) {
            Some(name) => format!(
                "Only the certificates in {only} are trusted; if that is not what you want, unset {name}; {BLINDLY}"
            ),
            None => format!(
                "Only the certificates in {only} are trusted; with --verify FILE the system's are as well"
            ),
        },
        Tls::UnknownIssuer { .. } | Tls::NoTrustStore { .. } => {
            format!("If you know the authority, give its certificate with --verify FILE; {BLINDLY}")
        }
        Tls::OtherAuthority { .. } => format!(
            "If the authority was made anew, give its present certificate with --verify FILE; {BLINDLY}"
        ),
        Tls::WrongName { presented, .. } if !presented.is_empty() => format!(
            "Use one of these names; or, if you are sure which server it is, --server-name {}",
            presented[0]
        ),
        Tls::ClientCertificateRequired { .. } | Tls::ClientCertificateRefused { .. } => {
            certificate_options(&hint?)
        }
        Tls::NoCommonVersion {
            lowest: TlsVersion::Tls13,
            ..
        } => "Leave --tlsv1.3 or --ssl out, if the server is yours and cannot do better".to_owned(),
        Tls::NoCommonVersion {
            highest: TlsVersion::Tls12,
            ..
        } => "Leave --tls-max or --ssl out".to_owned(),
        Tls::UnrecognisedName { .. } => {
            "Check the host name; --server-name NAME asks for another".to_owned()
        }
        _ => return hint,
    })
}

/// Says with which options a certificate is given, where a hint says that one is to be given.
pub(crate) fn certificate_options(hint: &str) -> String {
    if let Some(which) = hint.strip_suffix(" and its key") {
        return format!(
            "{which} with --cert FILE, and its key with --cert-key FILE where it is in another"
        );
    }
    hint.replacen("Give a certificate", "Give --cert a certificate", 1)
}

/// Returns the environment variable that a place ends with, as in `ca.pem (CURL_CA_BUNDLE)`.
fn variable(place: &str) -> Option<&str> {
    let (_, name) = place.strip_suffix(')')?.rsplit_once(" (")?;
    let fits = |c: char| c.is_ascii_uppercase() || c == '_';
    name.chars().all(fits).then_some(name)
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
