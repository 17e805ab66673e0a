//! The proof of one target: generate, compile, run, look.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use gatepass_server::Recorded;
use gatepass_snippet::{Call, Options, Recipe, Secrets, SnippetError, Support, Target, code_of};

use super::cache::Cache;
use super::case::{Case, Kept, Wrong};
use super::hostile::CANARY;
use super::place::{self, Addresses, Place, Tls};
use super::toolchain::{self, Job, Toolchain};
use super::{Bench, needs, refusals};
use crate::failure::{Failure, Result};
use crate::tally::Tally;

/// What came of one target.
pub(crate) struct Report {
    name: String,
    pub(crate) tally: Tally,
    refused: usize,
    cached: usize,
    seconds: f64,
    note: String,
    /// Whether nothing of it was run.
    written_only: bool,
    pub(crate) misses: Vec<String>,
}

impl Report {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            tally: Tally::default(),
            refused: 0,
            cached: 0,
            seconds: 0.0,
            note: String::new(),
            written_only: false,
            misses: Vec::new(),
        }
    }

    /// The whole proof could not be made.
    pub(crate) fn failed(name: &str, failure: Failure) -> Self {
        let mut report = Self::new(name);
        report.miss("all", &failure.to_string());
        report
    }

    /// The proof was not made, for this reason. Where nothing may be missing, that is a failure.
    pub(crate) fn skipped(name: &str, reason: &str) -> Self {
        let mut report = Self::new(name);
        report.skip("all", reason);
        report
    }

    /// Notes that a case was not proven, as [`Report::skipped`] does of all.
    fn skip(&mut self, case: &str, reason: &str) {
        let strict =
            std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        if strict {
            self.miss(case, reason);
        } else {
            self.tally += Tally::skip();
            self.note = format!("skipped: {reason}");
        }
    }

    pub(crate) fn pass(&mut self) {
        self.tally += Tally::one(true);
    }

    pub(crate) fn miss(&mut self, case: &str, problem: &str) {
        self.tally += Tally::one(false);
        self.misses
            .push(format!("{} / {case}: {problem}", self.name));
    }

    /// Says whether nothing of it was wanted.
    pub(crate) fn is_empty(&self) -> bool {
        self.tally == Tally::default() && self.note.is_empty()
    }

    /// Returns the line of the table.
    pub(crate) fn line(&self) -> String {
        let what = if self.written_only { "written" } else { "run" };
        let mut line = format!(
            "{:18} {:3} {what}",
            self.name,
            self.tally.passed - self.cached - self.refused
        );
        for (count, what) in [
            (self.cached, "proven before"),
            (self.refused, "refused as said"),
            (self.tally.failed, "FAILED"),
        ] {
            if count > 0 {
                line += &format!(", {count} {what}");
            }
        }
        if self.seconds > 0.0 {
            line += &format!(", {:.1} s", self.seconds);
        }
        if !self.note.is_empty() {
            line += &format!(", {}", self.note);
        }
        line + "\n"
    }
}

/// A case that is to be run, with its code.
struct Planned {
    case: Case,
    key: String,
    job: usize,
    wrong_job: Option<usize>,
}

