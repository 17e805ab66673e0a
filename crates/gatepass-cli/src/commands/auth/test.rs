//! `gatepass auth test`: sends one request with a profile, and says what the server thinks of it.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use gatepass::credentials::Profiles;
use gatepass::{Leg, Transcript};
use gatepass_request::Url;

use crate::commands::send::{self, args::SendArgs, tls::TlsArgs};
use crate::error::{Failure, of_client};
use crate::exit_code::Exit;
use crate::output;
use crate::output::color::{Palette, When};
use crate::profiles::{nearest, path};

/// Send one request with a profile, and say what the server thinks of the credential
///
/// It ends with 4 where the server refuses it.
#[derive(Args, Debug)]
pub(super) struct TestArgs {
    /// The profile's name
    #[arg(value_name = "NAME")]
    name: String,

    /// A page that wants the credential; the origin's first page unless given
    #[arg(value_name = "URL", value_hint = ValueHint::Url)]
    url: Option<String>,

    /// Check the server's certificate against the ones in this file as well
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    verify: Option<PathBuf>,

    /// Allow schemes that send the secret itself over http
    #[arg(long)]
    allow_plain_http: bool,
}

/// Sends the request.
///
/// # Errors
/// [`Failure`] for a profile that is not there, a URL elsewhere, a secret that is not there, and where no answer comes.
pub(super) fn run(args: TestArgs) -> Result<Exit, Failure> {
    let profiles = Profiles::read(&path()?).map_err(|error| of_client(&error))?;
    let Some(profile) = profiles.get(&args.name) else {
        return Err(nearest(&profiles, &args.name));
    };
    let url = match &args.url {
        // A path alone is one of the origin.
        Some(path) if path.starts_with('/') => format!("{}{path}", profile.origin),
        Some(url) => url.clone(),
        None => format!("{}/", profile.origin),
    };
    let url = Url::parse(&url).map_err(|error| Failure::new(error.to_string()))?;
    let verify = args.verify.map(|file| file.display().to_string());
    let verify = verify.unwrap_or_else(|| "yes".to_owned());
    let tls = |verify: &str| TlsArgs {
        verify: verify.to_owned(),
        ..TlsArgs::default()
    };
    let with = SendArgs {
        profile: Some(args.name),
        allow_plain_http: args.allow_plain_http,
        ignore_netrc: true,
        tls: tls(&verify),
        ..SendArgs::default()
    };
    let transcript = send::once(&with, &url)?;
    let status = status(&transcript);
    if refuses(status) {
        tell(&transcript, &url, "refused")?;
        let palette = Palette::for_stderr(When::Auto);
        if let Some(text) = send::refusal::explain(&transcript, &[], palette) {
            output::note(text.trim_end());
        }
        return Ok(Exit::of_status(status));
    }
    let challenged = |leg: &Leg| leg.response().is_some_and(|head| refuses(head.status));
    let verdict = match status {
        200..=299 if transcript.legs().iter().any(challenged) => "accepted",
        200..=299 => {
            // Only a request without the credential tells whether it was looked at.
            let without = SendArgs {
                no_profile: true,
                ignore_netrc: true,
                tls: tls(&verify),
                ..SendArgs::default()
            };
            if refuses(self::status(&send::once(&without, &url)?)) {
                "accepted"
            } else {
                "not refused, but the page is for everybody; name one that is not"
            }
        }
        300..=399 => "not refused, but sent elsewhere; name the page that it leads to",
        _ => "not refused, but not answered either; name a page that exists",
    };
    tell(&transcript, &url, verdict)?;
    Ok(Exit::Ok)
}

fn status(transcript: &Transcript) -> u16 {
    let head = transcript.last().and_then(Leg::response);
    head.map_or(0, |head| head.status)
}

fn refuses(status: u16) -> bool {
    matches!(status, 401 | 403 | 407)
}

/// Prints what was answered, what that means, and where the credential is from.
fn tell(transcript: &Transcript, url: &Url, verdict: &str) -> Result<(), Failure> {
    let leg = transcript.last();
    let head = leg.and_then(Leg::response);
    let (status, reason) = head.map_or((0, ""), |head| (head.status, head.reason.as_str()));
    let from = leg.and_then(Leg::authentication);
    let from = from.map_or("of no scheme", |it| it.source.as_ref());
    output::print(&format!(
        "{url} answered {status} {reason}: {verdict}.\n  credential {from}\n"
    ))
}
