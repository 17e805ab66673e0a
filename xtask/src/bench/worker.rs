//! What is measured in a process of its own: this program again, with other arguments.

use std::process::Command;

use clap::Subcommand;

use super::clients::Which;
use super::{bare_server, code, idle, large};
use crate::failure::Result;

/// What this process does instead of printing figures.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Worker {
    /// Answer requests as a server of nothing but hyper does.
    #[command(hide = true)]
    Serve,
    /// Send GET requests, one after the other.
    #[command(hide = true)]
    Gets(Gets),
    /// Hold idle connections and print what they take.
    #[command(hide = true)]
    Idle(Gets),
    /// Move a large body with the blocking client.
    #[command(hide = true)]
    Move(large::Move),
    /// Write code for so many curl lines, and print the seconds that it took.
    #[command(hide = true)]
    Lines { count: usize },
}

/// A client, whom it asks, and how often.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Gets {
    pub(crate) which: Which,
    pub(crate) base: String,
    pub(crate) count: usize,
}

impl Gets {
    pub(crate) fn new(which: Which, base: &str, count: usize) -> Self {
        Self {
            which,
            base: base.to_owned(),
            count,
        }
    }
}

impl Worker {
    pub(super) fn run(&self) -> Result {
        match self {
            Self::Serve => {
                idle::raise_limit()?;
                bare_server::run()
            }
            Self::Gets(gets) => gets.which.contestant(&gets.base, "/get")?.run(gets.count),
            Self::Idle(gets) => idle::run(gets),
            Self::Move(what) => large::run(what),
            Self::Lines { count } => code::run(*count),
        }
    }

    /// Puts the arguments behind which a process of this program does this.
    pub(super) fn command<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.arg("bench");
        match self {
            Self::Serve => command.arg("serve"),
            Self::Gets(gets) => command.arg("gets").args(gets.words()),
            Self::Idle(gets) => command.arg("idle").args(gets.words()),
            Self::Move(what) => command.arg("move").args(what.words()),
            Self::Lines { count } => command.arg("lines").arg(count.to_string()),
        }
    }
}

impl Gets {
    fn words(&self) -> [String; 3] {
        use clap::ValueEnum as _;
        let which = self.which.to_possible_value();
        let which = which.map_or_else(String::new, |value| value.get_name().to_owned());
        [which, self.base.clone(), self.count.to_string()]
    }
}
