//! The command without a name: it sends one request and shows the answer.

mod advice;
mod archive;
pub(crate) mod args;
pub(crate) mod credentials;
mod download;
pub(crate) mod download_args;
pub(crate) mod from;
mod input;
mod keep;
pub(crate) mod network;
mod pinned;
mod proxy_tls;
pub(crate) mod refusal;
mod show;
mod stdin;
pub(crate) mod tls;
mod withheld;

use std::io::{IsTerminal as _, stderr};
use std::sync::Arc;

use gatepass::config::{Decoding, Pool, Redirects};
use gatepass::credentials::Resolver;
use gatepass::download::Destination;
use gatepass::{Client, RequestBuilder, Transcript};
use gatepass_request::parse::items::tell_apart;
use gatepass_request::{Auth, Request, Typed, Url, Variable};
use gatepass_server::Server;

use crate::commands;
use crate::error::{Failure, of_client};
use crate::exit_code::Exit;
use crate::output;
use crate::prompt::Terminal;
use advice::advice;
use archive::Archive;
use args::{Decode, SendArgs};
use credentials::{Credentials, warn, with_credential};
use download::Download;
use show::Show;

/// Sends the request and shows what came of it.
///
/// # Errors
/// [`Failure`]: the request could not be made or sent, or the answer could not be written.
pub(crate) fn run(mut args: SendArgs) -> Result<Exit, Failure> {
    download::implied(&mut args);
    let mut imported = from::request(&args)?.map(filled).transpose()?;
    if let Some(request) = &mut imported {
        from::take_files(&mut args, &mut request.settings);
        from::give_way(&mut request.settings, &args);
    }
    let (method, target, words) = match &imported {
        Some(request) => (None, Target::to(request.url.clone()), &[][..]),
        None => {
            let (method, url, words) = words(&args)?;
            (method, Target::of(url, &args.default_scheme)?, words)
        }
    };
    let is_in_another_form = imported.is_some();
    let origin = target.origin();
    let mut kept = args.keep.open(&origin)?;
    let mut credentials = Credentials::of(&args, &target.url)?;
    if let Some(auth) = imported.as_mut().and_then(|request| request.auth.take()) {
        credentials.take(auth);
    }
    if credentials.may_be_kept() {
        credentials.auth = kept.auth(credentials.auth.take(), &origin);
    }
    let reads_stdin = credentials::reads_stdin(credentials.auth.as_ref())
        || args.tls.reads_stdin()
        || args.network.reads_stdin();
    let settings = imported.as_ref().map(|request| request.settings.clone());
    let input = match imported {
        Some(mut request) => {
            let mut items = Vec::new();
            kept.headers(&mut items, &target.url);
            for item in &items {
                from::add(&mut request, item)?;
            }
            input::of_request(&args, request, reads_stdin)?
        }
        None => {
            let mut items = input::items(&args, words)?;
            kept.headers(&mut items, &target.url);
            input::request(&args, method, target.url.clone(), items, reads_stdin)?
        }
    };
    let mut found = credentials.find(&args, &target.url)?;
    if let (Some(found), Some(session)) = (&mut found, kept.source()) {
        found.from.push_str(&session);
    }
    let advice = advice(
        credentials.auth.as_ref(),
        &args.header,
        words,
        &target.url,
        args.tls.shows_a_secret(),
    );
    let netrc = credentials.netrc();
    let archive = args
        .har
        .as_deref()
        .map(|path| Archive::new(path, args.reveal));
    let archived = archive.as_ref();
    let client = client(&args, target.server.is_some(), credentials, archived)?;
    let mut builder = with_credential(input.builder(&client, &args), found).cookies(kept.jar());
    if let Some(settings) = settings {
        builder = builder.settings(&settings, &resolver_for(&args, "the proxy"));
    }
    let is_plain = advice.is_none() && !is_in_another_form;
    let mut save = Download::of(&args, &target.url, is_plain)?;
    if let Some((_, destination)) = &mut save {
        builder = destination.prepare(builder);
    }
    if args.offline {
        let offline = builder.offline().map_err(|error| of_client(&error))?;
        return Show::new(&args, None)?.offline(&offline);
    }
    let show = Show::new(&args, archive.as_ref())?;
    let (download, destination) = save.unzip();
    let save = download.as_ref().zip(destination);
    let exit = wait_for(exchange(builder, show, &args, save));
    if let (Some(download), Err(failure)) = (&download, &exit)
        && failure.exit_code() == Exit::Interrupted
    {
        download.interrupted();
    }
    let saved = kept.save(exit.is_ok(), args.quiet);
    // What was heard before an error is worth the most.
    let written = archive.map_or(Ok(()), Archive::write);
    if !args.quiet {
        warn(netrc.as_deref());
    }
    let exit = exit?;
    written.and(saved)?;
    if let Some(advice) = advice
        && !args.quiet
        && !target.url.space().is_loopback()
        && stderr().is_terminal()
    {
        output::note(&advice);
    }
    Ok(exit)
}

