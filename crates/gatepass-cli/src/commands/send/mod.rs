//! The command without a name: it sends one request and shows the answer.

mod advice;
mod archive;
pub(crate) mod args;
mod asked;
mod client;
pub(crate) mod credentials;
mod download;
pub(crate) mod download_args;
pub(crate) mod from;
mod input;
mod keep;
pub(crate) mod network;
mod pinned;
mod prepared;
mod proxy_tls;
pub(crate) mod refusal;
mod show;
mod stdin;
mod target;
pub(crate) mod tls;
mod wait;
mod withheld;

use std::io::{IsTerminal as _, stderr};

use gatepass::Transcript;
use gatepass_request::{Auth, Request, Url};

use crate::error::{Failure, of_client};
use crate::exit_code::Exit;
use crate::output;
use advice::advice;
use args::SendArgs;
use asked::{Asked, words};
use client::client;
use credentials::{Credentials, with_credential};
use keep::Kept;
use prepared::{Outcome, Prepared};
use wait::wait_for;

/// Sends the request and shows what came of it.
///
/// # Errors
/// [`Failure`]: the request could not be made or sent, or the answer could not be written.
pub(crate) fn run(mut args: SendArgs) -> Result<Exit, Failure> {
    download::implied(&mut args);
    let imported = imported(&mut args)?;
    let mut asked = Asked::of(&args, imported)?;
    let origin = asked.target.origin();
    let mut kept = args.keep.open(&origin)?;
    let credentials = authority(&args, &mut asked, &mut kept)?;
    let is_in_another_form = asked.is_in_another_form();
    let advice = advice(
        credentials.auth.as_ref(),
        &args.header,
        asked.items(),
        &asked.target.url,
        args.tls.shows_a_secret(),
    );
    let prepared = Prepared::of(&args, asked, &mut kept, credentials)?;
    let is_plain = advice.is_none() && !is_in_another_form;
    let (exit, url) = match prepared.carry_out(&args, is_plain, &mut kept)? {
        Outcome::Shown(exit) => return Ok(exit),
        Outcome::Sent(exit, url) => (exit, url),
    };
    if let Some(advice) = advice
        && !args.quiet
        && !url.space().is_loopback()
        && stderr().is_terminal()
    {
        output::note(&advice);
    }
    Ok(exit)
}

/// Returns who the request says it is: what the arguments, the request in another form or the session name.
fn authority(
    args: &SendArgs,
    asked: &mut Asked<'_>,
    kept: &mut Kept,
) -> Result<Credentials, Failure> {
    let mut credentials = Credentials::of(args, &asked.target.url)?;
    if let Some(auth) = asked.take_auth() {
        credentials.take(auth);
    }
    if credentials.may_be_kept() {
        credentials.auth = kept.auth(credentials.auth.take(), &asked.target.origin());
    }
    Ok(credentials)
}

/// Reads the request in another form that the arguments name, where they name one, and what of it they go before.
fn imported(args: &mut SendArgs) -> Result<Option<Request>, Failure> {
    let imported = from::request(args)?;
    let mut imported = imported.map(|it| it.filled(args.quiet)).transpose()?;
    if let Some(request) = &mut imported {
        from::take_files(args, &mut request.settings);
        from::give_way(&mut request.settings, args);
    }
    Ok(imported)
}

/// Sends the request without showing anything, and returns what went over the wire and the first part of the last body.
///
/// # Errors
/// As [`run`].
pub(crate) fn answered(mut args: SendArgs) -> Result<(Transcript, Vec<u8>), Failure> {
    let imported = imported(&mut args)?;
    let mut asked = Asked::of(&args, imported)?;
    let mut kept = args.keep.open(&asked.target.origin())?;
    let credentials = authority(&args, &mut asked, &mut kept)?;
    Prepared::of(&args, asked, &mut kept, credentials)?.answered()
}

/// Sends a GET without showing anything, and returns what went over the wire.
///
/// # Errors
/// As [`run`].
pub(crate) fn once(args: &SendArgs, url: &Url) -> Result<Transcript, Failure> {
    let credentials = Credentials::of(args, url)?;
    let found = credentials.find(args, url)?;
    let request = client(args, false, credentials, None)?.get(url);
    let sent = with_credential(request, found).send();
    wait_for(async {
        let response = sent.await.map_err(|error| of_client(&error))?;
        Ok(response.transcript().clone())
    })
}

/// Returns the request that the arguments describe, its credential unresolved, without sending it. `read_url` reads the URL with the
/// default scheme, and `settled` completes the credential.
///
/// # Errors
/// [`Failure`] for words and options that make no request.
pub(crate) fn request_of(
    args: &SendArgs,
    read_url: impl FnOnce(&str, &str) -> Result<Url, Failure>,
    settled: impl FnOnce(Option<Auth>) -> Option<Auth>,
) -> Result<Request, Failure> {
    let (method, url, words) = words(args)?;
    let url = read_url(url, &args.default_scheme)?;
    let origin = url.space().to_string();
    let mut kept = args.keep.open(&origin)?;
    let auth = kept.auth(credentials::named(args, &url)?, &origin);
    let mut items = input::items(args, words)?;
    kept.headers(&mut items, &url);
    let stdin_is_secret = credentials::reads_stdin(auth.as_ref())
        || args.tls.reads_stdin()
        || args.network.reads_stdin();
    let mut request = input::request(args, method, url, items, stdin_is_secret)?.request;
    request.auth = settled(auth);
    Ok(request)
}
