//! The codec of HTTP/1.1: the same bytes give the same answer in any pieces, and the answer that hyper and httparse give, or one
//! of the listed differences.

use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use gatepass_wire::{Asked, Error, Event, Reader, Rules};
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http1;
use hyper::rt::{Read, ReadBufCursor, Write};

/// The first byte says how the bytes are cut and whether HEAD was asked for; the rest is what a server sends before it closes.
pub fn run(data: &[u8]) {
    let Some((&how, bytes)) = data.split_first() else {
        return;
    };
    let asked = match how & 1 {
        0 => Asked::Other,
        _ => Asked::Head,
    };
    let strict = Rules::strict();
    let lenient = as_hyper();
    for rules in [strict, lenient] {
        let whole = ours(&[bytes], asked, rules);
        let single: Vec<&[u8]> = bytes.chunks(1).take(4096).collect();
        let rest = &bytes[bytes.len().min(4096)..];
        let single = [&single[..], &[rest]].concat();
        assert_eq!(ours(&single, asked, rules), whole, "byte by byte");
        let size = usize::from(how >> 1) + 1;
        let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
        assert_eq!(ours(&pieces, asked, rules), whole, "in pieces of {size}");
        // What is strict is never more lenient, nor does it read anything else.
        if rules == strict && whole.error.is_none() {
            assert_eq!(ours(&[bytes], asked, lenient), whole, "lenient");
        }
    }
    beside_httparse(bytes);
    if bytes.len() <= 16 << 10 {
        let ours = ours(&[bytes], asked, lenient);
        let theirs = hypers(bytes, asked);
        if let Some(problem) = differ(&ours, &theirs, bytes) {
            panic!("{problem}: ours is {ours:?}, hyper's is {theirs:?}");
        }
    }
}

/// The habits that hyper's client puts up with.
fn as_hyper() -> Rules {
    let mut rules = Rules::strict();
    rules.leniency.bare_lf = true;
    rules.leniency.no_reason = true;
    rules.leniency.repeated_length = true;
    rules.leniency.length_with_chunks = true;
    rules.leniency.padded_chunks = true;
    rules
}

/// What was made of the bytes.
#[derive(Debug, Default, PartialEq)]
struct Heard {
    status: Option<u16>,
    /// The fields of the final head, names in lower case and equal ones together.
    fields: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    error: Option<Error>,
}

fn ours(pieces: &[&[u8]], asked: Asked, rules: Rules) -> Heard {
    let mut reader = Reader::new(rules);
    reader.begin(asked);
    let (mut buffer, mut pieces) = (BytesMut::new(), pieces.iter());
    let (mut heard, mut closed) = (Heard::default(), false);
    loop {
        match reader.read(&mut buffer, closed) {
            Ok(None) => match pieces.next() {
                Some(piece) => buffer.extend_from_slice(piece),
                None => {
                    assert!(!closed, "it waits for more than there is");
                    closed = true;
                }
            },
            Ok(Some(Event::Head(head))) => {
                heard.status = Some(head.status());
                let fields = head.fields().iter();
                let fields = fields.map(|it| (it.name().to_ascii_lowercase(), it.value().to_vec()));
                heard.fields = fields.collect();
            }
            Ok(Some(Event::Data(data))) => {
                assert!(!data.is_empty());
                heard.body.extend_from_slice(&data);
            }
            Ok(Some(Event::Informational(_) | Event::Trailers(_))) => {}
            Ok(Some(Event::End)) => break,
            Err(error) => {
                assert!(!reader.may_go_on());
                heard.error = Some(error);
                break;
            }
        }
    }
    heard
}

/// The head is where httparse says that it is, and has the fields that httparse sees.
fn beside_httparse(bytes: &[u8]) {
    let mut room = [httparse::EMPTY_HEADER; 512];
    let mut response = httparse::Response::new(&mut room);
    let Ok(httparse::Status::Complete(length)) = response.parse(bytes) else {
        return;
    };
    let mut reader = Reader::new(as_hyper());
    reader.begin(Asked::Other);
    let mut buffer = BytesMut::from(bytes);
    let Ok(Some(Event::Head(head) | Event::Informational(head))) = reader.read(&mut buffer, true)
    else {
        return;
    };
    assert_eq!(head.bytes().len(), length);
    assert_eq!(Some(head.status()), response.code);
    let fields = response.headers.iter().map(|it| (it.name, it.value));
    assert!(
        head.fields()
            .iter()
            .map(|it| (it.name(), it.value()))
            .eq(fields)
    );
}

/// What hyper made of the bytes: the error as it says it.
#[derive(Debug, Default)]
struct Theirs {
    status: Option<u16>,
    fields: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    error: Option<String>,
}

