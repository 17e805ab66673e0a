//! A response is kept as it came, however it is cut into pieces, and what goes out is what was given.

#![cfg(test)]

use bytes::BytesMut;
use gatepass_wire::{Asked, Encoder, Error, Event, Reader, Rules, Unsendable, Version, write_head};
use proptest::prelude::*;

const RESPONSE: &[u8] = b"HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\nHTTP/1.1 200 Fine, \xe9\r\nETag: 1\r\nx-B:  two \r\nETAG: 3\r\n\
    WWW-Authenticate: Basic\xff\r\nEmpty:\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 9\r\n\r\n";

type Pairs = Vec<(String, Vec<u8>)>;

#[derive(Debug, Default, PartialEq)]
struct Heard {
    heads: Vec<(u16, Vec<u8>, Pairs)>,
    body: Vec<u8>,
    trailers: Pairs,
    error: Option<Error>,
    goes_on: bool,
}

fn hear<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, rules: Rules) -> Heard {
    let mut reader = Reader::new(rules);
    reader.begin(Asked::Other);
    let mut heard = Heard::default();
    let mut buffer = BytesMut::new();
    let mut pieces = pieces.into_iter();
    let mut closed = false;
    loop {
        let owned = |fields: &gatepass_wire::Fields| {
            let pairs = fields.iter();
            let pairs = pairs.map(|it| (it.name().to_owned(), it.value().to_vec()));
            pairs.collect::<Vec<_>>()
        };
        match reader.read(&mut buffer, closed) {
            Ok(None) => match pieces.next() {
                Some(piece) => buffer.extend_from_slice(piece),
                None => closed = true,
            },
            Ok(Some(Event::Informational(head) | Event::Head(head))) => {
                let kept = (head.status(), head.reason().to_vec(), owned(head.fields()));
                heard.heads.push(kept);
                reader.recycle(head);
            }
            Ok(Some(Event::Data(data))) => heard.body.extend_from_slice(&data),
            Ok(Some(Event::Trailers(fields))) => heard.trailers = owned(&fields),
            Ok(Some(Event::End)) => break,
            Err(error) => {
                heard.error = Some(error);
                break;
            }
        }
    }
    heard.goes_on = reader.may_go_on();
    heard
}

fn fields(pairs: &[(&str, &[u8])]) -> Vec<(String, Vec<u8>)> {
    let owned = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.to_vec()));
    owned.collect()
}

#[test]
fn spelling_order_repetition_bytes_early_heads_and_trailers() {
    let heard = hear([RESPONSE], Rules::strict());
    let final_fields: &[(&str, &[u8])] = &[
        ("ETag", b"1"),
        ("x-B", b"two"),
        ("ETAG", b"3"),
        ("WWW-Authenticate", b"Basic\xff"),
        ("Empty", b""),
        ("Transfer-Encoding", b"chunked"),
    ];
    let expected = Heard {
        heads: vec![
            (103, b"Early".to_vec(), fields(&[("Link", b"</a>")])),
            (200, b"Fine, \xe9".to_vec(), fields(final_fields)),
        ],
        body: b"abc0123456789".to_vec(),
        trailers: fields(&[("X-Sum", b"9")]),
        error: None,
        goes_on: true,
    };
    assert_eq!(heard, expected);
}

#[test]
fn a_fold_becomes_spaces() {
    let mut rules = Rules::strict();
    rules.leniency.folded_fields = true;
    let folded = b"HTTP/1.1 204 No\r\nA: one\r\n  two\r\n\tthree\r\nB: b\r\n\r\n";
    let heard = hear([&folded[..]], rules);
    let expected: &[(&str, &[u8])] = &[("A", b"one    two  \tthree"), ("B", b"b")];
    assert_eq!(heard.heads[0].2, fields(expected));
}

#[test]
fn one_response_follows_the_other() {
    let mut reader = Reader::new(Rules::strict());
    let mut buffer = BytesMut::from(
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nb",
    );
    for (status, body) in [(200, b"a"), (404, b"b")] {
        assert!(reader.may_go_on());
        reader.begin(Asked::Other);
        let Ok(Some(Event::Head(head))) = reader.read(&mut buffer, false) else {
            panic!("a head was expected");
        };
        assert_eq!((head.status(), reader.left()), (status, Some(1)));
        assert!(
            matches!(reader.read(&mut buffer, false), Ok(Some(Event::Data(data))) if data[..] == body[..])
        );
        assert!(matches!(
            reader.read(&mut buffer, false),
            Ok(Some(Event::End))
        ));
    }
}

