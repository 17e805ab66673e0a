//! Every target on its seeds and on some thousands of changes of them, the same on every run and every toolchain.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use gatepass_fuzz::{TARGETS, Target};

/// How many changed inputs each target gets.
const ROUNDS: u64 = 8_000;

/// How long one input of 64 KiB may take in a debug build: hundreds of times what linear work needs.
const LONG: Duration = Duration::from_secs(10);

#[test]
fn seeds_and_their_changes() {
    let threads: Vec<_> = TARGETS
        .iter()
        .map(|target| std::thread::spawn(move || explore(target)))
        .collect();
    let failed: Vec<_> = threads
        .into_iter()
        .filter_map(|thread| thread.join().unwrap().err())
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn long_inputs_take_no_more_than_their_length() {
    for target in TARGETS {
        for (file, seed) in seeds(target.0) {
            let long: Vec<u8> = seed
                .iter()
                .copied()
                .cycle()
                .take(if seed.is_empty() { 0 } else { 65_536 })
                .collect();
            let start = Instant::now();
            (target.1)(&long);
            assert!(
                start.elapsed() < LONG,
                "{} on {file}, repeated: {:?}",
                target.0,
                start.elapsed()
            );
        }
    }
}

fn explore(target: &Target) -> Result<(), String> {
    let seeds = seeds(target.0);
    for (file, seed) in &seeds {
        attempt(target, seed, || format!("seeds/{}/{file}", target.0))?;
    }
    for round in 1..=ROUNDS {
        let mut random = Xorshift(round.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let (_, seed) = &seeds[random.below(seeds.len())];
        let (_, other) = &seeds[random.below(seeds.len())];
        let input = random.changed(seed, other);
        attempt(target, &input, || format!("round {round}"))?;
    }
    Ok(())
}

fn attempt(target: &Target, input: &[u8], name: impl Fn() -> String) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| (target.1)(input))).map_err(|_| {
        format!(
            "{} breaks on {}: {:?}",
            target.0,
            name(),
            String::from_utf8_lossy(input)
        )
    })
}

/// Reads the seeds of a target, in the order of their names.
fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(target);
    let mut seeds: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    assert!(!seeds.is_empty(), "{target} has no seeds");
    seeds.sort();
    seeds
}

/// A small generator of numbers (Marsaglia's xorshift64).
struct Xorshift(u64);

impl Xorshift {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// Changes a seed a few times: bytes are replaced, inserted, removed, doubled, or taken from another seed.
    fn changed(&mut self, seed: &[u8], other: &[u8]) -> Vec<u8> {
        const TELLING: &[u8] = b"\"\\,= \t:;@[]%#?/&\n\r\0\x7f\xc3\xff-0aZ";
        let mut input = seed.to_vec();
        for _ in 0..=self.below(6) {
            let at = self.below(input.len() + 1);
            let end = (at + self.below(12)).min(input.len());
            let byte = match self.below(3) {
                0 => self.next() as u8,
                _ => TELLING[self.below(TELLING.len())],
            };
            match self.below(6) {
                0 if at < input.len() => input[at] = byte,
                1 => drop(input.drain(at..end)),
                2 => {
                    let doubled = input[at..end].to_vec();
                    input.splice(at..at, doubled);
                }
                3 => {
                    let from = self.below(other.len());
                    let to = (from + self.below(24)).min(other.len());
                    input.splice(at..end, other[from..to].iter().copied());
                }
                4 => input.truncate(at),
                _ => input.insert(at, byte),
            }
        }
        input
    }
}
