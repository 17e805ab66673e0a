//! What a server, or somebody between, may try with the framing of a response: every row is refused, or read in the one way
//! that RFC 9112 allows, and says whether the connection may carry another request.

#![cfg(test)]

use bytes::BytesMut;
use gatepass_wire::{Asked, Error, Event, Leniency, Reader, Rules};

/// What came of the bytes of one response.
#[derive(Debug, PartialEq)]
enum Came {
    /// This body, and whether the connection may go on.
    Whole(&'static str, bool),
    Refused(Error),
}

use Came::{Refused, Whole};

fn read(bytes: &str, asked: Asked, rules: Rules) -> Result<(String, bool), Error> {
    let mut reader = Reader::new(rules);
    reader.begin(asked);
    let mut buffer = BytesMut::from(bytes);
    let mut body = String::new();
    loop {
        match reader.read(&mut buffer, true)? {
            Some(Event::Data(data)) => body.push_str(&String::from_utf8_lossy(&data)),
            Some(Event::End) => return Ok((body, reader.may_go_on() && buffer.is_empty())),
            Some(_) => {}
            None => unreachable!("nothing more comes"),
        }
    }
}

fn check(rows: &[(&str, Came)], asked: Asked, rules: Rules) {
    for (bytes, expected) in rows {
        let bytes = match bytes.starts_with("HTTP") || bytes.starts_with('!') {
            true => bytes.trim_start_matches('!').to_owned(),
            false => format!("HTTP/1.1 200 OK\r\n{bytes}"),
        };
        let came = read(&bytes, asked, rules);
        match (expected, &came) {
            (Whole(body, keeps), Ok((came, kept))) if came == body && kept == keeps => {}
            (Refused(error), Err(came)) if came == error => {}
            _ => panic!("{bytes:?}: {expected:?} was expected, not {came:?}"),
        }
    }
}

const NAME: Error = Error::Field("has a character in its name that a name cannot have");
const VALUE: Error = Error::Field("has a line break or a control character in its value");

#[test]
fn lengths() {
    let rows = [
        ("Content-Length: 2\r\n\r\nhi", Whole("hi", true)),
        ("content-length:2\r\n\r\nhi", Whole("hi", true)),
        ("Content-Length: \t 2 \t\r\n\r\nhi", Whole("hi", true)),
        ("Content-Length: 002\r\n\r\nhi", Whole("hi", true)),
        ("Content-Length: 0\r\n\r\n", Whole("", true)),
        ("Content-Length: 2\r\n\r\nhi!", Whole("hi", false)),
        ("\r\nhi", Whole("hi", false)),
        ("Content-Length: 3\r\n\r\nhi", Refused(Error::CutBody)),
        (
            "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!",
            Refused(Error::Lengths),
        ),
        (
            "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
            Refused(Error::Lengths),
        ),
        ("Content-Length: 2, 2\r\n\r\nhi", Refused(Error::Lengths)),
        ("Content-Length: 2, 3\r\n\r\nhi", Refused(Error::Lengths)),
        ("Content-Length: +2\r\n\r\nhi", Refused(Error::Length)),
        ("Content-Length: -2\r\n\r\nhi", Refused(Error::Length)),
        ("Content-Length: 0x2\r\n\r\nhi", Refused(Error::Length)),
        ("Content-Length: 2.0\r\n\r\nhi", Refused(Error::Length)),
        ("Content-Length: 2 2\r\n\r\nhi", Refused(Error::Length)),
        ("Content-Length: 2,\r\n\r\nhi", Refused(Error::Length)),
        ("Content-Length:\r\n\r\nhi", Refused(Error::Length)),
        ("Content-Length: two\r\n\r\nhi", Refused(Error::Length)),
        ("Content-Length: 1_0\r\n\r\nhi", Refused(Error::Length)),
        (
            "Content-Length: 18446744073709551616\r\n\r\nhi",
            Refused(Error::Length),
        ),
        ("Content-Length: 2\u{b}\r\n\r\nhi", Refused(VALUE)),
        ("Content-Length : 2\r\n\r\nhi", Refused(NAME)),
        (" Content-Length: 2\r\n\r\nhi", Refused(Error::Folded)),
        ("Content-Length: 2\r\n \r\n\r\nhi", Refused(Error::Folded)),
        (
            "Content-Length: 2\r\nX: 1\r\n\tContent-Length: 3\r\n\r\nhi",
            Refused(Error::Folded),
        ),
        ("Content-Length\0: 2\r\n\r\nhi", Refused(NAME)),
        ("Content-Length: 2\0\r\n\r\nhi", Refused(VALUE)),
        ("Content-Length 2\r\n\r\nhi", Refused(NAME)),
        (": 2\r\n\r\nhi", Refused(NAME)),
    ];
    check(&rows, Asked::Other, Rules::strict());
    let mut rules = Rules::strict();
    rules.leniency.repeated_length = true;
    let rows = [
        (
            "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
            Whole("hi", true),
        ),
        ("Content-Length: 2, 2\r\n\r\nhi", Whole("hi", true)),
        ("Content-Length: 2, 02\r\n\r\nhi", Whole("hi", true)),
        (
            "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!",
            Refused(Error::Lengths),
        ),
        ("Content-Length: 2, 3\r\n\r\nhi!", Refused(Error::Lengths)),
    ];
    check(&rows, Asked::Other, rules);
    rules.leniency.early_close = true;
    check(
        &[("Content-Length: 3\r\n\r\nhi", Whole("hi", false))],
        Asked::Other,
        rules,
    );
}

#[test]
fn codings() {
    let coding = |text: &str| Refused(Error::Coding(text.to_owned()));
    let rows = [
        (
            "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
            Whole("hi", true),
        ),
        (
            "transfer-encoding:CHUNKED\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
            Whole("hi", true),
        ),
        (
            "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
            Whole("", true),
        ),
        ("Transfer-Encoding: identity\r\n\r\nhi", Whole("hi", false)),
        ("Transfer-Encoding: xchunked\r\n\r\nhi", coding("xchunked")),
        ("Transfer-Encoding: chunkedx\r\n\r\nhi", coding("chunkedx")),
        (
            "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            coding("gzip"),
        ),
        (
            "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
            coding("gzip"),
        ),
        (
            "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
            coding("chunked"),
        ),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            coding("chunked"),
        ),
        (
            "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n",
            coding("chunked;q=1"),
        ),
        (
            "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
            coding("\"chunked\""),
        ),
        (
            "Transfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n",
            Refused(VALUE),
        ),
        (
            "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            Refused(NAME),
        ),
        (
            "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
            Refused(Error::Folded),
        ),
        (
            "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            Refused(Error::LengthWithChunks),
        ),
        (
            "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
            Refused(Error::LengthWithChunks),
        ),
        (
            "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi",
            Refused(Error::LengthWithChunks),
        ),
        (
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            coding("chunked in HTTP/1.0"),
        ),
    ];
    check(&rows, Asked::Other, Rules::strict());
    let mut rules = Rules::strict();
    rules.leniency.length_with_chunks = true;
    let rows = [
        (
            "Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
            Whole("hi", false),
        ),
        (
            "Content-Length: 9, 8\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            Refused(Error::Lengths),
        ),
        (
            "Content-Length: 2\r\nTransfer-Encoding: identity\r\n\r\nhi",
            Whole("hi", false),
        ),
    ];
    check(&rows, Asked::Other, rules);
}

