//! `gatepass session show`: what a session keeps.

use clap::Args;
use gatepass_auth::show::{self, masked_value};
use gatepass_request::Source;
use gatepass_request::parse::items::Value;

use super::Which;
use crate::error::Failure;
use crate::exit_code::Exit;
use crate::output;

/// Show what a session keeps: headers, where its credential is, and cookies with their values masked
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    which: Which,

    /// Show the values of cookies, too
    #[arg(long)]
    reveal: bool,
}

pub(super) fn run(args: &ShowArgs) -> Result<Exit, Failure> {
    let (place, session) = super::find(&args.which)?;
    let mut out = format!("{}\n  kept in {}\n", session.origin(), place.path.display());
    for (name, value) in session.headers() {
        let value = match value {
            Value::Text(text) if args.reveal => text.clone(),
            Value::Text(text) => masked_value(name, text.as_bytes(), false),
            elsewhere => elsewhere.to_string(),
        };
        out.push_str(&format!("{name}: {}\n", show::line(&value)));
    }
    if let Some(auth) = session.auth_for(session.origin()) {
        let scheme = auth.scheme.as_deref().unwrap_or("user and password");
        out.push_str(&format!("credential: {scheme}\n"));
        let (storable, _) = auth.storable();
        for ((field, source), (_, shown)) in auth.values.iter().zip(&storable.values) {
            let text = match (source.reference(), shown) {
                (Some(place), _) => format!("from {place}"),
                // What may be stored is no secret.
                (None, Source::Literal(text)) => text.expose_str().unwrap_or_default().to_owned(),
                (None, _) => "in the file itself".to_owned(),
            };
            out.push_str(&format!("  {field}: {text}\n"));
        }
    }
    for cookie in session.jar().cookies() {
        let value = match args.reveal {
            true => cookie.value.expose_str().unwrap_or_default().to_owned(),
            false => cookie.value.mask(),
        };
        let below = if cookie.host_only { "" } else { "." };
        let secure = if cookie.secure { ", https only" } else { "" };
        out.push_str(&format!(
            "cookie {}={}, for {below}{}{}{secure}\n",
            show::line(&cookie.name),
            show::line(&value),
            show::line(&cookie.domain),
            show::line(&cookie.path)
        ));
    }
    output::print(&out)?;
    Ok(Exit::Ok)
}
