//! How a transcript is shown: every leg in lines that begin with `*`, `>`, `#` or `<`, secrets masked.

use std::fmt;

use gatepass_auth::{Header, show};

use super::{Form, Leg, Transcript};

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, leg) in self.legs.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            leg.fmt(f)?;
        }
        Ok(())
    }
}

impl Leg {
    /// Returns what is to be told of the leg beside what was sent, a sentence each: the connection, what TLS agreed on, where credentials come
    /// from, what was kept back.
    pub fn facts(&self) -> Vec<String> {
        let reused = if self.reused { ", reused" } else { "" };
        let (space, connection) = (&self.space, self.connection);
        let through = match &self.passed {
            Some(passed) => format!(" through {}", passed.proxy),
            None => String::new(),
        };
        let mut facts = vec![format!(
            "{space}{through} over connection {connection}{reused}"
        )];
        // What was agreed on holds for the connection, and is told with its first request.
        if let (Some(tls), false) = (&self.tls, self.reused) {
            facts.extend(tls.lines());
        }
        let at_proxy = self.passed.as_ref();
        let at_proxy = at_proxy.and_then(|it| it.authentication.as_ref());
        let whose = [
            (self.authentication.as_ref(), ""),
            (at_proxy, " for the proxy"),
        ];
        for (with, whose) in whose {
            let Some(with) = with else {
                continue;
            };
            let unused = if with.overridden {
                ", not used: the request has one of its own"
            } else {
                ""
            };
            // A ladder of schemes has no title that says anything; what was sent stands in the header.
            let title = if with.scheme == "auto" {
                "the"
            } else {
                with.title
            };
            facts.push(format!(
                "{title} credential{whose}: {}{unused}",
                with.source
            ));
        }
        facts.extend(self.withheld.iter().map(ToString::to_string));
        facts.extend(self.cookies.iter().map(ToString::to_string));
        facts.extend(self.passed_over.iter().map(ToString::to_string));
        facts
    }

    /// Returns the value of a field of the request or of its response as it may be shown: secrets masked, what a terminal would
    /// obey written out, and no more of it than [`show::FIELD`] characters.
    pub fn shown_field(&self, header: &Header) -> String {
        let shown = self.masked(&header.shown());
        show::line(&show::cut(&shown, show::FIELD)).into_owned()
    }

    /// Returns the target in the form in which it is sent, as it may be shown: to a proxy that forwards it, the whole URL.
    pub fn shown_form(&self) -> String {
        match self.form {
            Form::Absolute => self.shown_url(),
            Form::Origin | Form::Authority => self.shown_target(),
        }
    }
}

impl fmt::Display for Leg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fact in self.facts() {
            writeln!(f, "* {}", show::line(&fact))?;
        }
        writeln!(
            f,
            "> {} {} {}",
            self.method,
            self.shown_form(),
            self.version()
        )?;
        for header in &self.headers {
            writeln!(f, "> {}: {}", header.name(), self.shown_field(header))?;
        }
        if !self.body.is_empty() {
            match self.shown_body() {
                Some(text) => writeln!(f, ">\n> {}", show::text(&text).replace('\n', "\n> "))?,
                None => writeln!(f, ">\n> ({:?})", self.body)?,
            }
        }
        for step in self.workings.iter() {
            writeln!(
                f,
                "# {}: {}",
                step.name(),
                show::text(&step.shown()).replace('\n', "\n#   ")
            )?;
        }
        let Some(head) = &self.response else {
            return match &self.failure {
                Some(failure) => writeln!(f, "< (no response: {})", show::line(failure)),
                None => writeln!(f, "< (no response)"),
            };
        };
        for head in head.informational().iter().chain([head]) {
            let reason = show::line(&head.reason);
            writeln!(f, "< {} {} {reason}", head.version, head.status)?;
            for header in head.headers.iter().chain(&head.trailers) {
                writeln!(f, "< {}: {}", header.name(), self.shown_field(header))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Leg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