#[test]
fn chunks() {
    let whole = [
        "2\r\nhi\r\n0\r\n\r\n",
        "1\r\nh\r\n1\r\ni\r\n0\r\n\r\n",
        "0002\r\nhi\r\n000\r\n\r\n",
        "2;a=b\r\nhi\r\n0;c\r\n\r\n",
        "2 ;a=\"b\"\r\nhi\r\n0\r\n\r\n",
        "2\r\nhi\r\n0\r\nX: y\r\nContent-Length: 9\r\n\r\n",
    ];
    let refused = [
        ("2\nhi\r\n0\r\n\r\n", Error::ChunkSize),
        ("2\r\nhi\n0\r\n\r\n", Error::ChunkEnd),
        ("2\r\nhi!\r\n0\r\n\r\n", Error::ChunkEnd),
        ("2\r\nh\r\n0\r\n\r\n", Error::ChunkEnd),
        ("\r\n2\r\nhi\r\n0\r\n\r\n", Error::ChunkSize),
        (" 2\r\nhi\r\n0\r\n\r\n", Error::ChunkSize),
        ("+2\r\nhi\r\n0\r\n\r\n", Error::ChunkSize),
        ("-2\r\nhi\r\n0\r\n\r\n", Error::ChunkSize),
        ("0x2\r\nhi\r\n0\r\n\r\n", Error::ChunkSize),
        ("2_0\r\nhi\r\n0\r\n\r\n", Error::ChunkSize),
        ("g\r\nhi\r\n0\r\n\r\n", Error::ChunkSize),
        ("2 \r\nhi\r\n0\r\n\r\n", Error::ChunkSize),
        ("2\t\r\nhi\r\n0\r\n\r\n", Error::ChunkSize),
        ("2,\r\nhi\r\n0\r\n\r\n", Error::ChunkSize),
        ("10000000000000002\r\nhi\r\n0\r\n\r\n", Error::ChunkSize),
        ("fffffffffffffffff\r\n", Error::ChunkSize),
        ("2;a\nhi\r\n0\r\n\r\n", Error::Extensions(16 << 10)),
        ("2;a\rb\r\nhi\r\n0\r\n\r\n", Error::Extensions(16 << 10)),
        ("2;a\0b\r\nhi\r\n0\r\n\r\n", Error::Extensions(16 << 10)),
        ("2\r\nhi\r\n0\r\n\n", Error::BareLf),
        ("2\r\nhi\r\n0\r\nX: y\n\r\n\r\n", Error::BareLf),
        (
            "2\r\nhi\r\n0\r\nX y\r\n\r\n",
            Error::Field("of the trailers is malformed"),
        ),
        (
            "2\r\nhi\r\n0\r\n X: y\r\n\r\n",
            Error::Field("of the trailers is malformed"),
        ),
        ("2\r\nhi\r\n0\r\n", Error::CutBody),
        ("2\r\nhi\r\n0\r\n\r", Error::CutBody),
        ("2\r\nhi\r\n", Error::CutBody),
        ("2\r\nhi", Error::CutBody),
        ("2\r\nh", Error::CutBody),
        ("2", Error::CutBody),
        ("", Error::CutBody),
    ];
    let chunked =
        |body: &str| format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
    let strict = Rules::strict();
    for body in whole {
        let came = read(&chunked(body), Asked::Other, strict);
        assert_eq!(came, Ok(("hi".to_owned(), true)), "{body:?}");
    }
    for (body, error) in refused {
        let came = read(&chunked(body), Asked::Other, strict);
        assert_eq!(came, Err(error), "{body:?}");
    }
    let mut rules = strict;
    rules.leniency.padded_chunks = true;
    let came = read(&chunked("2  \r\nhi\r\n0\t\r\n\r\n"), Asked::Other, rules);
    assert_eq!(came, Ok(("hi".to_owned(), true)));
    let long = [
        (format!("{}2\r\nhi", "0".repeat(64)), Error::ChunkSize),
        (format!("2{}\r\nhi", " ".repeat(64)), Error::ChunkSize),
        (
            format!("2;{}\r\nhi", "a".repeat(16 << 10)),
            Error::Extensions(16 << 10),
        ),
        (
            "2;0123456789abcdef\r\nhi\r\n".repeat(2000),
            Error::Extensions(16 << 10),
        ),
        (
            format!("0\r\n{}", "X: y\r\n".repeat(5000)),
            Error::TrailersTooLong(16 << 10),
        ),
        (
            format!("0\r\n{}\r\n", "X: y\r\n".repeat(600)),
            Error::TooManyFields(512),
        ),
    ];
    for (body, error) in long {
        let came = read(&chunked(&body), Asked::Other, rules);
        assert_eq!(came, Err(error), "{:?}", &body[..40]);
    }
}

