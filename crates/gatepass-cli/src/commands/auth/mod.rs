//! `gatepass auth`: profiles, which are credentials that are kept for an origin.

mod add;
mod ls;
mod rm;
mod test;

use clap::{Args, Subcommand};
use gatepass_request::{Auth, Source};

use crate::error::Failure;
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