#[test]
fn a_head_goes_out_as_it_was_given() {
    let mut out = Vec::new();
    let fields: [(&str, &[u8]); 3] = [("hoST", b"a"), ("X-b", b"\xff\t"), ("x-B", b"")];
    write_head(&mut out, "PrOp", "*", Version::Http10, fields).unwrap();
    assert_eq!(
        out,
        b"PrOp * HTTP/1.0\r\nhoST: a\r\nX-b: \xff\t\r\nx-B: \r\n\r\n"
    );
}

#[test]
fn what_would_be_another_request_is_not_written() {
    type Row<'a> = (&'a str, &'a str, (&'a str, &'a [u8]), Unsendable);
    let rows: [Row<'_>; 10] = [
        ("GET /x HTTP/1.1\r\nA:", "/", ("A", b""), Unsendable::Method),
        ("", "/", ("A", b""), Unsendable::Method),
        ("GET", "", ("A", b""), Unsendable::Target),
        ("GET", "/ HTTP/1.1\r\nX: y", ("A", b""), Unsendable::Target),
        ("GET", "/\t", ("A", b""), Unsendable::Target),
        ("GET", "/", ("A: b\r\nC", b""), Unsendable::Name(0)),
        ("GET", "/", ("A ", b""), Unsendable::Name(0)),
        ("GET", "/", ("", b""), Unsendable::Name(0)),
        ("GET", "/", ("A", b"b\r\nC: d"), Unsendable::Value(0)),
        ("GET", "/", ("A", b"b\n"), Unsendable::Value(0)),
    ];
    for (method, target, field, problem) in rows {
        let written = write_head(&mut Vec::new(), method, target, Version::Http11, [field]);
        assert_eq!(written, Err(problem), "{method} {target} {field:?}");
    }
    let nul = write_head(
        &mut Vec::new(),
        "GET",
        "/",
        Version::Http11,
        [("A", &b"\0"[..])],
    );
    assert_eq!(nul, Err(Unsendable::Value(0)));
}

#[test]
fn a_body_is_framed() {
    let frame = |mut encoder: Encoder, pieces: &[&str]| {
        let mut out = Vec::new();
        for piece in pieces {
            encoder.before(&mut out, piece.len());
            out.extend_from_slice(piece.as_bytes());
            encoder.after(&mut out, piece.len())?;
        }
        let whole = encoder.end(&mut out, [("X-Sum", &b"9"[..])]).unwrap();
        whole.then_some(String::from_utf8(out).unwrap())
    };
    let long = "x".repeat(0x1f);
    let framed = frame(Encoder::Chunked, &["abc", &long]).unwrap();
    assert_eq!(
        framed,
        format!("3\r\nabc\r\n1F\r\n{long}\r\n0\r\nX-Sum: 9\r\n\r\n")
    );
    assert_eq!(frame(Encoder::Length(3), &["ab", "c"]).unwrap(), "abc");
    assert_eq!(frame(Encoder::Length(4), &["ab", "c"]), None);
    assert_eq!(frame(Encoder::Length(2), &["ab", "c"]), None);
    let injected = Encoder::Chunked.end(&mut Vec::new(), [("X", &b"a\r\nb"[..])]);
    assert_eq!(injected, Err(Unsendable::Value(0)));
}

/// Pieces of responses, right and wrong.
fn token() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.0 404 \r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 204 No\r\n",
        "Content-Length: 5\r\n",
        "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Connection: close\r\n",
        "ETag: \"x\"\r\n",
        " folded\r\n",
        "\r\n",
        "\n",
        "\r",
        "5\r\nhello\r\n",
        "3;x=y\r\nabc\r\n",
        "0\r\n",
        "X-Sum: 1\r\n",
        "abc",
        "hello",
        ":",
        " ",
        "\0",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn pieces_make_no_difference(
        tokens in prop::collection::vec(token(), 0..14),
        mutation in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        lenient in any::<bool>(),
    ) {
        let mut bytes = format!("HTTP/1.1 200 OK\r\n{}", tokens.concat()).into_bytes();
        if let Some((at, byte)) = mutation {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let mut rules = Rules::strict();
        rules.leniency.bare_lf = lenient;
        rules.leniency.folded_fields = lenient;
        rules.leniency.repeated_length = lenient;
        rules.leniency.length_with_chunks = lenient;
        let whole = hear([&bytes[..]], rules);
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        prop_assert_eq!(&hear(single, rules), &whole);
        let mut cuts: Vec<usize> = cuts.iter().map(|it| it.index(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|it| &bytes[it[0]..it[1]]);
        prop_assert_eq!(&hear(pieces, rules), &whole);
    }
}
