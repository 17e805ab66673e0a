//! The arguments of the command that sends: HTTPie's grammar, with curl's spellings where they do not clash.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum, ValueHint};
use gatepass_auth::Timestamp;

use crate::auth_args::SchemeName;
use crate::commands::send::download_args::DownloadArgs;
use crate::commands::send::keep::KeepArgs;
use crate::commands::send::network::NetworkArgs;
use crate::commands::send::tls::TlsArgs;
use crate::output::parts::Parts;
use crate::time;

const REQUEST: &str = "Request";
const AUTHENTICATION: &str = "Authentication";
const OUTPUT: &str = "Output";
const NETWORK: &str = "Network";
const TRYING: &str = "Trying things out";

/// What to send, how, and what to show of it.
#[derive(Args, Debug, Default)]
pub(crate) struct SendArgs {
    /// The method, the URL and the items, which are told apart later
    #[arg(value_name = "URL", value_hint = ValueHint::Url, num_args = 0.., hide = true)]
    pub(crate) words: Vec<String>,

    /// Take the request from a file: a curl command line, an HTTP archive, a Postman collection, an .http file
    ///
    /// A hyphen stands for standard input. A request in one of these forms can also stand in the place of the URL, as one
    /// word. Options and headers that are given beside it go before what it says. A variable has the value that the file
    /// gives it, and else that of the environment; what is taken from there, and which files, is said with where it goes.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = REQUEST,
          conflicts_with_all = ["json", "form", "multipart", "boundary", "raw", "data", "method"])]
    pub(crate) from: Option<String>,

    /// Let the request of --from take files from anywhere, not only from below its own folder
    #[arg(long, help_heading = REQUEST)]
    pub(crate) allow_files: bool,

    /// Of several requests in a file, take the one of this name or number; "gatepass import" lists them
    #[arg(long, value_name = "NAME", help_heading = REQUEST)]
    pub(crate) request_name: Option<String>,

    /// Serialise name=value items as JSON; this is the default
    #[arg(short, long, help_heading = REQUEST, conflicts_with = "form")]
    pub(crate) json: bool,

    /// Serialise name=value items as a form, as a web page does; in parts, if one of them is a file
    #[arg(short, long, help_heading = REQUEST)]
    pub(crate) form: bool,

    /// Serialise name=value items as a form in parts (multipart/form-data), even if none of them is a file
    #[arg(long, help_heading = REQUEST, conflicts_with = "json")]
    pub(crate) multipart: bool,

    /// Separate the parts of a form by this text, which is random otherwise
    #[arg(long, value_name = "TEXT", help_heading = REQUEST)]
    pub(crate) boundary: Option<String>,

    /// Send this text as the body, as it is
    #[arg(long, value_name = "TEXT", help_heading = REQUEST, conflicts_with = "data")]
    pub(crate) raw: Option<String>,

    /// Send this as the body of a form, as curl does: text, @FILE, or @- for standard input; several are joined by &
    #[arg(short, long, value_name = "DATA", help_heading = REQUEST)]
    pub(crate) data: Vec<String>,

    /// Add a header; the same as the item Name:value
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", help_heading = REQUEST)]
    pub(crate) header: Vec<String>,

    /// Use this method; the same as the word before the URL
    #[arg(short = 'X', long = "request", value_name = "METHOD", help_heading = REQUEST)]
    pub(crate) method: Option<String>,

    /// Do not read standard input as the body
    ///
    /// Without it, a body is read from standard input where that is a file or a pipe, no other body is given, and no
    /// secret is read from there. From a pipe on which nothing comes, POST, PUT and PATCH are waited for, with a note;
    /// other methods go out without a body after a second. A pipe that is meant can be named: @- waits.
    #[arg(short = 'I', long, help_heading = REQUEST)]
    pub(crate) ignore_stdin: bool,

    /// Send what comes from a pipe as it comes, in chunks, instead of waiting for all of it or for 1 MiB
    #[arg(long, help_heading = REQUEST)]
    pub(crate) chunked: bool,

    /// Compress the body by deflate if that makes it shorter; twice, whatever it makes it
    #[arg(short = 'x', long, action = ArgAction::Count, help_heading = REQUEST)]
    pub(crate) compress: u8,

    /// Ask the server whether it wants the body, and send it when it says so or has been silent for a second
    ///
    /// Without it, that is done where a scheme may be challenged first and the body comes from a long pipe or a large file.
    /// The item Expect: keeps it from being done.
    #[arg(long, help_heading = REQUEST)]
    pub(crate) expect_continue: bool,

    /// The scheme of a URL that has none
    #[arg(long, value_name = "SCHEME", default_value = "http", value_parser = ["http", "https"], help_heading = REQUEST)]
    pub(crate) default_scheme: String,

    /// The credential: USER:PASSWORD, USER (asks for the password), a token, or FIELD=VALUE, once for each field
    ///
    /// A secret can come from elsewhere, so that it stands neither in the shell's history nor in the list of processes:
    /// env:NAME (an environment variable), @FILE, cmd:COMMAND (what a command prints), keyring:SERVICE/USER (the system's
    /// keyring), - (standard input), prompt: (asks for it). As a password, too: alice:env:NAME. A secret that looks like
    /// one of these is written text:SECRET.
    ///
    /// It goes to the origin of the URL only, and stays behind on a redirect to another one.
    #[arg(short = 'a', long = "auth", visible_short_alias = 'u', visible_alias = "user", value_name = "CREDENTIAL",
          help_heading = AUTHENTICATION)]
    pub(crate) auth: Vec<String>,

    /// The authentication scheme: basic, bearer, digest, oauth1, apikey, auto, …
    ///
    /// "gatepass schemes" lists them. Some take more behind colons: bearer:JWT sends another word than Bearer,
    /// apikey:query:key puts the key into the query. auto asks the server first and takes the strongest scheme that it
    /// offers. Without -A, USER:PASSWORD is sent as Basic over https and to this machine, and elsewhere the server is
    /// asked first; another scheme that it asks for, and that takes a user and a password, is performed instead.
    #[arg(short = 'A', long, value_name = "SCHEME", value_parser = SchemeName, hide_possible_values = true,
          help_heading = AUTHENTICATION)]
    pub(crate) auth_type: Option<String>,

    /// Use this profile, where several are for the origin of the URL; "gatepass auth" makes them
    ///
    /// A profile is used by itself where it is the only one for an origin, and where no other credential is given.
    #[arg(long, value_name = "NAME", help_heading = AUTHENTICATION, conflicts_with_all = ["auth", "auth_type", "no_profile"])]
    pub(crate) profile: Option<String>,

    /// Use no profile
    #[arg(long, help_heading = AUTHENTICATION)]
    pub(crate) no_profile: bool,

    /// Let the default entry of ~/.netrc stand for the host of the URL, as curl does; its other entries are used anyway
    ///
    /// Without -n, ~/.netrc ($NETRC where it is set) and ~/.authinfo are looked into for hosts that have no credential from
    /// elsewhere: no -a, no profile, none in the URL, no header that carries one. An entry is for its host alone, and a
    /// redirect to another one gets that one's. A default would be for everybody, so that it has to be asked for.
    #[arg(short = 'n', long, help_heading = AUTHENTICATION, conflicts_with = "ignore_netrc")]
    pub(crate) netrc: bool,

    /// Look into this file instead of ~/.netrc, its default entry included
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = AUTHENTICATION,
          conflicts_with = "ignore_netrc")]
    pub(crate) netrc_file: Option<PathBuf>,

    /// By which scheme it is sent, as a request in another form says.
    #[arg(skip)]
    pub(crate) netrc_scheme: Option<String>,

    /// Look into neither ~/.netrc nor ~/.authinfo
    #[arg(long, help_heading = AUTHENTICATION)]
    pub(crate) ignore_netrc: bool,

    /// Allow schemes that send the secret itself over http, where everybody on the way can read it
    #[arg(long, help_heading = AUTHENTICATION)]
    pub(crate) allow_plain_http: bool,

    #[command(flatten)]
    pub(crate) keep: KeepArgs,

    /// Show secrets in what is printed, which are masked otherwise
    #[arg(long, help_heading = AUTHENTICATION)]
    pub(crate) reveal: bool,

    /// Tell everything on standard error: each request and response, and the strings that were signed
    #[arg(short, long, action = ArgAction::Count, help_heading = OUTPUT)]
    pub(crate) verbose: u8,

    /// Print these parts: H and B for head and body of the request, h and b for those of the response, m for the time
    ///
    /// They go to standard output. Without it, the body goes there; on a terminal the response's head is shown as well.
    #[arg(short, long, value_name = "PARTS", value_parser = Parts::parse, help_heading = OUTPUT,
          conflicts_with_all = ["headers", "body", "include"])]
    pub(crate) print: Option<Parts>,

    /// Print the head of the response only; the same as --print=h
    #[arg(short = 'h', long, help_heading = OUTPUT, conflicts_with_all = ["body", "include"])]
    pub(crate) headers: bool,

    /// Print the body of the response only; the same as --print=b
    #[arg(short, long, help_heading = OUTPUT, conflicts_with = "include")]
    pub(crate) body: bool,

    /// Print head and body of the response; the same as --print=hb
    #[arg(short, long, help_heading = OUTPUT)]
    pub(crate) include: bool,

    /// Print how long each phase took, and nothing else; the same as --print=m
    #[arg(long, help_heading = OUTPUT, conflicts_with_all = ["headers", "body", "include", "print"])]
    pub(crate) meta: bool,

    /// Print the requests and responses before the last, too: challenges and redirects (without their bodies)
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) all: bool,

    /// Print nothing but errors
    #[arg(short, long, help_heading = OUTPUT)]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) download: DownloadArgs,

    /// Write what is printed to this file; with --download, save the body there
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = OUTPUT)]
    pub(crate) output: Option<PathBuf>,

    /// Write the exchange to this file as an HTTP Archive (HAR 1.2), secrets masked unless --reveal is given
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = OUTPUT)]
    pub(crate) har: Option<PathBuf>,

    /// Indent JSON and use colours; on a terminal both, else none
    #[arg(long, value_name = "HOW", value_enum, help_heading = OUTPUT)]
    pub(crate) pretty: Option<Pretty>,

    /// Print the body as it comes, line by line on a terminal; streams of events and of JSON lines are printed so anyway
    #[arg(short = 'S', long, help_heading = OUTPUT)]
    pub(crate) stream: bool,

    /// Read the body in this encoding, whatever the response says, as in latin1
    #[arg(long, value_name = "ENCODING", value_parser = encoding, help_heading = OUTPUT)]
    pub(crate) response_charset: Option<String>,

    /// Take the body for this media type, whatever the response says
    #[arg(long, value_name = "MEDIA/TYPE", help_heading = OUTPUT)]
    pub(crate) response_mime: Option<String>,

    /// What to do with a compressed body (gzip, deflate, br, zstd): decode it, whatever it swells to, or not at all
    #[arg(long, value_name = "HOW", value_enum, default_value = "limited", help_heading = OUTPUT)]
    pub(crate) decode: Decode,

    /// End with 3, 4 or 5 where the status is 3xx, 4xx or 5xx, for scripts
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) check_status: bool,

    /// Follow redirects
    #[arg(short = 'F', long, visible_short_alias = 'L', visible_alias = "location", help_heading = NETWORK)]
    pub(crate) follow: bool,

    /// Let credentials go along when a redirect leads to this host, host and port, or origin
    ///
    /// Without it, they stay at the origin of the URL. From https to http they go only with --allow-plain-http as well.
    #[arg(long, value_name = "HOST", help_heading = NETWORK)]
    pub(crate) trust_redirect: Vec<String>,

    /// Follow at most this many redirects
    #[arg(long, value_name = "NUMBER", default_value_t = 30, help_heading = NETWORK)]
    pub(crate) max_redirects: usize,

    #[command(flatten)]
    pub(crate) tls: TlsArgs,

    #[command(flatten)]
    pub(crate) network: NetworkArgs,

    /// Print the bytes that would be sent, secrets and all, and send nothing
    #[arg(long, help_heading = TRYING)]
    pub(crate) offline: bool,

    /// Sign as of this moment: 2026-11-22T16:00:00Z, or seconds since 1970 as in @1795363200
    #[arg(long, value_name = "TIME", value_parser = time::parse, help_heading = TRYING)]
    pub(crate) at: Option<Timestamp>,

    /// Sign with this text where a random one is wanted (cnonce, oauth_nonce), so that the same comes out each time
    #[arg(long, value_name = "TEXT", help_heading = TRYING)]
    pub(crate) nonce: Option<String>,
}

