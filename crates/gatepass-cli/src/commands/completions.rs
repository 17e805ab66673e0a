//! `gatepass completions`: prints what makes a shell complete gatepass's options.

use clap::{Args, CommandFactory as _, ValueEnum};
use clap_complete::{Generator, generate};

use crate::Cli;
use crate::error::Failure;
use crate::exit_code::Exit;
use crate::output;

/// Print what makes a shell complete options and scheme names
///
/// bash:        gatepass completions bash > ~/.local/share/bash-completion/completions/gatepass
/// zsh:         gatepass completions zsh > ~/.zfunc/_gatepass     (a directory that stands in fpath)
/// fish:        gatepass completions fish > ~/.config/fish/completions/gatepass.fish
/// powershell:  gatepass completions powershell >> $PROFILE
/// elvish:      gatepass completions elvish >> ~/.config/elvish/rc.elv
/// nushell:     gatepass completions nushell > gatepass.nu        (then: source gatepass.nu)
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// The shells that can be taught.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
    Nushell,
}

/// Prints the script.
///
/// # Errors
/// [`Failure`] where it cannot be written.
pub(crate) fn run(args: CompletionsArgs) -> Result<Exit, Failure> {
    output::print_bytes(&script(args.shell))?;
    Ok(Exit::Ok)
}

fn script(shell: Shell) -> Vec<u8> {
    match shell {
        Shell::Bash => written(clap_complete::Shell::Bash),
        Shell::Zsh => written(clap_complete::Shell::Zsh),
        Shell::Fish => written(clap_complete::Shell::Fish),
        Shell::Powershell => written(clap_complete::Shell::PowerShell),
        Shell::Elvish => written(clap_complete::Shell::Elvish),
        Shell::Nushell => written(clap_complete_nushell::Nushell),
    }
}

fn written(generator: impl Generator) -> Vec<u8> {
    let mut out = Vec::new();
    generate(generator, &mut Cli::command(), "gatepass", &mut out);
    out
}
