//! What other programs call the schemes: each scheme says it itself, and here stands what is said of those that the engine does not
//! perform. They are kept as data, so that whoever sends says so, and whoever writes them down again loses nothing.

use gatepass_auth::{Elsewhere, Postman, schemes};

/// Schemes that the engine does not perform, by the ids that they are kept under.
static KEPT: &[(&str, Elsewhere)] = &[
    (
        "aws-sigv4",
        Elsewhere {
            postman: Some(Postman::new(
                "awsv4",
                &[
                    ("accessKey", "access_key"),
                    ("secretKey", "secret_key"),
                    ("sessionToken", "session_token"),
                    ("region", "region"),
                    ("service", "service"),
                ],
            )),
            ..Elsewhere::NOWHERE
        },
    ),
    (
        "hawk",
        Elsewhere {
            postman: Some(Postman::new(
                "hawk",
                &[
                    ("authId", "id"),
                    ("authKey", "key"),
                    ("algorithm", "algorithm"),
                    ("extraData", "ext"),
                    ("app", "app"),
                    ("delegation", "dlg"),
                ],
            )),
            ..Elsewhere::NOWHERE
        },
    ),
    (
        "negotiate",
        Elsewhere {
            curl: Some(["negotiate", "proxy-negotiate"]),
            ..Elsewhere::NOWHERE
        },
    ),
    (
        "ntlm",
        Elsewhere {
            postman: Some(Postman::new(
                "ntlm",
                &[
                    ("username", "username"),
                    ("password", "password"),
                    ("domain", "domain"),
                    ("workstation", "workstation"),
                ],
            )),
            http_file: Some("NTLM"),
            curl: Some(["ntlm", "proxy-ntlm"]),
            httpie: None,
        },
    ),
];

/// Returns every scheme with what other programs call it; one that the engine performs goes before what is kept of it.
fn all() -> impl Iterator<Item = (&'static str, &'static Elsewhere)> {
    let performed = schemes::descriptors().map(|scheme| (scheme.id, &scheme.elsewhere));
    performed.chain(KEPT.iter().map(|(id, elsewhere)| (*id, elsewhere)))
}

/// Returns the scheme of a `type` of Postman.
pub(crate) fn by_postman(kind: &str) -> Option<(&'static str, &'static Postman)> {
    all().find_map(|(id, elsewhere)| {
        let postman = elsewhere.postman.as_ref()?;
        (postman.kind == kind).then_some((id, postman))
    })
}

/// Returns the scheme of a word of `.http` files behind which user name and password stand.
pub(crate) fn by_http_file(word: &str) -> Option<&'static str> {
    let mut all = all();
    let is_it = |known: &str| known.eq_ignore_ascii_case(word);
    all.find(|(_, elsewhere)| elsewhere.http_file.is_some_and(is_it))
        .map(|(id, _)| id)
}

/// Returns the scheme of an option of curl, without hyphens, and whether it is meant for a proxy.
pub(crate) fn by_curl(option: &str) -> Option<(&'static str, bool)> {
    all().find_map(|(id, elsewhere)| {
        let [server, proxy] = elsewhere.curl?;
        let is_one = option == server || option == proxy;
        is_one.then_some((id, option == proxy))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_given_twice() {
        let twice = |names: Vec<&str>| {
            let mut sorted = names.clone();
            sorted.sort_unstable();
            sorted.dedup();
            sorted.len() != names.len()
        };
        assert!(!twice(all().map(|(id, _)| id).collect()));
        let kinds = all().filter_map(|(_, elsewhere)| Some(elsewhere.postman.as_ref()?.kind));
        assert!(!twice(kinds.collect()));
        assert!(!twice(all().filter_map(|(_, it)| it.http_file).collect()));
        assert!(!twice(
            all().filter_map(|(_, it)| it.curl).flatten().collect()
        ));
    }
}
