//! A request that is there in another form: in the file of `--from`, or as the first word.

use gatepass_request::parse::items::{Item, Value};
use gatepass_request::parse::{Reading, any};
use gatepass_request::{Request, Settings};

use crate::commands::import;
use crate::commands::outside::{Imported, Place};
use crate::commands::send::args::SendArgs;
use crate::commands::send::input;
use crate::error::Failure;
use crate::output;

/// Returns the request that is there in another form, if it is, with the header fields and parameters of the query that are
/// given beside it. Its variables are left open.
///
/// # Errors
/// [`Failure`] for a text that is not understood, several requests, and items that make a body.
pub(crate) fn request(args: &SendArgs) -> Result<Option<Imported>, Failure> {
    let of_file = |file: &str| Place::of_file(Some(file), args.allow_files);
    let (place, items) = match (&args.from, args.words.as_slice()) {
        (Some(file), items) => (of_file(file), items),
        (None, [dash]) if dash == "-" => (of_file(dash), &[][..]),
        (None, [text, items @ ..]) if is_request(text) => (Place::of_words(), items),
        _ => return Ok(None),
    };
    let reading = match (&args.from, args.words.first()) {
        (None, Some(text)) if text != "-" => import::read_text(text, &place)?,
        (file, _) => import::read_file(Some(file.as_deref().unwrap_or("-")), &place)?,
    };
    if items.iter().any(|word| word.contains("://")) {
        return Err(given_twice());
    }
    let form = reading.form;
    let mut request = chosen(reading, args)?;
    for item in input::items(args, items)? {
        add(&mut request, &item)?;
    }
    Ok(Some(Imported {
        request,
        form,
        place,
    }))
}

/// Says whether a word is a whole request: no URL has spaces and names a command.
fn is_request(text: &str) -> bool {
    text.contains(char::is_whitespace) && any::form(text).is_some()
}

/// Says that the request is there in two forms.
pub(crate) fn given_twice() -> Failure {
    Failure::new("the request is given twice: in another form, and as words")
        .hint("Leave one of the two out; header fields and name==value can stand beside it")
}

/// Chooses the request, and says what was left out of it.
///
/// # Errors
/// [`Failure`], which lists the requests, where none or several are meant.
pub(crate) fn chosen(reading: Reading, args: &SendArgs) -> Result<Request, Failure> {
    if !args.quiet {
        for warning in &reading.warnings {
            output::note(&format!("note: {warning}."));
        }
    }
    reading
        .choose(args.request_name.as_deref())
        .map_err(|error| {
            Failure::new(error.to_string())
                .hint("Choose one with --request-name NAME; gatepass import shows them all")
        })
}

/// Adds what an item says.
pub(super) fn add(request: &mut Request, item: &Item) -> Result<(), Failure> {
    let text = |value: &Value| {
        let bytes =
            input::resolve(value).map_err(|problem| Failure::new(format!("{value}: {problem}")))?;
        String::from_utf8(bytes).map_err(|_| Failure::new(format!("{value} is not UTF-8")))
    };
    match item {
        Item::Header { name, value } => request.headers.set(name, text(value)?),
        Item::EmptyHeader { name } => request.headers.set(name, ""),
        Item::NoHeader { name } => {
            request.headers.remove(name);
            request.without.push(name.clone());
        }
        Item::Query { name, value } => request.url.push_query(name, &text(value)?),
        _ => {
            return Err(Failure::new(
                "the request has its body from elsewhere, and an item adds to it",
            )
            .hint("Beside a request in another form only Name:value and name==value can stand"));
        }
    }
    request
        .check()
        .map_err(|error| Failure::new(error.to_string()))
}

/// Takes over what the request says of files that are read beside it, unless an option says so too.
pub(super) fn take_files(args: &mut SendArgs, settings: &mut Settings) {
    let cookies = std::mem::take(&mut settings.cookies);
    let files = cookies.files.into_iter().filter(|file| !file.is_empty());
    args.keep.cookie.extend(files);
    if args.keep.cookie_jar.is_none() && args.keep.session.is_none() {
        args.keep.cookie_jar = cookies.jar.map(Into::into);
    }
    if let Some(netrc) = settings.netrc.take().filter(|_| !args.ignore_netrc) {
        args.netrc |= netrc.file.is_none();
        args.netrc_scheme = netrc.scheme;
        args.netrc_file = args.netrc_file.take().or(netrc.file.map(Into::into));
    }
}

/// Leaves out of the request's settings what the options say.
pub(super) fn give_way(settings: &mut Settings, args: &SendArgs) {
    let network = &args.network;
    if !network.proxy.is_empty() {
        settings.proxy = None;
    }
    if network.no_proxy.is_some() {
        settings.no_proxy.clone_from(&network.no_proxy);
    }
    if network.timeout.is_some() || network.connect_timeout.is_some() {
        settings.timeouts.connect = None;
    }
    if network.max_time.is_some() {
        settings.timeouts.total = None;
    }
    if network.retry > 0 {
        settings.retries = Default::default();
    }
    if network.dials() {
        settings.connect = Default::default();
        settings.http_version = None;
    }
    if args.follow {
        settings.redirects = Default::default();
    }
    if args.tls.is_given() {
        settings.tls = Default::default();
    }
}
