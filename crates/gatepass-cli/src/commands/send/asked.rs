//! What is asked for: words, or a request in another form.

use gatepass_request::parse::items::tell_apart;
use gatepass_request::{Auth, Request, Settings};

use super::args::SendArgs;
use super::input::{self, Input};
use super::keep::Kept;
use super::target::Target;
use super::{credentials, from};
use crate::error::Failure;

/// What is asked for, and where it goes.
pub(super) struct Asked<'a> {
    pub(super) target: Target,
    form: Form<'a>,
}

enum Form<'a> {
    Words {
        method: Option<String>,
        items: &'a [String],
    },
    Request(Box<Request>),
}

impl<'a> Asked<'a> {
    /// Takes the words of the arguments, unless there is a request in another form.
    ///
    /// # Errors
    /// [`Failure`] for words that make no request, and where the built-in server does not start.
    pub(super) fn of(args: &'a SendArgs, imported: Option<Request>) -> Result<Self, Failure> {
        if let Some(request) = imported {
            return Ok(Self {
                target: Target::to(request.url.clone()),
                form: Form::Request(Box::new(request)),
            });
        }
        let (method, url, items) = words(args)?;
        Ok(Self {
            target: Target::of(url, &args.default_scheme)?,
            form: Form::Words { method, items },
        })
    }

    /// Says whether it is a request in another form.
    pub(super) fn is_in_another_form(&self) -> bool {
        matches!(self.form, Form::Request(_))
    }

    /// Returns the words behind the URL.
    pub(super) fn items(&self) -> &'a [String] {
        match self.form {
            Form::Words { items, .. } => items,
            Form::Request(_) => &[],
        }
    }

    /// Takes the credential out of a request in another form.
    pub(super) fn take_auth(&mut self) -> Option<Auth> {
        match &mut self.form {
            Form::Words { .. } => None,
            Form::Request(request) => request.auth.take(),
        }
    }

    /// Returns how a request in another form is carried out.
    pub(super) fn settings(&self) -> Option<Settings> {
        match &self.form {
            Form::Words { .. } => None,
            Form::Request(request) => Some(request.settings.clone()),
        }
    }

    /// Puts the request together, with the header fields of the session. `auth` is the credential that it will have.
    ///
    /// # Errors
    /// [`Failure`] for items that make no request, and for what cannot be read.
    pub(super) fn input(
        self,
        args: &SendArgs,
        kept: &mut Kept,
        auth: Option<&Auth>,
    ) -> Result<(Target, Input), Failure> {
        let reads_stdin =
            credentials::reads_stdin(auth) || args.tls.reads_stdin() || args.network.reads_stdin();
        let url = &self.target.url;
        let input = match self.form {
            Form::Request(mut request) => {
                let mut items = Vec::new();
                kept.headers(&mut items, url);
                for item in &items {
                    from::add(&mut request, item)?;
                }
                input::of_request(args, *request, reads_stdin)?
            }
            Form::Words { method, items } => {
                let mut items = input::items(args, items)?;
                kept.headers(&mut items, url);
                input::request(args, method, url.clone(), items, reads_stdin)?
            }
        };
        Ok((self.target, input))
    }
}

/// Tells the words apart: method, URL and items.
pub(super) fn words(args: &SendArgs) -> Result<(Option<String>, &str, &[String]), Failure> {
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
