//! One cell of the matrix: an exchange with the right secret, one with a wrong one, and what is expected of them.

/// What came of one exchange.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exchange {
    /// The status of the last response, where there was one.
    pub(crate) status: Option<u16>,
    /// What the client printed.
    pub(crate) text: String,
}

/// What a cell proves.
pub(crate) enum Expect {
    /// The right secret gets 200, or 206 for a part, and a text that holds `identity`; a wrong one is `refused`.
    Works { identity: String, refused: Refused },
    /// The peer fails through a defect of its own: the exchange with the right secret ends with this status, and what the
    /// client printed holds `evidence`.
    Defect {
        status: Option<u16>,
        evidence: String,
        reason: String,
    },
}

/// How a wrong secret is refused.
#[derive(Clone, Copy)]
pub(crate) enum Refused {
    /// By a response of this status.
    By(u16),
    /// By a response of this status, which our client explains with these words.
    Explained(u16, &'static str),
    /// Without a response; our client says this.
    Saying(&'static str),
}

impl Expect {
    /// Expects `identity` for the right secret, and 401 for a wrong one.
    pub(crate) fn works(identity: impl Into<String>) -> Self {
        Self::Works {
            identity: identity.into(),
            refused: Refused::By(401),
        }
    }

    /// Expects a known failure of the peer, for `reason`.
    pub(crate) fn defect(
        status: impl Into<Option<u16>>,
        evidence: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self::Defect {
            status: status.into(),
            evidence: evidence.into(),
            reason: reason.into(),
        }
    }
}

/// A cell, its exchanges done.
pub(crate) struct Cell {
    /// The column: the program that is not ours.
    pub(crate) peer: &'static str,
    /// The row: what was tried.
    pub(crate) row: String,
    pub(crate) expect: Expect,
    pub(crate) right: Exchange,
    pub(crate) wrong: Exchange,
}

/// What a cell comes to.
pub(crate) enum Mark {
    Works,
    /// The peer's defect is as it was, for this reason.
    Defect(String),
    /// What is not as expected.
    Miss(String),
}

impl Cell {
    /// Compares what happened with what is expected.
    pub(crate) fn mark(&self) -> Mark {
        let problem = match &self.expect {
            Expect::Works { identity, refused } => self.shortfall(identity, *refused),
            Expect::Defect {
                status,
                evidence,
                reason,
            } => {
                if self.right.status == *status && self.right.text.contains(evidence.as_str()) {
                    return Mark::Defect(reason.clone());
                }
                Some(format!(
                    "this peer was known to fail ({reason}) with status {status:?} and {evidence:?}; it did not do so:\n{}",
                    self.right.shown()
                ))
            }
        };
        problem.map_or(Mark::Works, |problem| {
            Mark::Miss(format!("{} / {}: {problem}", self.peer, self.row))
        })
    }

    fn shortfall(&self, identity: &str, refused: Refused) -> Option<String> {
        if !matches!(self.right.status, Some(200 | 206)) {
            return Some(format!(
                "the right secret did not get 200, but {}",
                self.right.shown()
            ));
        }
        if !self.right.text.contains(identity) {
            return Some(format!(
                "the answer does not say {identity:?}: {}",
                self.right.shown()
            ));
        }
        let (is_refused, wanted) = match refused {
            Refused::By(status) => (self.wrong.status == Some(status), status.to_string()),
            Refused::Explained(status, words) => (
                self.wrong.status == Some(status) && self.wrong.text.contains(words),
                format!("{status} and {words:?}"),
            ),
            Refused::Saying(words) => {
                let silent = self.wrong.status.is_none();
                (
                    silent && self.wrong.text.contains(words),
                    format!("{words:?}"),
                )
            }
        };
        if !is_refused {
            return Some(format!(
                "a wrong secret did not get {wanted}, but {}",
                self.wrong.shown()
            ));
        }
        None
    }
}

impl Exchange {
    /// Reads the status of the last response out of headers that a client has printed.
    pub(crate) fn printed(text: String) -> Self {
        let code = |line: &str| {
            let line = line.trim_start_matches(['<', ' ']);
            let (_, rest) = line.strip_prefix("HTTP/")?.split_once(' ')?;
            rest.get(..3)?.parse().ok()
        };
        let status = text.lines().filter_map(code).next_back();
        Self { status, text }
    }

    fn shown(&self) -> String {
        let status = self
            .status
            .map_or("no response".to_owned(), |status| status.to_string());
        format!("{status}:\n{}", self.text.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(status: u16, text: &str) -> Exchange {
        Exchange {
            status: Some(status),
            text: text.to_owned(),
        }
    }

    fn cell(expect: Expect, right: Exchange, wrong: Exchange) -> Mark {
        let (peer, row) = ("curl", "Basic".to_owned());
        Cell {
            peer,
            row,
            expect,
            right,
            wrong,
        }
        .mark()
    }

    #[test]
    fn a_cell_wants_an_identity_and_a_refusal() {
        let works = || Expect::works("alice");
        let (good, refused) = (exchange(200, "alice"), exchange(401, ""));
        assert!(matches!(
            cell(works(), good.clone(), refused.clone()),
            Mark::Works
        ));
        for (right, wrong) in [
            (exchange(200, "somebody"), refused.clone()),
            (exchange(401, "alice"), refused),
            (good.clone(), good.clone()),
            (good, Exchange::default()),
        ] {
            assert!(matches!(cell(works(), right, wrong), Mark::Miss(_)));
        }
    }

    #[test]
    fn a_refusal_without_a_response_says_something() {
        let said = |text: &str| Exchange {
            status: None,
            text: text.to_owned(),
        };
        let expect = || Expect::Works {
            identity: "alice".to_owned(),
            refused: Refused::Saying("made no tunnel"),
        };
        let good = exchange(200, "alice");
        assert!(matches!(
            cell(expect(), good.clone(), said("the proxy made no tunnel")),
            Mark::Works
        ));
        for wrong in [said("it crashed"), exchange(407, "made no tunnel")] {
            assert!(matches!(cell(expect(), good.clone(), wrong), Mark::Miss(_)));
        }
    }

    #[test]
    fn a_refusal_is_explained() {
        let expect = || Expect::Works {
            identity: "alice".to_owned(),
            refused: Refused::Explained(400, "none was sent"),
        };
        let good = exchange(200, "alice");
        let explained = exchange(400, "none was sent");
        assert!(matches!(
            cell(expect(), good.clone(), explained),
            Mark::Works
        ));
        for wrong in [exchange(400, "bad"), exchange(403, "none was sent")] {
            assert!(matches!(cell(expect(), good.clone(), wrong), Mark::Miss(_)));
        }
    }

    #[test]
    fn a_defect_that_is_gone_or_changed_is_a_miss() {
        let defect = || Expect::defect(401, "unsupported", "it knows MD5 only");
        let none = Exchange::default;
        assert!(matches!(
            cell(defect(), exchange(401, "unsupported"), none()),
            Mark::Defect(_)
        ));
        assert!(matches!(
            cell(defect(), exchange(200, "alice"), none()),
            Mark::Miss(_)
        ));
        assert!(matches!(
            cell(defect(), exchange(401, "else"), none()),
            Mark::Miss(_)
        ));
    }

    #[test]
    fn the_last_status_counts() {
        let text = "HTTP/1.1 401 Unauthorized\r\n\r\n  HTTP/1.0 200 OK\nX: y\n".to_owned();
        assert_eq!(Exchange::printed(text).status, Some(200));
        assert_eq!(Exchange::printed("HTTP/1.1".to_owned()).status, None);
        let http2 = "HTTP/2 204\nX: y\n".to_owned();
        assert_eq!(Exchange::printed(http2).status, Some(204));
    }
}
