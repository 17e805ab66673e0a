//! Reads one response after the other from the bytes of a connection.

use bytes::{Bytes, BytesMut};

use crate::chunks::{Chunks, Piece};
use crate::error::Error;
use crate::fields::{Fields, Place};
use crate::framing::{Asked, Framing, framing};
use crate::head::{self, Head, could_be_http};
use crate::rules::Rules;

/// What has come of a response.
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a response has these parts and no other"
)]
pub enum Event {
    /// An informational head, such as 100 (Continue). Another head follows.
    Informational(Head),
    /// The final head.
    Head(Head),
    /// Bytes of the body, never none.
    Data(Bytes),
    /// The fields behind a chunked body, where there are any. The end follows.
    Trailers(Fields),
    /// The end of the response.
    End,
}

/// Reads the responses of one connection, by the rules that hold for it.
#[derive(Debug)]
pub struct Reader {
    rules: Rules,
    state: State,
    asked: Asked,
    informational: usize,
    keeps: bool,
    /// How much of the buffer was seen not to hold the end of the head.
    seen: usize,
    /// Whether the first line was looked at, which is told at once when it is malformed.
    first_line: bool,
    /// Memory for the places of fields.
    places: Vec<Place>,
}

#[derive(Debug)]
enum State {
    Head,
    /// So many bytes of a body follow.
    Length(u64),
    Chunks(Chunks),
    Close,
    /// The response is over, or no request is under way.
    Idle,
    /// What follows is another protocol, or cannot be read.
    Over,
}

impl Reader {
    /// Starts a connection on which nothing was asked yet.
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            state: State::Idle,
            asked: Asked::Other,
            informational: 0,
            keeps: true,
            seen: 0,
            first_line: false,
            places: Vec::new(),
        }
    }

    /// Expects the answer to a request.
    pub fn begin(&mut self, asked: Asked) {
        self.asked = asked;
        self.informational = 0;
        self.seen = 0;
        self.first_line = false;
        if matches!(self.state, State::Idle) {
            self.state = State::Head;
        }
    }

    /// Takes what comes next from the start of `buffer`, in which nothing else may be changed than that more is added. `None`
    /// says that more has to come. `closed` says that nothing more will.
    ///
    /// # Errors
    /// What the peer did that it may not. The connection is of no use after that.
    pub fn read(&mut self, buffer: &mut BytesMut, closed: bool) -> Result<Option<Event>, Error> {
        let event = self.next(buffer, closed);
        if event.is_err() {
            self.state = State::Over;
            self.keeps = false;
        }
        event
    }

    /// Says whether the response is over and the connection may carry another request, as far as the response says.
    pub fn may_go_on(&self) -> bool {
        self.keeps && matches!(self.state, State::Idle)
    }

    /// Says whether the response at hand is over.
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Idle | State::Over)
    }

    /// Returns how many bytes of the body are still to come, where that is known.
    pub fn left(&self) -> Option<u64> {
        match self.state {
            State::Length(left) => Some(left),
            State::Idle | State::Over => Some(0),
            State::Head | State::Chunks(_) | State::Close => None,
        }
    }

    /// Takes the memory of a head that nobody needs any more for the next one.
    pub fn recycle(&mut self, head: Head) {
        self.places = head.into_fields().places;
    }

    fn next(&mut self, buffer: &mut BytesMut, closed: bool) -> Result<Option<Event>, Error> {
        match &mut self.state {
            State::Head => self.head(buffer, closed),
            State::Length(0) => {
                self.state = State::Idle;
                Ok(Some(Event::End))
            }
            State::Length(left) if !buffer.is_empty() => {
                let here = usize::try_from(*left).unwrap_or(usize::MAX);
                let data = buffer.split_to(here.min(buffer.len())).freeze();
                *left -= data.len() as u64;
                Ok(Some(Event::Data(data)))
            }
            State::Length(_) => self.more(closed),
            State::Chunks(chunks) => match chunks.take(buffer, &self.rules)? {
                Some(Piece::Data(data)) => Ok(Some(Event::Data(data))),
                Some(Piece::End(trailers)) if trailers.is_empty() => {
                    self.state = State::Idle;
                    Ok(Some(Event::End))
                }
                Some(Piece::End(trailers)) => {
                    self.state = State::Length(0);
                    Ok(Some(Event::Trailers(trailers)))
                }
                None => self.more(closed),
            },
            State::Close if !buffer.is_empty() => Ok(Some(Event::Data(buffer.split().freeze()))),
            State::Close if closed => {
                self.state = State::Over;
                Ok(Some(Event::End))
            }
            State::Close => Ok(None),
            State::Idle | State::Over => Ok(Some(Event::End)),
        }
    }

    /// Waits for more of a body, or says that it was cut.
    fn more(&mut self, closed: bool) -> Result<Option<Event>, Error> {
        if !closed {
            return Ok(None);
        }
        if self.rules.leniency.early_close {
            self.keeps = false;
            self.state = State::Over;
            return Ok(Some(Event::End));
        }
        Err(Error::CutBody)
    }

    fn head(&mut self, buffer: &mut BytesMut, closed: bool) -> Result<Option<Event>, Error> {
        if !could_be_http(buffer) {
            if !self.rules.leniency.http09 {
                return Err(Error::NotHttp);
            }
            self.keeps = false;
            self.state = State::Close;
            return Ok(Some(Event::Head(Head::none())));
        }
        let new = &buffer[self.seen.min(buffer.len())..];
        let is_due = self.seen == 0
            || closed
            || (!self.first_line && new.contains(&b'\n'))
            || has_end(buffer, self.seen)
            || buffer.len() > self.rules.limits.head;
        let taken = match is_due {
            true => head::take(buffer, &self.rules, &mut self.places)?,
            false => None,
        };
        let Some(head) = taken else {
            // What is malformed behind the first line is told when the head has come.
            self.first_line |= buffer[self.seen.min(buffer.len())..].contains(&b'\n');
            self.seen = buffer.len();
            return match (closed, buffer.is_empty()) {
                (false, _) => Ok(None),
                (true, true) => Err(Error::Silent),
                (true, false) => Err(Error::CutHead),
            };
        };
        self.seen = 0;
        self.first_line = false;
        if head.is_informational() {
            self.informational += 1;
            if self.informational > self.rules.limits.informational {
                return Err(Error::Informational(self.rules.limits.informational));
            }
            return Ok(Some(Event::Informational(head)));
        }
        let (framing, keeps) = framing(&head, self.asked, &self.rules.leniency)?;
        self.keeps = keeps;
        self.state = match framing {
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::Chunks(Chunks::default()),
            Framing::Close => State::Close,
            Framing::Switched => State::Over,
        };
        Ok(Some(Event::Head(head)))
    }
}

/// Says whether an empty line may stand in what came since `seen` bytes.
fn has_end(buffer: &[u8], seen: usize) -> bool {
    let new = &buffer[seen.saturating_sub(3).min(buffer.len())..];
    new.windows(2).any(|it| it == b"\n\n") || new.windows(3).any(|it| it == b"\n\r\n")
}