/// How the output is made readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pretty {
    /// Colours and indentation
    All,
    /// Colours alone
    Colors,
    /// Indentation alone
    Format,
    /// Bytes as they came
    None,
}

/// What is done with the codings of a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Decode {
    /// Ask for compression and decode it, up to 250 times the length on the wire
    #[default]
    Limited,
    /// Ask for compression and decode it, whatever it swells to
    Unlimited,
    /// Ask for none, and leave what comes as it is
    No,
}

impl SendArgs {
    /// Returns what to print, where that was said.
    pub(crate) fn wanted_parts(&self) -> Option<Parts> {
        let parts = |letters: &str| Parts::parse(letters).ok();
        match self {
            Self {
                print: Some(parts), ..
            } => Some(*parts),
            Self { headers: true, .. } => parts("h"),
            Self { body: true, .. } => parts("b"),
            Self { include: true, .. } => parts("hb"),
            Self { meta: true, .. } => parts("m"),
            Self { offline: true, .. } => parts("HB"),
            _ => None,
        }
    }
}

/// Checks the name of an encoding.
fn encoding(name: &str) -> Result<String, String> {
    match gatepass::charset::text(b"", Some(&format!("text/plain; charset={name}"))) {
        Ok(_) => Ok(name.to_owned()),
        Err(_) => Err(
            "write an encoding of the web, as in utf-8, latin1, windows-1251 or shift_jis"
                .to_owned(),
        ),
    }
}
