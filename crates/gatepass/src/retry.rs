//! Whether a request is tried again, and after how long.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use gatepass_auth::{Env, Headers};

use crate::config::Retries;
use crate::error::{Error, Network};
use crate::transcript::Head;

/// The repetitions that all requests of a client may make.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

/// A repetition costs five parts, and a request earns one.
const COST: u32 = 5;
const MOST: u32 = 10 * COST;

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(MOST))
    }
}

impl Budget {
    pub(crate) fn earn(&self) {
        let earned = |parts: u32| Some((parts + 1).min(MOST));
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, earned);
    }

    fn spend(&self) -> bool {
        let spent = |parts: u32| parts.checked_sub(COST);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, spent)
            .is_ok()
    }
}

/// The repetitions of one request.
pub(crate) struct Retrying {
    policy: Arc<Retries>,
    budget: Arc<Budget>,
    done: u32,
    /// The second since 1970 after which nothing is tried again.
    until: Option<u64>,
}

impl Retrying {
    pub(crate) fn new(policy: Arc<Retries>, budget: Arc<Budget>, env: &dyn Env) -> Self {
        if policy.times > 0 {
            budget.earn();
        }
        let until = |time: Duration| env.now().saturating_add(time.as_secs());
        Self {
            until: policy.within.map(until),
            policy,
            budget,
            done: 0,
        }
    }

    /// Returns how long to wait after a network error, or `None` if it is final. `sent` says that the server may have seen
    /// the request.
    pub(crate) fn after_error(
        &mut self,
        error: &Error,
        sent: bool,
        request: (&str, &Headers),
        env: &dyn Env,
    ) -> Option<Duration> {
        let passing = match error {
            Error::Network(error) => matches!(
                error,
                Network::Connect { .. }
                    | Network::ConnectTimeout { .. }
                    | Network::Dns { .. }
                    | Network::FirstByteTimeout { .. }
                    | Network::LookupTimeout { .. }
                    | Network::Lost { .. }
                    | Network::ReadTimeout { .. }
                    | Network::Refused { .. }
                    | Network::TlsTimeout { .. }
            ),
            _ => false,
        };
        if !passing || (sent && !self.may_repeat(request)) {
            return None;
        }
        self.again(None, env)
    }

    /// Returns how long to wait after a response, or `None` if it is the caller's.
    pub(crate) fn after_response(
        &mut self,
        head: &Head,
        request: (&str, &Headers),
        env: &dyn Env,
    ) -> Option<Duration> {
        if !self.policy.statuses.contains(&head.status) || !self.may_repeat(request) {
            return None;
        }
        let asked = head.headers.get_str("Retry-After");
        self.again(asked.and_then(|value| retry_after(value, env)), env)
    }

    fn may_repeat(&self, (method, headers): (&str, &Headers)) -> bool {
        self.policy.any_method || is_idempotent(method, headers)
    }

    fn again(&mut self, asked: Option<Duration>, env: &dyn Env) -> Option<Duration> {
        let too_long = asked.is_some_and(|wait| wait > self.policy.longest_wait);
        let is_late = self.until.is_some_and(|until| env.now() > until);
        if self.done >= self.policy.times || too_long || is_late || !self.budget.spend() {
            return None;
        }
        self.done += 1;
        Some(asked.unwrap_or_else(|| {
            let doubled = 1_u32.checked_shl(self.done - 1).unwrap_or(u32::MAX);
            let longest = self.policy.first_wait.saturating_mul(doubled);
            let mut random = [0; 4];
            // Nobody has to guess it: without random numbers the shortest wait is taken.
            let _ = env.random(&mut random);
            // Between a half and the whole, so that clients that failed together do not come back together.
            let part = f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX);
            longest
                .min(self.policy.longest_wait)
                .mul_f64(0.5 + part / 2.0)
        }))
    }
}

/// Says whether a second request changes nothing more than the first (RFC 9110 section 9.2.2).
pub(crate) fn is_idempotent(method: &str, headers: &Headers) -> bool {
    matches!(
        method,
        "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE"
    ) || headers.contains("Idempotency-Key")
        || headers.contains("X-Idempotency-Key")
}

/// Reads `Retry-After`: seconds, or a date (RFC 9110 section 10.2.3).
fn retry_after(value: &str, env: &dyn Env) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value.trim()).ok()?;
    let date = date.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(date.saturating_sub(Duration::from_secs(env.now())))
}

