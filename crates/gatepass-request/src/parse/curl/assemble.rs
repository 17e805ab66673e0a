//! From what the options say to requests.

use gatepass_auth::{Entry, Headers, percent, schemes};

use super::credentials::Login;
use super::error::CurlError;
use super::glob::{self, Globbed};
use super::operation::{Operation, Place, Shared};
use super::output::{Output, Target};
use super::{MOST, Transfer};
use crate::body::Body;
use crate::content::Multipart;
use crate::request::Request;
use crate::settings::Proxy;
use crate::url::{Url, UserInfo};
use crate::variable::has_variable;

/// Makes the requests of one operation.
pub(super) fn transfers(
    mut operation: Operation,
    shared: &mut Shared<'_>,
    transfers: &mut Vec<Transfer>,
) -> Result<(), CurlError> {
    if !operation.has_url() {
        return Err(CurlError::NoUrl);
    }
    check(&operation)?;
    let query = query(&mut operation, shared)?;
    let mut template = template(&mut operation, shared)?;
    template.check()?;
    // What all requests have in common is looked through once, however many URLs there are.
    let common = template.used_variables(shared.stand_ins.variables());
    for place in std::mem::take(&mut operation.places) {
        let Some(text) = &place.url else {
            shared.warn("-o", "there are more outputs than URLs");
            continue;
        };
        let room = MOST.saturating_sub(transfers.len());
        for (upload, globbed) in expand(&place, text, &operation, room)? {
            let upload = upload.as_deref().filter(|file| !file.is_empty());
            let text = url_text(&globbed.text, upload, query.as_deref())?;
            let mut own = Request::get(url(&text, &operation, shared)?);
            let scheme = own.url.scheme();
            if !operation.protocols.is_none_or(|it| it.allows(scheme)) {
                return Err(CurlError::Forbidden {
                    scheme: scheme.to_owned(),
                });
            }
            let in_url = own.url.take_user_info();
            own.auth = auth(&operation, shared, in_url, &template)?;
            let mut request = template.clone();
            if let Some(file) = upload {
                if operation.method.is_none() && !operation.head {
                    request.method = "PUT".to_owned();
                }
                own.body = Body::File {
                    content: shared.content(if file == "." { "-" } else { file }),
                    content_type: None,
                };
            }
            let variables = shared.stand_ins.variables();
            let used = &own.used_variables(variables) | &common;
            request.set_variables(variables, &used);
            (request.url, request.auth) = (own.url, own.auth);
            if let Some(netrc) = &mut request.settings.netrc {
                // What the file knows is sent as what the line gives would be.
                netrc.scheme = operation.logins.chosen().map(str::to_owned);
            }
            if !own.body.is_empty() {
                request.body = own.body;
            }
            transfers.push(Transfer {
                request,
                output: output(&operation, &place, &globbed),
                outputs: operation.outputs.clone(),
                operation: operation.number,
                streams: upload.is_some(),
            });
        }
    }
    Ok(())
}

