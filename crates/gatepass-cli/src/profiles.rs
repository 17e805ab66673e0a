//! The profiles of whoever runs the command: where they are kept, and which one a name may have meant.

use std::path::PathBuf;

use gatepass::credentials::{Profile, Profiles};

use crate::error::{Failure, of_client};

/// Returns the file of the profiles.
///
/// # Errors
/// [`Failure`] where no place for it is known.
pub(crate) fn path() -> Result<PathBuf, Failure> {
    Profiles::path().map_err(|error| of_client(&error))
}

/// Says that there is no profile of this name, and which one may have been meant.
pub(crate) fn nearest(profiles: &Profiles, name: &str) -> Failure {
    let failure = Failure::new(format!(
        "there is no profile {}",
        gatepass_auth::show::typed(name)
    ));
    let distance = |known: &&Profile| strsim::damerau_levenshtein(&known.name, name);
    match profiles.iter().min_by_key(distance) {
        Some(known) if distance(&known) <= 2 => {
            failure.hint(format!("Did you mean {}?", known.name))
        }
        Some(_) => failure.hint("gatepass auth ls lists them all"),
        None => failure.hint("gatepass auth add NAME URL makes one"),
    }
}