#[cfg(test)]
mod tests {
    use gatepass_auth::FixedEnv;

    use super::*;

    fn refused() -> Error {
        Network::Refused {
            address: "test".to_owned(),
        }
        .into()
    }

    fn head(status: u16, retry_after: &str) -> Head {
        Head {
            status,
            headers: [("Retry-After", retry_after)].into_iter().collect(),
            ..Head::none()
        }
    }

    #[test]
    fn waits_grow_up_to_a_limit() {
        let policy = Retries::times(9)
            .first_wait(Duration::from_secs(1))
            .longest_wait(Duration::from_secs(5));
        let mut retrying = Retrying::new(Arc::new(policy), Arc::default(), &FixedEnv::new(0));
        let none = Headers::new();
        for longest in [1, 2, 4, 5, 5, 5, 5, 5, 5] {
            let wait = retrying.after_error(&refused(), false, ("POST", &none), &FixedEnv::new(0));
            let (wait, longest) = (wait.unwrap(), Duration::from_secs(longest));
            assert!(wait <= longest && wait >= longest / 2, "{wait:?}");
        }
        let last = retrying.after_error(&refused(), false, ("GET", &none), &FixedEnv::new(0));
        assert_eq!(last, None);
    }

    #[test]
    fn only_what_may_be_repeated_is() {
        let key = [("Idempotency-Key", "1")].into_iter().collect();
        let none = Headers::new();
        for (method, headers, sent, expected) in [
            ("GET", &none, true, true),
            ("POST", &none, true, false),
            ("POST", &key, true, true),
            ("POST", &none, false, true),
            ("DELETE", &none, true, true),
        ] {
            let mut retrying = Retrying::new(
                Arc::new(Retries::times(1)),
                Arc::default(),
                &FixedEnv::new(0),
            );
            let env = FixedEnv::new(0);
            let wait = retrying.after_error(&refused(), sent, (method, headers), &env);
            assert_eq!(wait.is_some(), expected, "{method} {sent}");
        }
        let mut any = Retrying::new(
            Arc::new(Retries::times(1).any_method()),
            Arc::default(),
            &FixedEnv::new(0),
        );
        let env = FixedEnv::new(0);
        assert!(
            any.after_response(&head(503, ""), ("POST", &none), &env)
                .is_some()
        );
        let interrupted = Network::Interrupted.into();
        assert!(
            any.after_error(&interrupted, false, ("GET", &none), &env)
                .is_none()
        );
    }

    #[test]
    fn the_server_says_when() {
        let none = Headers::new();
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        for (status, value, expected) in [
            (503, "3", Some(3)),
            (429, date, Some(7)),
            (503, "31", None),
            (500, "3", None),
        ] {
            let mut retrying = Retrying::new(
                Arc::new(Retries::times(1)),
                Arc::default(),
                &FixedEnv::new(0),
            );
            let env = FixedEnv::new(784_111_777 - 7);
            let wait = retrying.after_response(&head(status, value), ("GET", &none), &env);
            assert_eq!(wait, expected.map(Duration::from_secs), "{status} {value}");
        }
    }

    #[test]
    fn nothing_is_tried_again_when_the_time_is_over() {
        let policy = Retries::times(9).within(Duration::from_secs(5));
        let mut retrying = Retrying::new(Arc::new(policy), Arc::default(), &FixedEnv::new(100));
        let none = Headers::new();
        for (now, expected) in [(100, true), (105, true), (106, false)] {
            let wait = retrying.after_error(&refused(), false, ("GET", &none), &FixedEnv::new(now));
            assert_eq!(wait.is_some(), expected, "{now}");
        }
    }

    #[test]
    fn the_budget_is_shared_and_earned() {
        let budget = Arc::new(Budget::default());
        let none = Headers::new();
        let again = || {
            let mut retrying = Retrying::new(
                Arc::new(Retries::times(1)),
                Arc::clone(&budget),
                &FixedEnv::new(0),
            );
            retrying
                .after_error(&refused(), false, ("GET", &none), &FixedEnv::new(0))
                .is_some()
        };
        let made = (0..50).filter(|_| again()).count();
        assert!((15..=21).contains(&made), "{made}");
    }
}
