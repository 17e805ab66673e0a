//! The way from a request to its code.

use gatepass_request::Request;

use crate::call::{Call, DigestAlgorithm, Login};
use crate::error::SnippetError;
use crate::options::{Options, Secrets};
use crate::read;
use crate::support::{Need, Support};
use crate::target::Target;
use crate::targets;
use crate::variable::Variable;
use crate::warning::Warning;
use crate::writer::Writer;

/// A program, and what is to be known about it.
///
/// `Debug` shows no code: it may hold a secret.
#[derive(Clone)]
#[non_exhaustive]
pub struct Code {
    /// The program.
    pub text: String,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// What the program reads when it runs.
    pub variables: Vec<Variable>,
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Code")
            .field("text", &format_args!("{} bytes", self.text.len()))
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

/// Writes `request` as code for `target`.
///
/// # Errors
/// [`SnippetError`]: what the target cannot do, with the nearest targets that can, and texts that its language cannot hold.
///
/// ```
/// use gatepass_request::{Auth, Request, Source, Url};
/// use gatepass_snippet::{Options, code, find};
///
/// let request = Request::get(Url::parse("https://api.example/user")?)
///     .with_auth(Auth::new("bearer").with("token", Source::Literal("mF_9".into())));
/// let code = code(find("python-requests")?, &request, &Options::default())?;
/// assert!(code.text.contains(r#""Bearer " + os.environ["API_TOKEN"]"#));
/// assert!(!code.text.contains("mF_9"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn code(
    target: &'static dyn Target,
    request: &Request,
    options: &Options,
) -> Result<Code, SnippetError> {
    let (call, notes) = read::call(request, options)?;
    let mut code = code_of(target, &call, options)?;
    code.warnings.extend(notes.into_iter().map(Warning::Note));
    Ok(code)
}

/// Writes a [`Call`] as code for `target`.
///
/// # Errors
/// As [`code`].
pub fn code_of(
    target: &'static dyn Target,
    call: &Call,
    options: &Options,
) -> Result<Code, SnippetError> {
    let (settled, stays) = settled(target, call);
    let call = &settled;
    refuse(target, call)?;
    let id = target.info().id;
    if !target.runs() && (options.secrets != Secrets::Literal && !call.variables.is_empty()) {
        return Err(SnippetError::Refused {
            target: id,
            reason: "it is data and reads no secret when it is used; with --secrets literal the secret stands in it"
                .to_owned(),
            nearest: nearest(target, |other| other.runs() && missing(other, call).is_none()),
        });
    }
    let mut warnings = warnings(target, call, options);
    warnings.extend(stays.then_some(Warning::Stays));
    let mut w = Writer::new(target.language(), options.secrets);
    head(target, call, options, &mut w);
    target.emit(call, &mut w);
    // Whether anything is asked for is known when it is written.
    if options.secrets == Secrets::Prompt
        && w.reads_any()
        && let Some(install) = target.language().asks_with()
    {
        w.head(install);
    }
    let parts = w
        .finish()
        .map_err(|problem| SnippetError::Unrepresentable {
            target: id,
            problem: problem.0,
        })?;
    Ok(Code {
        text: target.assemble(&parts),
        warnings,
        variables: call.variables.clone(),
    })
}

/// Returns the call as `target` writes it, and whether it stays where the library would follow a redirect: with a login that
/// would go along. Data has the values that stand in for variables.
fn settled(target: &dyn Target, call: &Call) -> (Call, bool) {
    let mut settled = call.clone();
    if !target.runs() {
        settled.each_text(&|text| *text = text.with_fallbacks());
    }
    let stays = settled.follow.is_none() && target.carries_login(&settled);
    if stays {
        settled.follow = Some(false);
    }
    (settled, stays)
}

/// Says why `target` does not write this very call.
fn refusal(target: &dyn Target, call: &Call) -> Option<String> {
    if call.follow == Some(true) && target.carries_login(call) {
        return Some("a redirect to another host would take the login along".to_owned());
    }
    target.refuses(call)
}

/// Says what `target` lacks of what `call` needs.
fn missing(target: &dyn Target, call: &Call) -> Option<(Need, &'static str)> {
    call.needs()
        .into_iter()
        .find_map(|need| match target.supports(need) {
            Support::No(reason) => Some((need, reason)),
            _ => None,
        })
}

fn refuse(target: &'static dyn Target, call: &Call) -> Result<(), SnippetError> {
    let can = |other: &dyn Target| missing(other, call).is_none() && refusal(other, call).is_none();
    if let Some((need, reason)) = missing(target, call) {
        return Err(SnippetError::Unsupported {
            target: target.info().id,
            need,
            reason,
            nearest: nearest(target, can),
        });
    }
    match refusal(target, call) {
        None => Ok(()),
        Some(reason) => Err(SnippetError::Refused {
            target: target.info().id,
            reason,
            nearest: nearest(target, can),
        }),
    }
}

/// Returns at most two other targets that `can`, those of the same family first.
fn nearest(target: &dyn Target, can: impl Fn(&dyn Target) -> bool) -> Vec<&'static str> {
    let info = target.info();
    let others = |near: bool| {
        targets::ALL
            .iter()
            .filter(move |other| (other.info().family == info.family) == near)
    };
    others(true)
        .chain(others(false))
        .filter(|other| other.info().id != info.id && can(**other))
        .map(|other| other.info().id)
        .take(2)
        .collect()
}

fn warnings(target: &dyn Target, call: &Call, options: &Options) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if !call.tls.verify {
        warnings.push(Warning::Unverified);
    }
    let reveals = !matches!(
        call.login,
        Login::None | Login::Digest { .. } | Login::OAuth1(_)
    );
    if reveals && !call.https && !is_loopback(call) {
        warnings.push(Warning::PlainHttp);
    }
    if matches!(call.login, Login::QueryKey { .. }) {
        warnings.push(Warning::KeyInUrl);
    }
    let digest_of_any = matches!(call.login, Login::Digest { algorithm, .. } if algorithm != Some(DigestAlgorithm::Md5));
    if digest_of_any && !target.supports(Need::DigestSha256).is_there() {
        warnings.push(Warning::Md5Only);
    }
    if options.secrets == Secrets::Literal && !matches!(call.login, Login::None) {
        warnings.push(Warning::LiteralSecret);
    }
    warnings
}

fn is_loopback(call: &Call) -> bool {
    let url = call.url.known().unwrap_or_default();
    let host = url.strip_prefix(b"http://").unwrap_or_default();
    [&b"localhost"[..], b"127.", b"[::1]"]
        .iter()
        .any(|loopback| host.starts_with(loopback))
}

/// Writes what stands at the head of the file: how to install the library and set the secrets.
fn head(target: &dyn Target, call: &Call, options: &Options, w: &mut Writer) {
    if let Some(minimum) = target.info().minimum {
        w.head(&minimum.to_string());
    }
    if let Some(install) = target.install(call) {
        w.head(install);
    }
    let needs_setting = options.secrets == Secrets::Env && !call.variables.is_empty();
    if needs_setting && target.language().sets_variables() {
        w.head("Set this before you run it:");
        for variable in &call.variables {
            let line = target.language().set_line(&variable.name, &variable.value);
            w.head(&format!("  {line}"));
        }
    }
}