/// Proves one target.
pub(crate) fn prove(
    bench: &Bench<'_>,
    tls: std::result::Result<&Tls, &String>,
    target: &'static dyn Target,
) -> Result<Report> {
    let id = target.info().id;
    let started = Instant::now();
    let wanted = |case: &Case| bench.wants(id, &case.name);
    let mut report = Report::new(id);
    let cases_at = |addresses: &Addresses| needs::cases_for(target, addresses);
    let constant = cases_at(&Addresses::constant())?;
    if !constant.iter().any(wanted) {
        return Ok(report);
    }
    match target.info().recipe {
        Recipe::NotExecuted(reason) => {
            generate_only(target, &constant, &mut report);
            report.written_only = true;
            report.note = format!("not executed: {reason}");
            return Ok(report);
        }
        Recipe::Run(_) => {}
    }
    let toolchain = super::toolchain_of(target)
        .and_then(toolchain::find)
        .ok_or_else(|| Failure::new("the target's recipe names no toolchain that is here"))?;
    let Some(version) = (toolchain.version)(bench) else {
        return Ok(Report::skipped(
            id,
            &format!("{} is not installed", toolchain.name),
        ));
    };
    match age(bench, toolchain, target) {
        Ok(note) => report.note = note.to_owned(),
        Err(reason) => return Ok(Report::skipped(id, &reason)),
    }
    let place = Place::start()?;
    let cases = cases_at(&place.addresses(tls.ok()))?;
    let cache = Cache::open(bench)?;
    let folder = place::folder(bench)?.join("work").join(id);
    drop(fs::remove_dir_all(&folder));
    let (mut jobs, mut planned) = (Vec::new(), Vec::new());
    for (case, constant) in cases.into_iter().zip(constant) {
        if !wanted(&case) {
            continue;
        }
        if case.call.https
            && let Err(reason) = tls
        {
            report.skip(&case.name, reason);
            continue;
        }
        let Some(key) = admit(target, &constant, Some(&cache), &version, &mut report) else {
            continue;
        };
        if cache.has(&key) {
            report.pass();
            report.cached += 1;
            continue;
        }
        let job = add_job(bench, target, &case, &case.call, &folder, "", &mut jobs)?;
        let wrong_job = match &case.wrong {
            Some(Wrong::Call(call, _)) => Some(add_job(
                bench, target, &case, call, &folder, "_wrong", &mut jobs,
            )?),
            _ => None,
        };
        planned.push(Planned {
            case,
            key,
            job,
            wrong_job,
        });
    }
    if !jobs.is_empty() {
        (toolchain.prepare)(bench, &folder, &jobs)?;
    }
    let scene = Scene {
        target: id,
        bench,
        toolchain,
        place: &place,
        tls: tls.ok(),
    };
    for plan in planned {
        match scene.act(&plan, &jobs) {
            Ok(()) => {
                report.pass();
                cache.keep(&plan.key)?;
            }
            Err(problem) => report.miss(&plan.case.name, &problem),
        }
    }
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// Says whether the program that is here is the oldest that the code is for.
///
/// # Errors
/// Why it proves nothing: it is not there, or older than that.
fn age(
    bench: &Bench<'_>,
    toolchain: &Toolchain,
    target: &dyn Target,
) -> std::result::Result<&'static str, String> {
    let Some(minimum) = target.info().minimum else {
        return Ok("");
    };
    let id = target.info().id;
    let Some(number) = (toolchain.number)(bench, id) else {
        return Err(format!("{id} is not installed"));
    };
    if numbers(&number) < numbers(minimum.version) {
        let of = minimum.of;
        return Err(format!(
            "{of} {number} is here, and the code is for {minimum}"
        ));
    }
    let oldest = numbers(&number).starts_with(&numbers(minimum.version));
    Ok(if oldest { "at its oldest version" } else { "" })
}

/// Returns the numbers of a version.
fn numbers(version: &str) -> Vec<u32> {
    let parts = version.split('.').map(str::parse);
    parts.map_while(std::result::Result::ok).collect()
}

