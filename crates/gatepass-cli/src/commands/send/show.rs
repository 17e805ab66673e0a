//! What is shown of an exchange, and where: the answer on standard output, everything else on standard error.

use std::io::{IsTerminal as _, stdout};
use std::time::{Duration, Instant};

use gatepass::{Leg, Offline, Response, Timing};

use crate::commands::send::archive::Archive;
use crate::commands::send::args::{Pretty, SendArgs};
use crate::commands::send::refusal;
use crate::commands::send::withheld::stayed_behind;
use crate::error::{Failure, of_client};
use crate::exit_code::Exit;
use crate::output;
use crate::output::body::Reading;
use crate::output::color::{Palette, When};
use crate::output::headers::Style;
use crate::output::parts::Parts;
use crate::output::screen::Screen;
use crate::output::sink::Sink;

/// Shows one exchange as the arguments want it.
pub(super) struct Show<'a> {
    args: &'a SendArgs,
    archive: Option<&'a Archive>,
    /// What goes to `sink`.
    parts: Parts,
    sink: Sink,
    /// How heads are shown on `sink`.
    style: Style,
    reading: Reading,
    /// How everything else is shown, on standard error.
    aside: Style,
    /// The first part of the body, in which the reason for a refusal may stand.
    said: Vec<u8>,
    started: Instant,
}

impl<'a> Show<'a> {
    /// Prepares to show. The time that `m` prints counts from here.
    ///
    /// # Errors
    /// [`Failure`] for an output file that cannot be written.
    pub(super) fn new(args: &'a SendArgs, archive: Option<&'a Archive>) -> Result<Self, Failure> {
        // What is no file after all is shown as if none had been asked for.
        let file = args.output.as_deref();
        let file = file.filter(|_| !args.download.is_wanted());
        let terminal = stdout().is_terminal() && file.is_none();
        let (colors, indent) = match args.pretty {
            Some(Pretty::All) => (When::Always, true),
            Some(Pretty::Colors) => (When::Always, false),
            Some(Pretty::Format) => (When::Never, true),
            Some(Pretty::None) => (When::Never, false),
            None if terminal => (When::Auto, true),
            None => (When::Never, false),
        };
        let palette = Palette::for_stdout(colors);
        Ok(Self {
            args,
            archive,
            parts: args.wanted_parts().unwrap_or(Parts {
                body: true,
                ..Parts::default()
            }),
            sink: Sink::open(file, args.quiet)?,
            style: Style {
                palette,
                reveal: args.reveal,
            },
            reading: Reading {
                indent,
                palette,
                terminal,
            },
            aside: aside(args),
            said: Vec::new(),
            started: Instant::now(),
        })
    }

    /// Prints the bytes that would be sent.
    ///
    /// # Errors
    /// [`Failure`] where they cannot be written.
    pub(super) fn offline(mut self, offline: &Offline) -> Result<Exit, Failure> {
        if self.args.verbose > 0 {
            let leg = offline.leg();
            leg.workings()
                .iter()
                .for_each(|step| self.tell(&self.aside.working(step)));
        }
        let bytes = offline.bytes();
        let head = bytes
            .windows(4)
            .position(|end| end == b"\r\n\r\n")
            .map_or(bytes.len(), |at| at + 4);
        if self.parts.request_head {
            self.sink.write(&bytes[..head])?;
        }
        if self.parts.request_body {
            self.sink.write(&bytes[head..])?;
            if self.reading.terminal && bytes.len() > head && !bytes.ends_with(b"\n") {
                self.sink.write(b"\n")?;
            }
        }
        self.sink.finish()?;
        Ok(Exit::Ok)
    }

    /// Prints the response, and under a refusal why it is one.
    ///
    /// # Errors
    /// [`Failure`] where the body breaks off or the output cannot be written.
    pub(super) async fn response(mut self, response: Response) -> Result<Exit, Failure> {
        let transcript = response.transcript().clone();
        let status = response.status();
        let default = self.args.wanted_parts().is_none();
        if self.args.verbose == 0 && default && self.reading.terminal {
            let all = if self.args.all {
                transcript.legs()
            } else {
                transcript
                    .legs()
                    .last()
                    .map_or(&[][..], std::slice::from_ref)
            };
            let heads = all.iter().filter_map(|leg| self.aside.head(leg));
            heads.for_each(|head| self.tell(&format!("{head}\n")));
        }
        self.earlier_legs(&response)?;
        if self.parts.head
            && let Some(head) = transcript.last().and_then(|leg| self.style.head(leg))
        {
            self.sink.write(head.as_bytes())?;
            if self.parts.body || self.parts.meta {
                self.sink.write(b"\n")?;
            }
        }
        let mut read = None;
        if self.parts.body && !matches!(self.sink, Sink::Nowhere) {
            read = Some(self.body(response).await?);
        } else if status >= 400 && !self.args.quiet {
            self.said = refusal::said(response).await;
        }
        if self.parts.meta {
            let timing = read.or(transcript.last().map(Leg::timing));
            let phases = phases(timing.unwrap_or_default(), self.started.elapsed());
            self.sink.write(phases.as_bytes())?;
        }
        self.sink.finish()?;
        if !self.args.quiet {
            match refusal::explain(&transcript, &self.said, self.aside.palette) {
                Some(text) => {
                    if self.reading.terminal && self.aside.palette.is_on() {
                        // Nothing of what was shown before may change how our own words look.
                        output::tell("\u{1b}[0m");
                    }
                    output::note(text.trim_end());
                }
                None if self.args.verbose == 0 => stayed_behind(&transcript),
                None => {}
            }
        }
        Ok(self.exit(status))
    }

