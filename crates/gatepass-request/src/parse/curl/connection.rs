//! How the request is carried out: proxy, redirects, time, retries, cookies in files, addresses, the version of HTTP.

use super::argument::Argument;
use super::error::CurlError;
use super::operation::Operation;
use crate::settings::HttpVersion;

pub(super) fn apply(
    operation: &mut Operation,
    argument: &Argument<'_>,
    name: &str,
) -> Result<bool, CurlError> {
    let known = proxy(operation, name, argument)?
        || redirects(operation, name, argument)?
        || time(operation, name, argument)?
        || place(operation, name, argument)?;
    Ok(known)
}

fn proxy(
    operation: &mut Operation,
    name: &str,
    argument: &Argument<'_>,
) -> Result<bool, CurlError> {
    let scheme = match name {
        "proxy" => Some("http"),
        "socks4" => Some("socks4"),
        "socks4a" => Some("socks4a"),
        "socks5" => Some("socks5"),
        "socks5-hostname" => Some("socks5h"),
        _ => None,
    };
    if scheme.is_some() {
        operation.proxy = Some(argument.text()?);
        operation.proxy_scheme = scheme;
        return Ok(true);
    }
    match name {
        "noproxy" => operation.settings.no_proxy = Some(argument.text()?),
        "proxytunnel" => operation.proxy_settings.tunnel = argument.on,
        _ => return Ok(false),
    }
    Ok(true)
}

fn redirects(
    operation: &mut Operation,
    name: &str,
    argument: &Argument<'_>,
) -> Result<bool, CurlError> {
    let on = argument.on;
    let redirects = &mut operation.settings.redirects;
    match name {
        "location" | "follow" => redirects.follow = Some(on),
        "location-trusted" => {
            redirects.follow = Some(on);
            redirects.trust_any_host = on;
        }
        "max-redirs" => {
            let limit: i64 = argument.number()?;
            if limit < -1 {
                return Err(argument.bad("is a negative number; -1 is for no limit"));
            }
            redirects.limit = Some(limit);
        }
        "post301" => redirects.keep_post[0] = on,
        "post302" => redirects.keep_post[1] = on,
        "post303" => redirects.keep_post[2] = on,
        _ => return Ok(false),
    }
    Ok(true)
}

fn time(operation: &mut Operation, name: &str, argument: &Argument<'_>) -> Result<bool, CurlError> {
    let on = argument.on;
    let timeouts = &mut operation.settings.timeouts;
    let retries = &mut operation.settings.retries;
    match name {
        "connect-timeout" => timeouts.connect = Some(argument.seconds()?),
        "expect100-timeout" => timeouts.expect_continue = Some(argument.seconds()?),
        "max-time" => timeouts.total = Some(argument.seconds()?),
        "retry" => retries.count = Some(argument.number()?),
        "retry-delay" => retries.delay = Some(argument.seconds()?),
        "retry-max-time" => retries.within = Some(argument.seconds()?),
        "retry-all-errors" => retries.all_errors = on,
        "retry-connrefused" => retries.refused = on,
        _ => return Ok(false),
    }
    Ok(true)
}

fn place(
    operation: &mut Operation,
    name: &str,
    argument: &Argument<'_>,
) -> Result<bool, CurlError> {
    let settings = &mut operation.settings;
    let connect = &mut settings.connect;
    match name {
        "resolve" => connect.resolve.push(argument.text()?),
        "connect-to" => connect.connect_to.push(argument.text()?),
        "unix-socket" => connect.unix_socket = Some(argument.text()?),
        "interface" => connect.interface = Some(argument.text()?),
        "ipv4" => connect.ip_version = Some(4),
        "ipv6" => connect.ip_version = Some(6),
        "http1.0" => settings.http_version = Some(HttpVersion::Http10),
        "http1.1" => settings.http_version = Some(HttpVersion::Http11),
        "http2" => settings.http_version = Some(HttpVersion::Http2),
        "http2-prior-knowledge" => settings.http_version = Some(HttpVersion::Http2PriorKnowledge),
        "http3" | "http3-only" => settings.http_version = Some(HttpVersion::Http3),
        "compressed" => settings.compressed = argument.on,
        "cookie-jar" => settings.cookies.jar = Some(argument.text()?),
        "junk-session-cookies" => settings.cookies.new_session = argument.on,
        _ => return Ok(false),
    }
    Ok(true)
}