#[test]
fn status_lines() {
    let rows = [
        (
            "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
            Whole("", true),
        ),
        (
            "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
            Whole("", false),
        ),
        (
            "HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n",
            Whole("", true),
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, Close\r\n\r\n",
            Whole("", false),
        ),
        (
            "HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\n",
            Whole("", true),
        ),
        (
            "HTTP/1.1 304 Same\r\nTransfer-Encoding: chunked\r\n\r\n",
            Whole("", true),
        ),
        ("HTTP/1.1 204 None\r\n\r\nhi", Whole("", false)),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
            Whole("hi", true),
        ),
        (
            "HTTP/1.1 100 Continue\r\nContent-Length: 9\r\n\r\nHTTP/1.1 204 No\r\n\r\n",
            Whole("", true),
        ),
        ("HTTP/1.1 101 Switching\r\n\r\nhi", Whole("", false)),
        (
            "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
            Refused(Error::NoReason),
        ),
        (
            "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
            Refused(Error::BareLf),
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 0\n\r\n",
            Refused(Error::BareLf),
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\n",
            Refused(Error::BareLf),
        ),
        (
            "HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n",
            Refused(Error::StatusLine),
        ),
        ("HTTP/1.1 2000 OK\r\n\r\n", Refused(Error::StatusLine)),
        ("HTTP/1.1 20 OK\r\n\r\n", Refused(Error::StatusLine)),
        ("HTTP/1.1 099 OK\r\n\r\n", Refused(Error::StatusLine)),
        ("HTTP/1.1 -20 OK\r\n\r\n", Refused(Error::StatusLine)),
        ("HTTP/1.1  200 OK\r\n\r\n", Refused(Error::StatusLine)),
        ("HTTP/1.1\t200 OK\r\n\r\n", Refused(Error::StatusLine)),
        ("HTTP/1.2 200 OK\r\n\r\n", Refused(Error::StatusLine)),
        ("HTTP/1.11 200 OK\r\n\r\n", Refused(Error::StatusLine)),
        ("HTTP/2 200 OK\r\n\r\n", Refused(Error::NotHttp)),
        ("HTTP/0.9 200 OK\r\n\r\n", Refused(Error::NotHttp)),
        ("!http/1.1 200 OK\r\n\r\n", Refused(Error::NotHttp)),
        ("!\r\nHTTP/1.1 200 OK\r\n\r\n", Refused(Error::NotHttp)),
        ("! HTTP/1.1 200 OK\r\n\r\n", Refused(Error::NotHttp)),
        ("!ICY 200 OK\r\n\r\n", Refused(Error::NotHttp)),
        ("!<html>", Refused(Error::NotHttp)),
        ("!", Refused(Error::Silent)),
        ("!HTTP/1.", Refused(Error::CutHead)),
        ("HTTP/1.1 200 OK\r\nX: y\r\n", Refused(Error::CutHead)),
    ];
    check(&rows, Asked::Other, Rules::strict());
    let mut rules = Rules::strict();
    rules.leniency = Leniency::default();
    rules.leniency.bare_lf = true;
    rules.leniency.no_reason = true;
    rules.leniency.space_before_colon = true;
    rules.leniency.folded_fields = true;
    let rows = [
        ("HTTP/1.1 200\nContent-Length: 2\n\nhi", Whole("hi", true)),
        (
            "HTTP/1.1 200\r\nContent-Length : 2\r\n\r\nhi",
            Whole("hi", true),
        ),
        (
            "HTTP/1.1 200\r\nContent-Length:\r\n 2\r\n\r\nhi",
            Whole("hi", true),
        ),
        (
            "HTTP/1.1 200\r\nContent-Length: 2\r\n 3\r\n\r\nhi",
            Refused(Error::Length),
        ),
    ];
    check(&rows, Asked::Other, rules);
}