/// Says whether a case has code to run, and the key of its proof. A refusal has to agree with `supports`.
fn admit(
    target: &'static dyn Target,
    case: &Case,
    cache: Option<&Cache>,
    version: &str,
    report: &mut Report,
) -> Option<String> {
    let mut asked = case.call.needs();
    asked.push(case.need);
    let lacks = asked
        .iter()
        .any(|need| matches!(target.supports(*need), Support::No(_)));
    let code = code_of(target, &case.call, &Options::new(case.secrets));
    let wrong = match &case.wrong {
        Some(Wrong::Call(call, _)) => code_of(target, call, &Options::new(case.secrets)).ok(),
        _ => None,
    };
    match code {
        Ok(_) if refusals::find(target.info().id, &case.name).is_some() => {
            report.miss(&case.name, "it was known to be refused, and there is code");
            None
        }
        Ok(_)
            if lacks
                && case
                    .call
                    .needs()
                    .iter()
                    .any(|need| !target.supports(*need).is_there()) =>
        {
            report.miss(&case.name, "it is not supported, and there is code");
            None
        }
        // Digest with an algorithm that the server alone has chosen is only known when it runs.
        Ok(_) if lacks => {
            report.pass();
            report.refused += 1;
            None
        }
        Ok(code) => Some(cache.map_or_else(String::new, |cache| {
            cache.key(&[
                target.info().id,
                &case.name,
                version,
                &code.text,
                wrong.as_ref().map_or("", |code| &code.text),
            ])
        })),
        Err(SnippetError::Unsupported { .. }) if lacks => {
            report.pass();
            report.refused += 1;
            None
        }
        Err(error) => {
            match refusals::check(target.info().id, &case.name, &error) {
                Ok(()) => {
                    report.pass();
                    report.refused += 1;
                }
                Err(problem) => report.miss(&case.name, &problem),
            }
            None
        }
    }
}

/// For targets that nothing here runs: there is code for whatever is supported.
fn generate_only(target: &'static dyn Target, cases: &[Case], report: &mut Report) {
    for case in cases {
        if admit(target, case, None, "", report).is_some() {
            report.pass();
        }
    }
}

fn add_job(
    bench: &Bench<'_>,
    target: &'static dyn Target,
    case: &Case,
    call: &Call,
    folder: &Path,
    suffix: &str,
    jobs: &mut Vec<Job>,
) -> Result<usize> {
    let code = code_of(target, call, &Options::new(case.secrets))?.text;
    if bench.arguments.show {
        println!("---- {} / {}{suffix}\n{code}", target.info().id, case.name);
    }
    let name = format!("{}{suffix}", case.name.replace('-', "_"));
    let folder = folder.join(&name);
    fs::create_dir_all(folder.join("run"))?;
    fs::write(folder.join(target.info().file), &code)?;
    jobs.push(Job {
        name,
        folder,
        file: target.info().file,
    });
    Ok(jobs.len() - 1)
}

/// How long a program may take before it is stopped.
const LIMIT: Duration = Duration::from_secs(60);

struct Scene<'a> {
    target: &'a str,
    bench: &'a Bench<'a>,
    toolchain: &'a Toolchain,
    place: &'a Place,
    /// There where a case goes over TLS.
    tls: Option<&'a Tls>,
}

/// What a run came to.
struct Outcome {
    success: bool,
    output: String,
    arrived: Vec<Recorded>,
    /// What came to the other host.
    astray: Vec<Recorded>,
    /// How many times the proxy has forwarded something.
    forwarded: usize,
    canary: bool,
}

