//! Descriptors into flags: the names that `-A` completes, and what is said of one that does not exist.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command};
use gatepass_auth::{AuthError, schemes};

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
        let names = schemes::ALL.iter().flat_map(|scheme| {
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
