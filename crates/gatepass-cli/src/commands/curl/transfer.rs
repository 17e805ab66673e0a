//! One transfer: the request is sent, the answer is written, and what `-w` wants is printed.

use std::cell::Cell;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, UNIX_EPOCH};

use gatepass::config::Decoding;
use gatepass::credentials::Resolver;
use gatepass::error::Misuse;
use gatepass::{Body, Client, RequestBuilder, Response, Transcript, diagnose};
use gatepass_request::parse::curl::{self, Fail, Global, Output};
use gatepass_request::{Content, Request};

use super::attempts::{Attempts, Outcome};
use super::destination::{Destination, opened, unwritable};
use super::exit::{Code, Trouble};
use super::facts::Facts;
use super::pace::{Brake, Moved, Paced, too_slow};
use super::write_out::WriteOut;
use super::{Beside, heads, jar, read};
use crate::error::reason;
use crate::output;
use crate::prompt::Terminal;
use crate::time::http_date;

/// What curl calls itself, whose options these are, and what this is.
const AGENT: &str = concat!("curl/8.22.0 gatepass/", env!("CARGO_PKG_VERSION"));

/// One transfer.
pub(super) struct Transfer<'a> {
    request: &'a Request,
    output: &'a Output,
    streams: bool,
    operation: usize,
    global: &'a Global,
    number: usize,
}

impl<'a> Transfer<'a> {
    pub(super) fn new(transfer: &'a curl::Transfer, global: &'a Global, number: usize) -> Self {
        Self {
            request: &transfer.request,
            output: &transfer.output,
            streams: transfer.streams,
            operation: transfer.operation,
            global,
            number,
        }
    }

    /// Carries it out, again and again where the options say so.
    ///
    /// # Errors
    /// [`Trouble`], with curl's exit code.
    pub(super) async fn run(&self, client: &Client, beside: &Beside) -> Result<(), Trouble> {
        let write_out = match &self.output.write_out {
            Some(template) => Some(WriteOut::parse(template)?),
            None => None,
        };
        let mut request = self
            .request
            .clone()
            .resolve(&|variable| std::env::var(&variable.name).ok())
            .map_err(|error| Trouble::new(Code::USAGE, error.to_string()))?;
        let retries = std::mem::take(&mut request.settings.retries);
        let stays_plain = request.url.scheme() == "http"
            && request.settings.redirects.follow != Some(true)
            && request.settings.proxy.is_none();
        if stays_plain {
            // Files that nobody asks for need not be there.
            request.settings.tls = Default::default();
        }
        let mut destination = Destination::of(self.output, &request.url)?;
        if self.output.skip_existing && destination.path().is_some_and(|path| path.exists()) {
            return Ok(());
        }
        let mut facts = Facts::new(&request, self.number);
        let mut attempts = Attempts::new(&retries, !self.global.silent);
        let mut result;
        loop {
            let attempt = self.attempt(client, beside, &request, &mut destination, &mut facts);
            result = attempt.await;
            let outcome = Outcome {
                result: &result,
                status: facts.status(),
                retry_after: facts.header("Retry-After"),
            };
            let Some(wait) = attempts.wait(&outcome) else {
                break;
            };
            tokio::time::sleep(wait).await;
            facts.begin_again();
            if let Err(trouble) = destination.begin_again() {
                result = Err(trouble);
                break;
            }
        }
        if result.is_err() && self.output.remove_on_error {
            destination.remove();
        }
        if let Some(write_out) = write_out {
            facts.finish(&result, destination.path());
            write_out.print(&facts);
        }
        result
    }

    async fn attempt(
        &self,
        client: &Client,
        beside: &Beside,
        request: &Request,
        destination: &mut Destination,
        facts: &mut Facts,
    ) -> Result<(), Trouble> {
        let resume = self.output.resume.map(|resume| destination.resume(resume));
        let resume = resume.filter(|at| *at > 0);
        let jar = beside.cookies.of(&request.settings.cookies)?;
        let moved = Moved::default();
        let mut builder = self.builder(client, request, resume, &moved)?;
        if let Some(jar) = &jar {
            builder = builder.cookies(Arc::clone(jar));
        }
        let mut exchange = Exchange {
            transfer: self,
            request,
            beside,
            destination,
            facts,
            moved: moved.clone(),
            resume,
        };
        let result = tokio::select! {
            result = exchange.run(builder) => result,
            trouble = too_slow(self.output.pace, moved) => Err(trouble),
        };
        match (&jar, &request.settings.cookies.jar) {
            (Some(jar), Some(file)) => result.and(jar::write(jar, file)),
            _ => result,
        }
    }