/// A connection whose other end says all this as soon as it has heard something.
struct Said {
    rest: Bytes,
    asked: bool,
}

impl Read for Said {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.asked {
            return Poll::Pending;
        }
        let rest = &mut this.rest;
        let size = rest.len().min(buffer.remaining());
        buffer.put_slice(&rest.split_to(size));
        Poll::Ready(Ok(()))
    }
}

impl Write for Said {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().asked = true;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn hypers(bytes: &[u8], asked: Asked) -> Theirs {
    let said = Said {
        rest: Bytes::copy_from_slice(bytes),
        asked: false,
    };
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(Ok((mut sender, connection))) =
        pin!(http1::handshake::<_, Empty<Bytes>>(said)).poll(&mut cx)
    else {
        panic!("the handshake sends nothing");
    };
    let mut connection = pin!(connection);
    let mut request = hyper::Request::new(Empty::new());
    if asked == Asked::Head {
        *request.method_mut() = hyper::Method::HEAD;
    }
    let mut exchange = pin!(async {
        let mut theirs = Theirs::default();
        theirs.error = ask(&mut sender, request, &mut theirs).await.err().map(|it| it.to_string());
        theirs
    });
    let mut ended = false;
    for _ in 0..100_000 {
        if let Poll::Ready(theirs) = exchange.as_mut().poll(&mut cx) {
            return theirs;
        }
        ended = ended || connection.as_mut().poll(&mut cx).is_ready();
    }
    panic!("hyper waits for more than there is");
}

async fn ask(
    sender: &mut http1::SendRequest<Empty<Bytes>>,
    request: hyper::Request<Empty<Bytes>>,
    theirs: &mut Theirs,
) -> hyper::Result<()> {
    sender.ready().await?;
    let response = sender.send_request(request).await?;
    theirs.status = Some(response.status().as_u16());
    let fields = response.headers().iter();
    theirs.fields = fields
        .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
        .collect();
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            theirs.body.extend_from_slice(&data);
        }
    }
    Ok(())
}

/// Says how the two differ beyond what is listed here.
fn differ(ours: &Heard, theirs: &Theirs, bytes: &[u8]) -> Option<&'static str> {
    match (&ours.error, &theirs.error) {
        // hyper stops at 100 fields.
        (None, Some(_)) if ours.fields.len() > 100 => return None,
        // hyper skips empty lines before a status line.
        (Some(Error::NotHttp), None) if has_empty_line_first(bytes) => return None,
        // hyper reads on until the connection closes, in a coding that nobody can undo, and takes what stands last for the
        // coding of all.
        (Some(Error::Coding(_)), None) => return None,
        // hyper looks at no length beside chunks.
        (Some(Error::Length | Error::Lengths), None)
            if theirs.fields.iter().any(|(name, _)| name == "transfer-encoding") =>
        {
            return None;
        }
        // hyper lets control characters stand in the extension of a chunk.
        (Some(Error::Extensions(_)), None) => return None,
        // hyper knows no limit for the number of informational heads, nor for what pads a chunk's size.
        (Some(Error::Informational(_) | Error::ChunkSize), None) => return None,
        // hyper ends a body of chunks at once where a connection ends within the trailers.
        (Some(Error::CutBody | Error::BareLf | Error::Field(_)), None)
            if bytes.windows(3).any(|it| it == b"0\r\n" || it == b";\r\n") =>
        {
            return None;
        }
        (Some(_), Some(_)) => return None,
        (None, Some(_)) => return Some("hyper refuses it"),
        (Some(_), None) => return Some("hyper takes it"),
        (None, None) => {}
    }
    if ours.status != theirs.status {
        return Some("another status");
    }
    let sorted = |fields: &[(String, Vec<u8>)], chunked: bool| {
        let mut fields: Vec<_> = fields.to_vec();
        // hyper takes the length out where chunks go before it, and makes one of equal ones.
        fields.retain(|(name, _)| !(chunked && name == "content-length"));
        fields.sort_by(|one, other| one.0.cmp(&other.0));
        fields.dedup_by(|one, other| one.0 == "content-length" && other.0 == "content-length");
        fields
    };
    let chunked = ours
        .fields
        .iter()
        .any(|(name, _)| name == "transfer-encoding");
    if sorted(&ours.fields, chunked) != sorted(&theirs.fields, chunked) {
        return Some("other fields");
    }
    (ours.body != theirs.body).then_some("another body")
}

/// Says whether an empty line stands before a status line: at the start, or behind an informational head.
fn has_empty_line_first(bytes: &[u8]) -> bool {
    let text: Vec<u8> = bytes.iter().copied().filter(|&byte| byte != b'\r').collect();
    text.starts_with(b"\n") || text.windows(3).any(|it| it == b"\n\n\n")
}
