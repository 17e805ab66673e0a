//! Heads of requests and responses, and the whole conversation that `-v` tells.

use gatepass::{Leg, SentBody};
use gatepass_auth::{Header, Working, params, show};

use crate::output::color::Palette;

/// How heads are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// The colours.
    pub(crate) palette: Palette,
    /// Whether secrets are shown.
    pub(crate) reveal: bool,
}

impl Style {
    /// Returns the head of a request, without its empty line.
    pub(crate) fn request_head(self, leg: &Leg) -> String {
        let target = if self.reveal {
            leg.shown_form().replace(&leg.shown_target(), leg.target())
        } else {
            leg.shown_form()
        };
        let method = self.palette.good(leg.method());
        let lines = leg.headers().iter().map(|header| self.field(header, leg));
        std::iter::once(format!("{method} {target} {}", leg.version()))
            .chain(lines)
            .collect::<Vec<_>>()
            .join("\n")
            + "\n"
    }

    /// Returns the body of a request as text; `None` where there is none.
    pub(crate) fn request_body(self, leg: &Leg) -> Option<String> {
        match leg.body() {
            SentBody::Bytes(bytes) if self.reveal => Some(params::text(bytes).into_owned()),
            body if body.is_empty() => None,
            body => Some(leg.shown_body().unwrap_or_else(|| format!("({body:?})"))),
        }
    }

    /// Returns the head of the response to a request, without its empty line; `None` where none came.
    pub(crate) fn head(self, leg: &Leg) -> Option<String> {
        let head = leg.response()?;
        let reason = leg.masked(&show::cut(&head.reason, show::SAID));
        let status = format!("{} {}", head.status, show::line(&reason));
        let status = match head.status {
            ..300 => self.palette.good(status.trim_end()),
            300..400 => self.palette.warn(status.trim_end()),
            _ => self.palette.bad(status.trim_end()),
        };
        let lines = head.headers.iter().map(|header| self.field(header, leg));
        let lines = std::iter::once(format!("{} {status}", head.version)).chain(lines);
        Some(lines.collect::<Vec<_>>().join("\n") + "\n")
    }

    fn field(self, header: &Header, leg: &Leg) -> String {
        let value = if self.reveal {
            show::line(&params::text(header.value())).into_owned()
        } else {
            leg.shown_field(header)
        };
        format!("{}: {value}", self.palette.name(header.name()))
    }

    /// Returns one leg as `-v` tells it: what went out, what was computed for it, and the head of what came back.
    pub(crate) fn leg(self, leg: &Leg) -> String {
        let mut out = String::new();
        for fact in leg.facts() {
            out += &format!(
                "{}\n",
                self.palette.faint(&format!("* {}", show::line(&fact)))
            );
        }
        out += &marked("> ", &self.request_head(leg));
        if let Some(body) = self.request_body(leg) {
            out += ">\n";
            out += &marked("> ", &show::text(&body));
        }
        for step in leg.workings().iter() {
            out += &self.working(step);
        }
        match self.head(leg) {
            Some(head) => out += &marked("< ", &head),
            None => {
                let why = leg
                    .failure()
                    .map_or_else(String::new, |why| format!(": {why}"));
                out += &format!("< (no response{})\n", show::line(&why));
            }
        }
        out
    }

    /// Returns one value that a scheme computed.
    pub(crate) fn working(self, step: &Working) -> String {
        let value = if self.reveal {
            step.expose().to_owned()
        } else {
            step.shown()
        };
        let text = format!(
            "{}: {}",
            step.name(),
            show::text(&value).replace('\n', "\n  ")
        );
        format!(
            "{}\n",
            self.palette
                .faint(&marked("# ", &text))
                .trim_end_matches('\n')
        )
    }
}

/// Puts `mark` before every line.
fn marked(mark: &str, text: &str) -> String {
    text.lines().map(|line| format!("{mark}{line}\n")).collect()
}