    fn builder(
        &self,
        client: &Client,
        request: &Request,
        resume: Option<u64>,
        moved: &Moved,
    ) -> Result<RequestBuilder, Trouble> {
        let whom = request.url.space().to_string();
        let resolver = Resolver::new()
            .with_prompter(Arc::new(Terminal))
            .for_whom(whom)
            .allow_plain_http(true);
        let streams = self.streams;
        let paced = self.output.pace != Default::default();
        let most = self.output.pace.most;
        let stdin_is_read = Cell::new(false);
        let mut builder = client
            .from_request_with(request, |content| match content {
                Content::Stdin if stdin_is_read.replace(true) => Err(Misuse::BodyElsewhere.into()),
                Content::Stdin if streams => {
                    let reader = Paced::new(std::io::stdin(), moved.clone(), most);
                    Ok(Body::reader(reader, None))
                }
                Content::File(path) if paced => paced_file(path, moved.clone(), most),
                Content::Stdin => match read(&curl::Wanted::Stdin) {
                    Ok(bytes) => Ok(bytes.into()),
                    Err(problem) => Err(Misuse::BodyFile {
                        path: "standard input".to_owned(),
                        problem,
                    }
                    .into()),
                },
                elsewhere => Body::open(elsewhere),
            })
            .settings(&request.settings, &resolver);
        if request.wants_default("User-Agent") {
            builder = builder.header("User-Agent", AGENT);
        }
        if request.wants_default("Accept") {
            builder = builder.header("Accept", "*/*");
        }
        builder = if request.settings.compressed {
            if request.wants_default("Accept-Encoding") {
                builder = builder.header("Accept-Encoding", "deflate, gzip, br, zstd");
            }
            builder.decoding(Decoding::new())
        } else {
            builder.decoding(Decoding::none())
        };
        if let Some(resume) = resume {
            builder = builder.header("Range", format!("bytes={resume}-"));
        }
        if let Some(auth) = &request.auth {
            let found = resolver
                .scheme(auth)
                .map_err(|error| Trouble::of_client(&error))?;
            builder = builder
                .auth(found.scheme)
                .credential_source("from the command line");
        }
        Ok(builder)
    }
}

/// One attempt.
struct Exchange<'a> {
    transfer: &'a Transfer<'a>,
    request: &'a Request,
    beside: &'a Beside,
    destination: &'a mut Destination,
    facts: &'a mut Facts,
    moved: Moved,
    resume: Option<u64>,
}

