//! One transfer: the request is sent, the answer is written, and what `-w` wants is printed.

use std::cell::Cell;
use std::fs;
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gatepass::config::Decoding;
use gatepass::credentials::Resolver;
use gatepass::error::Misuse;
use gatepass::{Body, Client, RequestBuilder, Response, Transcript, diagnose};
use gatepass_request::parse::curl::{self, Fail, Global, Output};
use gatepass_request::{Content, Request};

use super::destination::Destination;
use super::exit::{Code, Trouble};
use super::jar::{self, Cookies};
use super::write_out::{Facts, WriteOut};
use super::{heads, read};
use crate::error::reason;
use crate::output;
use crate::prompt::Terminal;

/// What curl calls itself, whose options these are, and what this is.
const AGENT: &str = concat!("curl/8.22.0 gatepass/", env!("CARGO_PKG_VERSION"));

/// One transfer.
pub(super) struct Transfer<'a> {
    request: &'a Request,
    output: &'a Output,
    streams: bool,
    global: &'a Global,
    number: usize,
}

impl<'a> Transfer<'a> {
    pub(super) fn new(transfer: &'a curl::Transfer, global: &'a Global, number: usize) -> Self {
        Self {
            request: &transfer.request,
            output: &transfer.output,
            streams: transfer.streams,
            global,
            number,
        }
    }

