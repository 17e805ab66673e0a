//! The `gatepass` command: it parses the command line, runs one command, and reports how it went.

#![forbid(unsafe_code)]

// Floors, top to bottom:
//   commands: commands
//   asking: auth_args profiles prompt
//   printing: output
//   failing: error
//   words: exit_code habits remedy time

mod auth_args;
mod commands;
mod error;
mod exit_code;
mod habits;
mod output;
mod profiles;
mod prompt;
mod remedy;
mod time;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ArgAction, CommandFactory as _, Parser, Subcommand};

use commands::{
    auth, code, completions, curl, decode, import, man, schemes, send, serve, session, web, why,
};
use error::Failure;
use exit_code::Exit;
use output::color::{Palette, When};

/// Send authenticated HTTP requests, and see why one was refused
#[derive(Debug, Parser)]
#[command(
    name = "gatepass",
    version,
    args_conflicts_with_subcommands = true,
    disable_help_flag = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    override_usage = "gatepass [OPTIONS] [METHOD] URL [ITEM]...\n       gatepass COMMAND [OPTIONS]",
    disable_version_flag = true,
    long_about = ABOUT,
    after_long_help = EXAMPLES
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    send: send::args::SendArgs,

    /// Print this help
    #[arg(long, action = ArgAction::HelpLong, help_heading = "Help", global = true)]
    help: Option<bool>,

    /// Print the version
    #[arg(long, short = 'V', action = ArgAction::Version, help_heading = "Help")]
    version: Option<bool>,
}

/// What stands before the options in the help, and in the manual page.
const ABOUT: &str = "\
Send authenticated HTTP requests, and see why one was refused

METHOD is optional: a request with a body is POST and one without is GET. Case does not matter: get is GET.

URL may lack its scheme (then http, see --default-scheme) and, for this machine, its host: :8080/path. A URL that is only a \
path, such as /get, goes to a test server that is started inside gatepass for this one request.

Each ITEM adds one thing to the request:
  Name:value    a header; Name: keeps a default header away, and Name; sends one without a value
  name==value   a parameter of the query
  name=value    a text in the JSON body, or a field of the form with --form
  name:=json    any JSON value, as in age:=36 or tags:='[1,2]'; a[b][]=1 reaches into objects and arrays
  name@FILE     a file in a form; ;type=MEDIA/TYPE and ;filename=NAME behind it say what it is
  @FILE         the whole body; @- is standard input

In the first four, @FILE in place of the value reads it from a file, and @env:NAME from the environment. A backslash before \
a separator makes it a plain character.

A first word that is the name of a command is the command; a host of that name is written http://serve.";

const EXAMPLES: &str = "\
Examples:
  gatepass https://api.example/user -a alice
      asks for alice's password
  gatepass https://api.example/user -A bearer -a env:API_TOKEN
      sends a token from the environment
  gatepass PUT https://api.example/user -A digest -a alice name=Ada
      sends JSON, with Digest
  gatepass /digest-auth/auth/alice/s3cret -A digest -a alice:s3cret
      needs no network

The exit code is 0 if all went well, 1 after an error (a mistake in the command line, too), 2 if the time was up, \
3, 4 or 5 with --check-status for a status of 3xx, 4xx or 5xx, 6 for too many redirects, and 130 after Ctrl-C.";

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::ServeArgs),
    Auth(auth::AuthArgs),
    Session(session::SessionArgs),
    Schemes(schemes::SchemesArgs),
    Curl(curl::CurlArgs),
    Decode(decode::DecodeArgs),
    Import(import::ImportArgs),
    Code(Box<code::CodeArgs>),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    Web(web::WebArgs),
    Why(Box<why::WhyArgs>),
}

fn main() -> ExitCode {
    let (words, curl) = code::curl_words(std::env::args_os().collect());
    let outcome = match Cli::try_parse_from(words) {
        Ok(cli) => run(cli, curl.as_deref()),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            ) =>
        {
            show(&error)
        }
        Err(error) => Err(error::usage(&error)),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(failure) => {
            report(&failure);
            failure.exit_code().into()
        }
    }
}

/// Runs the command. `curl` are the words of a curl command line that a command takes apart itself.
fn run(cli: Cli, curl: Option<&[OsString]>) -> Result<Exit, Failure> {
    match cli.command {
        Some(Command::Serve(args)) => serve::run(args),
        Some(Command::Curl(args)) => curl::run(args),
        Some(Command::Auth(args)) => auth::run(args),
        Some(Command::Session(args)) => session::run(args),
        Some(Command::Decode(args)) => decode::run(args),
        Some(Command::Import(args)) => import::run(args),
        Some(Command::Code(args)) => code::run(&args, curl),
        Some(Command::Schemes(args)) => schemes::run(args),
        Some(Command::Web(args)) => web::run(args),
        Some(Command::Why(args)) => why::run(*args),
        Some(Command::Completions(args)) => completions::run(args, Cli::command()),
        Some(Command::Man(args)) => man::run(args, Cli::command()),
        None => send::run(cli.send),
    }
}

/// Prints the help or the version.
fn show(error: &clap::Error) -> Result<Exit, Failure> {
    let text = error.render();
    let palette = Palette::for_stdout(When::Auto);
    output::print(&if palette.is_on() {
        text.ansi().to_string()
    } else {
        text.to_string()
    })?;
    Ok(Exit::Ok)
}

fn report(failure: &Failure) {
    if failure.is_silent() {
        return;
    }
    let text = failure.to_string();
    let palette = Palette::for_stderr(When::Auto);
    let text = text.replacen("error:", &palette.bad("error:"), 1);
    output::note(text.trim_end());
}