    fn exit(&self, status: u16) -> Exit {
        let exit = if self.args.check_status || self.args.download.is_wanted() {
            Exit::of_status(status)
        } else {
            Exit::Ok
        };
        if exit != Exit::Ok && !stdout().is_terminal() {
            self.tell(&format!(
                "{} HTTP status {status}.\n",
                self.aside.palette.warn("warning:")
            ));
        }
        exit
    }

    /// Prints what was asked for of the requests, and with `--all` of the responses before the last.
    fn earlier_legs(&mut self, response: &Response) -> Result<(), Failure> {
        let legs = response.transcript().legs();
        let last = legs.len().saturating_sub(1);
        for (number, leg) in legs.iter().enumerate() {
            if number < last && !self.args.all {
                continue;
            }
            if self.parts.request_head {
                let head = self.style.request_head(leg) + "\n";
                self.sink.write(head.as_bytes())?;
            }
            if self.parts.request_body
                && let Some(body) = self.style.request_body(leg)
            {
                self.sink.write(format!("{body}\n\n").as_bytes())?;
            }
            if number < last
                && self.parts.head
                && let Some(head) = self.style.head(leg)
            {
                self.sink.write((head + "\n").as_bytes())?;
            }
        }
        Ok(())
    }

    /// Prints the body, and returns how long everything took.
    async fn body(&mut self, mut response: Response) -> Result<Timing, Failure> {
        let content_type = self.content_type(&response);
        let streams = self.args.stream || Reading::is_stream(content_type.as_deref());
        let by_line = streams && !self.reading.is_raw();
        let mut screen = Screen::new(self.reading, content_type, by_line);
        let broken = loop {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    self.archive.iter().for_each(|it| it.keep(&chunk));
                    refusal::keep(&mut self.said, &chunk);
                    screen.take(&chunk, &mut self.sink)?;
                }
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        if let Some(note) = screen.finish(&mut self.sink)? {
            self.tell(&note);
        }
        if let Some(error) = broken {
            return Err(of_client(&error));
        }
        Ok(response
            .transcript()
            .last()
            .map(Leg::timing)
            .unwrap_or_default())
    }

    /// Returns what the body is taken for.
    fn content_type(&self, response: &Response) -> Option<String> {
        let said = response.headers().get_str("Content-Type");
        let said = self.args.response_mime.as_deref().or(said);
        match &self.args.response_charset {
            None => said.map(str::to_owned),
            Some(charset) => {
                let media_type = said.and_then(|said| said.split(';').next());
                let media_type = media_type.unwrap_or("text/plain");
                Some(format!("{media_type}; charset={charset}"))
            }
        }
    }

    /// Prints to standard error, unless it shall be quiet.
    fn tell(&self, text: &str) {
        if !self.args.quiet {
            output::tell(text);
        }
    }
}

/// Returns how heads are shown on standard error.
pub(super) fn aside(args: &SendArgs) -> Style {
    let when = match args.pretty {
        None => When::Auto,
        Some(Pretty::All | Pretty::Colors) => When::Always,
        Some(Pretty::Format | Pretty::None) => When::Never,
    };
    Style {
        palette: Palette::for_stderr(when),
        reveal: args.reveal,
    }
}

/// Says how long everything took, and each phase of the last request.
fn phases(timing: Timing, elapsed: Duration) -> String {
    let mut text = format!("Elapsed time: {:.3}s\n", elapsed.as_secs_f64());
    for (name, took) in [
        ("Name look-up", timing.lookup),
        ("Connection", timing.connect),
        ("TLS handshake", timing.tls),
        ("First byte", timing.first_byte),
        ("Body", timing.body),
    ] {
        if let Some(took) = took {
            text += &format!("{name}: {:.6}s\n", took.as_secs_f64());
        }
    }
    text
}
