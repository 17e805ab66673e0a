//! One way to ask, for every front of the client.

use bytes::Bytes;
use gatepass::auth::{Basic, Digest};
use gatepass::config::{Timeouts, Tls};
use gatepass::{ClientOf, Error, Mode, RequestBuilderOf, ResponseOf};

/// A request, whatever front sends it.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) body: Bytes,
    pub(crate) credential: Credential,
    pub(crate) timeouts: Timeouts,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Credential {
    None,
    Basic,
    Digest,
}

impl Ask {
    pub(crate) fn get(url: String, timeouts: Timeouts) -> Self {
        Self {
            method: "GET",
            url,
            body: Bytes::new(),
            credential: Credential::None,
            timeouts,
        }
    }

    fn prepare<M: Mode>(&self, client: &ClientOf<M>) -> RequestBuilderOf<M> {
        let mut request = client
            .request(self.method, &self.url)
            .timeouts(self.timeouts);
        if !self.body.is_empty() {
            request = request.body(self.body.clone());
        }
        match self.credential {
            Credential::None => request,
            Credential::Basic => request.auth(Basic::new("alice", "s3cret").unwrap()),
            Credential::Digest => request.auth(Digest::new("alice", "s3cret")),
        }
    }
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    /// How many requests it took.
    pub(crate) legs: usize,
    /// The connection that the answer came over.
    pub(crate) connection: u64,
}

impl Said {
    fn head<M: Mode>(response: &ResponseOf<M>) -> Self {
        let transcript = response.transcript();
        Self {
            status: response.status(),
            body: Bytes::new(),
            legs: transcript.legs().len(),
            connection: transcript.last().map_or(0, |leg| leg.connection()),
        }
    }
}

/// A client that reads the answer to its end.
pub(crate) trait Front {
    fn ask(&self, ask: &Ask) -> Result<Said, Error>;
}

/// Makes a client of every front.
pub(crate) fn every_front(tls: &Tls) -> Vec<(&'static str, Box<dyn Front>)> {
    vec![
        ("async", Box::new(Async::new(tls))),
        #[cfg(unix)]
        ("blocking", Box::new(Blocking::new(tls))),
    ]
}

struct Async {
    client: gatepass::Client,
    runtime: tokio::runtime::Runtime,
}

impl Async {
    fn new(tls: &Tls) -> Self {
        let client = gatepass::Client::builder().tls(tls.clone());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Self {
            client: client.build().unwrap(),
            runtime: runtime.unwrap(),
        }
    }
}

impl Front for Async {
    fn ask(&self, ask: &Ask) -> Result<Said, Error> {
        self.runtime.block_on(async {
            let response = ask.prepare(&self.client).send().await?;
            let said = Said::head(&response);
            let body = response.bytes().await?;
            Ok(Said { body, ..said })
        })
    }
}

#[cfg(unix)]
struct Blocking(gatepass::blocking::Client);

#[cfg(unix)]
impl Blocking {
    fn new(tls: &Tls) -> Self {
        let client = gatepass::blocking::Client::builder().tls(tls.clone());
        Self(client.build().unwrap())
    }
}

#[cfg(unix)]
impl Front for Blocking {
    fn ask(&self, ask: &Ask) -> Result<Said, Error> {
        let response = ask.prepare(&self.0).send()?;
        let said = Said::head(&response);
        let body = response.bytes()?;
        Ok(Said { body, ..said })
    }
}
