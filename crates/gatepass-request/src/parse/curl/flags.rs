//! The options of curl.
//!
//! This is the list of curl 8.22.0, and what older releases had besides it: the options of `curl --help all` of 7.88.1
//! and 8.14.1 as Debian has them, and of curl's manual for what came later (`--follow`, `--knownhosts`, `--out-null`,
//! `--parallel-max-host`, `--proxy-http3`, `--upload-flags`, and `--httpsig-` with its four). An option that is here and does
//! not shape a request is ignored, and a warning says why.

/// One option.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flag {
    /// The name behind the two hyphens.
    pub(super) long: &'static str,
    /// The letter behind one hyphen, a space where there is none.
    pub(super) short: char,
    /// What may follow or precede it.
    pub(super) takes: Takes,
    /// What becomes of it.
    pub(super) role: Role,
}

/// What may follow or precede an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// A value follows.
    Value,
    /// It is a switch, which `--no-` turns off.
    Switch,
    /// As `Switch`; the letter turns it off.
    Off,
    /// Neither.
    Nothing,
}

/// What becomes of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It shapes the request, how it is sent, or what is printed.
    Works,
    /// It is ignored.
    Ignored(Why),
}

/// Why an option is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Why {
    /// It is about a protocol other than HTTP.
    OtherProtocol,
    /// It is about what curl prints on its way.
    Display,
    /// It does nothing in any curl of today.
    Obsolete,
    /// It tunes a connection and changes no request.
    Tuning,
    /// It changes where or how curl connects.
    Network,
    /// It changes what curl accepts or proves.
    Security,
}

impl Why {
    /// Returns the reason as a phrase.
    pub fn reason(self) -> &'static str {
        match self {
            Self::OtherProtocol => "ignored: it is about another protocol than HTTP",
            Self::Display => "ignored: it is about what curl prints",
            Self::Obsolete => "ignored: curl itself no longer heeds it",
            Self::Tuning => "ignored: it tunes the connection",
            Self::Network => "ignored: it changes how curl connects, which a request does not say",
            Self::Security => {
                "ignored: it changes what curl accepts or proves, which a request does not say"
            }
        }
    }

    /// Says whether the request is the same without it, for whoever runs it.
    pub fn is_harmless(self) -> bool {
        !matches!(self, Self::Network | Self::Security)
    }
}

/// Returns the options that change where a request goes or whom it believes, which a request does not say: whoever runs a
/// command line must not ignore them.
pub fn options_that_change_more_than_the_request() -> impl Iterator<Item = &'static str> {
    let more = |flag: &&Flag| matches!(flag.role, Role::Ignored(why) if !why.is_harmless());
    FLAGS.iter().filter(more).map(|flag| flag.long)
}

/// Finds an option by its long name.
pub(super) fn long(name: &str) -> Option<&'static Flag> {
    let at = FLAGS.binary_search_by(|flag| flag.long.cmp(name)).ok()?;
    FLAGS.get(at)
}

/// Finds an option by its letter.
pub(super) fn short(letter: char) -> Option<&'static Flag> {
    FLAGS
        .iter()
        .find(|flag| flag.short == letter && letter != ' ')
}

/// Returns the long option, without its hyphens, that a misspelt or shortened one was probably meant to be.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    // The distance takes quadratic time, and no option is longer.
    if name.len() > 30 || name.len() < 2 {
        return None;
    }
    let begins = |flag: &&Flag| flag.long.starts_with(name);
    let mut shortened = FLAGS.iter().filter(begins);
    if let (Some(only), None) = (shortened.next(), shortened.next()) {
        return Some(only.long);
    }
    FLAGS
        .iter()
        .map(|flag| (strsim::damerau_levenshtein(flag.long, name), flag.long))
        .filter(|(distance, long)| *distance * 3 <= long.len())
        .min()
        .map(|(_, long)| long)
}

const fn flag(long: &'static str, short: char, takes: Takes, role: Role) -> Flag {
    Flag {
        long,
        short,
        takes,
        role,
    }
}

const VALUE: Takes = Takes::Value;
const SWITCH: Takes = Takes::Switch;
const OFF: Takes = Takes::Off;
const NOTHING: Takes = Takes::Nothing;

