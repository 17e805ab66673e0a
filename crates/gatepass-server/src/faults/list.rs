//! The list of the faults: the name of each, what it does in a sentence, and its script.

use std::time::Duration;

use super::Place;
use super::bomb;
use super::script::{End, Script, answer, say};

/// Makes the type and its tables of the rows, so that a fault stands in one place.
macro_rules! faults {
    ($($place:ident {
        $($(#[doc = $summary:literal])+ $fault:ident $name:literal => |$number:pat_param| $script:expr;)+
    })+) => {
        /// One way to misbehave. [`crate::Builder::faults`] has a server do it, and [`crate::Server::fault_url`] says where.
        ///
        /// ```
        /// use gatepass_server::{Fault, Server};
        ///
        /// let server = Server::builder().faults(true).start()?;
        /// let url = server.fault_url(Fault::CloseInHead).unwrap();
        /// assert_eq!(url, server.url("/faults/close-in-head"));
        /// assert_eq!(Fault::CloseInHead.summary(), "Closes the connection within the header fields.");
        /// # Ok::<(), gatepass_server::ServerError>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(
            clippy::exhaustive_enums,
            reason = "a test that goes through all of them should stop compiling when there is another one"
        )]
        pub enum Fault {
            $($($(#[doc = $summary])+ $fault,)+)+
        }

        impl Fault {
            /// Every fault.
            pub const ALL: &[Self] = &[$($(Self::$fault,)+)+];

            /// Returns the name, which is also the last part of its path.
            pub fn name(self) -> &'static str {
                match self {
                    $($(Self::$fault => $name,)+)+
                }
            }

            /// Returns what the server does, as a sentence.
            pub fn summary(self) -> &'static str {
                let summary = match self {
                    $($(Self::$fault => concat!($($summary),+),)+)+
                };
                summary.trim()
            }

            pub(crate) fn place(self) -> Place {
                match self {
                    $($(Self::$fault => Place::$place,)+)+
                }
            }

            pub(crate) fn named(name: &str) -> Option<Self> {
                match name {
                    $($($name => Some(Self::$fault),)+)+
                    _ => None,
                }
            }

            /// Returns what to do about a request; no other request to the same server has this `number`.
            pub(super) fn script(self, number: u64) -> Script {
                match self {
                    $($(Self::$fault => {
                        let $number = number;
                        $script
                    })+)+
                }
            }
        }
    };
}

/// A whole answer after which the connection could be used again.
const WHOLE: &str = "200 OK\nContent-Length: 6";
const TEN: &str = "200 OK\nContent-Length: 10";
const CHUNKED: &str = "200 OK\nTransfer-Encoding: chunked";
/// Long enough for a client to put the connection away, and short enough to wait for.
const MOMENT: Duration = Duration::from_millis(50);
const MEGABYTE: usize = 1 << 20;

faults! {
    Path {
        /// Closes the connection without an answer.
        CloseBeforeHead "close-before-head" => |_| say("").end(End::Cut);
        /// Closes the connection within the header fields.
        CloseInHead "close-in-head" => |_| say("HTTP/1.1 200 OK\r\nContent-Ty").end(End::Cut);
        /// Closes the connection after the head, before the body that it announced.
        CloseAfterHead "close-after-head" => |_| answer(TEN, "").end(End::Cut);
        /// Closes the connection before the end of the body: 4 of 10 bytes come.
        CloseInBody "close-in-body" => |_| answer(TEN, "four").end(End::Cut);
        /// Closes the connection within a chunk.
        CloseInChunk "close-in-chunk" => |_| answer(CHUNKED, "5\r\nwhole\r\n6\r\nhal").end(End::Cut);
        /// Closes the connection after a whole chunk that is not the last one.
        CloseBetweenChunks "close-between-chunks" => |_| answer(CHUNKED, "5\r\nwhole\r\n").end(End::Cut);
        /// Resets the connection without an answer.
        ResetBeforeHead "reset-before-head" => |_| say("").end(End::Reset);
        /// Resets the connection before the end of the body.
        ResetInBody "reset-in-body" => |_| answer(TEN, "four").pause(MOMENT).end(End::Reset);
        /// Closes the connection right after a whole answer that promised to keep it.
        CloseAfterAnswer "close-after-answer" => |_| answer(WHOLE, "whole\n").end(End::Cut);
        /// Closes the connection a moment after a whole answer, when it is idle.
        CloseWhenIdle "close-when-idle" => |_| answer(WHOLE, "whole\n").pause(MOMENT).end(End::Cut);
        /// Resets the connection a moment after a whole answer, when it is idle.
        ResetWhenIdle "reset-when-idle" => |_| answer(WHOLE, "whole\n").pause(MOMENT).end(End::Reset);

        /// Never answers.
        Silent "silent" => |_| say("").end(End::Stay);
        /// Falls silent within the header fields.
        SilentInHead "silent-in-head" => |_| say("HTTP/1.1 200 OK\r\nContent-Ty").end(End::Stay);
        /// Falls silent before the end of the body: 4 of 10 bytes come.
        SilentInBody "silent-in-body" => |_| answer(TEN, "four").end(End::Stay);
        /// Sends the head at one byte a second.
        SlowHead "slow-head" => |_| say("").drip("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nwhole\n");
        /// Sends the body at one byte a second.
        SlowBody "slow-body" => |_| answer("200 OK\nContent-Length: 60", "").drip(vec![b'.'; 60]);
        /// Sends a body that never ends.
        EndlessBody "endless-body" => |_| answer(CHUNKED, "").repeat(["400\r\n", &".".repeat(1024), "\r\n"].concat());
        /// Sends header fields that never end.
        EndlessHead "endless-head" => |_| say("HTTP/1.1 200 OK\r\n").repeat("X-More: and more\r\n");
        /// Sends a status line that never ends.
        EndlessStatusLine "endless-status-line" => |_| say("HTTP/1.1 200 ").repeat("OK ".repeat(100));
        /// Sends 100 Continue for ever.
        EndlessContinues "endless-continues" => |_| say("").repeat("HTTP/1.1 100 Continue\r\n\r\n");
        /// Sends an extension of a chunk that never ends.
        EndlessChunkExtension "endless-chunk-extension" => |_| answer(CHUNKED, "5;").repeat("more=more;".repeat(10));
        /// Sends trailer fields that never end.
        EndlessTrailers "endless-trailers" => |_| answer(CHUNKED, "5\r\nwhole\r\n0\r\n").repeat("X-More: and more\r\n");

        /// Sends a status line without a number.
        GarbageStatusLine "garbage-status-line" => |_| say("HTTP/1.1 two hundred\r\nContent-Length: 6\r\n\r\nwhole\n");
        /// Sends a status of four digits.
        StatusOfFourDigits "status-of-four-digits" => |_| answer("2000 OK\nContent-Length: 6", "whole\n");
        /// Sends a version that does not exist.
        UnknownVersion "unknown-version" => |_| say("HTTP/7.3 200 OK\r\nContent-Length: 6\r\n\r\nwhole\n");
        /// Sends a body without a head, as HTTP/0.9 had it.
        NoHead "no-head" => |_| say("<html>whole</html>\n");
        /// Greets as a mail server does.
        OtherProtocol "other-protocol" => |_| say("220 mail.example ESMTP\r\n");
        /// Sends a header field of 1 MB.
        HugeHeader "huge-header" => |_| answer(&format!("{WHOLE}\nX-Huge: {}", "x".repeat(MEGABYTE)), "whole\n");
        /// Sends 1,000 header fields.
        ManyHeaders "many-headers" => |_| answer(&format!("{WHOLE}{}", "\nX-One: more".repeat(1000)), "whole\n");
        /// Ends its lines with a line feed alone.
        BareLineFeeds "bare-line-feeds" => |_| say("HTTP/1.1 200 OK\nContent-Length: 6\n\nwhole\n").end(End::Next);
        /// Sends a header field with a NUL in it.
        NulInHeader "nul-in-header" => |_| answer(&format!("{WHOLE}\nX-Nul: a\0b"), "whole\n");
        /// Sends a header field that goes on in the next line, which is obsolete.
        FoldedHeader "folded-header" => |_| answer(&format!("{WHOLE}\nX-Folded: one\n  two"), "whole\n");
        /// Sends a space between the name of a header field and its colon.
        SpaceBeforeColon "space-before-colon" => |_| answer("200 OK\nContent-Length : 6", "whole\n");
        /// Sends a header line without a colon.
        HeaderWithoutColon "header-without-colon" => |_| answer(&format!("{WHOLE}\nwhat is this"), "whole\n");

        /// Sends two lengths of the body that are different.
        ConflictingLengths "conflicting-lengths" => |_| answer("200 OK\nContent-Length: 6\nContent-Length: 3", "whole\n").end(End::Stay);
        /// Sends both a length of the body and chunks.
        LengthAndChunks "length-and-chunks" => |_| answer("200 OK\nContent-Length: 3\nTransfer-Encoding: chunked", "6\r\nwhole\n\r\n0\r\n\r\n").end(End::Stay);
        /// Sends a length that is no number.
        LengthNotANumber "length-not-a-number" => |_| answer("200 OK\nContent-Length: six", "whole\n");
        /// Sends a negative length.
        NegativeLength "negative-length" => |_| answer("200 OK\nContent-Length: -6", "whole\n");
        /// Sends a length that no number of 64 bits holds.
        LengthOverflow "length-overflow" => |_| answer("200 OK\nContent-Length: 18446744073709551622", "whole\n");
        /// Sends the size of a chunk that no number of 64 bits holds.
        ChunkSizeOverflow "chunk-size-overflow" => |_| answer(CHUNKED, "10000000000000006\r\nwhole\n\r\n0\r\n\r\n");
        /// Sends the size of a chunk that is no hexadecimal number.
        ChunkSizeNotHex "chunk-size-not-hex" => |_| answer(CHUNKED, "six\r\nwhole\n\r\n0\r\n\r\n");
        /// Sends more bytes in a chunk than its size says.
        ChunkTooLong "chunk-too-long" => |_| answer(CHUNKED, "3\r\nwhole\n\r\n0\r\n\r\n");
        /// Sends a transfer coding that nobody knows.
        UnknownTransferCoding "unknown-transfer-coding" => |_| answer("200 OK\nTransfer-Encoding: rot13", "jubyr\n");
        /// Sends a body that is longer than its length says.
        LongBody "long-body" => |_| answer(WHOLE, "whole\nand this is too much\n").end(End::Stay);
        /// Sends two answers to one request.
        TwoAnswers "two-answers" => |_| answer(WHOLE, "whole\nHTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nforged\n").end(End::Stay);
        /// Sends a second answer a moment after the first, when the connection is idle.
        LateAnswer "late-answer" => |_| answer(WHOLE, "whole\n").pause(MOMENT).say("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nforged\n").end(End::Stay);
        /// Sends a body with an answer that has none, to HEAD.
        BodyForHead "body-for-head" => |_| answer("200 OK\nContent-Length: 7", "forged\n").end(End::Stay);
        /// Sends a body with 204.
        BodyWith204 "body-with-204" => |_| answer("204 No Content\nContent-Length: 7", "forged\n").end(End::Stay);
        /// Sends a body with 304.
        BodyWith304 "body-with-304" => |_| answer("304 Not Modified\nContent-Length: 7", "forged\n").end(End::Stay);
        /// Sends three informational answers before the final one, which is allowed.
        EarlyHints "early-hints" => |_| say("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(3)).say("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nwhole\n").end(End::Next);
        /// Switches to a protocol that nobody has asked for.
        UnaskedSwitch "unasked-switch" => |_| answer("101 Switching Protocols\nConnection: Upgrade\nUpgrade: rot13", "jubyr\n").end(End::Stay);

        /// Refuses every credential with 401 and asks for Basic again.
        Endless401 "endless-401" => |_| answer("401 Unauthorized\nWWW-Authenticate: Basic realm=\"endless\"\nContent-Length: 6", "again\n").end(End::Next);
        /// Calls every nonce of Digest stale and sends a new one.
        EndlessStale "endless-stale" => |number| answer(&format!(
            "401 Unauthorized\nWWW-Authenticate: Digest realm=\"endless\", nonce=\"{}\", qop=\"auth\", algorithm=SHA-256, stale=true\nContent-Length: 6",
            number), "stale\n").end(End::Next);
        /// Asks for the credentials of a proxy with 407, without being one.
        ProxyChallenge "proxy-challenge" => |_| answer("407 Proxy Authentication Required\nProxy-Authenticate: Basic realm=\"proxy\"\nContent-Length: 6", "proxy\n").end(End::Next);
        /// Answers 413 before the body of the request has come, and closes.
        Early413 "early-413" => |_| answer("413 Content Too Large\nConnection: close\nContent-Length: 6", "large\n").deaf();
        /// Answers 413 before the body of the request has come, and resets.
        Early413Reset "early-413-reset" => |_| answer("413 Content Too Large\nConnection: close\nContent-Length: 6", "large\n").deaf().end(End::Reset);

        /// Redirects to itself.
        RedirectLoop "redirect-loop" => |_| answer("302 Found\nLocation: /faults/redirect-loop\nContent-Length: 0", "").end(End::Next);
        /// Redirects to another URL each time.
        EndlessRedirects "endless-redirects" => |number| answer(&format!(
            "302 Found\nLocation: /faults/endless-redirects?{}\nContent-Length: 0", number), "").end(End::Next);
        /// Redirects to what is no URL.
        MalformedRedirect "malformed-redirect" => |_| answer("302 Found\nLocation: http://[::1/\nContent-Length: 0", "").end(End::Next);
        /// Redirects to a file of the client's machine.
        RedirectToFile "redirect-to-file" => |_| answer("302 Found\nLocation: file:///etc/passwd\nContent-Length: 0", "").end(End::Next);
        /// Redirects, and does not say where to.
        RedirectNowhere "redirect-nowhere" => |_| answer("302 Found\nContent-Length: 0", "").end(End::Next);

        /// Sends 1 GiB of zeros in about 1 MB of gzip.
        GzipBomb "gzip-bomb" => |_| answer("200 OK\nContent-Encoding: gzip\nConnection: close", "").say(bomb::gzip());
        /// Sends 1 GiB of zeros in 841 bytes of Brotli.
        BrotliBomb "brotli-bomb" => |_| answer("200 OK\nContent-Encoding: br\nConnection: close", "").say(bomb::brotli());
        /// Sends 1 GiB of zeros in 32 KiB of Zstandard.
        ZstdBomb "zstd-bomb" => |_| answer("200 OK\nContent-Encoding: zstd\nConnection: close", "").say(bomb::zstd());
        /// Sends the first half of a gzip stream, with the length of that half.
        CutGzip "cut-gzip" => |_| {
            let whole = bomb::gzip_of(b"whole\n");
            let half = whole.slice(..whole.len() / 2);
            answer(&format!("200 OK\nContent-Encoding: gzip\nContent-Length: {}", half.len()), "").say(half).end(End::Next)
        };
        /// Says that its body is gzip, and it is not.
        NotGzip "not-gzip" => |_| answer(&format!("{WHOLE}\nContent-Encoding: gzip"), "whole\n").end(End::Next);
    }

    HttpsPath {
        /// Closes the connection within a TLS record.
        CloseInTlsRecord "close-in-tls-record" => |_| answer(TEN, "four").end(End::Beneath(b"\x17\x03\x03\x00\x40half of a record"));
        /// Closes the TCP connection at the end of a body that the close is to end, without telling TLS.
        CloseWithoutNotify "close-without-notify" => |_| answer("200 OK\nConnection: close", "half").end(End::Cut);
        /// Sends plain text in the midst of TLS.
        PlainInTls "plain-in-tls" => |_| answer(TEN, "four").end(End::Beneath(b"HTTP/1.1 500 Internal Server Error\r\n\r\n"));
    }

    Port {
        /// Closes the connection as soon as it is made.
        CloseOnConnect "close-on-connect" => |_| say("").deaf().end(End::Cut);
        /// Resets the connection as soon as it is made.
        ResetOnConnect "reset-on-connect" => |_| say("").deaf().end(End::Reset);
        /// Answers before a request has come, and closes.
        AnswerBeforeRequest "answer-before-request" => |_| answer("200 OK\nContent-Length: 7", "forged\n").deaf();
    }

    TlsPort {
        /// Never answers the TLS handshake.
        TlsSilent "tls-silent" => |_| say("").end(End::Stay);
        /// Closes the connection within the TLS handshake.
        CloseInTlsHandshake "close-in-tls-handshake" => |_| say("").end(End::Cut);
        /// Refuses the TLS handshake with an alert.
        TlsAlert "tls-alert" => |_| say(&b"\x15\x03\x03\x00\x02\x02\x28"[..]);
        /// Answers the TLS handshake by plain HTTP.
        TlsToPlain "tls-to-plain" => |_| say("HTTP/1.1 400 Bad Request\r\nContent-Length: 6\r\n\r\nplain\n");
        /// Answers the TLS handshake with a record of the longest size and nonsense in it.
        TlsGarbage "tls-garbage" => |_| say(&b"\x16\x03\x03\xff\xff"[..]).say(vec![0x5a; 0xffff]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_sentences_are_fit_to_be_shown() {
        for fault in Fault::ALL {
            assert_eq!(Fault::named(fault.name()), Some(*fault));
            let is_plain =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(fault.name().bytes().all(is_plain), "{fault:?}");
            assert!(
                fault.summary().ends_with('.'),
                "{fault:?}: {}",
                fault.summary()
            );
        }
    }
}
