//! Many requests at once over as many connections: our client beside one of nothing but hyper, in a runtime of one thread each.

use std::time::Instant;

use gatepass::{Client, config};

use super::bare::Bare;
use super::clients::{client_failure, expect_ok, runtime};
use super::figure::{Aim, Figure};
use super::rounds::Pairs;
use crate::failure::{Failure, Result};

const LANES: usize = 64;
const ROUNDS: usize = 20;
/// Twenty rounds of these are 100,000 requests, and a bit.
const EACH: usize = 79;

pub(super) fn measure(base: &str) -> Result<Vec<Figure>> {
    let runtime = runtime()?;
    runtime.block_on(async {
        let mut pool = config::Pool::new();
        pool.idle_per_origin = LANES;
        let client = Client::builder()
            .pool(pool)
            .build()
            .map_err(client_failure)?;
        let mut bare = Vec::new();
        for _ in 0..LANES {
            bare.push(Bare::connect(base).await?);
        }
        let url = format!("{base}/get");
        ours(&client, &url).await?;
        let mut rounds = Vec::new();
        for round in 0..ROUNDS {
            let mut pair = (0.0, 0.0);
            for turn in 0..2 {
                let started = Instant::now();
                if (round + turn) % 2 == 0 {
                    ours(&client, &url).await?;
                    pair.0 = started.elapsed().as_secs_f64();
                } else {
                    bare = theirs(bare).await?;
                    pair.1 = started.elapsed().as_secs_f64();
                }
            }
            rounds.push(pair);
        }
        let what = format!("{LANES} in flight, {} requests", LANES * EACH * ROUNDS);
        let each = 1e6 / (LANES * EACH) as f64;
        let pairs = Pairs::new(rounds);
        Ok(pairs
            .figures(
                &what,
                "bare hyper client",
                each,
                "µs",
                Some(Aim::AtMost(1.25)),
            )
            .into())
    })
}

async fn ours(client: &Client, url: &str) -> Result {
    let lanes: Vec<_> = (0..LANES)
        .map(|_| {
            let (client, url) = (client.clone(), url.to_owned());
            tokio::spawn(async move {
                for _ in 0..EACH {
                    let response = client.get(&url).send().await.map_err(client_failure)?;
                    expect_ok(response.status())?;
                    response.bytes().await.map_err(client_failure)?;
                }
                Ok::<_, Failure>(())
            })
        })
        .collect();
    for lane in lanes {
        lane.await??;
    }
    Ok(())
}

async fn theirs(bare: Vec<Bare>) -> Result<Vec<Bare>> {
    let lanes: Vec<_> = bare
        .into_iter()
        .map(|mut bare| {
            tokio::spawn(async move {
                for _ in 0..EACH {
                    bare.get("/get", "").await?;
                }
                Ok::<_, Failure>(bare)
            })
        })
        .collect();
    let mut back = Vec::new();
    for lane in lanes {
        back.push(lane.await??);
    }
    Ok(back)
}
