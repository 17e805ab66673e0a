//! Who one is: `-u`, the schemes, `--oauth2-bearer`, `--aws-sigv4`, netrc, and the same for a proxy.

use super::argument::Argument;
use super::error::CurlError;
use super::operation::{Operation, Shared};
use crate::auth::{Auth, Source, USER_PASSWORD};
use crate::elsewhere::by_curl;
use crate::settings::Netrc;
use crate::url::UserInfo;
use crate::variable::Variable;

/// A user name, and a password where a colon stands.
#[derive(Clone)]
pub(super) struct Login {
    user: Source,
    password: Option<Source>,
    /// Where one variable holds both.
    both: Option<Source>,
}

/// What was said about authentication.
#[derive(Default)]
pub(super) struct Logins {
    pub(super) login: Option<Login>,
    schemes: Vec<&'static str>,
    any: bool,
    bearer: Option<Source>,
    sigv4: Option<String>,
}

impl Login {
    /// Reads `user:password`.
    fn read(text: &str, variables: &[Variable]) -> Self {
        let both = match Source::of_text(text, variables) {
            Source::Literal(_) => None,
            both => Some(both),
        };
        let (user, password) = match text.split_once(':') {
            Some((user, password)) => (user, Some(Source::of_text(password, variables))),
            None => (text, None),
        };
        Self {
            user: Source::of_text(user, variables),
            password,
            both,
        }
    }

    /// Takes what stood before a host.
    pub(super) fn of_url(info: &UserInfo, variables: &[Variable]) -> Self {
        let password = info.password.as_ref().and_then(|password| {
            let text = password.expose_str()?;
            Some(Source::of_text(text, variables))
        });
        Self {
            user: Source::of_text(&info.user, variables),
            password: Some(password.unwrap_or_else(|| Source::Literal("".into()))),
            both: None,
        }
    }

    fn put(self, auth: Auth, user: &str, password: &str) -> Auth {
        match self.both {
            Some(both) if user == "username" => auth.with(USER_PASSWORD, both),
            _ => auth
                .with(user, self.user)
                .with(password, self.password.unwrap_or(Source::Prompt)),
        }
    }
}

impl Logins {
    fn scheme(&mut self, name: &'static str, on: bool) {
        self.schemes.retain(|scheme| *scheme != name);
        if on {
            self.schemes.push(name);
        } else {
            self.any = false;
        }
    }

    /// Returns the scheme that was asked for, if one was.
    pub(super) fn chosen(&self) -> Option<&'static str> {
        match self.schemes.as_slice() {
            _ if self.any => Some("auto"),
            [] => None,
            [one] => Some(one),
            _ => Some("auto"),
        }
    }

    /// Returns by what to authenticate. `in_url` is what stands before the host, which `-u` goes before.
    pub(super) fn auth(&self, in_url: Option<Login>) -> Option<Auth> {
        let login = self.login.clone().or(in_url);
        let scheme = self.chosen().unwrap_or("basic");
        let with_token = |auth: Auth| match &self.bearer {
            Some(token) => auth.with("token", token.clone()),
            None => auth,
        };
        match (scheme, login) {
            ("bearer", _) => self
                .bearer
                .as_ref()
                .map(|_| with_token(Auth::new("bearer"))),
            ("aws-sigv4", Some(login)) => {
                let auth = login.put(Auth::new(scheme), "access_key", "secret_key");
                let settings = self.sigv4.iter();
                Some(settings.fold(auth, |auth, text| provider(auth, text)))
            }
            ("auto", None) => self.bearer.as_ref().map(|_| with_token(Auth::new("auto"))),
            (scheme, Some(login)) => Some(login.put(Auth::new(scheme), "username", "password")),
            // The account that the machine is logged in with.
            ("negotiate", None) => Some(Auth::new("negotiate")),
            _ => None,
        }
    }

    /// Says whether a token was given that is not part of `auth`.
    pub(super) fn leaves_token_out(&self, auth: Option<&Auth>) -> bool {
        self.bearer.is_some() && auth.is_some_and(|auth| auth.get("token").is_none())
    }
}

/// Reads `provider1[:provider2[:region[:service]]]`.
fn provider(auth: Auth, text: &str) -> Auth {
    let literal = |text: &str| Source::Literal(text.into());
    let mut parts = text.splitn(4, ':');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    let provider = second.map_or_else(|| first.to_owned(), |second| format!("{first}:{second}"));
    let mut auth = auth.with("provider", literal(&provider));
    for field in ["region", "service"] {
        if let Some(value) = parts.next().filter(|value| !value.is_empty()) {
            auth = auth.with(field, literal(value));
        }
    }
    auth
}

pub(super) fn apply(
    operation: &mut Operation,
    shared: &mut Shared<'_>,
    name: &str,
    argument: &Argument<'_>,
) -> Result<bool, CurlError> {
    let on = argument.on;
    let variables = shared.stand_ins.variables();
    let login = || Ok::<_, CurlError>(Some(Login::read(&argument.text()?, variables)));
    let logins = &mut operation.logins;
    let proxy = &mut operation.proxy_logins;
    let netrc = &mut operation.settings.netrc;
    match name {
        "user" => logins.login = login()?,
        "anyauth" => logins.any = true,
        "oauth2-bearer" => {
            logins.scheme("bearer", true);
            logins.bearer = Some(Source::of_text(&argument.text()?, variables));
        }
        "aws-sigv4" => {
            logins.scheme("aws-sigv4", true);
            logins.sigv4 = Some(argument.text()?);
        }
        "proxy-user" => operation.proxy_user = login()?,
        "proxy-anyauth" => proxy.any = on,
        "socks5-basic" => {}
        "netrc" => *netrc = on.then(Netrc::default),
        "netrc-optional" => {
            let file = netrc.take().and_then(|netrc| netrc.file);
            *netrc = on.then_some(Netrc {
                file,
                optional: true,
                scheme: None,
            });
        }
        "netrc-file" => netrc.get_or_insert_default().file = Some(argument.text()?),
        "disallow-username-in-url" => operation.no_user_in_url = on,
        option => match by_curl(option) {
            Some((scheme, false)) => logins.scheme(scheme, on),
            Some((scheme, true)) => proxy.scheme(scheme, on),
            None => return Ok(false),
        },
    }
    Ok(true)
}
