//! The schemes, one file each. [`ALL`] is the only list of them.

pub mod api_key;
pub mod basic;
pub mod bearer;
pub mod closure;
pub mod digest;
pub mod oauth1;

use crate::accounts::Accounts;
use crate::descriptor::Descriptor;
use crate::entry::Entry;
use crate::error::{AuthError, Misuse};
use crate::lore::Parameter;
use crate::values::{Alias, Values};

/// Every scheme that is configured by values, in alphabetical order.
pub static ALL: &[&Entry] = &[
    &api_key::ENTRY,
    &basic::ENTRY,
    &bearer::ENTRY,
    &digest::ENTRY,
    &oauth1::ENTRY,
];

/// Returns what is known of every scheme of [`ALL`].
pub fn descriptors() -> impl Iterator<Item = &'static Descriptor> {
    ALL.iter().map(|entry| entry.about)
}

/// Returns the scheme of this id, in any case. Aliases are found by [`resolve`].
///
/// # Errors
/// [`Misuse::UnknownScheme`] with the nearest name.
pub fn find(name: &str) -> Result<&'static Entry, AuthError> {
    resolve(name).map(|(entry, _)| entry)
}

/// Returns the scheme whose credentials and challenges begin with this word, in any case.
pub fn by_word(word: &str) -> Option<&'static Entry> {
    let is_it = |known: &str| known.eq_ignore_ascii_case(word);
    ALL.iter()
        .find(|entry| entry.about.word.is_some_and(is_it))
        .copied()
}

/// Returns what the schemes say of a parameter of credentials or `Authentication-Info`, in any case.
pub fn parameters(name: &str) -> impl Iterator<Item = &'static Parameter> {
    let all = descriptors().flat_map(|scheme| scheme.parameters_sent);
    all.filter(move |known| known.name.eq_ignore_ascii_case(name))
}

/// Returns what is said of a parameter of a challenge that begins with `word`, in any case: by its own scheme, else by any.
pub fn asked(word: &str, name: &str) -> Option<&'static Parameter> {
    let own = by_word(word).map_or(&[][..], |entry| entry.about.parameters_asked);
    let any = descriptors().flat_map(|scheme| scheme.parameters_asked);
    let is_it = |known: &&Parameter| known.name.eq_ignore_ascii_case(name);
    own.iter().chain(any).find(is_it)
}

/// Returns accounts for the example credentials of every scheme: what the test server knows.
pub fn example_accounts() -> Accounts {
    ALL.iter().fold(Accounts::new(), |accounts, entry| {
        (entry.enroll)(accounts, &entry.about.example_values())
    })
}

/// Reads the name of a scheme with its parameters, as in `basic`, `token`, `bearer:JWT` or `apikey:header:X-Key`: the
/// scheme, and the fields that the alias and the parameters set.
///
/// # Errors
/// [`Misuse::UnknownScheme`] with the nearest name; [`Misuse::BadField`] for more parameters than the scheme takes.
pub fn resolve(text: &str) -> Result<(&'static Entry, Values), AuthError> {
    let (name, parameters) = text
        .split_once(':')
        .map_or((text, None), |(name, rest)| (name, Some(rest)));
    let mut values = Values::new();
    let entry = match by_name(name) {
        Some((entry, sets)) => {
            sets.iter()
                .for_each(|(field, value)| values.set(*field, *value));
            entry
        }
        None => {
            return Err(Misuse::UnknownScheme {
                name: name.to_owned(),
                nearest: nearest(name),
            }
            .into());
        }
    };
    let Some(parameters) = parameters else {
        return Ok((entry, values));
    };
    let descriptor = entry.about;
    let Some(last) = descriptor.parameters.last() else {
        return Err(Misuse::BadField {
            scheme: descriptor.id,
            field: "name",
            problem: format!(
                "takes nothing after a colon, and {} was given",
                crate::show::typed(parameters)
            ),
        }
        .into());
    };
    // The last parameter takes the rest, colons included.
    for (field, value) in descriptor
        .parameters
        .iter()
        .zip(parameters.splitn(descriptor.parameters.len(), ':'))
    {
        if value.is_empty() {
            let problem = format!(
                "is empty; write {}:{}",
                name,
                descriptor.parameters.join(":")
            );
            let field = descriptor.field(field).map_or(*last, |field| field.name);
            return Err(Misuse::BadField {
                scheme: descriptor.id,
                field,
                problem,
            }
            .into());
        }
        values.set(*field, value);
    }
    Ok((entry, values))
}

fn by_name(name: &str) -> Option<(&'static Entry, &'static [(&'static str, &'static str)])> {
    ALL.iter().find_map(|entry| {
        if entry.about.id.eq_ignore_ascii_case(name) {
            return Some((*entry, &[] as &[_]));
        }
        let alias = |alias: &&Alias| alias.name.eq_ignore_ascii_case(name);
        let found = entry.about.aliases.iter().find(alias);
        found.map(|alias| (*entry, alias.sets))
    })
}

/// Returns every name that [`resolve`] knows, aliases included, in alphabetical order of the schemes.
pub fn names() -> impl Iterator<Item = &'static str> {
    descriptors().flat_map(|scheme| {
        let aliases = scheme.aliases.iter().map(|alias| alias.name);
        std::iter::once(scheme.id).chain(aliases)
    })
}

/// Returns the name that is most like `name`, if one is like it at all.
fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    names()
        .map(|known| (strsim::damerau_levenshtein(known, &name), known))
        .filter(|(distance, known)| *distance * 2 <= known.len().max(name.len()))
        .min()
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_parameters() {
        let (entry, values) = resolve("bearer:JWT").unwrap();
        assert_eq!(
            (entry.about.id, values.text("word")),
            ("bearer", Some("JWT"))
        );
        let (entry, values) = resolve("Token").unwrap();
        assert_eq!(
            (entry.about.id, values.text("word")),
            ("bearer", Some("Token"))
        );
    }

    #[test]
    fn a_misspelt_name_gets_a_suggestion() {
        let error = find("baisc").unwrap_err().to_string();
        assert!(error.ends_with("did you mean basic?"), "{error}");
        assert!(!find("kerberos").unwrap_err().to_string().contains("mean"));
    }

    #[test]
    fn the_list_is_in_order() {
        assert!(ALL.is_sorted_by_key(|entry| entry.about.id));
    }
}
