//! Standard output as curl writes it: byte for byte to a program, and to a terminal as text that it does not obey.

use std::io::{self, IsTerminal as _, Write as _};

use gatepass_auth::{params, show};

use super::exit::{Code, Trouble};
use crate::error::reason;
use crate::output::screen::whole_characters;

/// Standard output.
pub(super) struct Printed {
    terminal: bool,
    /// The beginning of a character whose end has not come.
    held: Vec<u8>,
}

impl Printed {
    /// Looks where standard output leads.
    pub(super) fn new() -> Self {
        Self {
            terminal: io::stdout().is_terminal(),
            held: Vec::new(),
        }
    }

    /// Writes bytes.
    ///
    /// # Errors
    /// [`Trouble`] where they cannot be written, and for what is no text on a terminal, which curl refuses as well.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        if !self.terminal {
            return print(bytes);
        }
        if bytes.contains(&0) {
            return Err(Trouble::new(
                Code::WRITE,
                "what comes is binary, which would upset the terminal; write it to a file with -o FILE, or give it to a program with |",
            ));
        }
        self.held.extend_from_slice(bytes);
        let rest = self.held.split_off(whole_characters(&self.held));
        let whole = std::mem::replace(&mut self.held, rest);
        print(show::text(&params::text(&whole)).as_bytes())
    }
}

impl Drop for Printed {
    fn drop(&mut self) {
        if !self.held.is_empty() {
            let _ = print(show::text(&params::text(&self.held)).as_bytes());
        }
    }
}

fn print(bytes: &[u8]) -> Result<(), Trouble> {
    let mut out = io::stdout().lock();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    written.map_err(|error| {
        Trouble::new(
            Code::WRITE,
            format!("the output cannot be written: {}", reason(&error)),
        )
    })
}
