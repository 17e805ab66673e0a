//! `gatepass code`: a request as code, in the languages that people use, or the table of them.

use std::ffi::OsString;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use gatepass_request::parse::{ReadError, any, curl};
use gatepass_request::{Auth, Request, Typed, Url};
use gatepass_snippet::{
    ALL, Call, Need, Options, Recipe, Secrets, SnippetError, call, code_of, find, matrix,
};

use crate::commands::outside::Place;
use crate::commands::send::args::SendArgs;
use crate::commands::send::credentials::named as credentials_of;
use crate::commands::send::{from, request_of};
use crate::error::Failure;
use crate::exit_code::Exit;
use crate::output;
use crate::output::color::{Palette, When};

/// Write a request as code that authenticates: for a library of a language, or for a command
///
/// The request is written as for gatepass itself, and none is sent. What the target cannot do is an error with a reason.
#[derive(Args, Debug)]
#[command(
    override_usage = "gatepass code TARGET [OPTIONS] [METHOD] URL [ITEM]...\n       gatepass code TARGET [OPTIONS] 'curl …'\n       gatepass code TARGET [OPTIONS] curl …\n       gatepass code TARGET [OPTIONS] --from FILE\n       gatepass code --list"
)]
pub(crate) struct CodeArgs {
    /// What to write for; --list shows all
    #[arg(value_name = "TARGET", value_parser = PossibleValuesParser::new(names()), hide_possible_values = true,
          required_unless_present = "list")]
    target: Option<String>,

    /// List the targets, with what each can do
    #[arg(long)]
    list: bool,

    /// Where secrets stand: in the environment, in the code itself, or nowhere, so that the code asks
    #[arg(long, value_name = "WHERE", value_enum, default_value = "env")]
    secrets: Where,

    #[command(flatten)]
    request: SendArgs,
}

/// Where secrets stand.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Where {
    Env,
    Literal,
    Prompt,
}

fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().flat_map(|target| {
        let info = target.info();
        std::iter::once(info.id).chain(info.aliases.iter().copied())
    })
}

/// Prints the code, or the table. `curl` is what [`curl_words`] has found.
///
/// # Errors
/// [`Failure`] for a request that cannot be understood, for what the target cannot do, and where the output cannot be
/// written.
pub(crate) fn run(args: &CodeArgs, curl: Option<&[OsString]>) -> Result<Exit, Failure> {
    let Some(name) = args.target.as_deref().filter(|_| !args.list) else {
        output::print(&table(Palette::for_stdout(When::Auto)))?;
        return Ok(Exit::Ok);
    };
    let target = find(name).map_err(|error| failure(&error))?;
    let options = Options::new(match args.secrets {
        Where::Env => Secrets::Env,
        Where::Literal => Secrets::Literal,
        Where::Prompt => Secrets::Prompt,
    });
    let request = match imported(args, curl)? {
        Some(mut request) => {
            if let Some(given) = credentials_of(&args.request, &request.url)? {
                request.auth = settled(Some(given));
            }
            request
        }
        None => request_of(&args.request, read_url, settled)?,
    };
    let (mut call, notes) = call(&request, &options).map_err(|error| failure(&error))?;
    carried_out(&args.request, &mut call);
    let code = code_of(target, &call, &options).map_err(|error| failure(&error))?;
    for warning in &code.warnings {
        output::note(&format!("note: {warning}."));
    }
    for note in &notes {
        output::note(&format!("note: {note}."));
    }
    match &args.request.output {
        None => output::print(&code.text)?,
        Some(path) => std::fs::write(path, &code.text).map_err(|error| {
            Failure::new(format!(
                "{path:?} cannot be written: {}",
                crate::error::reason(&error)
            ))
        })?,
    }
    Ok(Exit::Ok)
}

/// Returns the request that is there in another form, if it is.
fn imported(args: &CodeArgs, curl: Option<&[OsString]>) -> Result<Option<Request>, Failure> {
    let sends = &args.request;
    let Some(words) = curl else {
        return Ok(from::request(sends)?.map(|it| it.request));
    };
    if sends.from.is_some() || !sends.words.is_empty() {
        return Err(from::given_twice());
    }
    let words: Vec<&[u8]> = words.iter().map(|word| word.as_encoded_bytes()).collect();
    let place = Place::of_words();
    let read = |wanted: &curl::Wanted<'_>| place.read(wanted);
    let reading = curl::parse_words(&words, &read).map_err(ReadError::from);
    let reading = reading
        .and_then(any::of_curl)
        .map_err(|error| Failure::new(error.to_string()))?;
    from::chosen(reading, sends).map(Some)
}

/// Takes the words behind `curl` away, where a curl command line stands in the place of the URL with its words apart:
/// `gatepass code python-requests curl -u alice:env:PW https://…`. All that follows is curl's.
pub(crate) fn curl_words(mut words: Vec<OsString>) -> (Vec<OsString>, Option<Vec<OsString>>) {
    let text = |at: usize| words.get(at).and_then(|word| word.to_str());
    if text(1) != Some("code") {
        return (words, None);
    }
    let mut has_target = false;
    let mut at = 2;
    while let Some(word) = text(at) {
        if WITH_VALUE.contains(&word) {
            at += 1;
        } else if word.starts_with('-') {
            // A switch, or an option with its value in the same word.
        } else if !has_target {
            has_target = true;
        } else if ["curl", "curl.exe"].contains(&word) {
            let behind = words.split_off(at + 1);
            words.truncate(at);
            return (words, Some(behind));
        } else {
            break;
        }
        at += 1;
    }
    (words, None)
}

