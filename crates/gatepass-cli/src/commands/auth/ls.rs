//! `gatepass auth ls`: the profiles, and where their secrets are.

use clap::Args;
use gatepass::credentials::Profiles;

use super::described;
use crate::error::{Failure, of_client};
use crate::exit_code::Exit;
use crate::output;
use crate::output::color::{Palette, When};
use crate::output::table::table;
use crate::profiles::path;

/// List the profiles with their origins, schemes, and the places of their secrets
#[derive(Args, Debug)]
pub(super) struct LsArgs {}

/// Prints the table.
///
/// # Errors
/// [`Failure`] where the profiles cannot be read, or the output cannot be written.
pub(super) fn run(_: &LsArgs) -> Result<Exit, Failure> {
    let profiles = Profiles::read(&path()?).map_err(|error| of_client(&error))?;
    let mut rows = vec![["NAME", "ORIGIN", "SCHEME", "CREDENTIAL"].map(str::to_owned)];
    rows.extend(profiles.iter().map(|profile| {
        let (scheme, fields) = described(&profile.auth);
        [profile.name.clone(), profile.origin.clone(), scheme, fields]
    }));
    if rows.len() == 1 {
        output::note("There are no profiles; gatepass auth add NAME URL makes one.");
        return Ok(Exit::Ok);
    }
    output::print(&table(&rows, Palette::for_stdout(When::Auto)))?;
    Ok(Exit::Ok)
}
