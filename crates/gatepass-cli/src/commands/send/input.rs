//! From the words of the command line to a request and its credential.

use std::cell::RefCell;

use gatepass::config::Compression;
use gatepass::error::Misuse;
use gatepass::{Client, RequestBuilder};
use gatepass_auth::show;
use gatepass_request::parse::items::{Item, Value};
use gatepass_request::{Body, BodyKind, Build, Content, Request, Url};

use crate::commands::send::args::SendArgs;
use crate::commands::send::stdin;
use crate::error::{Failure, reason};

/// A request, and what there is of its body on standard input.
pub(super) struct Input {
    pub(super) request: Request,
    pub(super) stdin: Option<gatepass::Body>,
}

impl Input {
    /// Begins to send the request, with the files that it names.
    pub(super) fn builder(self, client: &Client, args: &SendArgs) -> RequestBuilder {
        let stdin = RefCell::new(self.stdin);
        let mut builder = client.from_request_with(&self.request, |content| match content {
            Content::Stdin => stdin.take().ok_or_else(|| Misuse::BodyElsewhere.into()),
            elsewhere => gatepass::Body::open(elsewhere),
        });
        if args.expect_continue {
            builder = builder.expect_continue(true);
        }
        match args.compress {
            0 => builder,
            1 => builder.compress(Compression::deflate()),
            _ => builder.compress(Compression::deflate().always()),
        }
    }
}

/// Reads the items, and the headers that were given as options.
///
/// # Errors
/// [`Failure`] for a word that is no item.
pub(super) fn items(args: &SendArgs, words: &[String]) -> Result<Vec<Item>, Failure> {
    let mut items = words
        .iter()
        .map(|word| Item::parse(word))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failure)?;
    for line in &args.header {
        items.push(header(line)?);
    }
    Ok(items)
}

/// Makes the request.
///
/// # Errors
/// [`Failure`] for an option that is no part of a request, and for a file or variable that is not there.
pub(super) fn request(
    args: &SendArgs,
    method: Option<String>,
    url: Url,
    mut items: Vec<Item>,
    stdin_is_secret: bool,
) -> Result<Input, Failure> {
    let mut build = Build::new();
    if args.multipart {
        build = build.kind(BodyKind::Multipart);
    } else if args.form || !args.data.is_empty() {
        build = build.kind(BodyKind::Form);
    } else if args.json {
        build = build.kind(BodyKind::Json);
    }
    if let Some(boundary) = &args.boundary {
        build = build.boundary(boundary);
    }
    let named = |item: &Item| matches!(item, Item::File { path, .. } if path == "-");
    if stdin_is_secret && (items.iter().any(named) || args.data.iter().any(|data| data == "@-")) {
        return Err(
            Failure::new("standard input cannot be both the secret and the body")
                .hint("Take the secret from elsewhere: env:NAME, @FILE, or prompt: to be asked"),
        );
    }
    let mut stdin = None;
    if let Some(text) = &args.raw {
        build = build.raw(text.clone());
    } else if !args.data.is_empty() {
        build = build.raw(data(&args.data)?);
    } else if items.iter().any(named) {
        stdin = Some(stdin::named(args.chunked)?);
    } else if !args.ignore_stdin && !stdin_is_secret && !items.iter().any(Item::is_body) {
        stdin = stdin::body(method.as_deref(), args.chunked)?;
        if stdin.is_some() {
            items.push(Item::parse("@-").map_err(failure)?);
        }
    }
    if let Some(method) = method {
        build = build.method(method);
    }
    let request = build.request(url, &items, &resolve).map_err(failure)?;
    Ok(Input { request, stdin })
}

/// Takes a request that is there. Its body may be on standard input.
///
/// # Errors
/// [`Failure`] where that cannot be read, and where a secret comes from there too.
pub(super) fn of_request(
    args: &SendArgs,
    request: Request,
    stdin_is_secret: bool,
) -> Result<Input, Failure> {
    let is_stdin = |content: &Content| *content == Content::Stdin;
    let reads = match &request.body {
        Body::File { content, .. } => is_stdin(content),
        Body::Joined { chunks, .. } => chunks.iter().any(|chunk| is_stdin(&chunk.content)),
        Body::Multipart(form) => form.parts.iter().any(|part| is_stdin(&part.content)),
        _ => false,
    };
    if reads && (stdin_is_secret || args.from.as_deref() == Some("-")) {
        return Err(
            Failure::new("standard input cannot be both the body and something else")
                .hint("Put the request into a file, and take a secret from env:NAME or @FILE"),
        );
    }
    let stdin = reads.then(|| stdin::named(args.chunked)).transpose()?;
    Ok(Input { request, stdin })
}

fn failure(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string())
}

/// Reads a header as curl writes it: `Name: value`, `Name:` to keep a default away, `Name;` for one without a value.
pub(super) fn header(line: &str) -> Result<Item, Failure> {
    match line.split_once(':') {
        Some((name, value)) if value.trim().is_empty() => Ok(Item::NoHeader {
            name: name.trim().to_owned(),
        }),
        Some((name, value)) => Ok(Item::Header {
            name: name.trim().to_owned(),
            value: Value::Text(value.trim().to_owned()),
        }),
        None => match line.strip_suffix(';') {
            Some(name) => Ok(Item::EmptyHeader {
                name: name.trim().to_owned(),
            }),
            None => {
                Err(Failure::new("-H needs a header with its value").hint("Write -H 'Name: value'"))
            }
        },
    }
}

/// Joins the values of `-d` as curl does; a file is taken as it is.
fn data(values: &[String]) -> Result<Vec<u8>, Failure> {
    let mut all = Vec::new();
    for (number, value) in values.iter().enumerate() {
        if number > 0 {
            all.push(b'&');
        }
        match value.strip_prefix('@') {
            Some(path) => {
                let bytes = file(path).map_err(|problem| {
                    Failure::new(format!(
                        "the file {} cannot be read: {problem}",
                        show::typed_path(path)
                    ))
                })?;
                all.extend(bytes);
            }
            None => all.extend_from_slice(value.as_bytes()),
        }
    }
    Ok(all)
}

/// Reads the value of an item.
pub(super) fn resolve(value: &Value) -> Result<Vec<u8>, String> {
    match value {
        Value::Text(text) => Ok(text.clone().into_bytes()),
        Value::File(path) => file(path),
        Value::Env(name) => match std::env::var(name) {
            Ok(value) => Ok(value.into_bytes()),
            Err(std::env::VarError::NotPresent) => {
                Err("there is no such environment variable".to_owned())
            }
            Err(_) => Err("the environment variable is not UTF-8".to_owned()),
        },
        other => Err(format!("{other} cannot be read here")),
    }
}

fn file(path: &str) -> Result<Vec<u8>, String> {
    if path == "-" {
        return stdin::read_all().map_err(|failure| failure.to_string());
    }
    std::fs::read(path).map_err(|error| reason(&error))
}