impl Scene<'_> {
    /// Runs a case and says what was wrong.
    fn act(&self, plan: &Planned, jobs: &[Job]) -> std::result::Result<(), String> {
        let case = &plan.case;
        let _alone = self.tls_of(case).map(|tls| tls.alone.lock());
        let outcome = self.run(case, &jobs[plan.job], &case.environment)?;
        let shown = |problem: String| {
            let arrived: Vec<_> = outcome
                .arrived
                .iter()
                .map(|request| format!("{} {}", request.method, request.target))
                .collect();
            let code = fs::read_to_string(jobs[plan.job].folder.join(jobs[plan.job].file));
            format!(
                "{problem}\narrived: {arrived:?}\noutput: {}\ncode:\n{}",
                shortened(&outcome.output),
                code.unwrap_or_default()
            )
        };
        let defect = case.defects.iter().find(|(id, _)| *id == self.target);
        match (defect, judge(case, &outcome)) {
            (None, judged) => judged.map_err(shown)?,
            (Some(_), Err(_)) => return Ok(()),
            (Some((_, reason)), Ok(())) => {
                return Err(format!("this was known to fail ({reason}), and does not"));
            }
        }
        let (wrong, status) = match &case.wrong {
            None => return Ok(()),
            Some(Wrong::Environment(environment, status)) => {
                (self.run(case, &jobs[plan.job], environment)?, Some(*status))
            }
            Some(Wrong::Call(_, status)) => {
                let job = &jobs[plan.wrong_job.unwrap_or(plan.job)];
                (self.run(case, job, &case.environment)?, *status)
            }
        };
        if wrong.success {
            return Err(format!("what is wrong succeeds:\n{}", wrong.output));
        }
        match status {
            Some(status) if !says(&wrong.output, status) => Err(format!(
                "what is wrong does not get {status}:\n{}",
                wrong.output
            )),
            None if !wrong.arrived.is_empty() => {
                Err("what is wrong reaches the server all the same".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn arrived(&self, case: &Case) -> Vec<Recorded> {
        match self.tls_of(case) {
            Some(tls) => tls.requests(),
            None => self.place.server.requests(),
        }
    }

    fn tls_of(&self, case: &Case) -> Option<&Tls> {
        self.tls.filter(|_| case.call.https)
    }

    fn run(
        &self,
        case: &Case,
        job: &Job,
        environment: &[(String, String)],
    ) -> std::result::Result<Outcome, String> {
        self.try_run(case, job, environment)
            .map_err(|failure| failure.to_string())
    }

    fn try_run(&self, case: &Case, job: &Job, environment: &[(String, String)]) -> Result<Outcome> {
        let before = self.arrived(case).len();
        let strayed = self.place.elsewhere.requests().len();
        let forwarded = self.place.proxy.forwarded();
        let cwd = job.folder.join("run");
        for (name, contents) in &case.files {
            fs::write(cwd.join(name), contents)?;
        }
        if let Some(tls) = self.tls_of(case) {
            let certificates = &tls.certificates;
            for (name, from) in [
                ("ca.pem", &certificates.authority),
                ("client.pem", &certificates.client),
                ("client.key", &certificates.client_key),
            ] {
                fs::copy(from, cwd.join(name))?;
            }
        }
        let mut command = (self.toolchain.command)(self.bench, job)?;
        // A page asks by a dialog, which the browser answers.
        let asks = case.secrets == Secrets::Prompt && self.toolchain.name != "browser";
        if asks {
            command = in_terminal(&command);
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        command
            .current_dir(&cwd)
            .env_clear()
            .env("PATH", path)
            .env("HOME", &cwd)
            .env("LANG", "C.UTF-8")
            .envs((self.toolchain.environment)(self.bench))
            .envs(told(environment, asks)?);
        let (success, output) = limited(&mut command, &job.folder.join("output"))?;
        let arrived = self.arrived(case).split_off(before);
        let canary = cwd.join(CANARY).exists();
        Ok(Outcome {
            success,
            output,
            arrived,
            astray: self.place.elsewhere.requests().split_off(strayed),
            forwarded: self.place.proxy.forwarded() - forwarded,
            canary,
        })
    }
}

/// Returns the variables that a program gets: its secrets, or what is typed where it asks for them.
fn told(environment: &[(String, String)], asks: bool) -> Result<Vec<(String, String)>> {
    if !asks {
        return Ok(environment.to_vec());
    }
    let typed: BTreeMap<_, _> = environment.iter().cloned().collect();
    let typed = serde_json::to_string(&typed).map_err(|error| Failure::new(error.to_string()))?;
    Ok(vec![("TYPED".to_owned(), typed)])
}

/// Puts a program into a terminal of its own, at which somebody types.
fn in_terminal(command: &Command) -> Command {
    let mut terminal = Command::new("python3");
    terminal
        .args(["-c", TERMINAL])
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            terminal.env(name, value);
        }
    }
    terminal
}

const TERMINAL: &str = include_str!("terminal.py");

/// Runs a program to its end, or to the end of its time.
pub(crate) fn limited(command: &mut Command, output: &Path) -> Result<(bool, String)> {
    let file = File::create(output)?;
    command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file);
    let mut child = command
        .spawn()
        .map_err(|error| Failure::from(error).during(crate::process::shown(command)))?;
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if started.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            break None;
        }
        thread::sleep(Duration::from_millis(4));
    };
    let text = String::from_utf8_lossy(&fs::read(output)?).into_owned();
    Ok(match status {
        Some(status) => (status.success(), text),
        None => (false, format!("{text}\n(stopped: it did not end)")),
    })
}

