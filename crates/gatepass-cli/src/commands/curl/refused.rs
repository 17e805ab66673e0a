//! Options of curl that change where a request goes or whom it believes, and that this client does not have: why, and
//! what to write instead.

/// The options without their hyphens, in alphabetical order, each with the rest of the sentence that refuses it.
pub(crate) const REFUSED: &[(&[&str], &str)] = &[
    (
        &["abstract-unix-socket"],
        "sockets without a place in the file system are not connected to; write --unix-socket PATH",
    ),
    (
        &["cert-status"],
        "the TLS library checks no stapled answers; leave it out, or pin the server's key with --pinnedpubkey",
    ),
    (
        &["ciphers", "curves", "sigalgs", "tls13-ciphers"],
        "the TLS library offers a few strong suites, groups and signatures, and they cannot be chosen; leave it out, or limit the version with --tlsv1.3",
    ),
    (
        &["crlfile"],
        "lists of revoked certificates are not read; leave it out, or pin the server's key with --pinnedpubkey",
    ),
    (
        &[
            "dns-interface",
            "dns-ipv4-addr",
            "dns-ipv6-addr",
            "dns-servers",
        ],
        "the system looks names up; give the address itself with --resolve HOST:PORT:ADDRESS",
    ),
    (
        &["doh-cert-status", "doh-insecure", "doh-url"],
        "the system looks names up, not a server over https; give the address itself with --resolve HOST:PORT:ADDRESS",
    ),
    (
        &["ech"],
        "the name of the host is not encrypted in the handshake; leave it out if it may be seen",
    ),
    (
        &["haproxy-clientip", "haproxy-protocol"],
        "no line for a load balancer is sent before the request; ask the balancer's own port",
    ),
    (
        &[
            "httpsig-algo",
            "httpsig-headers",
            "httpsig-key",
            "httpsig-keyid",
        ],
        "messages are not signed by RFC 9421; gatepass schemes lists what requests can be signed by",
    ),
    (
        &["ignore-content-length"],
        "a body ends where its length says, because nothing else tells whether it is whole; leave it out, or write -0 for a server that closes the connection",
    ),
    (
        &["local-port"],
        "the system chooses the port that a connection starts from; --interface chooses the address",
    ),
    (
        &["preproxy"],
        "requests go through one proxy, not through two; write -x for the one that leads on",
    ),
    (
        &["proxy-ciphers", "proxy-tls13-ciphers", "proxy-tlsv1"],
        "how TLS is spoken with a proxy cannot be chosen; leave it out",
    ),
    (
        &["proxy-crlfile"],
        "lists of revoked certificates are not read; leave it out, or pin the proxy's key with --proxy-pinnedpubkey",
    ),
    (
        &["proxy-ssl-auto-client-cert", "ssl-auto-client-cert"],
        "a certificate of one's own is shown only where it is named; write --cert FILE",
    ),
    (
        &[
            "proxy-tlsauthtype",
            "proxy-tlspassword",
            "proxy-tlsuser",
            "tlsauthtype",
            "tlspassword",
            "tlsuser",
        ],
        "TLS is spoken with certificates, not with passwords (SRP); write -u for a password of HTTP",
    ),
    (
        &["proxy1.0"],
        "a tunnel is asked for by HTTP/1.1; write -x for the same proxy",
    ),
    (
        &["raw"],
        "the chunks of a body are always put together; leave it out: without --compressed nothing else is decoded",
    ),
    (
        &[
            "socks5-gssapi",
            "socks5-gssapi-nec",
            "socks5-gssapi-service",
        ],
        "Kerberos is not spoken with SOCKS proxies; write the user and the password with -U",
    ),
];

/// Returns why an option is refused, and what to write instead.
pub(super) fn why(option: &str) -> &'static str {
    let name = option.trim_start_matches('-');
    let name = name.strip_prefix("no-").unwrap_or(name);
    REFUSED
        .iter()
        .find(|(names, _)| names.contains(&name))
        .map_or("it changes how curl connects", |(_, why)| why)
}

#[cfg(test)]
mod tests {
    use gatepass_request::parse::curl;

    use super::*;

    #[test]
    fn every_option_that_is_refused_has_its_reason() {
        let names: Vec<&str> = REFUSED
            .iter()
            .flat_map(|(names, _)| *names)
            .copied()
            .collect();
        assert!(REFUSED.iter().map(|(names, _)| names[0]).is_sorted());
        let refused: Vec<&str> = curl::options_that_change_more_than_the_request().collect();
        for name in &refused {
            assert!(names.contains(name), "{name} has no reason");
        }
        for name in names {
            assert!(refused.contains(&name), "{name} is not refused");
        }
    }
}
