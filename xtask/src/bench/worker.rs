//! What is measured in a process of its own: this program again, with other arguments.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use clap::Subcommand;

use super::clients::Which;

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
    Move(Move),
    /// Write code for so many curl lines, and print the seconds that it took.
    #[command(hide = true)]
    Lines { count: usize },
}

/// What the blocking client moves.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Move {
    pub(super) url: String,
    /// The file that goes up; without it, what comes down is read and dropped.
    #[arg(long)]
    pub(super) up: Option<PathBuf>,
}

impl Move {
    /// Returns the arguments of which it is read.
    fn words(&self) -> Vec<OsString> {
        let mut words = vec![OsString::from(&self.url)];
        if let Some(file) = &self.up {
            words.extend(["--up".into(), file.into()]);
        }
        words
    }
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