    /// Carries it out.
    ///
    /// # Errors
    /// [`Trouble`], with curl's exit code.
    pub(super) async fn run(&self, client: &Client, cookies: &Cookies) -> Result<(), Trouble> {
        let write_out = match &self.output.write_out {
            Some(template) => Some(WriteOut::parse(template)?),
            None => None,
        };
        let request = self
            .request
            .clone()
            .resolve(&|variable| std::env::var(&variable.name).ok())
            .map_err(|error| Trouble::new(Code::USAGE, error.to_string()))?;
        let mut destination = Destination::of(self.output, &request.url)?;
        if self.output.skip_existing && destination.path().is_some_and(|path| path.exists()) {
            return Ok(());
        }
        let mut facts = Facts::new(&request, self.number);
        let resume = self.output.resume.map(|resume| destination.resume(resume));
        let jar = cookies.of(&request.settings.cookies)?;
        let builder = self
            .builder(client, &request, resume)
            .map(|builder| match &jar {
                Some(jar) => builder.cookies(Arc::clone(jar)),
                None => builder,
            });
        let mut result = match builder {
            Ok(builder) => {
                self.exchange(builder, &mut destination, &mut facts, resume)
                    .await
            }
            Err(trouble) => Err(trouble),
        };
        if let (Some(jar), Some(file)) = (&jar, &request.settings.cookies.jar) {
            result = result.and(jar::write(jar, file));
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

    fn builder(
        &self,
        client: &Client,
        request: &Request,
        resume: Option<u64>,
    ) -> Result<RequestBuilder, Trouble> {
        let whom = request.url.space().to_string();
        let resolver = Resolver::new()
            .with_prompter(Arc::new(Terminal))
            .for_whom(whom)
            .allow_plain_http(true);
        let streams = self.streams;
        let stdin_is_read = Cell::new(false);
        let mut builder = client
            .from_request_with(request, |content| match content {
                Content::Stdin if stdin_is_read.replace(true) => Err(Misuse::BodyElsewhere.into()),
                Content::Stdin if streams => Ok(Body::read(std::io::stdin(), None)),
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
        if let Some(resume) = resume.filter(|resume| *resume > 0) {
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

    async fn exchange(
        &self,
        builder: RequestBuilder,
        destination: &mut Destination,
        facts: &mut Facts,
        resume: Option<u64>,
    ) -> Result<(), Trouble> {
        facts.started = Instant::now();
        let sent = builder.send().await;
        let mut response = match sent {
            Ok(response) => response,
            Err(error) => return Err(Trouble::of_client(&error)),
        };
        facts.heads(&response);
        self.tell(&response);
        let status = response.status();
        let failed = status >= 400 && self.output.fail != Fail::No;
        self.write_heads(&response, destination)?;
        if failed && self.output.fail == Fail::WithoutBody {
            return Err(refused(status));
        }
        if self.output.header_name {
            destination.rename(response.headers())?;
        }
        match resume {
            Some(at) if at > 0 && status == 416 => {}
            Some(at) if at > 0 && status == 200 => {
                return Err(Trouble::new(
                    Code::RANGE,
                    "the server sends the whole and not the rest; leave -C out to begin again",
                ));
            }
            _ => {}
        }
        self.write_body(&mut response, destination, facts).await?;
        self.write_etag(&response)?;
        if failed {
            return Err(refused(status));
        }
        Ok(())
    }

    /// Shows the conversation with `-v`, and under a refusal why it is one.
    fn tell(&self, response: &Response) {
        let transcript = response.transcript();
        if self.global.verbose {
            output::tell(&heads::conversation(transcript));
        }
        if !self.global.silent {
            explain(transcript);
        }
    }

    fn write_heads(
        &self,
        response: &Response,
        destination: &mut Destination,
    ) -> Result<(), Trouble> {
        let heads = heads::received(response.transcript());
        if let Some(file) = &self.output.dump_header {
            dump(file, &heads, self.output)?;
        }
        if self.output.include {
            destination.write(&heads)?;
        }
        Ok(())
    }

    async fn write_body(
        &self,
        response: &mut Response,
        destination: &mut Destination,
        facts: &mut Facts,
    ) -> Result<(), Trouble> {
        let most = self.output.max_size.unwrap_or(u64::MAX);
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
        // An empty body makes an empty file.
        destination.open()?;
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    facts.downloaded += chunk.len() as u64;
                    if facts.downloaded > most {
                        return Err(too_large());
                    }
                    destination.write(&chunk)?;
                }
                Ok(None) => break,
                Err(error) => return Err(Trouble::of_body(&error)),
            }
        }
        if self.output.remote_time
            && let Some(time) = response.headers().get_str("Last-Modified").and_then(time)
        {
            destination.set_time(time);
        }
        Ok(())
    }

    fn write_etag(&self, response: &Response) -> Result<(), Trouble> {
        let Some(file) = &self.output.etag_save else {
            return Ok(());
        };
        let line = response
            .headers()
            .get("ETag")
            .map(|etag| [etag, b"\n"].concat());
        dump(file, &line.unwrap_or_default(), self.output)
    }
}

fn refused(status: u16) -> Trouble {
    Trouble::new(
        Code::STATUS,
        format!("The requested URL returned error: {status}"),
    )
}

/// Prints one line under a refusal.
fn explain(transcript: &Transcript) {
    if let Some(diagnosis) = diagnose::explain(transcript) {
        output::note(&format!("* {}", diagnosis.headline));
    }
}

/// Writes the heads to a file, behind those of earlier transfers.
fn dump(file: &str, bytes: &[u8], output: &Output) -> Result<(), Trouble> {
    let unwritable = |error: std::io::Error| {
        Trouble::new(
            Code::WRITE,
            format!("the file {file} cannot be written: {}", reason(&error)),
        )
    };
    if file == "-" {
        let mut out = std::io::stdout().lock();
        return out
            .write_all(bytes)
            .and_then(|()| out.flush())
            .map_err(unwritable);
    }
    if output.create_directories
        && let Some(directory) = std::path::Path::new(file).parent()
    {
        fs::create_dir_all(directory).map_err(unwritable)?;
    }
    fs::write(file, bytes).map_err(unwritable)
}

/// Reads a date as `Last-Modified` has it.
fn time(text: &str) -> Option<std::time::SystemTime> {
    let time = jiff::fmt::rfc2822::parse(text).ok()?;
    let seconds = u64::try_from(time.timestamp().as_second()).ok()?;
    Some(std::time::UNIX_EPOCH + Duration::from_secs(seconds))
}
