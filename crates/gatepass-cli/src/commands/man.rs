//! `gatepass man`: prints the manual page, for the program or for one of its commands.

use clap::{Args, CommandFactory as _};

use crate::Cli;
use crate::error::Failure;
use crate::exit_code::Exit;
use crate::output;

/// Print the manual page, for man
///
/// To read it at once: gatepass man | man -l -
#[derive(Args, Debug)]
pub(crate) struct ManArgs {
    /// The command that the page is about; without one, the page is about gatepass itself
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

/// Prints the page in roff.
///
/// # Errors
/// [`Failure`] for a command that does not exist, and where the page cannot be written.
pub(crate) fn run(args: ManArgs) -> Result<Exit, Failure> {
    let mut root = Cli::command();
    root.build();
    let page = match args.command.as_deref() {
        None => root,
        Some(name) => {
            let names: Vec<&str> = root
                .get_subcommands()
                .map(clap::Command::get_name)
                .collect();
            let known = names.join(", ");
            let command = root.find_subcommand(name).cloned().ok_or_else(|| {
                Failure::new(format!("there is no command {name:?}"))
                    .hint(format!("The commands are {known}"))
            })?;
            command.display_name(format!("gatepass-{name}"))
        }
    };
    let mut out = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut out)
        .map_err(|error| Failure::output(&error))?;
    output::print_bytes(&out)?;
    Ok(Exit::Ok)
}
