//! `gatepass completions`: prints what makes a shell complete gatepass's options.

use clap::{Args, Command, ValueEnum};
use clap_complete::{Generator, generate};

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

/// Prints the script for a command.
///
/// # Errors
/// [`Failure`] where it cannot be written.
pub(crate) fn run(args: CompletionsArgs, command: Command) -> Result<Exit, Failure> {
    output::print_bytes(&script(args.shell, command))?;
    Ok(Exit::Ok)
}

fn script(shell: Shell, command: Command) -> Vec<u8> {
    match shell {
        Shell::Bash => written(clap_complete::Shell::Bash, command),
        Shell::Zsh => written(clap_complete::Shell::Zsh, command),
        Shell::Fish => written(clap_complete::Shell::Fish, command),
        Shell::Powershell => written(clap_complete::Shell::PowerShell, command),
        Shell::Elvish => written(clap_complete::Shell::Elvish, command),
        Shell::Nushell => written(clap_complete_nushell::Nushell, command),
    }
}

fn written(generator: impl Generator, mut command: Command) -> Vec<u8> {
    let mut out = Vec::new();
    generate(generator, &mut command, "gatepass", &mut out);
    out
}
