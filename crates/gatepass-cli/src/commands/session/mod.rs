//! `gatepass session`: what is kept between requests to an origin.

mod ls;
mod rm;
mod show;

use clap::{Args, Subcommand};
use gatepass::session::{Place, Session, places};
use gatepass_auth::show::typed;
use gatepass_request::{Typed, Url};

use crate::error::{Failure, of_client};
use crate::exit_code::Exit;

/// List, show and remove sessions, which --session keeps for an origin
#[derive(Args, Debug)]
pub(crate) struct SessionArgs {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Ls(ls::LsArgs),
    Show(show::ShowArgs),
    Rm(rm::RmArgs),
}

/// Which session is meant.
#[derive(Args, Debug)]
struct Which {
    /// The session's name, or its file
    #[arg(value_name = "NAME|FILE")]
    name: String,

    /// The origin that it belongs to, where several have one of this name
    #[arg(value_name = "URL")]
    url: Option<String>,
}

/// Runs one of the verbs.
///
/// # Errors
/// [`Failure`], as each says.
pub(crate) fn run(args: SessionArgs) -> Result<Exit, Failure> {
    match args.verb {
        Some(Verb::Ls(args)) => ls::run(&args),
        Some(Verb::Show(args)) => show::run(&args),
        Some(Verb::Rm(args)) => rm::run(&args),
        None => Err(
            Failure::new("session needs a word behind it: ls, show or rm")
                .hint("gatepass session --help explains them")
                .hint("A host of the name session is written http://session"),
        ),
    }
}

/// Finds the one session that is meant.
fn find(which: &Which) -> Result<(Place, Session), Failure> {
    let Which { name, url } = which;
    let wanted = url.as_deref().map(origin).transpose()?;
    let candidates = if is_path(name) {
        let place = Place::of(name, "").map_err(|error| of_client(&error))?;
        vec![place]
    } else {
        places().map_err(|error| of_client(&error))?
    };
    let mut found = Vec::new();
    for place in candidates.into_iter().filter(|it| it.name == *name) {
        if let Some(session) = read(&place, wanted.as_deref().unwrap_or_default())?
            && wanted
                .as_ref()
                .is_none_or(|origin| session.origin() == origin)
        {
            found.push((place, session));
        }
    }
    match found.len() {
        0 | 1 => found.pop().ok_or_else(|| {
            let of = wanted
                .map(|origin| format!(" for {origin}"))
                .unwrap_or_default();
            Failure::new(format!("there is no session {}{of}", typed(name)))
                .hint("gatepass session ls lists them all")
        }),
        _ => {
            let origins: Vec<_> = found.iter().map(|(_, it)| it.origin()).collect();
            Err(
                Failure::new(format!("several origins have a session {}", typed(name))).hint(
                    format!("Write one of them behind it: {}", origins.join(", ")),
                ),
            )
        }
    }
}

/// Reads a session. `origin` is that of a file which does not say.
fn read(place: &Place, origin: &str) -> Result<Option<Session>, Failure> {
    Session::read(&place.path, origin).map_err(|error| of_client(&error))
}

fn is_path(name: &str) -> bool {
    name.contains(['/', std::path::MAIN_SEPARATOR])
}

fn origin(text: &str) -> Result<String, Failure> {
    match Url::typed(text, "https").map_err(|error| Failure::new(error.to_string()))? {
        Typed::Absolute(url) => Ok(url.space().to_string()),
        _ => Err(Failure::new(format!("{} is no origin", typed(text)))
            .hint("An origin is a scheme and a host, as in https://api.example")),
    }
}
