//! Which hosts are reached without a proxy: the rules of `NO_PROXY`.

use std::net::IpAddr;

use gatepass_auth::Space;
use ipnet::IpNet;

/// Hosts that are reached without a proxy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NoProxy(Vec<Rule>);

/// One entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    All,
    /// A name and everything below it, at any port or at this one.
    Name(String, Option<u16>),
    Address(IpAddr, Option<u16>),
    Network(IpNet),
}

impl NoProxy {
    /// Reads a list that is separated by commas or spaces: names, which stand for what is below them, too; addresses;
    /// networks as in `10.0.0.0/8`; each but the last with a port if it is meant for that one; `*` for all.
    ///
    /// A dot or an asterisk in front of a name is allowed and changes nothing, as with curl. No text is malformed: what is
    /// no address is a name.
    pub(crate) fn parse(text: &str) -> Self {
        let entries = text.split([',', ' ', '\t']).filter(|it| !it.is_empty());
        Self(entries.map(Rule::parse).collect())
    }

    /// Says whether the origin is reached without a proxy.
    pub(crate) fn covers(&self, space: &Space) -> bool {
        self.0.iter().any(|rule| rule.covers(space))
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

impl Rule {
    fn parse(entry: &str) -> Self {
        let entry = entry.to_ascii_lowercase();
        if entry == "*" {
            return Self::All;
        }
        if let Ok(network) = entry.parse() {
            return Self::Network(network);
        }
        if let Ok(address) = entry.trim_matches(['[', ']']).parse() {
            return Self::Address(address, None);
        }
        let (host, port) = match entry.rsplit_once(':') {
            Some((host, port)) => match port.parse() {
                Ok(port) => (host, Some(port)),
                Err(_) => (entry.as_str(), None),
            },
            None => (entry.as_str(), None),
        };
        match host.trim_matches(['[', ']']).parse() {
            Ok(address) => Self::Address(address, port),
            Err(_) => {
                let name = host.trim_start_matches('*').trim_start_matches('.');
                Self::Name(name.trim_end_matches('.').to_owned(), port)
            }
        }
    }

    fn covers(&self, space: &Space) -> bool {
        let at = |port: &Option<u16>| port.is_none_or(|port| port == space.port());
        let address = || space.host().parse::<IpAddr>().ok();
        match self {
            Self::All => true,
            Self::Name(name, port) => {
                let host = space.host().trim_end_matches('.');
                let below = host
                    .strip_suffix(name.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
                below && !name.is_empty() && at(port)
            }
            Self::Address(given, port) => {
                address().is_some_and(|it| it.to_canonical() == given.to_canonical()) && at(port)
            }
            Self::Network(network) => {
                address().is_some_and(|it| network.contains(&it.to_canonical()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_recognised() {
        for (list, host, port, expected) in [
            ("*", "a.example", 80, true),
            ("example", "example", 80, true),
            ("example", "a.example", 80, true),
            ("example", "anexample", 80, false),
            (".example", "example", 80, true),
            ("*.example", "b.a.example", 80, true),
            ("EXAMPLE", "a.example", 80, true),
            ("example.", "example", 80, true),
            ("a.example:8080", "a.example", 8080, true),
            ("a.example:8080", "a.example", 80, false),
            ("x, 10.0.0.0/8", "10.200.1.1", 80, true),
            ("10.0.0.0/8", "11.0.0.1", 80, false),
            ("10.0.0.0/8", "10.example", 80, false),
            ("127.0.0.1", "127.0.0.1", 80, true),
            ("127.0.0.1:81", "127.0.0.1", 80, false),
            ("[::1]", "::1", 80, true),
            ("[::1]:81", "::1", 81, true),
            ("::1", "::1", 80, true),
            ("fe80::/10", "fe80::7", 80, true),
            ("10.0.0.0/8", "::ffff:10.1.1.1", 80, true),
            ("a b\tc,,d", "d", 80, true),
            ("", "a", 80, false),
            (".", "a", 80, false),
        ] {
            let space = Space::origin("http", host, port);
            assert_eq!(
                NoProxy::parse(list).covers(&space),
                expected,
                "{list} {host}:{port}"
            );
        }
    }
}
