//! What a text in any form holds: requests with their names, and what was left out.

use std::fmt;

use gatepass_auth::show;

use serde::Serialize;

use crate::request::Request;
use crate::variable::{Piece, pieces};
use crate::warning::Warning;

/// A form in which requests are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Form {
    /// A curl command line.
    Curl,
    /// An HTTP archive.
    Har,
    /// A collection of Postman's.
    Postman,
    /// An `.http` or `.rest` file.
    HttpFile,
    /// A request as this crate stores it.
    Stored,
}

/// What a text holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reading {
    /// The form.
    pub form: Form,
    /// The requests, in order.
    pub requests: Vec<Named>,
    /// What was left out or changed.
    pub warnings: Vec<Warning>,
}

/// A request, and how it is called where it comes from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Named {
    /// The name, with those of the folders around it.
    pub name: Option<String>,
    /// The request.
    pub request: Request,
}

impl Named {
    /// Names a request.
    pub fn new(name: Option<String>, request: Request) -> Self {
        Self { name, request }
    }

    /// Returns the name, or the method and the path of a request that has none. Control characters are replaced, because it
    /// is there to be shown.
    pub fn title(&self) -> String {
        let line = || {
            let shown = |piece| match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Variable(variable) => format!("${{{}}}", variable.name),
            };
            let line = format!("{} {}", self.request.method, self.request.url.path());
            let pieces = pieces(&line, &self.request.variables);
            pieces.into_iter().map(shown).collect()
        };
        let title = self.name.clone().unwrap_or_else(line);
        title.replace(char::is_control, "\u{fffd}")
    }

    /// Says whether this is the name, or the end of one that begins with folders.
    fn is_called(&self, wanted: &str) -> bool {
        let name = self.name.as_deref().unwrap_or_default();
        name == wanted || name.ends_with(&format!(" / {wanted}"))
    }
}

impl Reading {
    /// Takes one request out, by its name, the end of a name that begins with folders, or its number from 1. `None` takes
    /// the only one.
    ///
    /// # Errors
    /// [`NotOne`], which lists what is there, where none or several fit.
    ///
    /// ```
    /// use gatepass_request::parse::any;
    ///
    /// let nothing = |_: &gatepass_request::parse::curl::Wanted<'_>| Err("not here".to_owned());
    /// let text = "### login\nPOST https://h.example/login\n### user\nGET https://h.example/user\n";
    /// let reading = any::read(text, &nothing)?;
    /// assert_eq!(reading.clone().choose(Some("user")).unwrap().method, "GET");
    /// let why = reading.choose(None).unwrap_err().to_string();
    /// assert_eq!(why, "there are 2 requests in it: 1: login, 2: user");
    /// # Ok::<(), gatepass_request::parse::ReadError>(())
    /// ```
    pub fn choose(mut self, wanted: Option<&str>) -> Result<Request, NotOne> {
        let fits = |(at, named): &(usize, &Named)| match wanted {
            None => true,
            Some(wanted) => named.is_called(wanted) || (at + 1).to_string() == wanted,
        };
        let fitting: Vec<usize> = self
            .requests
            .iter()
            .enumerate()
            .filter(fits)
            .map(|(at, _)| at)
            .collect();
        match fitting.as_slice() {
            [at] => Ok(self.requests.swap_remove(*at).request),
            _ => Err(NotOne {
                wanted: wanted.map(str::to_owned),
                fitting: fitting.len(),
                titles: self.requests.iter().map(Named::title).collect(),
            }),
        }
    }
}

/// Why no request could be chosen: none or several are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotOne {
    /// The name or number that was wanted.
    pub wanted: Option<String>,
    /// How many fit it.
    pub fitting: usize,
    /// What all of them are called, in order.
    pub titles: Vec<String>,
}

/// How many titles an error lists.
const LISTED: usize = 20;

impl fmt::Display for NotOne {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.wanted, self.titles.len()) {
            (_, 0) => return f.write_str("there is no request in it"),
            (None, count) => write!(f, "there are {count} requests in it")?,
            (Some(wanted), _) => match self.fitting {
                0 => write!(f, "no request is called {}", show::typed(wanted))?,
                count => write!(f, "{count} requests are called {}", show::typed(wanted))?,
            },
        }
        for (at, title) in self.titles.iter().take(LISTED).enumerate() {
            let joint = if at == 0 { ": " } else { ", " };
            write!(f, "{joint}{}: {title}", at + 1)?;
        }
        match self.titles.len().saturating_sub(LISTED) {
            0 => Ok(()),
            more => write!(f, ", and {more} more"),
        }
    }
}

impl std::error::Error for NotOne {}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Curl => "curl command line",
            Self::Har => "HTTP archive (HAR)",
            Self::Postman => "Postman collection",
            Self::HttpFile => ".http file",
            Self::Stored => "stored request",
        })
    }
}
