//! Which shell a command line is written for.

/// The shell whose quoting a command line follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// sh, bash, zsh.
    Posix,
    /// Windows' cmd.
    Cmd,
    /// PowerShell.
    PowerShell,
}

impl Dialect {
    /// Guesses the shell by what only one of them writes: a caret before a quote or at the end of a line, a backtick at
    /// the end of a line, `$env:`, a prompt.
    ///
    /// ```
    /// use gatepass_request::parse::curl::Dialect;
    ///
    /// assert_eq!(Dialect::of("curl ^\"http://a/^\" ^\n  -H ^\"A: b^\""), Dialect::Cmd);
    /// assert_eq!(Dialect::of("curl.exe http://a/ `\n  -H \"A: $env:B\""), Dialect::PowerShell);
    /// assert_eq!(Dialect::of("curl 'http://a/' \\\n  -H 'A: b'"), Dialect::Posix);
    /// ```
    pub fn of(text: &str) -> Self {
        let trimmed = text.trim_start();
        if trimmed.starts_with("PS ") && prompt(trimmed, b'>') {
            return Self::PowerShell;
        }
        if drive(trimmed) {
            return Self::Cmd;
        }
        let ends_with = |mark: char| {
            text.lines()
                .any(|line| line.trim_end_matches('\r').ends_with(mark) && !line.starts_with('#'))
        };
        let backslash = text
            .lines()
            .any(|line| line.trim_end_matches('\r').ends_with('\\'));
        if backslash {
            return Self::Posix;
        }
        if text.contains("^\"") || ends_with('^') {
            return Self::Cmd;
        }
        if ends_with('`') || text.contains("$env:") || text.contains("${env:") {
            return Self::PowerShell;
        }
        let here = |mark: &str| text.lines().any(|line| line.trim_end().ends_with(mark));
        if here("@'") || here("@\"") {
            return Self::PowerShell;
        }
        Self::Posix
    }
}

/// Says whether the first line has a prompt that ends in `mark` before the program.
fn prompt(text: &str, mark: u8) -> bool {
    let line = text.lines().next().unwrap_or_default();
    let end = line.bytes().position(|byte| byte == mark);
    end.is_some_and(|end| !line[..end].contains("curl "))
}

/// Says whether a text begins with a drive, as in `C:\`.
fn drive(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes.get(1..3) == Some(b":\\")
}

/// Takes a prompt of Windows off the front: `C:\Users\me>`, `PS C:\Users\me>`. Returns how many bytes it has.
pub(super) fn windows_prompt(text: &str) -> usize {
    let start = text.len() - text.trim_start().len();
    let trimmed = &text[start..];
    if !(trimmed.starts_with("PS ") || drive(trimmed)) || !prompt(trimmed, b'>') {
        return 0;
    }
    trimmed.find('>').map_or(0, |at| start + at + 1)
}
