//! Descriptors into flags and prompts: the names that `-A` completes, and the fields that are asked for.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command};
use gatepass_auth::{AuthError, schemes};
use gatepass_request::{Auth, AuthArgError, Source, USER_PASSWORD};

use crate::error::Failure;

/// Takes any text, because a name carries parameters (`bearer:JWT`), and offers the names for completion.
#[derive(Clone, Debug)]
pub(crate) struct SchemeName;

impl TypedValueParser for SchemeName {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        _arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        let text = value.to_str().map(str::to_owned);
        text.ok_or_else(|| clap::Error::new(ErrorKind::InvalidUtf8).with_cmd(command))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = schemes::descriptors().flat_map(|scheme| {
            let aliases = scheme.aliases.iter().map(|alias| alias.name);
            let value = |name: &'static str| {
                PossibleValue::new(name).help(scheme.summary.trim_end_matches('.'))
            };
            std::iter::once(scheme.id).chain(aliases).map(value)
        });
        let auto =
            PossibleValue::new("auto").help("Takes the strongest scheme that the server offers");
        Some(Box::new(names.chain([auto])))
    }
}

/// Says that a scheme does not exist, and where to look.
pub(crate) fn unknown_scheme(error: &AuthError) -> Failure {
    Failure::new(error.to_string()).hint("gatepass schemes lists them all")
}

/// Reads the values of `-A` and `-a`.
///
/// # Errors
/// [`Failure`], which says what to write instead.
pub(crate) fn read_auth(scheme: Option<&str>, values: &[String]) -> Result<Auth, Failure> {
    Auth::parse(scheme, values).map_err(|error| match &error {
        AuthArgError::Scheme(error) => unknown_scheme(error),
        error => Failure::new(error.to_string()).hint(format!(
            "gatepass schemes {} shows an example",
            scheme.unwrap_or("basic")
        )),
    })
}

/// Has every field asked for that the scheme cannot do without and that was not given.
pub(crate) fn ask_for_the_rest(auth: &mut Auth) {
    let name = match auth.scheme.as_deref() {
        None | Some("auto") => "basic",
        Some(name) => name,
    };
    let Ok((scheme, implied)) = schemes::resolve(name) else {
        return;
    };
    let both =
        |field: &str| matches!(field, "username" | "password") && auth.get(USER_PASSWORD).is_some();
    let missing: Vec<_> = scheme
        .about
        .fields
        .iter()
        .filter(|field| field.required && implied.get(field.name).is_none())
        .filter(|field| auth.get(field.name).is_none() && !both(field.name))
        .map(|field| (field.name.to_owned(), Source::Prompt))
        .collect();
    auth.values.extend(missing);
}