fn judge(case: &Case, outcome: &Outcome) -> std::result::Result<(), String> {
    let expect = &case.expect;
    if outcome.canary {
        return Err("a text was run: the canary is there".to_owned());
    }
    if expect
        .success
        .is_some_and(|success| success != outcome.success)
    {
        return Err(match outcome.success {
            true => "the program succeeds".to_owned(),
            false => "the program fails".to_owned(),
        });
    }
    if let Some(status) = expect.status
        && !says(&outcome.output, status)
    {
        return Err(format!("the program does not print {status}"));
    }
    if outcome.output.contains("it did not end)") {
        return Err("the program does not end".to_owned());
    }
    if let Some(name) = expect.unset {
        return match () {
            () if !outcome.arrived.is_empty() => Err("it sends without the variable".to_owned()),
            () if !outcome.output.contains(name) => Err("it does not name the variable".to_owned()),
            () => Ok(()),
        };
    }
    if let Some(kept) = &expect.kept {
        kept_secret(kept, outcome)?;
    }
    if case.call.proxy.is_some() && outcome.forwarded == 0 {
        return Err("it did not come through the proxy".to_owned());
    }
    let Some(last) = outcome.arrived.last() else {
        return Err("nothing arrived".to_owned());
    };
    if let Some(requests) = expect.requests
        && outcome.arrived.len() != requests
    {
        return Err(format!(
            "{} requests arrived, not {requests}",
            outcome.arrived.len()
        ));
    }
    expect.looks.iter().try_for_each(|look| look(last))
}

/// Wants the secret to be in no request, and nothing of the login in one to the other host.
fn kept_secret(kept: &Kept, outcome: &Outcome) -> std::result::Result<(), String> {
    let first = outcome.arrived.iter().filter(|_| !kept.only_elsewhere);
    for request in first.chain(&outcome.astray) {
        let mut text = format!("{} ", request.target);
        for field in request.headers.iter() {
            text += &format!(
                "{}: {}\n",
                field.name(),
                String::from_utf8_lossy(field.value())
            );
        }
        text += &String::from_utf8_lossy(&request.body);
        if text.contains(kept.secret) || text.contains(&kept.encoded) {
            return Err(format!("the secret arrives: {text}"));
        }
    }
    let signed = |request: &&Recorded| request.headers.get("Authorization").is_some();
    match outcome.astray.iter().find(signed) {
        Some(_) => Err("another host is answered with the login".to_owned()),
        None => Ok(()),
    }
}

/// Says whether a status stands in the output as a word.
fn says(output: &str, status: u16) -> bool {
    let status = status.to_string();
    output
        .split(|c: char| !c.is_ascii_digit())
        .any(|word| word == status)
}

/// Keeps the end of a long output, which says why it ended.
fn shortened(output: &str) -> &str {
    let start = output.len().saturating_sub(1500);
    output
        .char_indices()
        .map(|(at, _)| at)
        .find(|at| *at >= start)
        .map_or("", |at| &output[at..])
}

/// Returns a folder for one proof, empty.
pub(crate) fn fresh_folder(bench: &Bench<'_>, name: &str) -> Result<PathBuf> {
    let folder = place::folder(bench)?.join("work").join(name);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(numbers("9.2") < numbers("10.1"));
        assert!(numbers("3.1.2") > numbers("3.1"));
        assert!(numbers("3.1.2").starts_with(&numbers("3.1")));
        assert!(!numbers("3.10").starts_with(&numbers("3.1")));
    }
}
