//! `gatepass why`: the cause of a refusal with all evidence, what was ruled out, and the way out.

use std::path::Path;

use clap::Args;
use gatepass::{Transcript, Url, diagnose};
use gatepass_why::{Cause, Diagnosis, read};
use serde_json::{Value, json};

use crate::commands::import::read_bytes;
use crate::commands::send::args::SendArgs;
use crate::commands::send::tls::TlsArgs;
use crate::commands::send::{answered, once};
use crate::error::Failure;
use crate::exit_code::Exit;
use crate::output;

/// Say why a request was refused: the cause with its evidence, what was ruled out, and what to type
///
/// The request is written as for gatepass itself, and is sent; or an exchange that was recorded is read: a HAR file, the output
/// of curl -v, what HTTPie prints with --print=HhBb, or a request and its answer, one behind the other. A hyphen stands
/// for standard input. With --json the diagnosis is printed as JSON. No secret is printed.
#[derive(Args, Debug)]
#[command(
    override_usage = "gatepass why [OPTIONS] [METHOD] URL [ITEM]...\n       gatepass why [OPTIONS] FILE\n       gatepass why [OPTIONS] -\n       gatepass why --list"
)]
pub(crate) struct WhyArgs {
    /// List the causes that are known, each with its identifier
    #[arg(long)]
    list: bool,

    /// Ask further, without the credential: the same URL, and where its tokens are to be had; what is sent is said before
    #[arg(long)]
    probe: bool,

    #[command(flatten)]
    request: SendArgs,
}

/// Prints the reasoning, or the list.
///
/// # Errors
/// [`Failure`] for what is no request and no recorded exchange, and where no answer comes.
pub(crate) fn run(args: WhyArgs) -> Result<Exit, Failure> {
    let as_json = args.request.json;
    if args.list {
        output::print(&list(as_json))?;
        return Ok(Exit::Ok);
    }
    let (diagnosis, url) = match recorded(&args.request) {
        Some(file) => of_file(file)?,
        None => of_request(args.request)?,
    };
    let mut probes = Vec::new();
    if args.probe
        && let Some(url) = &url
    {
        probes = probe(url)?;
    }
    output::print(&match as_json {
        true => format!("{:#}\n", as_value(diagnosis.as_ref(), &probes)),
        false => as_text(diagnosis.as_ref(), &probes),
    })?;
    Ok(Exit::Ok)
}

/// Returns the file of a recorded exchange, where one stands in the place of the URL.
fn recorded(args: &SendArgs) -> Option<&str> {
    match args.words.as_slice() {
        [word] if word == "-" || Path::new(word).is_file() => Some(word),
        _ => None,
    }
}

fn of_file(file: &str) -> Result<(Option<Diagnosis>, Option<Url>), Failure> {
    let bytes = read_bytes(Some(file))?;
    let text = String::from_utf8_lossy(&bytes);
    let exchange = read::any(&text).map_err(|error| {
        Failure::new(error.to_string()).hint(
            "Give a HAR file, the output of curl -v, or a request and its answer, one behind the other",
        )
    })?;
    let url = exchange.last().and_then(|(leg, _)| {
        let known = !leg.space.host().ends_with(".invalid");
        let url = format!("{}{}", leg.space, leg.path());
        known.then(|| Url::parse(&url).ok()).flatten()
    });
    Ok((Diagnosis::of(&exchange), url))
}

fn of_request(args: SendArgs) -> Result<(Option<Diagnosis>, Option<Url>), Failure> {
    let (transcript, body) = answered(args)?;
    let found = diagnose::explain_with_body(&transcript, &body);
    Ok((found.map(|found| found.whole), last_url(&transcript)))
}

/// Returns the URL that was asked last, without its query, in which a secret may stand.
fn last_url(transcript: &Transcript) -> Option<Url> {
    let leg = transcript.last()?;
    let path = leg.target().split('?').next().unwrap_or_default();
    Url::parse(&format!("{}{path}", leg.space())).ok()
}

/// What a probe sent, and what came of it.
struct Probe {
    sent: String,
    came: String,
}

/// Asks further without any credential: the same URL, and the metadata of its tokens at the same origin (RFC 9728 section 3.1).
fn probe(url: &Url) -> Result<Vec<Probe>, Failure> {
    let path = url.target();
    let path = path.trim_end_matches('/');
    let metadata = format!("{}/.well-known/oauth-protected-resource{path}", url.space());
    let mut asked = vec![(url.clone(), "the same without a credential")];
    if let Ok(metadata) = Url::parse(&metadata) {
        asked.push((metadata, "where tokens are to be had"));
    }
    for (url, what) in &asked {
        output::tell(&format!("probe: GET {url} without a credential: {what}\n"));
    }
    let mut probes = Vec::new();
    for (url, what) in asked {
        let args = SendArgs {
            no_profile: true,
            ignore_netrc: true,
            tls: TlsArgs {
                verify: "yes".to_owned(),
                ..TlsArgs::default()
            },
            ..SendArgs::default()
        };
        let transcript = once(&args, &url)?;
        let status = transcript.last().and_then(|leg| leg.response());
        let status = status.map_or(0, |head| head.status);
        let came = match (status, what) {
            (200..=299, "the same without a credential") => {
                format!(
                    "{status}: it is open to everybody, so that what was sent is what is refused"
                )
            }
            (200..=299, _) => {
                format!("{status}: it is there; read it for the server that issues tokens")
            }
            (401 | 403, "the same without a credential") => {
                format!("{status}: it is refused without a credential, too")
            }
            _ => status.to_string(),
        };
        probes.push(Probe {
            sent: format!("GET {url}"),
            came,
        });
    }
    Ok(probes)
}

fn as_text(diagnosis: Option<&Diagnosis>, probes: &[Probe]) -> String {
    let mut text = match diagnosis {
        Some(diagnosis) => diagnosis.to_string(),
        None => "Nothing says that the answer is a refusal.\n".to_owned(),
    };
    for probe in probes {
        text += &format!("\nprobe: {}\n  {}\n", probe.sent, probe.came);
    }
    text
}

fn as_value(diagnosis: Option<&Diagnosis>, probes: &[Probe]) -> Value {
    let mut value = diagnosis.map_or_else(|| json!({ "cause": null }), Diagnosis::to_json);
    if !probes.is_empty() {
        let probes = probes.iter();
        let probes = probes.map(|probe| json!({ "sent": probe.sent, "came": probe.came }));
        value["probes"] = probes.collect();
    }
    value
}

fn list(as_json: bool) -> String {
    if as_json {
        let all = Cause::ALL.iter();
        let all = all.map(|cause| json!({ "cause": cause.id(), "title": cause.title(), "turn": cause.turn().to_string() }));
        return format!("{:#}\n", all.collect::<Value>());
    }
    let width = Cause::ALL.iter().map(|cause| cause.id().len()).max();
    let width = width.unwrap_or_default();
    let all = Cause::ALL.iter();
    all.map(|cause| format!("{:width$}  {}\n", cause.id(), cause.title()))
        .collect()
}
