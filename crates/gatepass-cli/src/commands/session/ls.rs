//! `gatepass session ls`: the sessions that are kept by name.

use clap::Args;
use gatepass::session::places;

use crate::error::{Failure, of_client};
use crate::exit_code::Exit;
use crate::output;
use crate::output::color::{Palette, When};
use crate::output::table::table;

/// List the sessions that are kept by name
#[derive(Args, Debug)]
pub(crate) struct LsArgs {}

pub(super) fn run(_: &LsArgs) -> Result<Exit, Failure> {
    let heading = ["NAME", "HEADERS", "CREDENTIAL", "COOKIES", "ORIGIN"].map(str::to_owned);
    let mut rows = vec![heading];
    for place in places().map_err(|error| of_client(&error))? {
        let Some(session) = super::read(&place, "")? else {
            continue;
        };
        let origin = session.origin().to_owned();
        let scheme = session.auth_for(&origin).map(|auth| auth.scheme.clone());
        rows.push([
            place.name,
            session.headers().len().to_string(),
            match scheme {
                None => "none".to_owned(),
                Some(scheme) => scheme.unwrap_or_else(|| "user and password".to_owned()),
            },
            session.jar().cookies().len().to_string(),
            origin,
        ]);
    }
    if rows.len() == 1 {
        output::note("There are no sessions; --session NAME with a request begins one.");
        return Ok(Exit::Ok);
    }
    output::print(&table(&rows, Palette::for_stdout(When::Auto)))?;
    Ok(Exit::Ok)
}
