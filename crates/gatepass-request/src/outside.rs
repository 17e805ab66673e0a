//! What a request takes from outside of itself: a request that somebody else has written may name what is none of its business.

use crate::auth::{Auth, Source};
use crate::body::Body;
use crate::content::Content;
use crate::request::Request;
use crate::settings::Tls;

/// Something that is not in the request itself.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outside<'a> {
    /// The environment variable of this name.
    Environment(&'a str),
    /// The file, directory or socket at this path, which may be replaced by another.
    File(&'a mut String),
    /// What this command prints.
    Command(&'a str),
    /// The keyring's entry of this name.
    Keyring(&'a str),
}

/// What is done with each.
type Visit<'v, E> = &'v mut dyn FnMut(Outside<'_>) -> Result<(), E>;

impl Request {
    /// Shows everything that the request takes from outside, once for each place that names it. [Variables](Request::variables)
    /// are not among it, because whoever puts values in their places knows where these come from: do that first.
    ///
    /// # Errors
    /// The first error of `visit`.
    ///
    /// ```
    /// use gatepass_request::{Body, Content, Outside, Request, Url};
    ///
    /// let mut request = Request::get(Url::parse("https://api.example/")?);
    /// request.body = Body::File { content: Content::File("/etc/hostname".to_owned()), content_type: None };
    /// let refused = request.visit_outside(&mut |it| match it {
    ///     Outside::File(path) if path.starts_with('/') => Err(path.clone()),
    ///     _ => Ok(()),
    /// });
    /// assert_eq!(refused, Err("/etc/hostname".to_owned()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn visit_outside<E>(&mut self, visit: Visit<'_, E>) -> Result<(), E> {
        visit_body(&mut self.body, visit)?;
        if let Some(auth) = &mut self.auth {
            visit_auth(auth, visit)?;
        }
        let settings = &mut self.settings;
        visit_tls(&mut settings.tls, visit)?;
        if let Some(proxy) = &mut settings.proxy {
            if let Some(auth) = &mut proxy.auth {
                visit_auth(auth, visit)?;
            }
            visit_tls(&mut proxy.tls, visit)?;
        }
        let cookies = settings.cookies.files.iter_mut();
        for path in cookies.chain(&mut settings.cookies.jar) {
            visit_path(path, visit)?;
        }
        let netrc = settings.netrc.as_mut().and_then(|it| it.file.as_mut());
        for path in netrc.into_iter().chain(&mut settings.connect.unix_socket) {
            visit_path(path, visit)?;
        }
        Ok(())
    }
}

/// A path without a name names nothing.
fn visit_path<E>(path: &mut String, visit: Visit<'_, E>) -> Result<(), E> {
    if path.is_empty() {
        return Ok(());
    }
    visit(Outside::File(path))
}

fn visit_body<E>(body: &mut Body, visit: Visit<'_, E>) -> Result<(), E> {
    let contents: Vec<&mut Content> = match body {
        Body::File { content, .. } => vec![content],
        Body::Joined { chunks, .. } => chunks.iter_mut().map(|it| &mut it.content).collect(),
        Body::Multipart(form) => form.parts.iter_mut().map(|it| &mut it.content).collect(),
        Body::Empty | Body::Json(_) | Body::Form(_) | Body::Raw { .. } => Vec::new(),
    };
    for content in contents {
        if let Content::File(path) = content {
            visit(Outside::File(path))?;
        }
    }
    Ok(())
}

fn visit_auth<E>(auth: &mut Auth, visit: Visit<'_, E>) -> Result<(), E> {
    for (_, source) in &mut auth.values {
        visit_source(source, visit)?;
    }
    Ok(())
}

fn visit_source<E>(source: &mut Source, visit: Visit<'_, E>) -> Result<(), E> {
    match source {
        Source::Env(name) => visit(Outside::Environment(name)),
        Source::File(path) => visit(Outside::File(path)),
        Source::Command(command) => visit(Outside::Command(command)),
        Source::Keyring(entry) => visit(Outside::Keyring(entry)),
        Source::Literal(_) | Source::Stdin | Source::Prompt => Ok(()),
    }
}

fn visit_tls<E>(tls: &mut Tls, visit: Visit<'_, E>) -> Result<(), E> {
    let pinned = tls.pinned_key.as_mut();
    let pinned = pinned.filter(|key| !key.starts_with("sha256//"));
    let authorities = tls.ca_file.iter_mut().chain(&mut tls.ca_directory);
    for path in authorities.chain(pinned) {
        visit_path(path, visit)?;
    }
    let Some(client) = &mut tls.client else {
        return Ok(());
    };
    visit_path(&mut client.certificate, visit)?;
    if let Some(key) = &mut client.key {
        visit_path(key, visit)?;
    }
    match &mut client.password {
        Some(password) => visit_source(password, visit),
        None => Ok(()),
    }
}
