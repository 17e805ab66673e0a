//! A request that is ready to be sent, and what comes of it.

use std::sync::Arc;

use gatepass::credentials::Netrc;
use gatepass::download::Destination;
use gatepass::{RequestBuilder, Transcript};
use gatepass_request::Url;

use super::archive::Archive;
use super::args::SendArgs;
use super::asked::Asked;
use super::client::{client, resolver_for};
use super::credentials::{Credentials, warn, with_credential};
use super::download::Download;
use super::keep::Kept;
use super::refusal;
use super::show::Show;
use super::target::Target;
use super::wait::wait_for;
use crate::commands;
use crate::error::{Failure, of_client};
use crate::exit_code::Exit;

/// A request that is ready to be sent. The built-in server runs as long as it is there.
pub(super) struct Prepared {
    target: Target,
    builder: RequestBuilder,
    archive: Option<Archive>,
    netrc: Option<Arc<Netrc>>,
}

/// How far it came.
pub(super) enum Outcome {
    /// It was shown, and nothing was sent.
    Shown(Exit),
    /// It was sent to this URL.
    Sent(Exit, Url),
}

impl Prepared {
    /// Puts together what is asked for, who asks, and what is kept from earlier requests.
    ///
    /// # Errors
    /// [`Failure`] for what makes no request or no client, and for a secret that is not there.
    pub(super) fn of(
        args: &SendArgs,
        asked: Asked<'_>,
        kept: &mut Kept,
        credentials: Credentials,
    ) -> Result<Self, Failure> {
        let settings = asked.settings();
        let (target, input) = asked.input(args, kept, credentials.auth.as_ref())?;
        let mut found = credentials.find(args, &target.url)?;
        if let (Some(found), Some(session)) = (&mut found, kept.source()) {
            found.from.push_str(&session);
        }
        let netrc = credentials.netrc();
        let archive = args
            .har
            .as_deref()
            .map(|path| Archive::new(path, args.reveal));
        let client = client(args, target.is_at_home(), credentials, archive.as_ref())?;
        let mut builder = with_credential(input.builder(&client, args), found).cookies(kept.jar());
        if let Some(settings) = settings {
            builder = builder.settings(&settings, &resolver_for(args, "the proxy"));
        }
        Ok(Self {
            target,
            builder,
            archive,
            netrc,
        })
    }

    /// Sends the request, and returns what went over the wire with the first part of the body.
    ///
    /// # Errors
    /// [`Failure`] where no answer comes.
    pub(super) fn answered(self) -> Result<(Transcript, Vec<u8>), Failure> {
        wait_for(answer(self.builder))
    }

    /// Sends the request, or shows it, and keeps what is to be kept. `is_plain` says that nothing secret was typed.
    ///
    /// # Errors
    /// [`Failure`] where no answer comes, and where something cannot be written.
    pub(super) fn carry_out(
        mut self,
        args: &SendArgs,
        is_plain: bool,
        kept: &mut Kept,
    ) -> Result<Outcome, Failure> {
        let mut save = Download::of(args, &self.target.url, is_plain)?;
        if let Some((_, destination)) = &mut save {
            self.builder = destination.prepare(self.builder);
        }
        if args.offline {
            let offline = self.builder.offline().map_err(|error| of_client(&error))?;
            return Show::new(args, None)?.offline(&offline).map(Outcome::Shown);
        }
        let show = Show::new(args, self.archive.as_ref())?;
        let (download, destination) = save.unzip();
        let save = download.as_ref().zip(destination);
        let exit = wait_for(exchange(self.builder, show, args, save));
        if let (Some(download), Err(failure)) = (&download, &exit)
            && failure.exit_code() == Exit::Interrupted
        {
            download.interrupted();
        }
        let saved = kept.save(exit.is_ok(), args.quiet);
        // What was heard before an error is worth the most.
        let written = self.archive.map_or(Ok(()), Archive::write);
        if !args.quiet {
            warn(self.netrc.as_deref());
        }
        let exit = exit?;
        written.and(saved)?;
        Ok(Outcome::Sent(exit, self.target.url))
    }
}

async fn answer(builder: RequestBuilder) -> Result<(Transcript, Vec<u8>), Failure> {
    let response = builder.send().await.map_err(|error| of_client(&error))?;
    let transcript = response.transcript().clone();
    Ok((transcript, refusal::said(response).await))
}

async fn exchange(
    builder: RequestBuilder,
    show: Show<'_>,
    args: &SendArgs,
    save: Option<(&Download<'_>, Destination)>,
) -> Result<Exit, Failure> {
    let sent = builder.send().await;
    let response = sent.map_err(|error| misspelt_command(of_client(&error), &args.words))?;
    match save {
        Some((download, destination)) if download.is_for(&response) => {
            download.save(response, destination).await
        }
        _ => show.response(response).await,
    }
}

/// Adds that the first word may have been meant as a command.
fn misspelt_command(failure: Failure, words: &[String]) -> Failure {
    let first = words
        .first()
        .map(String::as_str)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let near = |name: &&str| strsim::damerau_levenshtein(name, &first) <= 2;
    match commands::NAMES
        .iter()
        .find(|name| near(name) && first.len() > 2)
    {
        Some(name) => failure.hint(format!("If you meant the command, write gatepass {name}")),
        None => failure,
    }
}
