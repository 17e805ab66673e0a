//! The options of `--download`.

use clap::Args;

const DOWNLOAD: &str = "Download";

/// Whether the body becomes a file of its own.
#[derive(Args, Debug, Default)]
pub(crate) struct DownloadArgs {
    /// Save the body to a file, with a bar while it comes: to that of -o, or under the name that the server gives it
    ///
    /// A name from the server is made safe, and replaces no file: a number is put into it. Until the file is complete, what
    /// has come is in NAME.part, and what is needed to go on in NAME.part.json. Redirects are followed. A status of an error
    /// is no file: its page is printed, and the exit code is 3, 4 or 5, as with --check-status.
    #[arg(long, help_heading = DOWNLOAD, conflicts_with_all = ["stream", "print", "headers", "body", "include", "meta"])]
    pub(crate) download: bool,

    /// Go on with a download that broke off, if the file is still the same on the server; it begins anew if it is not
    ///
    /// It implies --download. What is there is found by the file of -o, or by the URL.
    #[arg(short = 'C', long = "continue", help_heading = DOWNLOAD,
          conflicts_with_all = ["stream", "print", "headers", "body", "include", "meta"])]
    pub(crate) resume: bool,

    /// Show no bar; there is none either where standard error is no terminal, and with -q
    #[arg(long, help_heading = DOWNLOAD)]
    pub(crate) no_progress: bool,
}

impl DownloadArgs {
    /// Says whether the body becomes a file of its own.
    pub(crate) fn is_wanted(&self) -> bool {
        self.download || self.resume
    }
}
