//! Where the request goes.

use gatepass_request::{Typed, Url};
use gatepass_server::Server;

use crate::error::Failure;

/// Where the request goes, with the built-in server while it is needed.
pub(super) struct Target {
    pub(super) url: Url,
    server: Option<Server>,
}

impl Target {
    /// Returns the origin that is kept something for. The built-in server has another port each time.
    pub(super) fn origin(&self) -> String {
        match self.server {
            Some(_) => "the built-in server".to_owned(),
            None => self.url.space().to_string(),
        }
    }

    /// Goes to a URL that was read already.
    pub(super) fn to(url: Url) -> Self {
        Self { url, server: None }
    }

    /// Reads the URL, and starts the built-in server for a path alone.
    pub(super) fn of(text: &str, default_scheme: &str) -> Result<Self, Failure> {
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

    /// Says whether the built-in server answers.
    pub(super) fn is_at_home(&self) -> bool {
        self.server.is_some()
    }
}