/// Every option, in the order of the long names.
#[rustfmt::skip]
pub(super) static FLAGS: &[Flag] = &[
    flag("abstract-unix-socket", ' ', VALUE, Role::Ignored(Why::Network)),
    flag("alpn", ' ', SWITCH, Role::Ignored(Why::Tuning)),
    flag("alt-svc", ' ', VALUE, Role::Ignored(Why::Tuning)),
    flag("anyauth", ' ', NOTHING, Role::Works),
    flag("append", 'a', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("aws-sigv4", ' ', VALUE, Role::Works),
    flag("basic", ' ', SWITCH, Role::Works),
    flag("buffer", 'N', OFF, Role::Ignored(Why::Display)),
    flag("ca-native", ' ', SWITCH, Role::Works),
    flag("cacert", ' ', VALUE, Role::Works),
    flag("capath", ' ', VALUE, Role::Works),
    flag("cert", 'E', VALUE, Role::Works),
    flag("cert-status", ' ', SWITCH, Role::Ignored(Why::Security)),
    flag("cert-type", ' ', VALUE, Role::Works),
    flag("ciphers", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("clobber", ' ', SWITCH, Role::Works),
    flag("compressed", ' ', SWITCH, Role::Works),
    flag("compressed-ssh", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("config", 'K', VALUE, Role::Works),
    flag("connect-timeout", ' ', VALUE, Role::Works),
    flag("connect-to", ' ', VALUE, Role::Works),
    flag("continue-at", 'C', VALUE, Role::Works),
    flag("cookie", 'b', VALUE, Role::Works),
    flag("cookie-jar", 'c', VALUE, Role::Works),
    flag("create-dirs", ' ', SWITCH, Role::Works),
    flag("create-file-mode", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("crlf", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("crlfile", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("curves", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("data", 'd', VALUE, Role::Works),
    flag("data-ascii", ' ', VALUE, Role::Works),
    flag("data-binary", ' ', VALUE, Role::Works),
    flag("data-raw", ' ', VALUE, Role::Works),
    flag("data-urlencode", ' ', VALUE, Role::Works),
    flag("delegation", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("digest", ' ', SWITCH, Role::Works),
    flag("disable", 'q', SWITCH, Role::Works),
    flag("disable-eprt", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("disable-epsv", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("disallow-username-in-url", ' ', SWITCH, Role::Works),
    flag("dns-interface", ' ', VALUE, Role::Ignored(Why::Network)),
    flag("dns-ipv4-addr", ' ', VALUE, Role::Ignored(Why::Network)),
    flag("dns-ipv6-addr", ' ', VALUE, Role::Ignored(Why::Network)),
    flag("dns-servers", ' ', VALUE, Role::Ignored(Why::Network)),
    flag("doh-cert-status", ' ', SWITCH, Role::Ignored(Why::Security)),
    flag("doh-insecure", ' ', SWITCH, Role::Ignored(Why::Security)),
    flag("doh-url", ' ', VALUE, Role::Ignored(Why::Network)),
    flag("dump-ca-embed", ' ', NOTHING, Role::Ignored(Why::Display)),
    flag("dump-header", 'D', VALUE, Role::Works),
    flag("ech", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("egd-file", ' ', VALUE, Role::Ignored(Why::Obsolete)),
    flag("engine", ' ', VALUE, Role::Ignored(Why::Obsolete)),
    flag("eprt", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("epsv", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("etag-compare", ' ', VALUE, Role::Works),
    flag("etag-save", ' ', VALUE, Role::Works),
    flag("expect100-timeout", ' ', VALUE, Role::Works),
    flag("fail", 'f', SWITCH, Role::Works),
    flag("fail-early", ' ', SWITCH, Role::Works),
    flag("fail-with-body", ' ', SWITCH, Role::Works),
    flag("false-start", ' ', SWITCH, Role::Ignored(Why::Obsolete)),
    flag("follow", ' ', SWITCH, Role::Works),
    flag("form", 'F', VALUE, Role::Works),
    flag("form-escape", ' ', SWITCH, Role::Works),
    flag("form-string", ' ', VALUE, Role::Works),
    flag("ftp-account", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("ftp-alternative-to-user", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("ftp-create-dirs", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("ftp-method", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("ftp-pasv", ' ', NOTHING, Role::Ignored(Why::OtherProtocol)),
    flag("ftp-port", 'P', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("ftp-pret", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("ftp-skip-pasv-ip", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("ftp-ssl", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("ftp-ssl-ccc", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("ftp-ssl-ccc-mode", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("ftp-ssl-control", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("ftp-ssl-reqd", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("get", 'G', SWITCH, Role::Works),
    flag("globoff", 'g', SWITCH, Role::Works),
    flag("happy-eyeballs-timeout-ms", ' ', VALUE, Role::Ignored(Why::Tuning)),
    flag("haproxy-clientip", ' ', VALUE, Role::Ignored(Why::Network)),
    flag("haproxy-protocol", ' ', SWITCH, Role::Ignored(Why::Network)),
    flag("head", 'I', SWITCH, Role::Works),
    flag("header", 'H', VALUE, Role::Works),
    flag("help", 'h', VALUE, Role::Ignored(Why::Display)),
    flag("hostpubmd5", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("hostpubsha256", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("hsts", ' ', VALUE, Role::Ignored(Why::Tuning)),
    flag("http0.9", ' ', SWITCH, Role::Ignored(Why::Obsolete)),
    flag("http1.0", '0', NOTHING, Role::Works),
    flag("http1.1", ' ', NOTHING, Role::Works),
    flag("http2", ' ', NOTHING, Role::Works),
    flag("http2-prior-knowledge", ' ', NOTHING, Role::Works),
    flag("http3", ' ', NOTHING, Role::Works),
    flag("http3-only", ' ', NOTHING, Role::Works),
    flag("httpsig-algo", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("httpsig-headers", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("httpsig-key", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("httpsig-keyid", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("ignore-content-length", ' ', SWITCH, Role::Ignored(Why::Network)),
    flag("include", ' ', SWITCH, Role::Works),
    flag("insecure", 'k', SWITCH, Role::Works),
    flag("interface", ' ', VALUE, Role::Works),
    flag("ip-tos", ' ', VALUE, Role::Ignored(Why::Tuning)),
    flag("ipfs-gateway", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("ipv4", '4', NOTHING, Role::Works),
    flag("ipv6", '6', NOTHING, Role::Works),
    flag("json", ' ', VALUE, Role::Works),
    flag("junk-session-cookies", 'j', SWITCH, Role::Works),
    flag("keepalive", ' ', SWITCH, Role::Ignored(Why::Tuning)),
    flag("keepalive-cnt", ' ', VALUE, Role::Ignored(Why::Tuning)),
    flag("keepalive-time", ' ', VALUE, Role::Ignored(Why::Tuning)),
    flag("key", ' ', VALUE, Role::Works),
    flag("key-type", ' ', VALUE, Role::Works),
    flag("knownhosts", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("krb", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("krb4", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("libcurl", ' ', VALUE, Role::Ignored(Why::Display)),
    flag("limit-rate", ' ', VALUE, Role::Works),
    flag("list-only", 'l', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("local-port", ' ', VALUE, Role::Ignored(Why::Network)),
    flag("location", 'L', SWITCH, Role::Works),
    flag("location-trusted", ' ', SWITCH, Role::Works),
    flag("login-options", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("mail-auth", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("mail-from", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("mail-rcpt", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("mail-rcpt-allowfails", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("manual", 'M', SWITCH, Role::Ignored(Why::Display)),
    flag("max-filesize", ' ', VALUE, Role::Works),
    flag("max-redirs", ' ', VALUE, Role::Works),
    flag("max-time", 'm', VALUE, Role::Works),
    flag("metalink", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("mptcp", ' ', SWITCH, Role::Ignored(Why::Tuning)),
    flag("negotiate", ' ', SWITCH, Role::Works),
    flag("netrc", 'n', SWITCH, Role::Works),
    flag("netrc-file", ' ', VALUE, Role::Works),
    flag("netrc-optional", ' ', SWITCH, Role::Works),
    flag("next", ':', NOTHING, Role::Works),
    flag("noproxy", ' ', VALUE, Role::Works),
    flag("npn", ' ', SWITCH, Role::Ignored(Why::Obsolete)),
    flag("ntlm", ' ', SWITCH, Role::Works),
    flag("ntlm-wb", ' ', SWITCH, Role::Ignored(Why::Obsolete)),
    flag("oauth2-bearer", ' ', VALUE, Role::Works),
    flag("out-null", ' ', SWITCH, Role::Works),
    flag("output", 'o', VALUE, Role::Works),
    flag("output-dir", ' ', VALUE, Role::Works),
    flag("parallel", 'Z', SWITCH, Role::Ignored(Why::Tuning)),
    flag("parallel-immediate", ' ', SWITCH, Role::Ignored(Why::Tuning)),
    flag("parallel-max", ' ', VALUE, Role::Ignored(Why::Tuning)),
    flag("parallel-max-host", ' ', VALUE, Role::Ignored(Why::Tuning)),
    flag("pass", ' ', VALUE, Role::Works),
    flag("path-as-is", ' ', SWITCH, Role::Works),
    flag("pinnedpubkey", ' ', VALUE, Role::Works),
    flag("post301", ' ', SWITCH, Role::Works),
    flag("post302", ' ', SWITCH, Role::Works),
    flag("post303", ' ', SWITCH, Role::Works),
    flag("preproxy", ' ', VALUE, Role::Ignored(Why::Network)),
    flag("progress-bar", '#', SWITCH, Role::Ignored(Why::Display)),
    flag("progress-meter", ' ', SWITCH, Role::Ignored(Why::Display)),
    flag("proto", ' ', VALUE, Role::Works),
    flag("proto-default", ' ', VALUE, Role::Works),
    flag("proto-redir", ' ', VALUE, Role::Works),
    flag("proxy", 'x', VALUE, Role::Works),
    flag("proxy-anyauth", ' ', SWITCH, Role::Works),
    flag("proxy-basic", ' ', SWITCH, Role::Works),
    flag("proxy-ca-native", ' ', SWITCH, Role::Works),
    flag("proxy-cacert", ' ', VALUE, Role::Works),
    flag("proxy-capath", ' ', VALUE, Role::Works),
    flag("proxy-cert", ' ', VALUE, Role::Works),
    flag("proxy-cert-type", ' ', VALUE, Role::Works),
    flag("proxy-ciphers", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("proxy-crlfile", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("proxy-digest", ' ', SWITCH, Role::Works),
    flag("proxy-header", ' ', VALUE, Role::Works),
    flag("proxy-http2", ' ', SWITCH, Role::Ignored(Why::Tuning)),
    flag("proxy-http3", ' ', SWITCH, Role::Ignored(Why::Tuning)),
    flag("proxy-insecure", ' ', SWITCH, Role::Works),
    flag("proxy-key", ' ', VALUE, Role::Works),
    flag("proxy-key-type", ' ', VALUE, Role::Works),
    flag("proxy-negotiate", ' ', SWITCH, Role::Works),
    flag("proxy-ntlm", ' ', SWITCH, Role::Works),
    flag("proxy-pass", ' ', VALUE, Role::Works),
    flag("proxy-pinnedpubkey", ' ', VALUE, Role::Works),
    flag("proxy-service-name", ' ', VALUE, Role::Ignored(Why::Tuning)),
    flag("proxy-ssl-allow-beast", ' ', SWITCH, Role::Ignored(Why::Tuning)),
    flag("proxy-ssl-auto-client-cert", ' ', SWITCH, Role::Ignored(Why::Security)),
    flag("proxy-tls13-ciphers", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("proxy-tlsauthtype", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("proxy-tlspassword", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("proxy-tlsuser", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("proxy-tlsv1", ' ', NOTHING, Role::Ignored(Why::Security)),
    flag("proxy-user", 'U', VALUE, Role::Works),
    flag("proxy1.0", ' ', VALUE, Role::Ignored(Why::Network)),
    flag("proxytunnel", 'p', SWITCH, Role::Works),
    flag("pubkey", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("quote", 'Q', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("random-file", ' ', VALUE, Role::Ignored(Why::Obsolete)),
    flag("range", 'r', VALUE, Role::Works),
    flag("rate", ' ', VALUE, Role::Ignored(Why::Tuning)),
    flag("raw", ' ', SWITCH, Role::Ignored(Why::Network)),
    flag("referer", 'e', VALUE, Role::Works),
    flag("remote-header-name", 'J', SWITCH, Role::Works),
    flag("remote-name", 'O', SWITCH, Role::Works),
    flag("remote-name-all", ' ', SWITCH, Role::Works),
    flag("remote-time", 'R', SWITCH, Role::Works),
    flag("remove-on-error", ' ', SWITCH, Role::Works),
    flag("request", 'X', VALUE, Role::Works),
    flag("request-target", ' ', VALUE, Role::Works),
    flag("resolve", ' ', VALUE, Role::Works),
    flag("retry", ' ', VALUE, Role::Works),
    flag("retry-all-errors", ' ', SWITCH, Role::Works),
    flag("retry-connrefused", ' ', SWITCH, Role::Works),
    flag("retry-delay", ' ', VALUE, Role::Works),
    flag("retry-max-time", ' ', VALUE, Role::Works),
    flag("sasl-authzid", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("sasl-ir", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("service-name", ' ', VALUE, Role::Ignored(Why::Tuning)),
    flag("sessionid", ' ', SWITCH, Role::Ignored(Why::Tuning)),
    flag("show-error", 'S', SWITCH, Role::Works),
    flag("show-headers", 'i', SWITCH, Role::Works),
    flag("sigalgs", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("silent", 's', SWITCH, Role::Works),
    flag("skip-existing", ' ', SWITCH, Role::Works),
    flag("socks4", ' ', VALUE, Role::Works),
    flag("socks4a", ' ', VALUE, Role::Works),
    flag("socks5", ' ', VALUE, Role::Works),
    flag("socks5-basic", ' ', SWITCH, Role::Works),
    flag("socks5-gssapi", ' ', SWITCH, Role::Ignored(Why::Network)),
    flag("socks5-gssapi-nec", ' ', SWITCH, Role::Ignored(Why::Network)),
    flag("socks5-gssapi-service", ' ', VALUE, Role::Ignored(Why::Network)),
    flag("socks5-hostname", ' ', VALUE, Role::Works),
    flag("speed-limit", 'Y', VALUE, Role::Works),
    flag("speed-time", 'y', VALUE, Role::Works),
    flag("ssl", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("ssl-allow-beast", ' ', SWITCH, Role::Ignored(Why::Tuning)),
    flag("ssl-auto-client-cert", ' ', SWITCH, Role::Ignored(Why::Security)),
    flag("ssl-no-revoke", ' ', SWITCH, Role::Ignored(Why::Tuning)),
    flag("ssl-reqd", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("ssl-revoke-best-effort", ' ', SWITCH, Role::Ignored(Why::Tuning)),
    flag("ssl-sessions", ' ', VALUE, Role::Ignored(Why::Tuning)),
    flag("sslv2", '2', NOTHING, Role::Ignored(Why::Obsolete)),
    flag("sslv3", '3', NOTHING, Role::Ignored(Why::Obsolete)),
    flag("stderr", ' ', VALUE, Role::Works),
    flag("styled-output", ' ', SWITCH, Role::Ignored(Why::Display)),
    flag("suppress-connect-headers", ' ', SWITCH, Role::Ignored(Why::Display)),
    flag("tcp-fastopen", ' ', SWITCH, Role::Ignored(Why::Tuning)),
    flag("tcp-nodelay", ' ', SWITCH, Role::Ignored(Why::Tuning)),
    flag("telnet-option", 't', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("tftp-blksize", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("tftp-no-options", ' ', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("time-cond", 'z', VALUE, Role::Works),
    flag("tls-earlydata", ' ', SWITCH, Role::Ignored(Why::Tuning)),
    flag("tls-max", ' ', VALUE, Role::Works),
    flag("tls13-ciphers", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("tlsauthtype", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("tlspassword", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("tlsuser", ' ', VALUE, Role::Ignored(Why::Security)),
    flag("tlsv1", '1', NOTHING, Role::Works),
    flag("tlsv1.0", ' ', NOTHING, Role::Works),
    flag("tlsv1.1", ' ', NOTHING, Role::Works),
    flag("tlsv1.2", ' ', NOTHING, Role::Works),
    flag("tlsv1.3", ' ', NOTHING, Role::Works),
    flag("tr-encoding", ' ', SWITCH, Role::Ignored(Why::Tuning)),
    flag("trace", ' ', VALUE, Role::Ignored(Why::Display)),
    flag("trace-ascii", ' ', VALUE, Role::Ignored(Why::Display)),
    flag("trace-config", ' ', VALUE, Role::Ignored(Why::Display)),
    flag("trace-ids", ' ', SWITCH, Role::Ignored(Why::Display)),
    flag("trace-time", ' ', SWITCH, Role::Ignored(Why::Display)),
    flag("unix-socket", ' ', VALUE, Role::Works),
    flag("upload-file", 'T', VALUE, Role::Works),
    flag("upload-flags", ' ', VALUE, Role::Ignored(Why::OtherProtocol)),
    flag("url", ' ', VALUE, Role::Works),
    flag("url-query", ' ', VALUE, Role::Works),
    flag("use-ascii", 'B', SWITCH, Role::Ignored(Why::OtherProtocol)),
    flag("user", 'u', VALUE, Role::Works),
    flag("user-agent", 'A', VALUE, Role::Works),
    flag("variable", ' ', VALUE, Role::Works),
    flag("verbose", 'v', SWITCH, Role::Works),
    flag("version", 'V', SWITCH, Role::Ignored(Why::Display)),
    flag("vlan-priority", ' ', VALUE, Role::Ignored(Why::Tuning)),
    flag("write-out", 'w', VALUE, Role::Works),
    flag("xattr", ' ', SWITCH, Role::Ignored(Why::Display)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_no_letter_stands_twice() {
        assert!(FLAGS.is_sorted_by(|one, two| one.long < two.long));
        for flag in FLAGS.iter().filter(|flag| flag.short != ' ') {
            assert_eq!(short(flag.short).map(|it| it.long), Some(flag.long));
        }
    }
}