#[test]
fn what_was_asked_decides() {
    let rows = [
        ("Content-Length: 5\r\n\r\n", Whole("", true)),
        ("Transfer-Encoding: chunked\r\n\r\n", Whole("", true)),
        ("\r\n", Whole("", true)),
        ("Content-Length: 2\r\n\r\nhi", Whole("", false)),
    ];
    check(&rows, Asked::Head, Rules::strict());
    for fields in [
        "Content-Length: x",
        "Content-Length: 1, 2",
        "Content-Length: 1\r\nTransfer-Encoding: chunked",
    ] {
        check(
            &[(&format!("{fields}\r\n\r\n"), Whole("", false))],
            Asked::Head,
            Rules::strict(),
        );
    }
    let rows = [
        ("Content-Length: 5\r\n\r\nhi", Whole("", false)),
        ("Transfer-Encoding: chunked\r\n\r\nhi", Whole("", false)),
        (
            "HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nhi",
            Whole("hi", true),
        ),
    ];
    check(&rows, Asked::Connect, Rules::strict());
}

#[test]
fn nothing_goes_on_for_ever() {
    let endless = [
        (
            "HTTP/1.1 100 Continue\r\n\r\n".repeat(200),
            Error::Informational(128),
        ),
        (
            format!("HTTP/1.1 200 OK\r\n{}", "X: y\r\n".repeat(90_000)),
            Error::TooManyFields(512),
        ),
        (
            format!("HTTP/1.1 200 OK\r\nX: {}", "y".repeat(300_000)),
            Error::HeadTooLong(256 << 10),
        ),
        (
            format!("HTTP/1.1 200 {}", "OK ".repeat(100_000)),
            Error::HeadTooLong(256 << 10),
        ),
        (
            format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(513)),
            Error::TooManyFields(512),
        ),
    ];
    for (bytes, error) in endless {
        assert_eq!(read(&bytes, Asked::Other, Rules::strict()), Err(error));
    }
    let many = format!("HTTP/1.1 204 No\r\n{}\r\n", "X: y\r\n".repeat(512));
    assert!(read(&many, Asked::Other, Rules::strict()).is_ok());
}

#[test]
fn an_answer_without_a_head() {
    let mut rules = Rules::strict();
    rules.leniency.http09 = true;
    check(
        &[("!hi there", Whole("hi there", false))],
        Asked::Other,
        rules,
    );
}
