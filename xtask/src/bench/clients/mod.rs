//! The clients that stand beside each other. Each sends GET after GET with the same headers and reads each answer to its end.

mod bare;
mod requests;

use gatepass::{Basic, blocking};

use super::bare::Bare as BareOnTokio;
use super::rounds::Contestant;
use crate::failure::{Failure, Result};
use crate::install::Peers;

use requests::Requests;

/// What `alice` sends.
pub(crate) const BASIC: &str = "Basic YWxpY2U6czNjcmV0";

/// A client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Which {
    /// Ours, on the calling thread.
    Blocking,
    /// Ours, in a runtime of one thread.
    Async,
    /// hyper and nothing else, over `poll(2)`.
    BarePoll,
    /// hyper and nothing else, in a runtime of one thread.
    BareTokio,
    Ureq,
    Reqwest,
}

impl Which {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Blocking => "gatepass::blocking",
            Self::Async => "gatepass",
            Self::BarePoll => "bare hyper loop, poll(2)",
            Self::BareTokio => "bare hyper loop, tokio",
            Self::Ureq => "ureq",
            Self::Reqwest => "reqwest::blocking",
        }
    }

    /// Makes one that asks for `url` as `alice`.
    pub(crate) fn contestant(self, base: &str, path: &str) -> Result<Box<dyn Contestant>> {
        let url = format!("{base}{path}");
        Ok(match self {
            Self::Blocking => Box::new(Ours {
                client: blocking::Client::builder()
                    .auth_for(base, alice()?)
                    .build()
                    .map_err(client_failure)?,
                url,
            }),
            Self::Async => {
                let client = gatepass::Client::builder()
                    .auth_for(base, alice()?)
                    .build()
                    .map_err(client_failure)?;
                Box::new(OursOnTokio {
                    runtime: runtime()?,
                    client,
                    url,
                })
            }
            Self::BarePoll => Box::new(bare::Bare::connect(base, path)?),
            Self::BareTokio => {
                let runtime = runtime()?;
                let bare = runtime.block_on(BareOnTokio::connect(base))?;
                Box::new(OnTokio {
                    runtime,
                    bare,
                    path: path.to_owned(),
                })
            }
            Self::Ureq => Box::new(Ureq { agent: ureq(), url }),
            Self::Reqwest => Box::new(Reqwest {
                client: reqwest()?,
                url,
            }),
        })
    }
}

/// Makes Python's `requests`.
pub(crate) fn python(peers: &Peers, url: &str) -> Result<Box<dyn Contestant>> {
    Ok(Box::new(Requests::start(peers, url)?))
}

pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?)
}

/// Makes the scheme that sends [`BASIC`].
pub(crate) fn alice() -> Result<Basic> {
    Basic::new("alice", "s3cret").map_err(|error| Failure::new(error.to_string()))
}

pub(crate) fn client_failure(error: gatepass::Error) -> Failure {
    Failure::new(error.to_string())
}

/// Makes a client that keeps as many idle connections as anybody wants.
pub(crate) fn ureq() -> ureq::Agent {
    ureq::Agent::config_builder()
        .max_idle_connections(1 << 20)
        .max_idle_connections_per_host(1 << 20)
        .proxy(None)
        .build()
        .into()
}

/// Makes another one.
pub(crate) fn reqwest() -> Result<reqwest::blocking::Client> {
    Ok(reqwest::blocking::Client::builder().no_proxy().build()?)
}

/// Fails unless the answer was a 200.
pub(crate) fn expect_ok(status: u16) -> Result {
    if status == 200 {
        return Ok(());
    }
    Err(Failure::new(format!("the server answered {status}")))
}

struct Ours {
    client: blocking::Client,
    url: String,
}

impl Contestant for Ours {
    fn run(&mut self, count: usize) -> Result {
        for _ in 0..count {
            let response = self.client.get(&self.url).send().map_err(client_failure)?;
            expect_ok(response.status())?;
            response.bytes().map_err(client_failure)?;
        }
        Ok(())
    }
}

struct OursOnTokio {
    runtime: tokio::runtime::Runtime,
    client: gatepass::Client,
    url: String,
}

impl Contestant for OursOnTokio {
    fn run(&mut self, count: usize) -> Result {
        self.runtime.block_on(async {
            for _ in 0..count {
                let response = self.client.get(&self.url).send().await;
                let response = response.map_err(client_failure)?;
                expect_ok(response.status())?;
                response.bytes().await.map_err(client_failure)?;
            }
            Ok(())
        })
    }
}

struct OnTokio {
    runtime: tokio::runtime::Runtime,
    bare: BareOnTokio,
    path: String,
}

impl Contestant for OnTokio {
    fn run(&mut self, count: usize) -> Result {
        self.runtime.block_on(async {
            for _ in 0..count {
                self.bare.get(&self.path, BASIC).await?;
            }
            Ok(())
        })
    }
}

struct Ureq {
    agent: ureq::Agent,
    url: String,
}

impl Contestant for Ureq {
    fn run(&mut self, count: usize) -> Result {
        for _ in 0..count {
            let request = self.agent.get(&self.url).header("authorization", BASIC);
            let mut response = request.call()?;
            expect_ok(response.status().as_u16())?;
            response.body_mut().read_to_vec()?;
        }
        Ok(())
    }
}

struct Reqwest {
    client: reqwest::blocking::Client,
    url: String,
}

impl Contestant for Reqwest {
    fn run(&mut self, count: usize) -> Result {
        for _ in 0..count {
            let request = self.client.get(&self.url).header("authorization", BASIC);
            let response = request.send()?;
            expect_ok(response.status().as_u16())?;
            response.bytes()?;
        }
        Ok(())
    }
}
