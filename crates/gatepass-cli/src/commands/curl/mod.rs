//! `gatepass curl`: carries out a curl command line, with curl's output and curl's exit codes, on our client.

mod attempts;
mod destination;
mod exit;
mod facts;
mod heads;
mod jar;
mod pace;
mod printed;
mod refused;
mod transfer;
mod write_out;

use std::cell::RefCell;
use std::collections::HashSet;
use std::ffi::OsString;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use gatepass::Client;
use gatepass::config::{ExpectContinue, Pool, Redirects, Timeouts, Tls};
use gatepass::credentials::Netrc;
use gatepass_request::parse::curl::{self, Curl, Wanted};
use gatepass_request::parse::{Form, ReadError, any};

use crate::error::{Failure, reason};
use crate::exit_code::Exit;
use crate::output;
use crate::prompt::Terminal;
#[cfg(test)]
pub(crate) use refused::REFUSED;

use exit::{Code, Trouble};
use jar::Cookies;
use transfer::Transfer;

/// Run a curl command line, with curl's output and exit codes
///
/// What follows is what follows "curl": put "gatepass" before a command and it is sent by this client, which follows
/// challenges, keeps credentials at their origin and says why it was refused. A whole command in one argument, as it was
/// copied from a page, is taken apart as a shell would. An option that is not supported is an error before anything is sent.
#[derive(Args, Debug)]
#[command(
    disable_help_flag = true,
    override_usage = "gatepass curl [CURL-OPTION | URL]..."
)]
pub(crate) struct CurlArgs {
    /// The words of the command line behind "curl", or all of it in one word
    #[arg(
        value_name = "CURL-OPTION | URL",
        trailing_var_arg = true,
        allow_hyphen_values = true,
        num_args = 1..,
        required = true
    )]
    words: Vec<OsString>,
}

/// Carries the command line out.
///
/// # Errors
/// None: like curl, it says what is wrong itself, and ends with curl's exit code.
pub(crate) fn run(args: CurlArgs) -> Result<Exit, Failure> {
    let words = args.words.iter().map(|word| word.as_encoded_bytes());
    let words: Vec<&[u8]> = words.collect();
    if let Some(text) = about(&words) {
        output::print(text)?;
        return Ok(Code::OK.into());
    }
    let curl = match understand(&words) {
        Ok(curl) => curl,
        Err(error) => {
            let trouble = Trouble::of_command(&error);
            output::note(&format!("curl: {}", trouble.message));
            return Ok(trouble.code.into());
        }
    };
    let runner = Runner::new(curl);
    Ok(runner.run().into())
}

/// Returns what `--version` and `--help` print. Scripts ask for the protocols and features before they go on.
fn about(words: &[&[u8]]) -> Option<&'static str> {
    let asked = |names: [&str; 2]| {
        words
            .iter()
            .any(|word| names.iter().any(|it| it.as_bytes() == *word))
    };
    if asked(["-V", "--version"]) {
        return Some(VERSION);
    }
    asked(["-h", "--help"]).then_some(HELP)
}

const VERSION: &str = concat!(
    "curl 8.22.0 (gatepass ",
    env!("CARGO_PKG_VERSION"),
    ") rustls\n",
    "Protocols: http https\n",
    "Features: brotli HTTP2 HTTPS-proxy IDN IPv6 Largefile libz PSL SSL UnixSockets zstd\n"
);

const HELP: &str = "\
Usage: gatepass curl [options...] <url>

The options are those of curl 8.22.0, which man curl explains. What is different:
docs/guide/curl.md, and gatepass curl says so itself before anything is sent.
";

/// Reads the words, or the text that one of them is: a command line, or requests in another form. A hyphen alone, which is
/// no URL, is such a text on standard input.
fn understand(words: &[&[u8]]) -> Result<Curl, ReadError> {
    let piped = match words {
        [b"-"] => std::io::read_to_string(std::io::stdin()).ok(),
        _ => None,
    };
    let text = match (&piped, words) {
        (Some(text), _) => Some(text.as_str()),
        (None, [text]) => std::str::from_utf8(text).ok(),
        _ => None,
    };
    if let Some(text) = text.filter(|text| text.contains(char::is_whitespace)) {
        match any::form(text) {
            Some(Form::Curl) => return Ok(curl::parse(text, None, &read)?),
            Some(_) => return any::read(text, &read).map(Curl::of_reading),
            None => {}
        }
    }
    // Who pastes a whole command behind `gatepass curl` means one curl.
    let words = match words {
        [b"curl" | b"curl.exe", rest @ ..] if !rest.is_empty() => rest,
        words => words,
    };
    Ok(curl::parse_words(words, &read)?)
}

fn read(wanted: &Wanted<'_>) -> Result<Vec<u8>, String> {
    match wanted {
        Wanted::File(path) => std::fs::read(path).map_err(|error| reason(&error)),
        Wanted::ChangedAt(path) => {
            let changed = std::fs::metadata(path).and_then(|about| about.modified());
            let changed = changed.map_err(|error| reason(&error))?;
            let since = changed.duration_since(std::time::UNIX_EPOCH);
            let seconds = since.map_or(0, |since| since.as_secs());
            Ok(seconds.to_string().into_bytes())
        }
        Wanted::Stdin => {
            let mut bytes = Vec::new();
            let read = std::io::stdin().lock().read_to_end(&mut bytes);
            read.map(|_| bytes).map_err(|error| reason(&error))
        }
        Wanted::Env(name) => std::env::var_os(name)
            .map(OsString::into_encoded_bytes)
            .ok_or_else(|| "there is no such environment variable".to_owned()),
        Wanted::UserConfig => user_config().ok_or_else(|| "there is none".to_owned()),
        other => Err(format!("{other} cannot be read here")),
    }
}