/// The options of this command whose value is the next word.
const WITH_VALUE: &[&str] = &["--secrets", "--from", "--request-name", "--output", "-o"];

/// Where `gatepass serve` listens, for URLs that are only a path.
const SERVED: &str = "http://127.0.0.1:8000";

fn read_url(text: &str, default_scheme: &str) -> Result<Url, Failure> {
    let bad = |error: gatepass_request::UrlError| Failure::new(error.to_string());
    match Url::typed(text, default_scheme).map_err(bad)? {
        Typed::Absolute(url) => Ok(url),
        Typed::Path(path) => {
            output::note("note: `gatepass serve` answers this path.");
            Url::parse(&format!("{SERVED}{path}")).map_err(bad)
        }
        _ => Err(Failure::new("this kind of URL is not supported")),
    }
}

/// A scheme that nobody has named is Basic: code does not ask first.
fn settled(auth: Option<Auth>) -> Option<Auth> {
    auth.map(|mut auth| {
        auth.scheme.get_or_insert_with(|| "basic".to_owned());
        auth
    })
}

/// Takes over what the options say of how the request is carried out.
fn carried_out(args: &SendArgs, call: &mut Call) {
    if args.follow {
        call.follow = Some(true);
    }
    if let Some(limit) = args.network.timeout.filter(|limit| !limit.is_zero()) {
        call.timeout = Some(limit);
    }
    match args.tls.verify.to_ascii_lowercase().as_str() {
        _ if args.tls.insecure => call.tls.verify = false,
        "yes" | "true" => {}
        "no" | "false" => call.tls.verify = false,
        _ => call.tls.ca = Some(args.tls.verify.as_str().into()),
    }
    if let Some(only) = &args.tls.verify_only {
        call.tls.ca = Some(only.display().to_string().into());
    }
    if let Some(certificate) = args.tls.certificate() {
        call.tls.certificate = Some(certificate.into());
        let key = args.tls.cert_key.as_ref();
        call.tls.key = key.map(|key| key.display().to_string().into());
    }
}

fn failure(error: &SnippetError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error {
        SnippetError::Unsupported { .. } => {
            failure.hint("gatepass code --list shows what each target can do")
        }
        _ => failure,
    }
}

/// What each column of the table is about, and the needs that it sums up.
const COLUMNS: &[(&str, &[Need])] = &[
    ("Basic", &[Need::Basic, Need::BasicUtf8]),
    ("Bearer", &[Need::Bearer, Need::Token]),
    (
        "key",
        &[Need::KeyInHeader, Need::KeyInQuery, Need::KeyInCookie],
    ),
    ("Digest", &[Need::DigestMd5, Need::DigestSha256]),
    ("OAuth1", &[Need::OAuth1]),
    ("proxy", &[Need::Proxy]),
    ("cert", &[Need::ClientCertificate]),
    ("TLS", &[Need::CaFile, Need::Unverified]),
    ("redirect", &[Need::Follow, Need::Stay]),
    ("time", &[Need::Timeout]),
    (
        "body",
        &[
            Need::Json,
            Need::Form,
            Need::Multipart,
            Need::File,
            Need::Raw,
        ],
    ),
    ("method", &[Need::AnyMethod]),
];

fn table(palette: Palette) -> String {
    let width = ALL
        .iter()
        .map(|target| target.info().id.len())
        .max()
        .unwrap_or(0);
    let mut head = format!("{:width$}", "TARGET");
    for (title, needs) in COLUMNS {
        head += &format!("  {title:cells$}", cells = cell_width(title, needs));
    }
    let mut out = palette.faint(&format!("{head}\n"));
    for (target, _) in matrix::rows() {
        let info = target.info();
        out += &palette.name(&format!("{:width$}", info.id));
        for (title, needs) in COLUMNS {
            let signs: String = needs
                .iter()
                .map(|need| matrix::sign(target.supports(*need)))
                .collect();
            out += &format!("  {signs:cells$}", cells = cell_width(title, needs));
        }
        out += if matches!(info.recipe, Recipe::NotExecuted(_)) {
            "  not executed\n"
        } else {
            "\n"
        };
    }
    out.push('\n');
    for (sign, meaning) in matrix::LEGEND {
        out += &format!("{sign} {meaning}\n");
    }
    for (title, needs) in COLUMNS.iter().filter(|(_, needs)| needs.len() > 1) {
        let titles: Vec<&str> = needs.iter().map(|need| need.title()).collect();
        out += &format!("{title}: {}\n", titles.join(", "));
    }
    out
}

fn cell_width(title: &str, needs: &[Need]) -> usize {
    title.len().max(needs.len())
}