/// Makes what all requests of an operation have in common.
fn template(operation: &mut Operation, shared: &mut Shared<'_>) -> Result<Request, CurlError> {
    let mut request = Request::new(method(operation), Url::parse("http://localhost/")?);
    add_headers(&mut request, operation)?;
    for part in &mut operation.fields {
        part.backslashes = operation.escapes_names;
    }
    let data = operation.data.take().filter(|_| !operation.get);
    if let Some(data) = data {
        let default = if data.json {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        let content_type = content_type(&request, default);
        request.body = data.into_body(content_type);
    } else if operation.has_form {
        request.body = Body::Multipart(Multipart {
            parts: std::mem::take(&mut operation.fields),
            boundary: None,
        });
    }
    request.settings = std::mem::take(&mut operation.settings);
    request.settings.redirects.schemes = redirect_schemes(operation);
    request.settings.proxy = proxy(operation, shared)?;
    if operation.proxy.as_deref() == Some("") {
        request.settings.no_proxy = Some("*".to_owned());
    }
    Ok(request)
}

/// Returns the schemes that a redirect may lead to, where not all are: what `--proto` denies, `--proto-redir` does not allow.
fn redirect_schemes(operation: &Operation) -> Option<Vec<String>> {
    let all = [operation.protocols, operation.redirect_protocols];
    let both = |scheme: &str| {
        all.iter()
            .flatten()
            .all(|protocols| protocols.allows(scheme))
    };
    let allowed: Vec<String> = ["http", "https"]
        .into_iter()
        .filter(|scheme| both(scheme))
        .map(str::to_owned)
        .collect();
    (allowed.len() < 2).then_some(allowed)
}

/// Refuses what curl refuses: two kinds of body, and a body with HEAD.
fn check(operation: &Operation) -> Result<(), CurlError> {
    let data = operation.data.is_some() && !operation.get;
    let conflict = |options| Err(CurlError::Conflict { options });
    match (data, operation.has_form, operation.head) {
        (true, true, _) => conflict("-d (--data) and -F (--form)"),
        (true, _, true) => conflict("-d (--data) and -I (--head)"),
        (_, true, true) => conflict("-F (--form) and -I (--head)"),
        _ => Ok(()),
    }
}

fn method(operation: &Operation) -> String {
    let body = operation.has_form || (operation.data.is_some() && !operation.get);
    match &operation.method {
        Some(method) => method.clone(),
        None if operation.head => "HEAD".to_owned(),
        None if body => "POST".to_owned(),
        None => "GET".to_owned(),
    }
}

/// Returns what is added to the query of every URL.
fn query(operation: &mut Operation, shared: &mut Shared<'_>) -> Result<Option<String>, CurlError> {
    let data = match &operation.data {
        Some(data) if operation.get => Some(data.query(shared)?),
        _ => None,
    };
    let given = (!operation.query.is_empty()).then(|| operation.query.join("&"));
    // The parameters of `-G` take the place of those of `--url-query`, in curl's code too.
    Ok(data.or(given).filter(|query| !query.is_empty()))
}

/// Adds the header fields in the order in which curl writes them.
fn add_headers(request: &mut Request, operation: &Operation) -> Result<(), CurlError> {
    let mut custom = Headers::new();
    for line in &operation.headers {
        if let Some((name, value)) = split_header(line)? {
            match value {
                Some(value) => custom.append(name, value),
                None => request.without.push(name),
            }
        }
    }
    let wanted = |name: &str| {
        let refused = request
            .without
            .iter()
            .any(|other| other.eq_ignore_ascii_case(name));
        !refused && !custom.contains(name)
    };
    let mut headers = Headers::new();
    let mut add = |name: &str, value: Option<&[u8]>| {
        if let Some(value) = value.filter(|_| wanted(name)) {
            headers.append(name, value);
        }
    };
    let condition = operation.output.time_condition;
    let since = condition.map(|condition| condition.header());
    let range = operation
        .range
        .as_ref()
        .map(|range| format!("bytes={range}"));
    add("Range", range.as_deref().map(str::as_bytes));
    let agent = operation.agent.as_deref().filter(|agent| !agent.is_empty());
    add("User-Agent", agent.map(str::as_bytes));
    let json = operation.data.as_ref().is_some_and(|data| data.json);
    add("Accept", json.then_some(b"application/json"));
    add("Referer", operation.referer.as_deref().map(str::as_bytes));
    let cookies = operation.cookies.join(b";".as_slice());
    add(
        "Cookie",
        (!cookies.is_empty()).then_some(cookies.as_slice()),
    );
    add("If-None-Match", operation.etag.as_deref());
    if let Some((name, value)) = &since {
        add(name, Some(value.as_bytes()));
    }
    for header in &custom {
        headers.append(header.name(), header.value());
    }
    if operation.agent.as_deref() == Some("") && wanted("User-Agent") {
        request.without.push("User-Agent".to_owned());
    }
    request.headers = headers;
    Ok(())
}

/// A header field as given with `-H`: its name, and its value if it has one.
type Given = (String, Option<Vec<u8>>);

/// Splits a header field. A value of `None` removes the field; `None` for what is none, which curl leaves out too.
fn split_header(line: &[u8]) -> Result<Option<Given>, CurlError> {
    let name = |bytes: &[u8]| {
        String::from_utf8(bytes.to_vec()).map_err(|_| CurlError::NotUtf8 {
            option: "the name of a header".to_owned(),
        })
    };
    if let Some(colon) = line.iter().position(|&byte| byte == b':') {
        let value = line[colon + 1..].trim_ascii_start();
        let value = (!value.is_empty()).then(|| value.to_vec());
        return Ok(Some((name(&line[..colon])?, value)));
    }
    match line.strip_suffix(b";") {
        Some(empty) if !empty.contains(&b';') => Ok(Some((name(empty)?, Some(Vec::new())))),
        _ => Ok(None),
    }
}

/// Returns the media type of a body: what a header field says, nothing where one keeps it away, or what curl says.
fn content_type(request: &Request, default: &str) -> Option<String> {
    match request.headers.get_str("Content-Type") {
        Some(given) => Some(given.to_owned()),
        None => request
            .wants_default("Content-Type")
            .then(|| default.to_owned()),
    }
}

/// Returns by what a request authenticates. A header field of its own goes before what would be made.
fn auth(
    operation: &Operation,
    shared: &mut Shared<'_>,
    in_url: Option<UserInfo>,
    request: &Request,
) -> Result<Option<crate::Auth>, CurlError> {
    if in_url.is_some() && operation.no_user_in_url {
        return Err(CurlError::value(
            "the URL",
            "has a user name in it, which --disallow-username-in-url forbids",
        ));
    }
    let variables = shared.stand_ins.variables();
    let in_url = in_url.map(|info| Login::of_url(&info, variables));
    let auth = operation.logins.auth(in_url);
    if operation.logins.leaves_token_out(auth.as_ref()) {
        shared.warn(
            "--oauth2-bearer",
            "not used: with several schemes, the login of -u answers what the server asks for",
        );
    }
    let made = auth
        .as_ref()
        .and_then(|auth| auth.scheme.as_deref())
        .is_some_and(goes_out_at_once);
    if made && !request.wants_default("Authorization") {
        shared.warn(
            "Authorization",
            "the header given with -H goes before the credential, which is not used",
        );
        return Ok(None);
    }
    Ok(auth)
}

/// Says whether a scheme sends its credentials without being asked.
fn goes_out_at_once(scheme: &str) -> bool {
    let example = |entry: &Entry| entry.client(&entry.about.example_values());
    let made = schemes::find(scheme).and_then(example);
    made.is_ok_and(|scheme| !scheme.waits_for_challenge())
}

/// Reads the proxy's URL. Without a port it is 1080, and 443 for TLS, as with curl.
fn proxy(operation: &mut Operation, shared: &Shared<'_>) -> Result<Option<Proxy>, CurlError> {
    let Some(text) = operation.proxy.clone().filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let variables = shared.stand_ins.variables();
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => (
            operation.proxy_scheme.unwrap_or("http").to_owned(),
            text.as_str(),
        ),
    };
    let scheme = match scheme.as_str() {
        "socks" => "socks4",
        known @ ("http" | "https" | "socks4" | "socks4a" | "socks5" | "socks5h") => known,
        _ => {
            return Err(CurlError::value(
                "-x (--proxy)",
                "names a kind of proxy that is unknown",
            ));
        }
    };
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (info, host) = match rest.rsplit_once('@') {
        Some((info, host)) => (Some(info), host),
        None => (None, rest),
    };
    if host.is_empty() {
        return Err(CurlError::value("-x (--proxy)", "names no host"));
    }
    let bare = host.rsplit_once(']').map_or(host, |(_, behind)| behind);
    // What a variable leaves open may have a scheme and a port of its own.
    let open = has_variable(host.as_bytes(), variables);
    let port = match (open || bare.contains(':'), scheme) {
        (true, _) => "",
        (false, "https") => ":443",
        (false, _) => ":1080",
    };
    let in_url = match info {
        Some(info) => {
            let url = Url::parse(&format!("http://{info}@proxy/"))?;
            url.user_info().map(|info| Login::of_url(info, variables))
        }
        None => None,
    };
    let login = operation.proxy_user.take();
    let mut proxy = Proxy::new(if open && scheme == "http" && !text.contains("://") {
        host.to_owned()
    } else {
        format!("{scheme}://{host}{port}")
    });
    proxy.auth = operation.proxy_logins.auth(login.or(in_url));
    let settings = std::mem::take(&mut operation.proxy_settings);
    (proxy.headers, proxy.tunnel, proxy.tls) = (settings.headers, settings.tunnel, settings.tls);
    Ok(Some(proxy))
}