/// Reads the user's config file where curl looks for it (curl(1), `-K`).
fn user_config() -> Option<Vec<u8>> {
    let folder = |variable: &str| std::env::var_os(variable).filter(|it| !it.is_empty());
    let in_folder =
        |variable: &str, name: &str| folder(variable).map(|it| PathBuf::from(it).join(name));
    let places = [
        in_folder("CURL_HOME", ".curlrc"),
        in_folder("XDG_CONFIG_HOME", "curlrc"),
        in_folder("HOME", ".config/curlrc"),
        in_folder("HOME", ".curlrc"),
    ];
    places
        .into_iter()
        .flatten()
        .find_map(|path| std::fs::read(path).ok())
}

/// What transfers share.
#[derive(Default)]
struct Beside {
    cookies: Cookies,
    /// The files that heads were written to, each with the part of the command line that it belongs to.
    dumped: RefCell<HashSet<(usize, String)>>,
}

impl Beside {
    /// Says whether heads of the same part of the command line are in this file already.
    fn has_dumped(&self, operation: usize, file: &str) -> bool {
        !self
            .dumped
            .borrow_mut()
            .insert((operation, file.to_owned()))
    }
}

/// Carries out the transfers of a command line, one after the other.
struct Runner {
    curl: Curl,
}

impl Runner {
    fn new(curl: Curl) -> Self {
        Self { curl }
    }

    fn run(self) -> Code {
        let global = &self.curl.global;
        if let Some(file) = &global.stderr
            && let Err(error) = output::set_aside(file)
        {
            output::note(&format!(
                "Warning: {file} of --stderr cannot be written: {}",
                reason(&error)
            ));
        }
        let says = !global.silent || global.show_error;
        if !global.silent {
            for warning in &self.curl.warnings {
                output::note(&format!("Warning: {warning}"));
            }
        }
        let mut ignored = self.curl.ignored.iter();
        if let Some((option, _)) = ignored.find(|(_, why)| !why.is_harmless()) {
            let why = refused::why(option);
            output::note(&format!("curl: (2) {option} is not supported: {why}"));
            return Code::USAGE;
        }
        let runtime = match tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
        {
            Ok(runtime) => runtime,
            Err(error) => {
                output::note(&format!(
                    "curl: (2) the system gives no event queue: {error}"
                ));
                return Code::FAILED_INIT;
            }
        };
        let code = runtime.block_on(async {
            tokio::select! {
                code = self.transfers(says) => code,
                _ = tokio::signal::ctrl_c() => Code::INTERRUPTED,
            }
        });
        // A name look-up that has been given up must not hold the process.
        runtime.shutdown_background();
        code
    }

    /// Returns the code of the last transfer, as curl does.
    async fn transfers(&self, says: bool) -> Code {
        let mut client: Option<(Option<gatepass_request::Netrc>, Client)> = None;
        let mut code = Code::OK;
        let beside = Beside::default();
        for (number, transfer) in self.curl.transfers.iter().enumerate() {
            let netrc = &transfer.request.settings.netrc;
            let fits = |(of, _): &(Option<gatepass_request::Netrc>, Client)| of == netrc;
            let known = client.take().filter(fits);
            let (_, now) = match known.map_or_else(
                || self::client(netrc.as_ref()).map(|it| (netrc.clone(), it)),
                Ok,
            ) {
                Ok(known) => client.insert(known),
                Err(trouble) => {
                    if says {
                        output::note(&format!(
                            "curl: ({}) {}",
                            trouble.code.number(),
                            trouble.message
                        ));
                    }
                    code = trouble.code;
                    continue;
                }
            };
            let outcome = Transfer::new(transfer, &self.curl.global, number)
                .run(now, &beside)
                .await;
            code = Code::OK;
            if let Err(trouble) = outcome {
                if says && !trouble.message.is_empty() {
                    output::note(&format!(
                        "curl: ({}) {}",
                        trouble.code.number(),
                        trouble.message
                    ));
                }
                code = trouble.code;
                if self.curl.global.fail_early {
                    break;
                }
            }
        }
        code
    }
}

/// Makes a client that does what curl does without an option: no redirects, no limit but five minutes for a connection, and a question
/// before a body of more than 1 MiB.
fn client(netrc: Option<&gatepass_request::Netrc>) -> Result<Client, Trouble> {
    let mut timeouts = Timeouts::none();
    timeouts.connect = Some(std::time::Duration::from_secs(300));
    let mut redirects = Redirects::limit(50);
    redirects.follow = false;
    let tls = Tls::from_curl_environment().map_err(|error| Trouble::of_client(&error))?;
    let mut builder = Client::builder()
        .tls(tls)
        .prompter(Arc::new(Terminal))
        .timeouts(timeouts)
        .redirects(redirects)
        .expect_continue(ExpectContinue::over(1 << 20))
        .pool(Pool::new())
        .allow_plain_http(true);
    if let Some(netrc) = netrc {
        let read = match &netrc.file {
            Some(path) => Netrc::file(path).map_err(|error| Trouble::of_client(&error))?,
            None => Netrc::standard(),
        };
        let read = match &netrc.scheme {
            Some(name) => read.with_scheme(name),
            None => read,
        };
        builder = builder.netrc(read.for_every_host());
    }
    builder.build().map_err(|error| Trouble::of_client(&error))
}
