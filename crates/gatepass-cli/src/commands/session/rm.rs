//! `gatepass session rm`: forgets what was kept.

use std::fs;

use clap::Args;

use super::{Which, is_path};
use crate::error::{Failure, reason};
use crate::exit_code::Exit;
use crate::output;

/// Remove a session
#[derive(Args, Debug)]
pub(crate) struct RmArgs {
    #[command(flatten)]
    which: Which,
}

pub(super) fn run(args: &RmArgs) -> Result<Exit, Failure> {
    let (place, session) = super::find(&args.which)?;
    fs::remove_file(&place.path).map_err(|error| {
        let path = place.path.display();
        Failure::new(format!(
            "the file {path} cannot be removed: {}",
            reason(&error)
        ))
    })?;
    // The folder of an origin without sessions is of no use; one that has some cannot be removed.
    if let Some(folder) = place.path.parent().filter(|_| !is_path(&place.name)) {
        let _ = fs::remove_dir(folder);
    }
    output::note(&format!(
        "The session {} for {} is removed.",
        place.name,
        session.origin()
    ));
    Ok(Exit::Ok)
}