/// Returns the uploads and URLs that a place stands for.
fn expand(
    place: &Place,
    text: &str,
    operation: &Operation,
    room: usize,
) -> Result<Vec<(Option<String>, Globbed)>, CurlError> {
    let plain = |text: &str| {
        vec![Globbed {
            text: text.to_owned(),
            matched: Vec::new(),
        }]
    };
    let urls = if operation.glob_off || place.glob_off {
        plain(text)
    } else {
        glob::expand(text, MOST)?
    };
    let uploads = match &place.upload {
        None => vec![None],
        Some(file) if operation.glob_off => vec![Some(file.clone())],
        Some(file) => glob::expand(file, MOST)?
            .into_iter()
            .map(|globbed| Some(globbed.text))
            .collect(),
    };
    if uploads.len() * urls.len() > room {
        return Err(CurlError::TooMany { limit: MOST });
    }
    let all = |upload: Option<String>| urls.iter().map(move |url| (upload.clone(), url.clone()));
    Ok(uploads.into_iter().flat_map(all).collect())
}

/// Returns the text of a URL with what an upload and a query add to it.
fn url_text(text: &str, upload: Option<&str>, query: Option<&str>) -> Result<String, CurlError> {
    // Everything but the ends: a space there is nobody's intention.
    let text = text.trim_matches(' ');
    let (text, fragment) = match text.split_once('#') {
        Some((text, fragment)) => (text, Some(fragment)),
        None => (text, None),
    };
    let mut text = text.to_owned();
    if let Some(file) = upload.filter(|file| !["-", "."].contains(file)) {
        let behind = text.find("://").map_or(0, |at| at + 3);
        let path_at = text[behind..].find('/').map(|at| behind + at);
        if path_at.is_none() && !text.contains('?') {
            text.push('/');
        }
        if text.ends_with('/') && !text.contains('?') {
            let name = file.rsplit('/').next().unwrap_or_default();
            text.push_str(&percent::encode(name.as_bytes()));
        }
    }
    if let Some(query) = query {
        let joint = match text.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some(_) => "&",
        };
        text.push_str(joint);
        text.push_str(query);
    }
    // Since 8.8, curl leaves out a question mark that nothing follows.
    if let Some(bare) = text.strip_suffix('?').filter(|bare| !bare.contains('?')) {
        text.truncate(bare.len());
    }
    if text.contains(' ') {
        return Err(CurlError::value("the URL", "has a space in it; write %20"));
    }
    if let Some(fragment) = fragment {
        text.push('#');
        text.push_str(fragment);
    }
    Ok(text)
}

