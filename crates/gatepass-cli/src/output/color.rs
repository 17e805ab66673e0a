//! Whether colours are used, and which.

use std::io::{IsTerminal as _, stderr, stdout};

use clap::builder::styling::{AnsiColor, Style};

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// On a terminal, unless `NO_COLOR` is set (no-color.org) or the terminal is a dumb one.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The styles of one stream: either all of them, or none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    on: bool,
}

impl Palette {
    /// Uses no style.
    #[cfg(test)]
    pub(crate) fn plain() -> Self {
        Self { on: false }
    }

    /// Returns the styles for standard output.
    pub(crate) fn for_stdout(when: When) -> Self {
        Self::for_stream(when, stdout().is_terminal())
    }

    /// Returns the styles for standard error.
    pub(crate) fn for_stderr(when: When) -> Self {
        Self::for_stream(when, stderr().is_terminal())
    }

    fn for_stream(when: When, terminal: bool) -> Self {
        let on = match when {
            When::Auto => terminal && wanted(),
            When::Always => true,
            When::Never => false,
        };
        Self { on }
    }

    /// Says whether there are styles at all.
    pub(crate) fn is_on(self) -> bool {
        self.on
    }

    /// Styles what a line is about.
    pub(crate) fn strong(self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    /// Styles the title of a part.
    pub(crate) fn heading(self, text: &str) -> String {
        self.paint(AnsiColor::Blue.on_default().bold(), text)
    }

    /// Styles the name of a field.
    pub(crate) fn name(self, text: &str) -> String {
        self.paint(AnsiColor::Cyan.on_default(), text)
    }

    /// Styles a text value.
    pub(crate) fn text(self, text: &str) -> String {
        self.paint(AnsiColor::Green.on_default(), text)
    }

    /// Styles a number, a truth value or nothing.
    pub(crate) fn number(self, text: &str) -> String {
        self.paint(AnsiColor::Magenta.on_default(), text)
    }

    /// Styles what can be passed over.
    pub(crate) fn faint(self, text: &str) -> String {
        self.paint(Style::new().dimmed(), text)
    }

    /// Styles what went well.
    pub(crate) fn good(self, text: &str) -> String {
        self.paint(AnsiColor::Green.on_default().bold(), text)
    }

    /// Styles what wants attention.
    pub(crate) fn warn(self, text: &str) -> String {
        self.paint(AnsiColor::Yellow.on_default().bold(), text)
    }

    /// Styles what is wrong.
    pub(crate) fn bad(self, text: &str) -> String {
        self.paint(AnsiColor::Red.on_default().bold(), text)
    }

    fn paint(self, style: Style, text: &str) -> String {
        if self.on && !text.is_empty() {
            format!("{}{text}{}", style.render(), style.render_reset())
        } else {
            text.to_owned()
        }
    }
}

/// Says whether the environment has nothing against colours.
fn wanted() -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    set("NO_COLOR").is_none() && set("TERM").is_none_or(|term| term != "dumb")
}
