//! By which credential a request goes: that of `-A` and `-a`, of `--profile`, of the URL, or one that is kept for the host.

use std::io::IsTerminal as _;
use std::sync::Arc;

use gatepass::credentials::{Found, Netrc, Profile, ProfileProvider, Profiles, Resolver};
use gatepass::{ClientBuilder, RequestBuilder};
use gatepass_auth::{Form, schemes};
use gatepass_request::{Auth, Source, Url};

use crate::auth_args::{ask_for_the_rest, read_auth};
use crate::commands::send::args::SendArgs;
use crate::error::{Failure, of_client};
use crate::output;
use crate::profiles::nearest;
use crate::prompt::Terminal;

/// What the request is given, and what is looked up for origins that none was given for.
pub(super) struct Credentials {
    /// The scheme of `-A` and the fields of `-a`.
    pub(super) auth: Option<Auth>,
    /// Whether these fields were taken from the URL.
    from_url: bool,
    netrc: Option<Arc<Netrc>>,
    profiles: Option<ProfileProvider>,
    chosen: Option<String>,
    /// Whether `-A` says how, and a netrc file knows what.
    is_half_given: bool,
}

impl Credentials {
    /// Reads the options and the files that they leave in use.
    ///
    /// # Errors
    /// [`Failure`], which says what to write instead.
    pub(super) fn of(args: &SendArgs, url: &Url) -> Result<Self, Failure> {
        let mut all = Self {
            auth: None,
            from_url: false,
            netrc: None,
            profiles: None,
            chosen: args.profile.clone(),
            is_half_given: args.auth_type.is_some() && args.auth.is_empty(),
        };
        let mut netrc = netrc(args)?;
        if args.auth.is_empty() && args.auth_type.is_none() {
            if !args.no_profile {
                let profiles = Profiles::path().and_then(|path| Profiles::read(&path));
                all.profiles = match profiles {
                    Ok(profiles) => Some(profiles.with_resolver(resolver(args))),
                    // Whoever has no home has no profiles.
                    Err(gatepass::Error::Misuse(gatepass::error::Misuse::NoHome))
                        if args.profile.is_none() =>
                    {
                        None
                    }
                    Err(error) => {
                        let failure = of_client(&error);
                        return Err(failure.hint("--no-profile does without the file this once"));
                    }
                };
            }
        } else {
            let mut auth = read_auth(args.auth_type.as_deref(), &args.auth)?;
            match args.auth_type.as_deref().filter(|_| args.auth.is_empty()) {
                // Only how is said; what may be known.
                Some(name) if netrc.as_ref().is_some_and(|netrc| fits(netrc, name, url)) => {
                    netrc = netrc.map(|netrc| netrc.with_scheme(name));
                }
                scheme => {
                    if let Some(name) = scheme {
                        all.from_url = take_from_url(&mut auth, name, url);
                    }
                    ask_who_can_answer(&mut auth);
                    all.auth = Some(auth);
                }
            }
        }
        all.netrc = netrc.map(Arc::new);
        Ok(all)
    }

    /// Takes the credential that the request brings with it, unless an option gives one.
    pub(super) fn take(&mut self, auth: Auth) {
        if self.auth.is_none() && self.chosen.is_none() && !self.is_half_given {
            self.auth = Some(auth);
        }
    }

    /// Says whether a session has a say: nothing else was chosen by name.
    pub(super) fn may_be_kept(&self) -> bool {
        self.auth.is_some() || (self.chosen.is_none() && !self.is_half_given)
    }

    /// Finds what was asked for by name: the secrets of `-a`, or the profile.
    ///
    /// # Errors
    /// [`Failure`] for a secret that is not there, and for a profile that is not there or belongs elsewhere.
    pub(super) fn find(&self, args: &SendArgs, url: &Url) -> Result<Option<Found>, Failure> {
        if let Some(auth) = &self.auth {
            let resolver = resolver(args).for_whom(url.space().to_string());
            let mut found = resolver.scheme(auth).map_err(|error| of_client(&error))?;
            if self.from_url {
                "from the URL".clone_into(&mut found.from);
            }
            return Ok(Some(found));
        }
        let (Some(name), Some(profiles)) = (&self.chosen, &self.profiles) else {
            return Ok(None);
        };
        chosen(profiles.profiles(), name, url)?;
        profiles.scheme(name).map_err(|error| of_client(&error))
    }

    /// Has the client look up what is kept.
    pub(super) fn into_client(self, mut builder: ClientBuilder) -> ClientBuilder {
        if let Some(profiles) = self.profiles {
            builder = builder.credentials_from(profiles);
        }
        match self.netrc {
            Some(netrc) => builder.netrc(netrc),
            None => builder,
        }
    }

