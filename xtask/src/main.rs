//! The automation of this repository: `cargo xtask <command>`.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program talks to whoever runs it"
)]

// Floors, top to bottom:
//   commands: bench browser codegen examples interop one_place snippets test tidy why
//   machine: certificates install
//   running: process repository
//   words: failure tally

mod bench;
mod browser;
mod certificates;
mod codegen;
mod examples;
mod failure;
mod install;
mod interop;
mod one_place;
mod process;
mod repository;
mod snippets;
mod tally;
mod test;
mod tidy;
mod why;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The automation of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what the tests need, and run all of them.
    Test(test::Arguments),
    /// Write the tables and pages that are made from the code.
    Codegen {
        /// Write nothing, and fail where something is out of date.
        #[arg(long)]
        check: bool,
    },
    /// Prove that other people's clients and servers understand us, and print the matrix.
    Interop(interop::Arguments),
    /// Prove generated code by running it, and print what was proven.
    Snippets(snippets::Arguments),
    /// Prove that a scheme is one place: add one to a copy by a folder and two lines, and look for it everywhere.
    OnePlace,
    /// Write the golden files of generated code anew.
    Bless,
    /// Print the figures.
    Bench(bench::Arguments),
    /// Try `gatepass web` in a browser.
    Browser(browser::Arguments),
    /// Run the examples in the documentation.
    Examples,
    /// Print what each seeded refusal is told as, and fail where that is not its cause.
    Why,
    /// Check the rules of the house that no compiler and no linter checks.
    Tidy,
}

fn main() -> ExitCode {
    let root = repository::root();
    let outcome = match Arguments::parse().command {
        Command::Test(arguments) => test::run_all(&root, &arguments),
        Command::Codegen { check } => {
            codegen::gatepass(&root).and_then(|program| codegen::run(&root, &program, check))
        }
        Command::Interop(arguments) => interop::report(&root, &arguments),
        Command::Snippets(arguments) => snippets::report(&root, &arguments),
        Command::OnePlace => one_place::report(&root),
        Command::Bless => codegen::bless(&root),
        Command::Bench(arguments) => bench::run(&root, &arguments),
        Command::Browser(arguments) => browser::report(&root, &arguments),
        Command::Examples => examples::report(&root),
        Command::Why => why::report(&root),
        Command::Tidy => tidy::run(&root),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let message = failure.to_string();
            if !message.is_empty() {
                eprintln!("{message}");
            }
            ExitCode::FAILURE
        }
    }
}
