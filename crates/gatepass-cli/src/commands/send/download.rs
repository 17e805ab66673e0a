//! `--download`: the body becomes a file, with a bar while it comes, and a word on how to go on where it breaks off.

use std::cell::RefCell;
use std::io::{IsTerminal as _, stderr};
use std::path::Path;
use std::time::Instant;

use gatepass::download::{Destination, Progress, Saved};
use gatepass::error::Peer;
use gatepass::{Error, Response, Url};
use gatepass_auth::show::carries_credential;
use gatepass_request::parse::items::{Item, Value};
use gatepass_snippet::languages::shell::quoted;
use indicatif::{BinaryBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::commands::send::args::SendArgs;
use crate::commands::send::withheld::stayed_behind;
use crate::error::{Failure, of_client};
use crate::exit_code::Exit;
use crate::output;

/// Fills in what a download implies.
pub(super) fn implied(args: &mut SendArgs) {
    if args.download.is_wanted() {
        args.follow = true;
    }
    if args.download.resume {
        // curl's -C takes a dash for "find out where".
        args.words.retain(|word| word != "-");
    }
}

/// A download, and how far it has come.
pub(super) struct Download<'a> {
    args: &'a SendArgs,
    bar: ProgressBar,
    latest: RefCell<Option<Progress>>,
    /// Whether the command line can be shown: nothing secret is part of it.
    is_plain: bool,
}

impl<'a> Download<'a> {
    /// Prepares one, and says where the file goes; `None` where none is wanted. `is_plain` says whether no credential was
    /// typed.
    ///
    /// # Errors
    /// [`Failure`] for standard output, which is no file.
    pub(super) fn of(
        args: &'a SendArgs,
        url: &Url,
        is_plain: bool,
    ) -> Result<Option<(Self, Destination)>, Failure> {
        if !args.download.is_wanted() {
            return Ok(None);
        }
        let destination = match &args.output {
            Some(path) if path.as_os_str() == "-" => {
                return Err(Failure::new("a download goes to a file, and -o - is none")
                    .hint("Leave --download out to print the body"));
            }
            Some(path) if path.is_dir() => Destination::folder(path),
            Some(path) => Destination::file(path),
            None => Destination::folder("."),
        };
        let is_shown = stderr().is_terminal() && !args.quiet && !args.download.no_progress;
        let target = if is_shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let download = Self {
            args,
            bar: ProgressBar::with_draw_target(None, target),
            latest: RefCell::new(None),
            is_plain: is_plain && is_plain_apart_from_credentials(args, url),
        };
        Ok(Some((download, destination.resuming(args.download.resume))))
    }

    /// Saves the body, if the response has it; a file whose rest there is none of may be complete.
    pub(super) fn is_for(&self, response: &Response) -> bool {
        response.is_success() || (response.status() == 416 && self.args.download.resume)
    }

    /// Saves the body.
    ///
    /// # Errors
    /// [`Failure`], which says how to go on.
    pub(super) async fn save(
        &self,
        response: Response,
        destination: Destination,
    ) -> Result<Exit, Failure> {
        let started = Instant::now();
        let transcript = response.transcript().clone();
        if destination.goes_on_at().is_some() && response.is_success() && response.status() != 206 {
            self.tell("note: the server has another file by now, or gives no parts of it; it begins anew.");
        }
        let saved = response
            .download(destination, |progress| {
                show(&self.bar, progress);
                self.latest.replace(Some(progress.clone()));
            })
            .await;
        self.bar.finish_and_clear();
        match saved {
            Ok(saved) => {
                self.latest.replace(None);
                self.tell(&report(&saved, started));
                if !self.args.quiet {
                    stayed_behind(&transcript);
                }
                Ok(Exit::Ok)
            }
            Err(broken) => {
                self.latest.replace(broken.progress);
                let failure = of_client(&broken.error);
                // What does not belong together is not to be gone on with.
                let fits = !matches!(*broken.error, Error::Peer(Peer::NotTheRest { .. }));
                Err(match self.how_to_go_on().filter(|_| fits) {
                    Some((hint, command)) => failure.hint(hint).command(command),
                    None => failure,
                })
            }
        }
    }

    /// Says how to go on, where somebody has ended it.
    pub(super) fn interrupted(&self) {
        self.bar.finish_and_clear();
        if let Some((hint, command)) = self.how_to_go_on() {
            self.tell(&hint);
            command
                .iter()
                .for_each(|command| self.tell(&format!("  {command}")));
        }
    }

