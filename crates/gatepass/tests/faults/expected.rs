//! What a client makes of each fault.

use bytes::Bytes;
use gatepass::Error;
use gatepass::config::Timeouts;
use gatepass::error::{Network, Peer, Tls};
use gatepass_server::Fault;

use super::front::{Ask, Credential, Said};

/// What comes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// An answer of this status, with this body.
    Answer(u16, &'static str),
    /// The connection broke.
    Lost,
    /// No connection was made, or it broke: which of them is the system's to say.
    NoConnection,
    /// The peer does not speak HTTP.
    NotHttp,
    ReadTimeout,
    ConnectTimeout,
    TotalTimeout,
    Circle,
    TooManyRedirects,
    BadRedirect,
    /// The body is not in the coding that it is said to be in, or not all of it.
    BadCoding,
    /// The body would fill the memory.
    Swollen,
    TlsHandshake,
    NoCommonCipher,
    NotTls,
    /// One of two, because the client cannot know what became of what it sent.
    Either(&'static Self, &'static Self),
}

/// Whether the connection of a fault may serve the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connection {
    Kept,
    Closed,
}

pub(crate) use Connection::{Closed, Kept};
use Outcome::{
    Answer, BadCoding, BadRedirect, Circle, ConnectTimeout, Either, Lost, NoCommonCipher,
    NoConnection, NotHttp, NotTls, ReadTimeout, Swollen, TlsHandshake, TooManyRedirects,
    TotalTimeout,
};

impl Outcome {
    pub(crate) fn fits(self, result: &Result<Said, Error>) -> bool {
        match self {
            Answer(status, body) => {
                matches!(result, Ok(said) if said.status == status && said.body == body)
            }
            Either(one, other) => one.fits(result) || other.fits(result),
            _ => result.as_ref().is_err_and(|error| self.is(error)),
        }
    }

    fn is(self, error: &Error) -> bool {
        match error {
            Error::Network(error) => match error {
                Network::Lost { .. } => matches!(self, Lost | NoConnection),
                Network::Connect { .. } => self == NoConnection,
                Network::ReadTimeout { .. } => self == ReadTimeout,
                Network::ConnectTimeout { .. } => self == ConnectTimeout,
                Network::TotalTimeout { .. } => self == TotalTimeout,
                _ => false,
            },
            Error::Peer(error) => match error {
                Peer::NotHttp { .. } => self == NotHttp,
                Peer::TooManyRedirects { circle, .. } if circle.is_empty() => {
                    self == TooManyRedirects
                }
                Peer::TooManyRedirects { .. } => self == Circle,
                Peer::BadRedirect { .. } => self == BadRedirect,
                Peer::Coding { .. } => self == BadCoding,
                Peer::Swollen { .. } => self == Swollen,
                _ => false,
            },
            Error::Tls(error) => match error {
                Tls::Handshake { .. } => self == TlsHandshake,
                Tls::NoCommonCipher { .. } => self == NoCommonCipher,
                Tls::NotTls { .. } => self == NotTls,
                _ => false,
            },
            _ => false,
        }
    }
}

const WHOLE: Outcome = Answer(200, "whole\n");

