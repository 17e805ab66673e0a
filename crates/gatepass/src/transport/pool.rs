//! Where idle connections wait. A request that follows a finished one to the same place never opens a second one.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use gatepass_auth::{Principal, Space};

use super::connection::Connection;
use super::process_local::ProcessLocal;
use crate::config::{self, Proxy};

/// What must be equal for a connection to be used again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// Whom HTTP is spoken with: the origin, or the proxy that forwards requests.
    pub(crate) space: Space,
    /// What the connection leads through.
    pub(crate) proxy: Option<Arc<Proxy>>,
    /// The number of the settings by which it is made.
    pub(crate) dial: usize,
    /// Whether HTTP/1.1 must be spoken.
    pub(crate) http1: bool,
    /// The number of the TLS settings; 0 without TLS.
    pub(crate) tls: usize,
    /// Who the connection belongs to, at the origin and at the proxy.
    pub(crate) principals: [Option<Principal>; 2],
}

/// By what tells keys apart in nearly every program. Those that differ in the rest alone are compared.
impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.space.host().hash(state);
        self.space.port().hash(state);
    }
}

/// The idle connections of a client, by what they can be used for.
pub(crate) struct Pool<C = Connection> {
    limits: config::Pool,
    idle: ProcessLocal<Mutex<Idle<C>>>,
}

/// What is idle in this process.
struct Idle<C> {
    by_key: HashMap<Key, Vec<(C, Instant)>>,
    /// How many there are in all.
    total: usize,
    /// When those that had waited too long were last closed.
    tidied: Option<Instant>,
}

/// How often those are looked for that have waited too long, at most.
const TIDY: Duration = Duration::from_secs(1);

impl<C> Default for Idle<C> {
    fn default() -> Self {
        Self {
            by_key: HashMap::new(),
            total: 0,
            tidied: None,
        }
    }
}

impl<C> Pool<C> {
    pub(crate) fn new(limits: config::Pool) -> Self {
        Self {
            limits,
            idle: ProcessLocal::new(),
        }
    }

    fn idle(&self) -> MutexGuard<'_, Idle<C>> {
        let idle = self.idle.get();
        idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the connection that was used last, if `is_usable` says so; the others of this key that are not are closed.
    /// One that can be shared stays, and a share of it is returned.
    pub(crate) fn take(
        &self,
        key: &Key,
        mut is_usable: impl FnMut(&mut C) -> bool,
        share: impl Fn(&C) -> Option<C>,
    ) -> Option<C> {
        let now = Instant::now();
        let mut idle = self.idle();
        let Idle { by_key, total, .. } = &mut *idle;
        let waiting = by_key.get_mut(key)?;
        while let Some((mut connection, since)) = waiting.pop() {
            *total -= 1;
            if now.duration_since(since) < self.limits.idle_age && is_usable(&mut connection) {
                if let Some(share) = share(&connection) {
                    waiting.push((connection, now));
                    *total += 1;
                    return Some(share);
                }
                return Some(connection);
            }
        }
        None
    }

    /// Keeps a connection for later, within the limits; the oldest goes first.
    pub(crate) fn put(&self, key: Key, connection: C) {
        if self.limits.idle_per_origin == 0 || self.limits.idle_total == 0 {
            return;
        }
        let now = Instant::now();
        let mut guard = self.idle();
        let idle = &mut *guard;
        let waiting = idle.by_key.entry(key).or_default();
        if waiting.len() >= self.limits.idle_per_origin {
            waiting.remove(0);
        } else {
            idle.total += 1;
        }
        waiting.push((connection, now));
        let due = idle.tidied.is_none_or(|at| now.duration_since(at) >= TIDY);
        if due || idle.total > self.limits.idle_total {
            idle.tidied = Some(now);
            tidy(idle, now, &self.limits);
        }
    }
}

/// Closes what has waited too long, and then the oldest until the total fits.
fn tidy<C>(idle: &mut Idle<C>, now: Instant, limits: &config::Pool) {
    let mut oldest = now;
    let mut total = 0;
    idle.by_key.retain(|_, waiting| {
        waiting.retain(|(_, since)| now.duration_since(*since) < limits.idle_age);
        oldest = waiting
            .first()
            .map_or(oldest, |(_, since)| oldest.min(*since));
        total += waiting.len();
        !waiting.is_empty()
    });
    if total > limits.idle_total {
        idle.by_key.retain(|_, waiting| {
            let before = waiting.len();
            waiting.retain(|(_, since)| *since != oldest);
            total -= before - waiting.len();
            !waiting.is_empty()
        });
    }
    idle.total = total;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(host: &str) -> Key {
        Key {
            space: Space::origin("http", host, 80),
            proxy: None,
            dial: 0,
            http1: false,
            tls: 0,
            principals: [None, None],
        }
    }

    #[test]
    fn the_last_used_comes_first_and_the_limits_hold() {
        let pool = Pool::new(config::Pool {
            idle_per_origin: 2,
            idle_total: 3,
            ..config::Pool::new()
        });
        for number in 0..3 {
            pool.put(key("a"), number);
        }
        assert_eq!(pool.take(&key("a"), |_| true, |_| None), Some(2));
        assert_eq!(
            pool.take(&key("a"), |_| true, |_| None),
            Some(1),
            "the oldest was closed"
        );
        assert_eq!(pool.take(&key("a"), |_| true, |_| None), None);
        for (number, host) in ["a", "b", "c", "d"].into_iter().enumerate() {
            pool.put(key(host), number);
        }
        assert_eq!(
            pool.take(&key("a"), |_| true, |_| None),
            None,
            "the oldest of all was closed"
        );
        assert_eq!(pool.take(&key("d"), |_| true, |_| None), Some(3));
    }

    #[test]
    fn principals_and_the_dead_are_left_alone() {
        let pool = Pool::new(config::Pool::new());
        pool.put(key("a"), 1);
        pool.put(key("a"), 2);
        let mine = Key {
            principals: [Some(Principal::new("ntlm:u")), None],
            ..key("a")
        };
        assert_eq!(pool.take(&mine, |_| true, |_| None), None);
        assert_eq!(
            pool.take(&key("a"), |number| *number == 1, |_| None),
            Some(1)
        );
        assert_eq!(pool.take(&key("a"), |_| true, |_| None), None);
    }

    #[test]
    fn age_ends_a_connection() {
        let pool = Pool::new(config::Pool {
            idle_age: Duration::ZERO,
            ..config::Pool::new()
        });
        pool.put(key("a"), 1);
        assert_eq!(pool.take(&key("a"), |_| true, |_| None), None);
    }

    #[test]
    fn what_has_waited_too_long_is_closed_by_those_that_come() {
        let pool = Pool::new(config::Pool {
            idle_age: Duration::ZERO,
            ..config::Pool::new()
        });
        pool.put(key("a"), 1);
        assert_eq!(pool.take(&key("a"), |_| true, |_| None), None);
        pool.put(key("b"), 2);
        pool.idle().tidied = None;
        pool.put(key("c"), 3);
        let idle = pool.idle();
        assert_eq!((idle.total, idle.by_key.len()), (0, 0));
    }

    #[test]
    fn what_can_be_shared_stays() {
        let pool = Pool::new(config::Pool::new());
        pool.put(key("a"), 1);
        let share = |number: &i32| Some(number * 10);
        assert_eq!(pool.take(&key("a"), |_| true, share), Some(10));
        assert_eq!(pool.take(&key("a"), |_| true, share), Some(10));
        assert_eq!(pool.take(&key("a"), |_| false, share), None);
        assert_eq!(pool.take(&key("a"), |_| true, share), None);
    }
}
