//! The host of a URL.

use crate::error::UrlError;

/// Reads the host of a URL, without user information and port, into the form in which it is asked for: a name in ASCII, an
/// IPv4 address, or an IPv6 address without brackets. `quotable` says that an error may repeat it.
///
/// # Errors
/// [`UrlError::BadHost`].
pub(crate) fn read_host(text: &str, quotable: bool) -> Result<String, UrlError> {
    let bad = |problem: &str| UrlError::BadHost {
        host: quotable.then(|| text.to_owned()),
        problem: problem.to_owned(),
    };
    if text.contains(' ') {
        return Err(bad("has a space in it"));
    }
    if stands_as_it_is(text) {
        return Ok(text.to_owned());
    }
    match url::Host::parse(text) {
        Ok(url::Host::Domain(name)) => Ok(name),
        Ok(url::Host::Ipv4(address)) => Ok(address.to_string()),
        Ok(url::Host::Ipv6(address)) => Ok(address.to_string()),
        Err(url::ParseError::InvalidIpv4Address) => {
            Err(bad("is no IPv4 address; a name cannot end in a number"))
        }
        Err(url::ParseError::InvalidIpv6Address) => {
            Err(bad("is no IPv6 address; a zone cannot be given"))
        }
        Err(_) => Err(bad("has a character in it that no host name has")),
    }
}

/// Says whether a host is one that no rule changes, as nearly all are: an IPv4 address in four decimal numbers, or a name in
/// lower case of which no label says anything to IDNA and the last one is no number.
fn stands_as_it_is(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with("xn--")
            && label
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    let last = text.rsplit('.').next().unwrap_or(text);
    if last.starts_with(|c: char| c.is_ascii_lowercase()) {
        text.len() <= 63 && text.split('.').all(is_label)
    } else {
        text.parse::<std::net::Ipv4Addr>().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_as_it_is_would_be_read_as_the_same() {
        let hosts = [
            "a",
            "api.example",
            "x-1.api-2.example",
            "127.0.0.1",
            "255.255.255.255",
            "1.2.3.example",
            "a--b.example",
            "localhost",
        ];
        for host in hosts {
            assert!(stands_as_it_is(host), "{host}");
            assert_eq!(url::Host::parse(host).unwrap().to_string(), host);
        }
    }

    #[test]
    fn what_a_rule_changes_or_refuses_is_left_to_the_rule() {
        let long = format!("{}.example", "a".repeat(64));
        let hosts = [
            "API.example",
            "bücher.example",
            "xn--bcher-kva.example",
            "a.xn--zzzz",
            "127.1",
            "0x7f.0.0.1",
            "127.0.0.01",
            "256.0.0.1",
            "1.2.3.4.",
            "a.example.",
            "a..b",
            "",
            ".",
            "a.1",
            "a%2eb",
            "a_b",
            "[::1]",
            &long,
        ];
        for host in hosts {
            assert!(!stands_as_it_is(host), "{host}");
        }
    }
}