    /// Returns the netrc files, for what they have to tell when the request is done.
    pub(super) fn netrc(&self) -> Option<Arc<Netrc>> {
        self.netrc.clone()
    }
}

/// Returns the profile of this name, if it is for the origin of the URL.
fn chosen<'a>(profiles: &'a Profiles, name: &str, url: &Url) -> Result<&'a Profile, Failure> {
    let profile = profiles.get(name).ok_or_else(|| nearest(profiles, name))?;
    if profile.space().map_err(|error| of_client(&error))? == url.space() {
        return Ok(profile);
    }
    Err(Failure::new(format!(
        "the profile {name} is for {}, and the request goes to {}",
        profile.origin,
        url.space()
    ))
    .hint(
        "A credential goes to its own origin only; gatepass auth add makes a profile for this one",
    ))
}

/// Reads `-A` and `-a`, or the profile of `--profile`, and nothing that was not named; `None` without any.
///
/// # Errors
/// [`Failure`], which says what to write instead.
pub(crate) fn named(args: &SendArgs, url: &Url) -> Result<Option<Auth>, Failure> {
    if let Some(name) = &args.profile {
        let profiles = Profiles::path().and_then(|path| Profiles::read(&path));
        let profiles = profiles.map_err(|error| of_client(&error))?;
        return Ok(Some(chosen(&profiles, name, url)?.auth.clone()));
    }
    if args.auth.is_empty() && args.auth_type.is_none() {
        return Ok(None);
    }
    let mut auth = read_auth(args.auth_type.as_deref(), &args.auth)?;
    ask_who_can_answer(&mut auth);
    Ok(Some(auth))
}

/// Has the rest asked for where somebody sits at a terminal. A script gets an error that names the field.
fn ask_who_can_answer(auth: &mut Auth) {
    if std::io::stdin().is_terminal() {
        ask_for_the_rest(auth);
    }
}

/// Says whether one of the secrets is read from standard input.
pub(super) fn reads_stdin(auth: Option<&Auth>) -> bool {
    auth.is_some_and(|auth| {
        let mut sources = auth.values.iter().map(|(_, source)| source);
        sources.any(|source| matches!(source, Source::Stdin))
    })
}

/// Gives the request what was found for it.
pub(super) fn with_credential(builder: RequestBuilder, found: Option<Found>) -> RequestBuilder {
    match found {
        Some(found) => builder.auth(found.scheme).credential_source(found.from),
        None => builder,
    }
}

/// Prints what the owner of a netrc file should know.
pub(super) fn warn(netrc: Option<&Netrc>) {
    for warning in netrc.map(Netrc::warnings).unwrap_or_default() {
        output::note(&format!("warning: {warning}."));
    }
}

fn netrc(args: &SendArgs) -> Result<Option<Netrc>, Failure> {
    if args.ignore_netrc {
        return Ok(None);
    }
    let netrc = match &args.netrc_file {
        Some(path) => Netrc::file(path)
            .map_err(|error| of_client(&error))?
            .for_every_host(),
        None if args.netrc => Netrc::standard().for_every_host(),
        None => Netrc::standard(),
    };
    Ok(Some(match &args.netrc_scheme {
        Some(name) => netrc.with_scheme(name),
        None => netrc,
    }))
}

/// Finds secrets, and lets commands take no longer than the request may.
pub(super) fn resolver(args: &SendArgs) -> Resolver {
    let resolver = Resolver::new()
        .with_prompter(Arc::new(Terminal))
        .allow_plain_http(args.allow_plain_http);
    match args.network.max_time {
        Some(patience) => resolver.patience(patience),
        None => resolver,
    }
}

/// Says how much of a scheme a user and a password, or one secret, are.
fn form(name: &str) -> Form {
    if name.eq_ignore_ascii_case("auto") {
        return Form::UserPassword;
    }
    schemes::resolve(name).map_or(Form::Named, |(scheme, _)| scheme.about.form)
}

/// Says whether the netrc file has what the scheme needs. A password in the URL goes before it.
fn fits(netrc: &Netrc, name: &str, url: &Url) -> bool {
    let user = url.user_info();
    let complete = user.is_some_and(|it| it.password.is_some());
    let user = user.map(|it| it.user.as_str()).filter(|it| !it.is_empty());
    !complete && form(name) != Form::Named && netrc.entry(&url.space(), user).is_some()
}

/// Takes user and password of the URL for a scheme that has such.
fn take_from_url(auth: &mut Auth, name: &str, url: &Url) -> bool {
    let Some(user) = url.user_info().filter(|_| form(name) == Form::UserPassword) else {
        return false;
    };
    let literal = |text: &str| Source::Literal(text.into());
    auth.values
        .push(("username".to_owned(), literal(&user.user)));
    if let Some(password) = &user.password {
        let source = Source::Literal(password.clone());
        auth.values.push(("password".to_owned(), source));
    }
    true
}
