//! What an idle connection takes of memory, ten thousand of them in one client.

use std::any::Any;
use std::process::Command;
use std::time::Duration;

use gatepass::{blocking, config};
use rustix::process::{Resource, getrlimit, setrlimit};

use super::bare::Bare;
use super::clients::{self, Which, client_failure, runtime};
use super::figure::{Aim, Figure};
use super::worker::{Gets, Worker};
use crate::failure::{Failure, Result};
use crate::install::Peers;
use crate::process::demand;

/// How many connections are wanted.
const COUNT: u64 = 10_000;

/// The descriptors that a process needs beside its connections.
const OTHERS: u64 = 100;

const BESIDE: &[(Which, Which)] = &[
    (Which::Async, Which::BareTokio),
    (Which::Blocking, Which::BarePoll),
    (Which::Blocking, Which::Ureq),
    (Which::Blocking, Which::Reqwest),
];

/// Has this process open as many descriptors as the system lets it, and returns how many connections that is.
pub(super) fn raise_limit() -> Result<u64> {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit)?;
    Ok(limit.maximum.unwrap_or(u64::MAX).saturating_sub(OTHERS))
}

pub(super) fn measure(peers: &Peers, base: &str) -> Result<Vec<Figure>> {
    let count = usize::try_from(raise_limit()?.min(COUNT))?;
    let mut known: Vec<(Which, f64)> = Vec::new();
    for (ours, other) in BESIDE {
        for which in [*ours, *other] {
            if known.iter().all(|(known, _)| *known != which) {
                let worker = Worker::Idle(Gets::new(which, base, count));
                let mut process = Command::new(std::env::current_exe()?);
                let said = demand(worker.command(&mut process))?;
                known.push((which, said.trim().parse()?));
            }
        }
    }
    let of = |which| {
        let found = known.iter().find(|(known, _)| *known == which);
        found.map_or(f64::NAN, |(_, memory)| *memory)
    };
    let row = |ours: Which, other: f64, beside| Figure {
        what: format!("{}, one of {count} idle connections", ours.name()),
        ours: of(ours),
        other,
        unit: "KiB",
        beside,
        aim: Some(Aim::Within(15.0)),
    };
    let mut figures: Vec<_> = BESIDE
        .iter()
        .map(|(ours, other)| row(*ours, of(*other), other.name()))
        .collect();
    let mut python = Command::new(peers.python());
    python
        .args(["-c", include_str!("idle.py"), base])
        .arg(count.to_string());
    let said: f64 = demand(&mut python)?.trim().parse()?;
    figures.push(row(Which::Blocking, said, "Python requests"));
    Ok(figures)
}

/// Holds the connections and prints what each takes, in KiB.
pub(super) fn run(gets: &Gets) -> Result {
    raise_limit()?;
    let before = resident()?;
    let held = hold(gets)?;
    let after = resident()?;
    let open = std::fs::read_dir("/proc/self/fd")?.count();
    if open < gets.count {
        return Err(Failure::new(format!(
            "of {} connections, {} has at most {open} left",
            gets.count,
            gets.which.name()
        )));
    }
    drop(held);
    println!("{}", (after - before) / gets.count as f64);
    Ok(())
}

/// Makes a client with so many idle connections.
fn hold(gets: &Gets) -> Result<Box<dyn Any>> {
    let Gets { which, base, count } = gets;
    let url = format!("{base}/gather/{count}");
    let mut pool = config::Pool::new();
    pool.idle_per_origin = *count;
    pool.idle_total = *count;
    pool.idle_age = Duration::from_secs(600);
    Ok(match which {
        Which::Blocking => {
            let client = blocking::Client::builder().pool(pool).build();
            let client = client.map_err(client_failure)?;
            let answers = repeat(*count, || client.get(&url).send().map_err(client_failure))?;
            for answer in answers {
                answer.bytes().map_err(client_failure)?;
            }
            Box::new(client)
        }
        Which::Async => {
            let runtime = runtime()?;
            let client = gatepass::Client::builder().pool(pool).build();
            let client = client.map_err(client_failure)?;
            runtime.block_on(async {
                let mut answers = Vec::with_capacity(*count);
                for _ in 0..*count {
                    answers.push(client.get(&url).send().await.map_err(client_failure)?);
                }
                for answer in answers {
                    answer.bytes().await.map_err(client_failure)?;
                }
                Ok::<_, Failure>(())
            })?;
            Box::new((client, runtime))
        }
        Which::BarePoll => Box::new(repeat(*count, || {
            let mut one = which.contestant(base, "/get")?;
            one.run(1)?;
            Ok(one)
        })?),
        Which::BareTokio => {
            let runtime = runtime()?;
            let all = runtime.block_on(async {
                let mut all = Vec::with_capacity(*count);
                for _ in 0..*count {
                    let mut one = Bare::connect(base).await?;
                    one.get("/get", "").await?;
                    all.push(one);
                }
                Ok::<_, Failure>(all)
            })?;
            Box::new((all, runtime))
        }
        Which::Ureq => {
            let agent = clients::ureq();
            let answers = repeat(*count, || Ok(agent.get(&url).call()?))?;
            for mut answer in answers {
                answer.body_mut().read_to_vec()?;
            }
            Box::new(agent)
        }
        Which::Reqwest => {
            let client = clients::reqwest()?;
            let answers = repeat(*count, || Ok(client.get(&url).send()?))?;
            for answer in answers {
                answer.bytes()?;
            }
            Box::new(client)
        }
    })
}

fn repeat<T>(count: usize, mut make: impl FnMut() -> Result<T>) -> Result<Vec<T>> {
    (0..count).map(|_| make()).collect()
}

/// Returns the memory that this process has, in KiB.
fn resident() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    super::large::kilobytes(&status, "VmRSS")
        .ok_or_else(|| Failure::new("the system does not say what memory this process has"))
}
