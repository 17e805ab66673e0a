//! Heads of requests and responses, and the whole conversation that `-v` tells.

use gatepass::{Head, Leg, SentBody};
use gatepass_auth::{Header, Working, params};

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
        let lines = leg
            .headers()
            .iter()
            .map(|header| self.field(header, Some(leg)));
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

    /// Returns the head of a response, without its empty line.
    pub(crate) fn head(self, head: &Head) -> String {
        let status = format!("{} {}", head.status, head.reason);
        let status = match head.status {
            ..300 => self.palette.good(status.trim_end()),
            300..400 => self.palette.warn(status.trim_end()),
            _ => self.palette.bad(status.trim_end()),
        };
        let lines = head.headers.iter().map(|header| self.field(header, None));
        std::iter::once(format!("{} {status}", head.version))
            .chain(lines)
            .collect::<Vec<_>>()
            .join("\n")
            + "\n"
    }

    fn field(self, header: &Header, leg: Option<&Leg>) -> String {
        let value = if self.reveal {
            params::text(header.value()).into_owned()
        } else {
            header.shown()
        };
        let value = match leg {
            Some(leg) if !self.reveal => leg.masked(&value),
            _ => value,
        };
        format!("{}: {}", self.palette.name(header.name()), harmless(&value))
    }

    /// Returns one leg as `-v` tells it: what went out, what was computed for it, and the head of what came back.
    pub(crate) fn leg(self, leg: &Leg) -> String {
        let mut out = String::new();
        for fact in leg.facts() {
            out += &format!(
                "{}\n",
                self.palette.faint(&format!("* {}", harmless(&fact)))
            );
        }
        out += &marked("> ", &self.request_head(leg));
        if let Some(body) = self.request_body(leg) {
            out += ">\n";
            out += &marked("> ", &harmless(&body));
        }
        for step in leg.workings().iter() {
            out += &self.working(step);
        }
        match leg.response() {
            Some(head) => out += &marked("< ", &self.head(head)),
            None => {
                let why = leg
                    .failure()
                    .map_or_else(String::new, |why| format!(": {why}"));
                out += &format!("< (no response{})\n", harmless(&why));
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
            harmless(&value).replace('\n', "\n  ")
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

/// Replaces what would steer a terminal: the text may come from anybody.
fn harmless(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let replace = |c: char| c.is_control() && c != '\n' && c != '\t';
    if text.contains(replace) {
        text.replace(replace, "\u{fffd}")
    } else {
        text
    }
}