    fn tell(&self, line: &str) {
        if !self.args.quiet {
            output::note(line);
        }
    }

    /// Says what there is of the file, and what to type for the rest; `None` where nothing has come.
    fn how_to_go_on(&self) -> Option<(String, Option<String>)> {
        let latest = self.latest.borrow();
        let progress = latest.as_ref().filter(|progress| progress.position > 0)?;
        let part = progress.part.as_deref()?;
        let came = BinaryBytes(progress.position);
        let of = progress
            .total
            .map(|total| format!(" of {}", BinaryBytes(total)));
        let of = of.unwrap_or_default();
        let kept = format!("{came}{of} came, and are in {}", shown(part));
        Some(match self.again().filter(|_| self.is_plain) {
            _ if !progress.can_resume => {
                let why = "but the server says nothing by which the rest could be asked for";
                (format!("{kept}, {why}: the same command begins anew"), None)
            }
            Some(command) => (format!("{kept}. To go on:"), Some(command)),
            None => {
                let again = "type the same command, with --continue";
                (format!("{kept}. To go on, {again}"), None)
            }
        })
    }

    /// Returns the command that goes on.
    fn again(&self) -> Option<String> {
        let words = std::env::args_os().skip(1);
        let words: Option<Vec<_>> = words.map(|word| word.into_string().ok()).collect();
        let mut command = words?.iter().fold("gatepass".to_owned(), |line, word| {
            line + " " + &quoted(word)
        });
        if !self.args.download.resume {
            command += " --continue";
        }
        Some(command)
    }
}

/// With a length, how much is missing and how long that takes; without one, how much there is.
const BAR: &str =
    "{wide_msg} {binary_bytes}/{binary_total_bytes} {bar:20} {binary_bytes_per_sec} {eta}";
const SPINNER: &str = "{wide_msg} {binary_bytes} {binary_bytes_per_sec} {elapsed}";

fn show(bar: &ProgressBar, progress: &Progress) {
    if bar.message().is_empty() {
        let template = if progress.total.is_some() {
            BAR
        } else {
            SPINNER
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        if let Some(total) = progress.total {
            bar.set_length(total);
        }
        let name = progress.path.file_name().unwrap_or_default();
        bar.set_message(name.to_string_lossy().into_owned());
        // What an earlier transfer has brought says nothing about the rate.
        bar.set_position(progress.start);
        bar.reset_eta();
    }
    bar.set_position(progress.position);
}

fn report(saved: &Saved, started: Instant) -> String {
    let took = started.elapsed().as_secs_f64();
    let came = saved.length - saved.start;
    let rate = BinaryBytes((came as f64 / took.max(0.001)) as u64);
    let earlier = match saved.start {
        0 => String::new(),
        start => format!(", behind {} from before", BinaryBytes(start)),
    };
    format!(
        "Saved {}: {} in {took:.1} s ({rate}/s){earlier}.",
        shown(&saved.path),
        BinaryBytes(came),
    )
}

/// Returns a path without the dot that stands for this folder.
fn shown(path: &Path) -> String {
    let path = path.strip_prefix(".").unwrap_or(path);
    path.display().to_string()
}

/// Says whether what was typed besides credentials and headers can be shown: no body, no key in the query, no cookies,
/// nothing for a proxy.
fn is_plain_apart_from_credentials(args: &SendArgs, url: &Url) -> bool {
    let in_query = url.target().split_once('?').is_some_and(|(_, query)| {
        query
            .split('&')
            .any(|pair| carries_credential(pair.split('=').next().unwrap_or_default()))
    });
    let is_told = |item: &Item| match item {
        Item::Query {
            name,
            value: Value::Text(_),
        } => carries_credential(name),
        item => item.is_body(),
    };
    let mut items = args.words.iter().filter_map(|word| Item::parse(word).ok());
    let network = &args.network;
    !in_query
        && !items.any(|item| is_told(&item))
        && args.raw.is_none()
        && args.data.is_empty()
        && !args.keep.cookie.iter().any(|cookie| cookie.contains('='))
        && network.proxy_user.is_empty()
        && !network.proxy_tls.shows_a_secret()
        && !network.proxy.iter().any(|proxy| proxy.contains('@'))
}