/// Reads a URL as curl does: without a scheme it is http, unless the host's name begins with another protocol's.
fn url(text: &str, operation: &Operation, shared: &Shared<'_>) -> Result<Url, CurlError> {
    let named = text
        .split_once(':')
        .map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest))
        .filter(|(_, rest)| rest.starts_with('/'));
    let mut normal = None;
    let default = match &named {
        Some((scheme, rest)) if ["http", "https"].contains(&scheme.as_str()) => {
            // One to three slashes are all the same to curl.
            let host = rest.trim_start_matches('/');
            if (1..=3).contains(&(rest.len() - host.len())) {
                normal = Some(format!("{scheme}://{host}"));
            }
            "http"
        }
        Some((scheme, _))
            if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && OTHERS.contains(&scheme.as_str()) =>
        {
            return Err(CurlError::Protocol {
                scheme: scheme.clone(),
            });
        }
        Some(_) => "http",
        None => match operation.default_scheme.as_deref() {
            Some("https") => "https",
            Some("http") => "http",
            Some(other) => {
                return Err(CurlError::Protocol {
                    scheme: other.to_owned(),
                });
            }
            None => guessed(text)?,
        },
    };
    let text = normal.as_deref().unwrap_or(text);
    let mut url = Url::with_variables(text, default, shared.stand_ins.variables())?;
    if !operation.path_as_is {
        url.remove_dot_segments();
    }
    Ok(url)
}

/// The protocols of curl that are not HTTP.
pub(super) const OTHERS: &[&str] = &[
    "dict", "file", "ftp", "ftps", "gopher", "gophers", "imap", "imaps", "ldap", "ldaps", "mqtt",
    "mqtts", "pop3", "pop3s", "rtmp", "rtsp", "scp", "sftp", "smb", "smbs", "smtp", "smtps",
    "telnet", "tftp", "ws", "wss",
];

/// Guesses the protocol by the host's name, as curl does.
fn guessed(text: &str) -> Result<&'static str, CurlError> {
    let host = text.to_ascii_lowercase();
    let other = ["ftp", "dict", "ldap", "imap", "smtp", "pop3"]
        .into_iter()
        .find(|name| {
            host.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('.'))
        });
    match other {
        Some(scheme) => Err(CurlError::Protocol {
            scheme: scheme.to_owned(),
        }),
        None => Ok("http"),
    }
}

fn output(operation: &Operation, place: &Place, globbed: &Globbed) -> Output {
    let mut output = operation.output.clone();
    output.target = match &place.target {
        Some(Target::File(name)) if name == "-" => Target::Stdout,
        Some(Target::File(name)) => Target::File(glob::named(name, &globbed.matched)),
        Some(target) => target.clone(),
        None if operation.remote_name_all => Target::RemoteName,
        None => Target::Stdout,
    };
    output
}