/// Returns what comes of a request for the fault, and of its connection.
pub(crate) fn expected(fault: Fault) -> (Outcome, Connection) {
    use Fault::*;
    match fault {
        CloseBeforeHead | CloseInHead | CloseAfterHead | CloseInBody | CloseInChunk
        | CloseBetweenChunks | ResetBeforeHead | ResetInBody | CloseInTlsRecord
        | CloseWithoutNotify | PlainInTls => (Lost, Closed),
        CloseOnConnect | ResetOnConnect => (NoConnection, Closed),
        CloseAfterAnswer | CloseWhenIdle | ResetWhenIdle => (WHOLE, Closed),

        Silent | SilentInHead | SilentInBody => (ReadTimeout, Closed),
        SlowHead | SlowBody | EndlessBody => (TotalTimeout, Closed),
        EndlessHead
        | EndlessStatusLine
        | EndlessContinues
        | EndlessChunkExtension
        | EndlessTrailers => (NotHttp, Closed),

        GarbageStatusLine | StatusOfFourDigits | UnknownVersion | NoHead | OtherProtocol
        | HugeHeader | ManyHeaders | NulInHeader | FoldedHeader | SpaceBeforeColon
        | HeaderWithoutColon => (NotHttp, Closed),
        // A recipient may take a line feed alone for a line break (RFC 9112 section 2.2).
        BareLineFeeds => (WHOLE, Kept),

        ConflictingLengths
        | LengthNotANumber
        | NegativeLength
        | LengthOverflow
        | ChunkSizeOverflow
        | ChunkSizeNotHex
        | ChunkTooLong
        | UnknownTransferCoding => (NotHttp, Closed),
        // Chunks go before a length, but the two may be an attack (RFC 9112 section 6.3).
        LengthAndChunks => (WHOLE, Closed),
        LongBody | TwoAnswers | LateAnswer => (WHOLE, Closed),
        BodyForHead => (Answer(200, ""), Closed),
        BodyWith204 => (Answer(204, ""), Closed),
        BodyWith304 => (Answer(304, ""), Closed),
        EarlyHints => (WHOLE, Kept),
        UnaskedSwitch => (Answer(101, ""), Closed),

        Endless401 => (Answer(401, "again\n"), Kept),
        EndlessStale => (Answer(401, "stale\n"), Kept),
        ProxyChallenge => (Answer(407, "proxy\n"), Kept),
        Early413 => (Answer(413, "large\n"), Closed),
        // The reset may overtake the answer.
        Early413Reset => (Either(&Answer(413, "large\n"), &Lost), Closed),

        RedirectLoop => (Circle, Kept),
        EndlessRedirects => (TooManyRedirects, Kept),
        MalformedRedirect | RedirectToFile => (BadRedirect, Kept),
        RedirectNowhere => (Answer(302, ""), Kept),

        GzipBomb | BrotliBomb | ZstdBomb => (Swollen, Closed),
        CutGzip | NotGzip => (BadCoding, Kept),

        // On a fresh connection, an answer to nothing cannot be told from an early one.
        AnswerBeforeRequest => (Either(&Answer(200, "forged\n"), &NotHttp), Closed),
        TlsSilent => (ConnectTimeout, Closed),
        CloseInTlsHandshake | TlsGarbage => (TlsHandshake, Closed),
        // The alert is handshake_failure, with which a server answers an offer that it can do nothing with.
        TlsAlert => (NoCommonCipher, Closed),
        TlsToPlain => (NotTls, Closed),
    }
}

/// Long enough for anything that ends by itself.
pub(crate) const LONG: std::time::Duration = std::time::Duration::from_secs(60);
const SHORT: std::time::Duration = std::time::Duration::from_millis(200);

/// Returns the request that a fault is for, with limits of time that end it.
pub(crate) fn ask(fault: Fault, url: String) -> Ask {
    let none = Timeouts::none();
    let timeouts = match expected(fault).0 {
        ReadTimeout => none.read(SHORT).total(LONG),
        ConnectTimeout => none.connect(SHORT).total(LONG),
        TotalTimeout => none.read(LONG).total(SHORT),
        _ => none.total(LONG),
    };
    let mut ask = Ask::get(url, timeouts);
    match fault {
        Fault::BodyForHead => ask.method = "HEAD",
        Fault::Endless401 => ask.credential = Credential::Basic,
        Fault::EndlessStale => ask.credential = Credential::Digest,
        // More than the buffers of the system hold.
        Fault::Early413 | Fault::Early413Reset => {
            ask.method = "POST";
            ask.body = Bytes::from(vec![b'x'; 16 << 20]);
        }
        _ => {}
    }
    ask
}
