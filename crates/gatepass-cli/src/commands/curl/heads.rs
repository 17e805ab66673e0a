//! Heads of requests and responses as curl shows them: as they came for `-i` and `-D`, with marks and masked for `-v`.

use gatepass::{Head, Leg, Transcript};
use gatepass_auth::show;

/// Returns the heads of all responses, as they came.
pub(super) fn received(transcript: &Transcript) -> Vec<u8> {
    let heads = transcript.legs().iter().filter_map(Leg::response);
    heads.flat_map(head).collect()
}

/// Returns a head as it came, with the empty line behind it.
pub(super) fn head(head: &Head) -> Vec<u8> {
    let mut out = format!("{}\r\n", status_line(head)).into_bytes();
    for field in &head.headers {
        out.extend_from_slice(field.name().as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(field.value());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
    out
}

/// Returns the status line. HTTP/2 has no reason phrase, and curl writes a space in its place.
fn status_line(head: &Head) -> String {
    format!("{} {} {}", head.version, head.status, head.reason)
}

/// Returns the conversation with curl's marks. What is secret is masked.
pub(super) fn conversation(transcript: &Transcript) -> String {
    let mut out = String::new();
    for leg in transcript.legs() {
        let again = if leg.reused() { "Re-using" } else { "New" };
        out += &format!(
            "* {again} connection #{} to {}\n",
            leg.connection(),
            leg.space()
        );
        if let Some(authentication) = leg.authentication() {
            out += &format!("* {}, {}\n", authentication.title, authentication.source);
        }
        out += &format!("> {} {} HTTP/1.1\n", leg.method(), leg.shown_target());
        for field in leg.headers() {
            out += &format!("> {}: {}\n", field.name(), leg.shown_field(field));
        }
        out += ">\n";
        for withheld in leg.withheld() {
            out += &format!("* {withheld}\n");
        }
        if let Some(failure) = leg.failure() {
            out += &format!("* {}\n", show::line(failure));
        }
        if let Some(head) = leg.response() {
            let line = leg.masked(&status_line(head));
            out += &format!("< {}\n", show::line(&show::cut(&line, show::SAID)));
            for field in &head.headers {
                out += &format!("< {}: {}\n", field.name(), leg.shown_field(field));
            }
            out += "<\n";
        }
    }
    out
}