/// Puts the environment's values in place of a request's variables.
fn filled(request: Request) -> Result<Request, Failure> {
    let value = |variable: &Variable| std::env::var(&variable.name).ok();
    request.resolve(&value).map_err(|error| {
        Failure::new(error.to_string()).hint("Variables are taken from the environment")
    })
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

/// Runs until the work is done, or until Ctrl-C.
fn wait_for<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("the system gives no event queue: {error}")))?;
    let done = runtime.block_on(async {
        tokio::select! {
            done = work => done,
            _ = tokio::signal::ctrl_c() => Err(Failure::silent(Exit::Interrupted)),
        }
    });
    // A name look-up that has been given up must not hold the process.
    runtime.shutdown_background();
    done
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

/// Tells the words apart: method, URL and items.
fn words(args: &SendArgs) -> Result<(Option<String>, &str, &[String]), Failure> {
    let (method, url, items) = tell_apart(&args.words).ok_or_else(|| no_url(args))?;
    let is_url = |word: &String| word.starts_with("http://") || word.starts_with("https://");
    if method.is_none() && items.first().is_some_and(is_url) {
        let failure = Failure::new("the word before the URL is no method");
        return Err(if args.body {
            failure.hint("-b prints the body alone, as in HTTPie; curl's -b is --cookie here")
        } else if args.compress > 0 {
            failure.hint("-x compresses the body, as in HTTPie; curl's -x is --proxy URL here")
        } else {
            failure.hint("The URL stands first, behind the method")
        });
    }
    if let (Some(word), Some(option)) = (&method, &args.method) {
        return Err(
            Failure::new(format!("the method is given twice: {word} and -X {option}"))
                .hint("Leave one of the two out"),
        );
    }
    let method = method.or_else(|| {
        args.method
            .as_ref()
            .map(|method| method.to_ascii_uppercase())
    });
    Ok((method, url, items))
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

fn no_url(args: &SendArgs) -> Failure {
    let failure = Failure::new("there is no URL");
    if !args.data.is_empty() {
        return failure
            .hint("-d takes the data behind it, as in curl; HTTPie's -d is --download here");
    }
    failure
        .hint("gatepass https://example.org/user -a alice sends a request and asks for alice's password")
        .hint("gatepass /get tries it without any network")
        .hint("gatepass --help explains everything")
}

/// Where the request goes, with the built-in server while it is needed.
struct Target {
    url: Url,
    server: Option<Server>,
}

impl Target {
    /// Returns the origin that is kept something for. The built-in server has another port each time.
    fn origin(&self) -> String {
        match self.server {
            Some(_) => "the built-in server".to_owned(),
            None => self.url.space().to_string(),
        }
    }

    fn to(url: Url) -> Self {
        Self { url, server: None }
    }

    fn of(text: &str, default_scheme: &str) -> Result<Self, Failure> {
        match Url::typed(text, default_scheme).map_err(|error| Failure::new(error.to_string()))? {
            Typed::Absolute(url) => Ok(Self::to(url)),
            Typed::Path(path) => {
                let server = Server::start().map_err(|error| Failure::new(error.to_string()))?;
                let url = Url::parse(&server.url(&path))
                    .map_err(|error| Failure::new(error.to_string()))?;
                Ok(Self {
                    url,
                    server: Some(server),
                })
            }
            _ => Err(Failure::new("this kind of URL is not supported")),
        }
    }
}

fn client(
    args: &SendArgs,
    at_home: bool,
    credentials: Credentials,
    archive: Option<&Archive>,
) -> Result<Client, Failure> {
    // The limit is there either way: a request in another form may want to be followed.
    let mut redirects = Redirects::limit(args.max_redirects);
    redirects.follow = args.follow;
    let redirects = args
        .trust_redirect
        .iter()
        .try_fold(redirects, |redirects, place| redirects.trusting(place))
        .map_err(|error| of_client(&error))?;
    let mut builder = Client::builder()
        .prompter(Arc::new(Terminal))
        .tls(
            args.tls
                .settings(&resolver_for(args, "the client certificate"))?,
        )
        .redirects(redirects)
        .decoding(match args.decode {
            Decode::Limited => Decoding::new(),
            Decode::Unlimited => Decoding::new().unlimited(),
            Decode::No => Decoding::none(),
        })
        .pool(Pool::new())
        .allow_plain_http(args.allow_plain_http);
    if args.at.is_some() || args.nonce.is_some() {
        builder = builder.env(Arc::new(pinned::Pinned {
            at: args.at,
            nonce: args.nonce.clone(),
        }));
    }
    if let Some(archive) = archive {
        builder = builder.observer(archive.recorder());
    }
    if args.verbose > 0 && !args.quiet {
        let aside = show::aside(args);
        builder = builder.observer(move |leg: &gatepass::Leg| {
            output::tell(&format!("{}\n", aside.leg(leg)));
        });
    }
    let resolver = resolver_for(args, "the proxy");
    let builder = args.network.apply(builder, at_home, &args.tls, &resolver)?;
    let builder = credentials.into_client(builder);
    builder.build().map_err(|error| of_client(&error))
}

fn resolver_for(args: &SendArgs, whom: &str) -> Resolver {
    Resolver::new()
        .with_prompter(Arc::new(Terminal))
        .for_whom(whom)
        .allow_plain_http(args.allow_plain_http)
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
