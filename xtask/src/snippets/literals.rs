//! The property that every literal encoder has: what a language's own compiler or interpreter reads is what was written.

use std::collections::BTreeMap;
use std::fs;

use gatepass_snippet::{ALL, Secrets, Target, Text, Writer};

use super::cache::Cache;
use super::run::{Report, fresh_folder, limited};
use super::toolchain::{self, Job};
use super::{Bench, hostile, toolchain_of};
use crate::failure::Result;

/// How many random texts each language gets.
const RANDOM: usize = 400;

/// Proves the encoders of all languages whose toolchain is here.
pub(crate) fn prove(bench: &Bench<'_>) -> Result<Report> {
    let mut report = Report::new("literals");
    if !bench.wants("literals", "all") {
        return Ok(report);
    }
    // One target for each language.
    let mut languages: BTreeMap<&str, &'static dyn Target> = BTreeMap::new();
    for target in ALL {
        if toolchain_of(*target).is_some() {
            languages.entry(target.language().name()).or_insert(*target);
        }
    }
    for (name, target) in languages {
        match prove_one(bench, target) {
            Ok(None) => report.pass(),
            Ok(Some(problem)) => report.miss(name, &problem),
            Err(failure) => report.miss(name, &failure.to_string()),
        }
    }
    Ok(report)
}

fn prove_one(bench: &Bench<'_>, target: &'static dyn Target) -> Result<Option<String>> {
    let Some(toolchain) = toolchain_of(target).and_then(toolchain::find) else {
        return Ok(Some("there is no toolchain for it".to_owned()));
    };
    let Some(version) = (toolchain.version)(bench) else {
        return Ok(None);
    };
    let language = target.language();
    let held: Vec<Vec<u8>> = texts()
        .into_iter()
        .filter(|text| language.bytes(text, &mut String::new()).is_ok())
        .collect();
    let mut w = Writer::new(language, Secrets::Env);
    let all: Vec<Text> = held.iter().map(|text| Text::new(text.as_slice())).collect();
    language.probe(&all, &mut w);
    let parts = match w.finish() {
        Ok(parts) => parts,
        Err(problem) => return Ok(Some(problem.0.to_owned())),
    };
    if parts.body.is_empty() {
        // It is no language: it has no literals.
        return Ok(None);
    }
    let code = target.assemble(&parts);
    let cache = Cache::open(bench)?;
    let key = cache.key(&["literals", language.name(), &version, &code]);
    if cache.has(&key) {
        return Ok(None);
    }
    let folder = fresh_folder(bench, &format!("literals-{}", target.info().id))?;
    let job = Job {
        name: "probe".to_owned(),
        folder: folder.join("probe"),
        file: target.info().file,
    };
    fs::create_dir_all(job.folder.join("run"))?;
    fs::write(job.folder.join(job.file), &code)?;
    let jobs = [job];
    (toolchain.prepare)(bench, &folder, &jobs)?;
    let mut command = (toolchain.command)(bench, &jobs[0])?;
    command
        .current_dir(jobs[0].folder.join("run"))
        .env("LANG", "C.UTF-8")
        .envs((toolchain.environment)(bench));
    let (success, output) = limited(&mut command, &jobs[0].folder.join("output"))?;
    if !success {
        return Ok(Some(format!("the probe fails:\n{output}")));
    }
    let problem = compare(&held, &output);
    if problem.is_none() {
        cache.keep(&key)?;
    }
    Ok(problem)
}

/// Every line is one text in hexadecimal digits; a text may be printed twice, as text and as bytes.
fn compare(texts: &[Vec<u8>], output: &str) -> Option<String> {
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let mut wanted = texts.iter().map(|text| hex(text)).peekable();
    let mut last = String::new();
    for line in output.lines().map(|line| line.trim().to_ascii_lowercase()) {
        if wanted.peek() == Some(&line) {
            wanted.next();
            last = line;
        } else if line != last {
            return Some(format!(
                "{line} was read, and {:?} was written",
                wanted.peek()
            ));
        }
    }
    wanted.next().map(|text| format!("{text} was never read"))
}

/// Returns the texts: single characters, pieces of code, and random ones from a fixed seed.
fn texts() -> Vec<Vec<u8>> {
    let mut texts: Vec<Vec<u8>> = vec![
        Vec::new(),
        hostile::LINE.into(),
        hostile::lines().into_bytes(),
        vec![0],
        b"a\0b1".to_vec(),
        vec![0xff, 0xc3, b'"'],
        vec![0xe2, 0x80],
    ];
    texts.extend(
        (0..=0x2ff)
            .filter_map(char::from_u32)
            .map(|c| format!("{c}1").into_bytes()),
    );
    texts.extend(
        "\u{2000}\u{200b}\u{200e}\u{200f}\u{2028}\u{2029}\u{202e}\u{2066}\u{fe0f}\u{feff}\u{fffd}\u{fffe}\u{ffff}\u{e000}\u{10000}\u{1f600}\u{10ffff}\u{301}‘’‚‛“”€漢\u{d7a3}"
            .chars()
            .map(|c| format!("{c}").into_bytes()),
    );
    let pieces: Vec<&str> = "' \" \\ ` $ { } ( ) # % @ ! & | ; \n \r \t \0 \u{1} \u{7f} \u{85} \u{2028} é 漢 \u{1f600} a 1 u x N 0 7 n ? / * < > - = ~ ^ [ ] : , . \u{202e}"
        .split(' ')
        .chain([" "])
        .collect();
    // A linear congruence is random enough, and the same in every run.
    let mut state = 42_u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % below
    };
    for _ in 0..RANDOM {
        let length = 1 + next(24);
        texts.push(
            (0..length)
                .map(|_| pieces[next(pieces.len())])
                .collect::<String>()
                .into_bytes(),
        );
    }
    for _ in 0..RANDOM / 8 {
        let length = 1 + next(24);
        texts.push(
            (0..length)
                .map(|_| u8::try_from(next(256)).unwrap_or(0))
                .collect(),
        );
    }
    texts
}
