//! The `gatepass` command: it parses the command line, runs one command, and reports how it went.

#![forbid(unsafe_code)]

mod auth_args;
mod commands;
mod error;
mod exit_code;
mod output;
mod prompt;
mod time;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ArgAction, Parser, Subcommand};

use commands::{completions, decode, man, schemes, send, serve};
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
    after_long_help = EXAMPLES
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    send: send::args::SendArgs,

    /// Print this help
    #[arg(long, action = ArgAction::HelpLong, help_heading = "Help", global = true)]
    help: Option<bool>,
}

const EXAMPLES: &str = "\
Examples:
  gatepass https://api.example/user -a alice                         asks for the password
  gatepass https://api.example/user -A bearer -a env:API_TOKEN       a token from the environment
  gatepass PUT https://api.example/user -A digest -a alice name=Ada  JSON, with Digest
  gatepass /digest-auth/auth/alice/s3cret -A digest -a alice:s3cret  without any network

The exit code is 0 if all went well, 1 after an error (also for a mistake in the command line), 2 if the time was up, 3, 4 or
5 with --check-status for a status of 3xx, 4xx or 5xx, 6 for too many redirects, and 130 after Ctrl-C.
";

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::ServeArgs),
    Schemes(schemes::SchemesArgs),
    Decode(decode::DecodeArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

fn main() -> ExitCode {
    let outcome = match Cli::try_parse() {
        Ok(cli) => run(cli),
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

fn run(cli: Cli) -> Result<Exit, Failure> {
    match cli.command {
        Some(Command::Serve(args)) => serve::run(args),
        Some(Command::Decode(args)) => decode::run(args),
        Some(Command::Schemes(args)) => schemes::run(args),
        Some(Command::Completions(args)) => completions::run(args),
        Some(Command::Man(args)) => man::run(args),
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
