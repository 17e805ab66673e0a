//! Requests one after the other over one connection: our client beside a loop of nothing but hyper.

use std::sync::Arc;
use std::time::Instant;

use gatepass::Client;
use gatepass_auth::Digest;

use super::bare::Bare;
use super::clients::{self, client_failure};
use super::figure::{Aim, Figure};
use super::rounds::Pairs;
use super::signed::Signer;

use crate::failure::{Failure, Result};

const BASIC: &str = "/basic-auth/alice/s3cret";
const DIGEST: &str = "/digest-auth/auth/alice/s3cret/MD5";
const BASIC_AIM: Aim = Aim::AtMost(1.05);
const DIGEST_AIM: Aim = Aim::AtMost(1.1);
// Short rounds, so that both halves of most fall into the same moment.
const ROUNDS: usize = 100;
const EACH: usize = 200;

pub(super) fn measure(base: &str) -> Result<Vec<Figure>> {
    let runtime = clients::runtime()?;
    runtime.block_on(async {
        let basic = basic(base).await?;
        let digest = digest(base).await?;
        let figures = [
            ("Basic", basic, BASIC_AIM),
            ("warm Digest", digest, DIGEST_AIM),
        ]
        .map(|(scheme, pairs, aim)| {
            let what = format!("keep-alive GET, {scheme}");
            pairs.figures(&what, "bare hyper loop", 1e6 / EACH as f64, "µs", Some(aim))
        });
        Ok(figures.into_iter().flatten().collect())
    })
}

async fn basic(base: &str) -> Result<Pairs> {
    let scheme = clients::alice()?;
    let client = Client::builder()
        .auth_for(base, scheme)
        .build()
        .map_err(client_failure)?;
    let mut bare = Bare::connect(base).await?;
    let headers = vec![clients::BASIC.to_owned(); EACH];
    turns(&client, &format!("{base}{BASIC}"), &mut bare, BASIC, |_| {
        Ok(headers.clone())
    })
    .await
}

async fn digest(base: &str) -> Result<Pairs> {
    let scheme = Digest::new("alice", "s3cret");
    let client = Client::builder()
        .auth_for(base, scheme)
        .build()
        .map_err(client_failure)?;
    let mut bare = Bare::connect(base).await?;
    let signer = Signer::new("digest", DIGEST)?;
    signer.challenged(&bare.challenge(DIGEST).await?)?;
    let signer = Arc::new(signer);
    turns(
        &client,
        &format!("{base}{DIGEST}"),
        &mut bare,
        DIGEST,
        |count| signer.authorizations(count),
    )
    .await
}

/// Measures both in turns.
async fn turns(
    client: &Client,
    url: &str,
    bare: &mut Bare,
    target: &str,
    headers: impl Fn(usize) -> Result<Vec<String>>,
) -> Result<Pairs> {
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let prepared = headers(EACH)?;
        let started = Instant::now();
        for header in &prepared {
            bare.get(target, header).await?;
        }
        let other = started.elapsed().as_secs_f64();
        let started = Instant::now();
        for _ in 0..EACH {
            let response = client.get(url).send().await.map_err(client_failure)?;
            if response.status() != 200 {
                return Err(Failure::new(format!(
                    "{url} answered {}",
                    response.status()
                )));
            }
            response.bytes().await.map_err(client_failure)?;
        }
        rounds.push((started.elapsed().as_secs_f64(), other));
    }
    Ok(Pairs::new(rounds))
}
