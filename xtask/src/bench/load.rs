//! Requests per second: our server beside one of nothing but hyper, under the same load.

use std::time::Instant;

use super::bare::Bare;
use super::clients;
use super::figure::{Aim, Figure, RATE};
use super::signed::Signer;
use super::{Running, bare};
use crate::failure::{Failure, Result};

const CONNECTIONS: usize = 16;
const EACH: usize = 1_500;
const ROUNDS: usize = 5;
const DIGEST: &str = "/digest-auth/auth/alice/s3cret/MD5";

pub(super) fn measure(server: &Running) -> Result<Vec<Figure>> {
    let bare = bare()?;
    let runtime = clients::runtime()?;
    runtime.block_on(async {
        let (mut get, mut digest, mut other) = (Load::default(), Load::default(), Load::default());
        for _ in 0..ROUNDS {
            other.add(&bare, "/get").await?;
            get.add(server, "/get").await?;
            digest.add(server, DIGEST).await?;
        }
        let mut figures = Vec::new();
        for (name, load, aim) in [
            ("/get", get, Some(Aim::AtLeast(0.6))),
            ("a verified Digest", digest, Some(Aim::AtLeast(0.6))),
        ] {
            let figure = |what, ours, other, unit| Figure {
                what,
                ours,
                other,
                unit,
                beside: "bare hyper server",
                aim,
            };
            let what = format!("server, {name}");
            figures.push(figure(what, load.best, other.best, RATE));
            // Where the load generator is the slower one, the rate flatters. The processor's time does not.
            let what = format!("server, {name}, per second of processor time");
            figures.push(figure(what, load.capacity(), other.capacity(), RATE));
        }
        Ok(figures)
    })
}

/// What a server did under load.
#[derive(Default)]
struct Load {
    /// Requests per second in the best round.
    best: f64,
    requests: f64,
    /// The processor time that the requests took, in seconds.
    processor: f64,
}

impl Load {
    async fn add(&mut self, server: &Running, target: &'static str) -> Result {
        let before = server.process.processor_time()?;
        self.best = self.best.max(rate(&server.base, target).await?);
        self.processor += server.process.processor_time()? - before;
        self.requests += (CONNECTIONS * EACH) as f64;
        Ok(())
    }

    /// Returns the requests per second of processor time.
    fn capacity(&self) -> f64 {
        self.requests / self.processor
    }
}

/// Returns the requests per second over several connections at once. Digest headers are made before the clock starts.
async fn rate(base: &str, target: &'static str) -> Result<f64> {
    let mut lanes = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut bare = Bare::connect(base).await?;
        let headers = if target == DIGEST {
            let signer = Signer::new("digest", target)?;
            signer.challenged(&bare.challenge(target).await?)?;
            signer.authorizations(EACH)?
        } else {
            vec![String::new(); EACH]
        };
        lanes.push((bare, headers));
    }
    let started = Instant::now();
    let running: Vec<_> = lanes
        .into_iter()
        .map(|(mut bare, headers)| {
            tokio::spawn(async move {
                for header in &headers {
                    bare.get(target, header).await?;
                }
                Ok::<(), Failure>(())
            })
        })
        .collect();
    for lane in running {
        lane.await??;
    }
    Ok((CONNECTIONS * EACH) as f64 / started.elapsed().as_secs_f64())
}
