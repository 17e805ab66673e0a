//! `gatepass auth rm`: forgets a profile, and what the keyring has for it.

use clap::Args;
use gatepass::credentials::{Profiles, keyring};
use gatepass_request::Source;

use super::service;
use crate::error::{Failure, of_client};
use crate::exit_code::Exit;
use crate::output;
use crate::profiles::{nearest, path};

/// Forget a profile, and remove what --keyring has put into the keyring for it
#[derive(Args, Debug)]
pub(super) struct RmArgs {
    /// The profile's name
    #[arg(value_name = "NAME")]
    name: String,
}

/// Removes the profile, then its entries. Entries that were there before it stay.
///
/// # Errors
/// [`Failure`] for a profile that is not there, and where the file or the keyring cannot be changed.
pub(super) fn run(args: &RmArgs) -> Result<Exit, Failure> {
    let path = path()?;
    let name = &args.name;
    let removed = Profiles::change(&path, |all| Ok(all.remove(name)));
    let Some(profile) = removed.map_err(|error| of_client(&error))? else {
        let profiles = Profiles::read(&path).map_err(|error| of_client(&error))?;
        return Err(nearest(&profiles, name));
    };
    output::note(&format!("Removed {name} for {}.", profile.origin));
    let own = format!("{}/", service(name));
    for (_, source) in &profile.auth.values {
        if let Source::Keyring(entry) = source
            && entry.starts_with(&own)
        {
            keyring::remove(entry).map_err(|error| of_client(&error))?;
        }
    }
    Ok(Exit::Ok)
}
