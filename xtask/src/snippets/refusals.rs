//! What a target refuses to write, though it can do what is needed: which bytes, in which place. Nothing else may be refused.

use gatepass_snippet::SnippetError;

/// A refusal that is known.
pub(crate) struct Refusal {
    /// The case, which names the place.
    case: &'static str,
    /// What cannot be written there.
    what: &'static str,
    /// A part of the reason that the target gives.
    reason: &'static str,
    targets: &'static [&'static str],
}

/// All of them, in the order of the cases.
const REFUSALS: &[Refusal] = &[
    Refusal {
        case: "away-basic-followed",
        what: "redirects to another host, with a login",
        reason: "would take the login along",
        targets: &["java-http", "perl-lwp", "python-urllib", "r-httr2", "wget"],
    },
    Refusal {
        case: "away-bearer-followed",
        what: "redirects to another host, with a login",
        reason: "would take the login along",
        targets: &["java-http", "perl-lwp", "python-urllib", "r-httr2", "wget"],
    },
    Refusal {
        case: "away-digest-basic-followed",
        what: "redirects to another host, with a login",
        reason: "would take the login along",
        targets: &[
            "httpie",
            "java-http",
            "perl-lwp",
            "python-requests",
            "python-urllib",
            "r-httr2",
        ],
    },
    Refusal {
        case: "away-digest-followed",
        what: "redirects to another host, with a login",
        reason: "would take the login along",
        targets: &[
            "httpie",
            "java-http",
            "perl-lwp",
            "python-requests",
            "python-urllib",
            "r-httr2",
        ],
    },
    Refusal {
        case: "default-header",
        what: "what is not ASCII, in the value",
        reason: "sends headers in ASCII",
        targets: &["csharp", "java-http", "powershell"],
    },
    Refusal {
        case: "default-header",
        what: "what is not ASCII, in the value",
        reason: "what URLSession makes",
        targets: &["swift"],
    },
    Refusal {
        case: "default-query",
        what: "U+200E U+200F U+202A to U+202E, in the query",
        reason: "System.Uri takes marks",
        targets: &["csharp"],
    },
    Refusal {
        case: "hostile-digest-md5",
        what: "what is not ASCII, in the user name",
        reason: "a user name of Digest among them",
        targets: &["csharp", "java-http"],
    },
    Refusal {
        case: "hostile-digest-md5",
        what: "\" \\ in the user name",
        reason: "does not escape a quotation mark or backslash in the user name of Digest",
        targets: &[
            "httpie",
            "java-urlconnection",
            "python-httpx",
            "python-requests",
        ],
    },
    Refusal {
        case: "hostile-digest-sha256",
        what: "what is not ASCII, in the user name",
        reason: "a user name of Digest among them",
        targets: &["csharp", "java-http"],
    },
    Refusal {
        case: "hostile-digest-sha256",
        what: "\" \\ in the user name",
        reason: "does not escape a quotation mark or backslash in the user name of Digest",
        targets: &[
            "httpie",
            "java-urlconnection",
            "python-httpx",
            "python-requests",
        ],
    },
    Refusal {
        case: "hostile-form",
        what: "\\ before : ; = @ in a name",
        reason: "an item cannot have",
        targets: &["httpie"],
    },
    Refusal {
        case: "hostile-header",
        what: "what is not ASCII, in the value",
        reason: "sends headers in ASCII",
        targets: &["csharp", "java-http", "powershell"],
    },
    Refusal {
        case: "hostile-header",
        what: "what is not ASCII, in the value",
        reason: "what URLSession makes",
        targets: &["swift"],
    },
    Refusal {
        case: "hostile-key-query",
        what: "U+200E U+200F U+202A to U+202E, in the query",
        reason: "System.Uri takes marks",
        targets: &["csharp"],
    },
    Refusal {
        case: "hostile-method",
        what: "' $ ` | ~ % in the method",
        reason: "takes only methods of capital letters",
        targets: &["httpie"],
    },
    Refusal {
        case: "hostile-multipart",
        what: "\" and what is not ASCII, in a name",
        reason: "HttpClient names fields",
        targets: &["csharp"],
    },
    Refusal {
        case: "hostile-multipart",
        what: "a file under another name",
        reason: "HTTPie names a file",
        targets: &["httpie"],
    },
    Refusal {
        case: "hostile-multipart",
        what: "\" in a name",
        reason: "Guzzle escapes no",
        targets: &["php-guzzle"],
    },
    Refusal {
        case: "hostile-multipart",
        what: "\" ; in a name",
        reason: "reqwest leaves",
        targets: &["rust-reqwest"],
    },
    Refusal {
        case: "hostile-url",
        what: "U+200E U+200F U+202A to U+202E, in the query",
        reason: "System.Uri takes marks",
        targets: &["csharp"],
    },
    Refusal {
        case: "multipart",
        what: "a file under another name, a type",
        reason: "-Form names",
        targets: &["powershell"],
    },
    Refusal {
        case: "multipart-renamed",
        what: "a file under another name",
        reason: "HTTPie names a file",
        targets: &["httpie"],
    },
    Refusal {
        case: "multipart-renamed",
        what: "a type of a text",
        reason: "a text that has a type",
        targets: &["node-axios", "node-fetch", "node-http", "ruby"],
    },
    Refusal {
        case: "multipart-renamed",
        what: "a type of a text",
        reason: "gives no type to a text",
        targets: &["php-curl"],
    },
    Refusal {
        case: "multipart-renamed",
        what: "a file under another name, a type",
        reason: "-Form names",
        targets: &["powershell"],
    },
    Refusal {
        case: "multipart-renamed",
        what: "a file under another name",
        reason: "form_file names",
        targets: &["r-httr2"],
    },
    Refusal {
        case: "not-utf8",
        what: "what is not UTF-8, in the body",
        reason: "not UTF-8",
        targets: &["curl", "har", "httpie", "wget"],
    },
    Refusal {
        case: "not-utf8",
        what: "what is not UTF-8, in the body",
        reason: "is UTF-8, and the request is not",
        targets: &["http"],
    },
    Refusal {
        case: "nul-form",
        what: "NUL in the body",
        reason: "NUL byte",
        targets: &["curl"],
    },
    Refusal {
        case: "nul-form",
        what: "\\ before : ; = @ in a name",
        reason: "an item cannot have",
        targets: &["httpie"],
    },
    Refusal {
        case: "nul-raw",
        what: "NUL in the body",
        reason: "NUL byte",
        targets: &["curl", "httpie", "wget"],
    },
    Refusal {
        case: "patch",
        what: "PATCH",
        reason: "does not know this method",
        targets: &["java-urlconnection"],
    },
];

