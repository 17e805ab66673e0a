//! What is known of services: one data file for each, with its facts and their sources.
//!
//! A file says by which hosts and header fields a service is recognised, and which answers mean what. `any.json` holds what
//! servers of every kind say. A fact that needs no code needs no code: a service is added by a file and its line here.

mod fact;
mod template;

use std::sync::LazyLock;

use serde::Deserialize;

use crate::record::{Answer, Leg};
pub(crate) use fact::Fact;

/// A service, as its file describes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    /// The name, empty for what holds for every server.
    pub(crate) name: String,
    /// Ends of host names.
    #[serde(default)]
    hosts: Vec<String>,
    /// Header fields of the answer that no other service has, in lower case, some with how their value begins: `server: nginx`.
    #[serde(default)]
    signs: Vec<String>,
    /// Which answers mean what, the most telling first.
    pub(crate) facts: Vec<Fact>,
}

macro_rules! files {
    ($($name:literal)*) => {
        /// The files, by name.
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../data/services/", $name, ".json")))),*];
    };
}

include!("files.rs");

static ALL: LazyLock<Vec<Service>> = LazyLock::new(|| {
    let read = FILES
        .iter()
        .filter_map(|(_, text)| serde_json::from_str(text).ok());
    read.collect()
});

/// Returns every service.
pub(crate) fn all() -> &'static [Service] {
    &ALL
}

/// Returns the names of the services, those that are no service left out.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    all()
        .iter()
        .map(|service| service.name.as_str())
        .filter(|name| !name.is_empty())
}

/// Returns the services that an exchange may be with.
pub(crate) fn recognise(leg: &Leg, answer: &Answer) -> Vec<&'static Service> {
    all()
        .iter()
        .filter(|service| service.fits(leg, answer))
        .collect()
}

impl Service {
    fn fits(&self, leg: &Leg, answer: &Answer) -> bool {
        let host = leg.space.host();
        let is_host = |end: &String| {
            host == end
                || host
                    .strip_suffix(end.as_str())
                    .is_some_and(|rest| rest.ends_with('.') || end.starts_with('.'))
        };
        self.hosts.iter().any(is_host) || self.signs.iter().any(|sign| has_sign(answer, sign))
    }

    /// Says whether the service is at this host.
    pub(crate) fn is_at(&self, host: &str) -> bool {
        self.hosts.iter().any(|end| {
            host == end
                || host
                    .strip_suffix(end.as_str())
                    .is_some_and(|rest| rest.ends_with('.'))
        })
    }
}

fn has_sign(answer: &Answer, sign: &str) -> bool {
    let (name, start) = match sign.split_once(':') {
        Some((name, start)) => (name, start.trim()),
        None => (sign, ""),
    };
    answer.headers.get_all(name).any(|value| {
        let value = String::from_utf8_lossy(value).to_ascii_lowercase();
        value.starts_with(start)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cause::Cause;

    #[test]
    fn every_file_is_read_whole_and_names_its_sources() {
        for (name, text) in FILES {
            let service: Service =
                serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!service.facts.is_empty(), "{name}");
            for fact in &service.facts {
                assert!(Cause::find(&fact.cause).is_some(), "{name}: {}", fact.cause);
                assert!(
                    !fact.source.is_empty() && !fact.says.is_empty(),
                    "{name}: {}",
                    fact.says
                );
                assert!(!fact.says.ends_with('.'), "{name}: {}", fact.says);
                assert!(
                    fact.when.is_telling(),
                    "{name}: {} holds for every answer",
                    fact.says
                );
            }
            assert!(
                service
                    .signs
                    .iter()
                    .all(|sign| *sign == sign.to_ascii_lowercase()),
                "{name}"
            );
        }
        assert!(names().count() >= 50, "{}", names().count());
    }
}
