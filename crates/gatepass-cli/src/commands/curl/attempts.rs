//! `--retry` and its like: whether a transfer is carried out again, as curl decides it (src/tool_operate.c).

use std::time::{Duration, Instant, SystemTime};

use gatepass_request::Retries;

use super::exit::{Code, Trouble};
use crate::output;
use crate::time::http_date;

/// The longest wait that grows by itself.
const LONGEST: Duration = Duration::from_secs(600);

/// What is left of the attempts of a transfer.
pub(super) struct Attempts {
    left: u32,
    next: Duration,
    /// Whether the waits are all the same.
    fixed: bool,
    within: Option<Duration>,
    begun: Instant,
    all_errors: bool,
    refused: bool,
    says: bool,
}

/// What came of an attempt.
pub(super) struct Outcome<'a> {
    pub(super) result: &'a Result<(), Trouble>,
    pub(super) status: u16,
    pub(super) retry_after: Option<&'a str>,
}

impl Attempts {
    /// Takes what the options say. `says` is whether there is a word about each.
    pub(super) fn new(retries: &Retries, says: bool) -> Self {
        let delay = retries.delay.filter(|delay| !delay.is_zero());
        Self {
            left: retries.count.unwrap_or(0),
            next: delay.unwrap_or(Duration::from_secs(1)),
            fixed: delay.is_some(),
            within: retries.within.filter(|time| !time.is_zero()),
            begun: Instant::now(),
            all_errors: retries.all_errors,
            refused: retries.refused,
            says,
        }
    }

    /// Returns how long to wait before the next attempt, or `None` if this was the last.
    pub(super) fn wait(&mut self, outcome: &Outcome<'_>) -> Option<Duration> {
        if self.left == 0 || self.within.is_some_and(|time| self.begun.elapsed() >= time) {
            return None;
        }
        let passing = passing(outcome.status);
        let by_status = match outcome.result {
            Ok(()) => passing,
            Err(trouble) => trouble.code == Code::STATUS && passing,
        };
        let problem = match outcome.result {
            _ if by_status => "HTTP error",
            Err(trouble)
                if [Code::TIMEOUT, Code::NO_NAME, Code::NO_PROXY_NAME].contains(&trouble.code) =>
            {
                "timeout"
            }
            Err(trouble) if trouble.refused && self.refused => "connection refused",
            Err(_) if self.all_errors => "(retrying all errors)",
            _ => return None,
        };
        let mut wait = self.next;
        if by_status {
            let asked = outcome.retry_after.and_then(seconds_of);
            wait = wait.max(asked.unwrap_or_default());
            // Only what the server asks for is too much: curl's own waits may begin in time and end late.
            let is_late = |time| self.begun.elapsed() + wait > time;
            if asked.is_some() && self.within.is_some_and(is_late) {
                return None;
            }
        }
        if self.says {
            let plural = |number: u128| if number == 1 { "" } else { "s" };
            output::note(&format!(
                "Warning: Problem: {problem}. Will retry in {} second{}. {} {} left.",
                wait.as_secs_f64(),
                plural(wait.as_millis() / 1000),
                self.left,
                if self.left == 1 { "retry" } else { "retries" }
            ));
        }
        self.left -= 1;
        if !self.fixed {
            self.next = (self.next * 2).min(LONGEST);
        }
        Some(wait)
    }
}

/// Says whether a status may be another one soon.
fn passing(status: u16) -> bool {
    [408, 429, 500, 502, 503, 504].contains(&status)
}

/// Reads `Retry-After`: seconds, or a date (RFC 9110 section 10.2.3).
fn seconds_of(value: &str) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    http_date(value)?.duration_since(SystemTime::now()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempts(change: impl FnOnce(&mut Retries)) -> Attempts {
        let mut retries = Retries::default();
        retries.count = Some(5);
        change(&mut retries);
        Attempts::new(&retries, false)
    }

    fn waits(
        attempts: &mut Attempts,
        result: Result<(), Trouble>,
        status: u16,
        after: Option<&str>,
    ) -> Option<u64> {
        let outcome = Outcome {
            result: &result,
            status,
            retry_after: after,
        };
        attempts.wait(&outcome).map(|wait| wait.as_secs())
    }

    #[test]
    fn waits_double_unless_they_are_given_or_the_server_says_more() {
        let mut growing = attempts(|_| {});
        let all: Vec<_> = (0..6)
            .map(|_| waits(&mut growing, Ok(()), 503, None))
            .collect();
        assert_eq!(all, [Some(1), Some(2), Some(4), Some(8), Some(16), None]);
        let mut fixed = attempts(|it| it.delay = Some(Duration::from_secs(3)));
        assert_eq!(waits(&mut fixed, Ok(()), 429, Some("1")), Some(3));
        assert_eq!(waits(&mut fixed, Ok(()), 429, Some("7")), Some(7));
        assert_eq!(waits(&mut fixed, Ok(()), 404, None), None);
    }

    #[test]
    fn what_passes_is_tried_again_and_the_rest_where_it_is_wanted() {
        let trouble = |code, refused| {
            let mut trouble = Trouble::new(code, "");
            trouble.refused = refused;
            Err(trouble)
        };
        let mut plain = attempts(|_| {});
        assert_eq!(
            waits(&mut plain, trouble(Code::NO_CONNECTION, true), 0, None),
            None
        );
        assert_eq!(
            waits(&mut plain, trouble(Code::STATUS, false), 404, None),
            None
        );
        assert_eq!(
            waits(&mut plain, trouble(Code::STATUS, false), 500, None),
            Some(1)
        );
        assert_eq!(
            waits(&mut plain, trouble(Code::TIMEOUT, false), 0, None),
            Some(2)
        );
        let mut refused = attempts(|it| it.refused = true);
        assert!(waits(&mut refused, trouble(Code::NO_CONNECTION, true), 0, None).is_some());
        assert_eq!(
            waits(&mut refused, trouble(Code::NO_CONNECTION, false), 0, None),
            None
        );
        let mut all = attempts(|it| it.all_errors = true);
        assert!(waits(&mut all, trouble(Code::STATUS, false), 404, None).is_some());
        let mut late = attempts(|it| it.within = Some(Duration::from_secs(5)));
        assert_eq!(waits(&mut late, Ok(()), 503, Some("6")), None);
        assert_eq!(waits(&mut late, Ok(()), 503, Some("2")), Some(2));
    }
}
