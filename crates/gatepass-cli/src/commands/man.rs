//! `gatepass man`: prints the manual page, for the program or for one of its commands.

use clap::{Args, Command};

use crate::error::Failure;
use crate::exit_code::Exit;
use crate::output;

/// Print the manual page, for man
///
/// To read it at once: gatepass man | man -l -
#[derive(Args, Debug)]
pub(crate) struct ManArgs {
    /// The command that the page is about, as in auth add; without one, the page is about gatepass itself
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

/// Prints the page of a command in roff.
///
/// # Errors
/// [`Failure`] for a command that does not exist, and where the page cannot be written.
pub(crate) fn run(args: ManArgs, mut page: Command) -> Result<Exit, Failure> {
    page.build();
    let mut title = "gatepass".to_owned();
    for name in &args.command {
        let names = page.get_subcommands().map(Command::get_name);
        let known = names.collect::<Vec<_>>().join(", ");
        let found = page.find_subcommand(name).cloned();
        page = found.ok_or_else(|| {
            Failure::new(format!(
                "there is no command {}",
                gatepass_auth::show::typed(name)
            ))
            .hint(format!("The commands are {known}"))
        })?;
        title += &format!("-{name}");
    }
    page = page.display_name(title);
    let mut out = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut out)
        .map_err(|error| Failure::output(&error))?;
    output::print_bytes(&out)?;
    Ok(Exit::Ok)
}