impl Exchange<'_> {
    async fn run(&mut self, builder: RequestBuilder) -> Result<(), Trouble> {
        self.facts.started = Instant::now();
        let mut response = builder
            .send()
            .await
            .map_err(|error| Trouble::of_exchange(&error, &self.request.settings))?;
        self.facts.heads(&response);
        self.tell(&response);
        let output = self.transfer.output;
        let status = response.status();
        let failed = status >= 400 && output.fail != Fail::No;
        self.write_heads(&response)?;
        if failed && output.fail == Fail::WithoutBody {
            return Err(refused(status));
        }
        if output.header_name {
            self.destination.rename(response.headers())?;
        }
        if self.is_not_wanted(&response) {
            self.facts.not_modified();
            return Ok(());
        }
        self.check_range(&response)?;
        self.write_body(&mut response).await?;
        self.write_etag(&response)?;
        if failed {
            return Err(refused(status));
        }
        if status != 304 {
            // An empty body makes an empty file.
            self.destination.open()?;
        }
        Ok(())
    }

    /// Says whether the resource is older than `-z` wants it, or newer, and the server has sent it all the same.
    fn is_not_wanted(&self, response: &Response) -> bool {
        let changed = response
            .headers()
            .get_str("Last-Modified")
            .and_then(http_date);
        let changed = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let changed = changed.and_then(|time| i64::try_from(time.as_secs()).ok());
        match (self.transfer.output.time_condition, changed) {
            (Some(condition), Some(changed)) => {
                !self.request.headers.contains("Range") && !condition.is_met(changed)
            }
            _ => false,
        }
    }

    /// Checks that what comes is the rest that was asked for. What is there already may be the whole.
    fn check_range(&self, response: &Response) -> Result<(), Trouble> {
        let Some(at) = self.resume else {
            return Ok(());
        };
        let is_get = self.request.method == "GET" && response.status() != 416;
        let is_rest = response.headers().contains("Content-Range");
        let length = response.headers().get_str("Content-Length");
        let is_there = length.and_then(|length| length.parse().ok()) == Some(at);
        if is_get && !is_rest && !is_there {
            return Err(Trouble::new(
                Code::RANGE,
                "the server sends the whole and not the rest; leave -C out to begin again",
            ));
        }
        Ok(())
    }

    /// Shows the conversation with `-v`, and under a refusal why it is one.
    fn tell(&self, response: &Response) {
        let transcript = response.transcript();
        if self.transfer.global.verbose {
            output::tell(&heads::conversation(transcript));
        }
        if !self.transfer.global.silent {
            explain(transcript);
        }
    }

    fn write_heads(&mut self, response: &Response) -> Result<(), Trouble> {
        let heads = heads::received(response.transcript());
        let output = self.transfer.output;
        if let Some(file) = &output.dump_header {
            let again = self.beside.has_dumped(self.transfer.operation, file);
            dump(file, &heads, output, again)?;
        }
        if output.include {
            self.destination.write(&heads)?;
        }
        Ok(())
    }

    async fn write_body(&mut self, response: &mut Response) -> Result<(), Trouble> {
        let output = self.transfer.output;
        let most = output.max_size.unwrap_or(u64::MAX);
        let announced = response.headers().get_str("Content-Length");
        let announced = announced.and_then(|length| length.parse::<u64>().ok());
        let too_large = || {
            Trouble::new(
                Code::TOO_LARGE,
                "the body is larger than --max-filesize allows",
            )
        };
        if announced.is_some_and(|length| length > most) {
            return Err(too_large());
        }
        let is_whole = self.resume.is_some()
            && !response.headers().contains("Content-Range")
            && response.status() != 416;
        let mut brake = Brake::new(output.pace.most);
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    self.moved.add(chunk.len());
                    self.facts.downloaded += chunk.len() as u64;
                    if self.facts.downloaded > most {
                        return Err(too_large());
                    }
                    // The whole is there already.
                    if !is_whole {
                        self.destination.write(&chunk)?;
                    }
                    brake.after(chunk.len()).await;
                }
                Ok(None) => break,
                Err(error) => return Err(Trouble::of_body(&error)),
            }
        }
        if output.remote_time
            && let Some(time) = response
                .headers()
                .get_str("Last-Modified")
                .and_then(http_date)
        {
            self.destination.set_time(time);
        }
        Ok(())
    }

    fn write_etag(&self, response: &Response) -> Result<(), Trouble> {
        let Some(file) = &self.transfer.output.etag_save else {
            return Ok(());
        };
        let line = response
            .headers()
            .get("ETag")
            .map(|etag| [etag, b"\n"].concat());
        let line = line.unwrap_or_default();
        dump(file, &line, self.transfer.output, false)
    }
}

fn refused(status: u16) -> Trouble {
    Trouble::new(
        Code::STATUS,
        format!("The requested URL returned error: {status}"),
    )
}

/// Sends a file no faster than `most` bytes in a second, and counts what was sent.
fn paced_file(path: &str, moved: Moved, most: Option<u64>) -> Result<Body, gatepass::Error> {
    if fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir()) {
        // What is written to a pipe that is opened twice can be lost.
        let file = fs::File::open(path).map_err(|error| Misuse::BodyFile {
            path: path.to_owned(),
            problem: reason(&error),
        })?;
        return Ok(Body::reader(Paced::new(file, moved, most), None));
    }
    let length = Body::file(path)?.len();
    let path = path.to_owned();
    Ok(Body::replayable(length, move || {
        let reader = Paced::new(fs::File::open(&path)?, moved.clone(), most);
        Ok(Body::reader(reader, length))
    }))
}

/// Prints one line under a refusal.
fn explain(transcript: &Transcript) {
    if let Some(diagnosis) = diagnose::explain(transcript) {
        output::note(&format!("* {}", diagnosis.headline));
    }
}

/// Writes a file, or with `again` behind what is in it.
fn dump(file: &str, bytes: &[u8], output: &Output, again: bool) -> Result<(), Trouble> {
    let unwritable = |error| unwritable(Path::new(file), &error);
    if file == "-" {
        let mut out = std::io::stdout().lock();
        return out
            .write_all(bytes)
            .and_then(|()| out.flush())
            .map_err(unwritable);
    }
    if output.create_directories
        && let Some(directory) = Path::new(file).parent()
    {
        fs::create_dir_all(directory).map_err(unwritable)?;
    }
    opened(file, again)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(unwritable)
}
