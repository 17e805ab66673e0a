//! Redirects: `/redirect/{n}`, `/relative-redirect/{n}`, `/absolute-redirect/{n}`, `/redirect-to?url=&status_code=`.

use gatepass_auth::Space;
use http::HeaderValue;
use http::header::LOCATION;
use url::{Host, Url};

use super::Call;
use crate::reply::Reply;
use crate::request::Request;

/// `/redirect/{n}` and `/relative-redirect/{n}`: n times onwards, then to `/get`.
pub(super) fn relative(call: &Call<'_>) -> Reply {
    onwards(call, "", "relative-redirect")
}

/// As [`relative`], with the server's name in each `Location`.
pub(super) fn absolute(call: &Call<'_>) -> Reply {
    let request = call.request;
    let origin = format!("{}://{}", request.scheme(), request.authority());
    onwards(call, &origin, "absolute-redirect")
}

fn onwards(call: &Call<'_>, origin: &str, path: &str) -> Reply {
    match call.segment(1).parse::<u32>() {
        Ok(1) => to(302, &format!("{origin}/get")),
        Ok(count) if count > 1 => to(302, &format!("{origin}/{path}/{}", count - 1)),
        _ => Reply::problem(400, "the number of redirects is not 1 or more"),
    }
}

/// Redirects to where the client says, as long as that is here.
pub(super) fn anywhere(call: &Call<'_>) -> Reply {
    let form = url::form_urlencoded::parse(&call.request.body);
    let args: Vec<_> = call.request.args().into_iter().chain(form).collect();
    let arg = |name: &str| {
        args.iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    };
    let Some(target) = arg("url") else {
        return Reply::problem(400, "where to? Add ?url=, percent-encoded");
    };
    let status = match arg("status_code").map(|code| code.parse::<u16>()) {
        None => 302,
        Some(Ok(code)) if (300..400).contains(&code) => code,
        Some(_) => return Reply::problem(400, "status_code is not a number from 300 to 399"),
    };
    match allowed(call.request, target, call.site.setup.lenient) {
        Ok(location) => to(status, &location),
        Err(detail) => Reply::problem(400, detail),
    }
}

fn to(status: u16, location: &str) -> Reply {
    match HeaderValue::from_str(location) {
        Ok(location) => Reply::empty(status).with(LOCATION, location),
        Err(_) => Reply::problem(400, "the target cannot be written in a header"),
    }
}

/// Returns the location to send. An open redirect lends this server's name to anybody, so the target must be this host or
/// this machine; in lenient mode any host will do.
fn allowed(request: &Request, target: &str, lenient: bool) -> Result<String, &'static str> {
    // The parser below would drop line breaks without a word.
    if target.chars().any(char::is_control) {
        return Err("the target has a control character in it");
    }
    let base = Url::parse(&request.url()).map_err(|_| "this server's own name is no URL")?;
    let url = base.join(target).map_err(|_| "the target is no URL")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("the target is neither http nor https");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the target has user information in it");
    }
    let is_here = url.host() == base.host() || url.host().is_some_and(|host| is_loopback(&host));
    if !is_here && !lenient {
        return Err("the target is another host; redirects go to this one or to this machine only");
    }
    Ok(if is_plain(target) {
        target.to_owned()
    } else {
        url.into()
    })
}

fn is_loopback(host: &Host<&str>) -> bool {
    let host = match host {
        Host::Domain(name) => (*name).to_owned(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    };
    Space::origin("http", &host, 80).is_loopback()
}

/// Says whether every parser reads this as the one above does, so that it can be sent as it was written.
fn is_plain(target: &str) -> bool {
    let after_scheme = ["http://", "https://"]
        .iter()
        .find_map(|scheme| target.strip_prefix(scheme));
    let starts_well = match after_scheme {
        Some(rest) => !rest.starts_with('/'),
        None => target.starts_with('/') && !target.starts_with("//"),
    };
    let unambiguous = |byte: u8| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte);
    starts_well && target.bytes().all(unambiguous)
}