/// Returns what is known of a case that a target refuses.
pub(crate) fn find(target: &str, case: &str) -> Option<&'static Refusal> {
    let is_it = |it: &&Refusal| it.case == case && it.targets.contains(&target);
    REFUSALS.iter().find(is_it)
}

/// Checks that a refusal is known, and has its reason.
///
/// # Errors
/// What is wrong, as a sentence.
pub(crate) fn check(target: &str, case: &str, error: &SnippetError) -> Result<(), String> {
    let particular = matches!(
        error,
        SnippetError::Unrepresentable { .. } | SnippetError::Refused { .. }
    );
    match find(target, case) {
        Some(known) if particular && error.to_string().contains(known.reason) => Ok(()),
        Some(known) => Err(format!(
            "it was known to be refused for {} ({}), and is refused otherwise: {error}",
            known.what, known.reason
        )),
        None => Err(format!("no code: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use gatepass_request::{Request, Url};
    use gatepass_snippet::{ALL, Options, Secrets, call, code_of};

    use super::super::needs;
    use super::super::place::Addresses;
    use super::*;

    #[test]
    fn what_would_break_out_of_a_head_is_refused_whatever_the_target() {
        let url = || Url::parse("http://h.example/").unwrap();
        for bad in ["\0", "\r", "\n", "\r\nX: y", "\u{1}", "\u{7f}"] {
            let text = format!("a{bad}b");
            let requests = [
                Request::new("GET", url()).with_header("X-A", text.clone()),
                Request::new("GET", url()).with_header(text.clone(), "1"),
                Request::new(text, url()),
            ];
            for request in requests {
                let refused = call(&request, &Options::new(Secrets::Env));
                assert!(
                    matches!(refused, Err(SnippetError::Request(_))),
                    "{bad:?}: {request:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_refused_is_known_and_what_is_known_is_refused() {
        let mut refused = BTreeSet::new();
        for target in ALL {
            let id = target.info().id;
            for case in needs::cases_for(*target, &Addresses::constant()).unwrap() {
                let code = code_of(*target, &case.call, &Options::new(case.secrets));
                if let Err(error) = code
                    && !matches!(error, SnippetError::Unsupported { .. })
                {
                    assert_eq!(
                        check(id, &case.name, &error),
                        Ok(()),
                        "{id} / {}",
                        case.name
                    );
                    refused.insert((case.name, id));
                }
            }
        }
        for refusal in REFUSALS {
            for target in refusal.targets {
                let known = (refusal.case.to_owned(), *target);
                assert!(refused.contains(&known), "{known:?} is not refused");
            }
        }
    }
}
