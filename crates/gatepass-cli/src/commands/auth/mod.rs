//! `gatepass auth`: profiles, which are credentials that are kept for an origin.

mod add;
mod ls;
mod rm;
mod test;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use gatepass::credentials::{Profile, Profiles};
use gatepass_request::{Auth, Source};

use crate::error::{Failure, of_client};
use crate::exit_code::Exit;

/// Keep credentials for origins in profiles, which requests then use by themselves
///
/// A profile has a name, an origin (scheme, host and port of a URL), a scheme, and the places of its secrets, never a secret
/// itself. It is used for every request to its origin that gives no credential of its own, and for nothing else.
#[derive(Args, Debug)]
pub(crate) struct AuthArgs {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Add(add::AddArgs),
    Ls(ls::LsArgs),
    Test(test::TestArgs),
    Rm(rm::RmArgs),
}

/// Runs one of the verbs.
///
/// # Errors
/// [`Failure`], as each says.
pub(crate) fn run(args: AuthArgs) -> Result<Exit, Failure> {
    match args.verb {
        Some(Verb::Add(args)) => add::run(args),
        Some(Verb::Ls(args)) => ls::run(&args),
        Some(Verb::Test(args)) => test::run(args),
        Some(Verb::Rm(args)) => rm::run(&args),
        None => Err(
            Failure::new("auth needs a word behind it: add, ls, test or rm")
                .hint("gatepass auth --help explains them")
                .hint("A host of the name auth is written http://auth"),
        ),
    }
}

/// Says that there is no profile of this name, and which one may have been meant.
pub(crate) fn nearest(profiles: &Profiles, name: &str) -> Failure {
    let failure = Failure::new(format!("there is no profile {name:?}"));
    let distance = |known: &&Profile| strsim::damerau_levenshtein(&known.name, name);
    match profiles.iter().min_by_key(distance) {
        Some(known) if distance(&known) <= 2 => {
            failure.hint(format!("Did you mean {}?", known.name))
        }
        Some(_) => failure.hint("gatepass auth ls lists them all"),
        None => failure.hint("gatepass auth add NAME URL makes one"),
    }
}

fn path() -> Result<PathBuf, Failure> {
    Profiles::path().map_err(|error| of_client(&error))
}

/// Returns the keyring entry in which gatepass itself keeps a field of a profile.
fn entry(name: &str, field: &str) -> String {
    format!("{}/{field}", service(name))
}

fn service(name: &str) -> String {
    format!("gatepass:{name}")
}

/// Returns the scheme of a profile and where its fields are, as they may be shown.
fn described(auth: &Auth) -> (String, String) {
    let scheme = auth.scheme.as_deref().unwrap_or("basic, or as asked");
    let shown = |(field, source): &(String, Source)| match (source.reference(), source) {
        (Some(place), _) => format!("{field} {place}"),
        // What a profile holds itself is no secret: it would not have been written.
        (None, Source::Literal(text)) => {
            format!("{field} {}", text.expose_str().unwrap_or_default())
        }
        (None, _) => field.clone(),
    };
    let fields: Vec<String> = auth.values.iter().map(shown).collect();
    (scheme.to_owned(), fields.join(", "))
}
