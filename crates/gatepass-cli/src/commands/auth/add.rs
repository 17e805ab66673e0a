//! `gatepass auth add`: makes a profile, and asks for what is missing.

use std::io::{IsTerminal as _, stdin};
use std::path::absolute;
use std::sync::Arc;

use clap::{Args, ValueHint};
use gatepass::credentials::{Profile, Profiles, Resolver, keyring};
use gatepass_auth::{Space, schemes};
use gatepass_request::{Auth, Source, Typed, Url};

use super::{described, entry};
use crate::auth_args::{SchemeName, ask_for_the_rest, read_auth};
use crate::error::{Failure, of_client};
use crate::exit_code::Exit;
use crate::output;
use crate::profiles::path;
use crate::prompt::{Terminal, ask_openly, is_secret};

/// Make a profile, or replace the one of the same name
///
/// What the scheme needs and was not given is asked for on a terminal. A profile holds the places of secrets only:
/// env:NAME, @FILE, cmd:COMMAND, keyring:SERVICE/USER, or prompt: to be asked each time. With --keyring, the secrets
/// themselves go into the system's keyring, which is then their place.
#[derive(Args, Debug)]
pub(super) struct AddArgs {
    /// The profile's name
    #[arg(value_name = "NAME")]
    name: String,

    /// The origin that it is for: scheme, host and port of a URL; of a longer URL, the path is left out
    #[arg(value_name = "URL", value_hint = ValueHint::Url)]
    origin: String,

    /// The user and the place of the password, of a token, or FIELD=PLACE, once for each field, as for a request
    #[arg(short = 'a', long = "auth", value_name = "CREDENTIAL")]
    auth: Vec<String>,

    /// The authentication scheme; "gatepass schemes" lists them
    #[arg(short = 'A', long, value_name = "SCHEME", value_parser = SchemeName, hide_possible_values = true)]
    auth_type: Option<String>,

    /// Ask for the secrets now (or read one from standard input: -a alice:-) and keep them in the system's keyring
    #[arg(long)]
    keyring: bool,
}

/// Asks, keeps what has to be kept, and writes the profile.
///
/// # Errors
/// [`Failure`] for a secret that is given itself, for a question that nobody answers, and where the keyring or the file
/// cannot be changed.
pub(super) fn run(args: AddArgs) -> Result<Exit, Failure> {
    let space = origin(&args.origin)?;
    let mut auth = read_auth(args.auth_type.as_deref(), &args.auth)?;
    ask_for_the_rest(&mut auth);
    // Nothing goes into the keyring for a name that cannot be.
    let nothing = read_auth(args.auth_type.as_deref(), &[])?;
    make(&args.name, &space, nothing)?;
    for (field, source) in &mut auth.values {
        let given = std::mem::replace(source, Source::Prompt);
        *source = settled(&args, &space, field, given)?;
    }
    let profile = make(&args.name, &space, auth.clone())?;
    let (replaced, others) = Profiles::change(&path()?, |all| {
        let replaced = all.add(profile)?.is_some();
        let others = all.for_origin(&space);
        let others = others.into_iter().filter(|it| it.name != args.name);
        Ok((
            replaced,
            others.map(|it| it.name.clone()).collect::<Vec<_>>(),
        ))
    })
    .map_err(|error| of_client(&error))?;
    let (scheme, fields) = described(&auth);
    let (done, name) = (if replaced { "Replaced" } else { "Added" }, &args.name);
    output::note(&format!("{done} {name} for {space}: {scheme}; {fields}."));
    if !others.is_empty() {
        output::note(&format!(
            "hint: {} is for {space} too, so that requests have to say --profile NAME.",
            others.join(", ")
        ));
    }
    if !space.is_private() && reveals(&auth) {
        output::note("hint: over http the secret is sent with --allow-plain-http only.");
    }
    Ok(Exit::Ok)
}

fn make(name: &str, space: &Space, auth: Auth) -> Result<Profile, Failure> {
    Profile::new(name, &space.to_string(), auth).map_err(|error| of_client(&error))
}

/// Reads the origin. One without a scheme is https: a credential should not go elsewhere by mistake.
fn origin(text: &str) -> Result<Space, Failure> {
    match Url::typed(text, "https").map_err(|error| Failure::new(error.to_string()))? {
        Typed::Absolute(url) if url.user_info().is_none() => Ok(url.space()),
        Typed::Absolute(_) => Err(Failure::new("the URL has a user name in it")
            .hint("Give the user as -a USER, and the URL without")),
        _ => Err(Failure::new("the URL has no host").hint("Write it as in https://api.example")),
    }
}

fn reveals(auth: &Auth) -> bool {
    let name = auth.scheme.as_deref().unwrap_or("basic");
    schemes::resolve(name).is_ok_and(|(scheme, _)| scheme.about.reveals_secret)
}

/// Returns the lasting place of a field: the one that was given, the keyring, or the one that is named when asked.
fn settled(args: &AddArgs, space: &Space, field: &str, source: Source) -> Result<Source, Failure> {
    let ask = |source: &Source| {
        let resolver = Resolver::new().with_prompter(Arc::new(Terminal));
        let found = resolver.for_whom(space.to_string()).resolve(field, source);
        found.map_err(|error| of_client(&error))
    };
    match source {
        Source::File(path) => match absolute(&path) {
            Ok(path) => Ok(Source::File(path.display().to_string())),
            Err(_) => Ok(Source::File(path)),
        },
        Source::Literal(_) | Source::Stdin | Source::Prompt if is_secret(field) && args.keyring => {
            let place = entry(&args.name, field);
            let label = format!("gatepass {}: {field} at {space}", args.name);
            let found = ask(&source)?;
            keyring::store(&place, &label, &found.secret).map_err(|error| of_client(&error))?;
            Ok(Source::Keyring(place))
        }
        Source::Literal(_) if is_secret(field) => Err(Failure::new(format!(
            "a profile holds no secret itself, and the {field} is one"
        ))
        .hint("Give its place: env:NAME, @FILE, cmd:COMMAND or keyring:SERVICE/USER; or add --keyring")),
        Source::Stdin => Err(Failure::new(format!(
            "standard input is no place where the {field} stays"
        ))
        .hint("Add --keyring to read it now and keep it in the system's keyring")),
        Source::Prompt if !is_secret(field) => Ok(Source::Literal(ask(&source)?.secret)),
        Source::Prompt if stdin().is_terminal() && !is_meant(&args.auth) => where_is(field),
        other => Ok(other),
    }
}

/// Says whether somebody wrote that it is to be asked for each time.
fn is_meant(given: &[String]) -> bool {
    given.iter().any(|value| value.ends_with("prompt:"))
}

/// Asks for the place of a secret.
fn where_is(field: &str) -> Result<Source, Failure> {
    let question = format!(
        "Where is the {field}? env:NAME, @FILE, cmd:COMMAND or keyring:SERVICE/USER; nothing asks for it each time: "
    );
    let answer = ask_openly(&question)?;
    if answer.is_empty() {
        return Ok(Source::Prompt);
    }
    match Source::parse(&answer).map_err(|error| Failure::new(error.to_string()))? {
        Source::Literal(_) | Source::Stdin => {
            Err(Failure::new("that is no place where a secret can be kept")
                .hint("gatepass auth add --keyring asks for the secret itself and keeps it in the system's keyring"))
        }
        place => Ok(place),
    }
}
