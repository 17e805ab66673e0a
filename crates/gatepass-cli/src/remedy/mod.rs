//! What mends an error or a refusal, in the options of the command that was typed.

mod curl;
mod own;

use gatepass::error::Remedy;

/// A command line with options of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Front {
    /// `gatepass` itself.
    Gatepass,
    /// `gatepass curl`.
    Curl,
}

impl Front {
    /// Says what to type, as a sentence without a full stop.
    pub(crate) fn words(self, remedy: &Remedy) -> String {
        match (self, remedy) {
            (Self::Gatepass, Remedy::AtProxy(remedy)) => own::words(remedy, "proxy-"),
            (Self::Gatepass, remedy) => own::words(remedy, ""),
            (Self::Curl, Remedy::AtProxy(remedy)) => curl::words(remedy, "proxy-"),
            (Self::Curl, remedy) => curl::words(remedy, ""),
        }
    }
}

/// Returns the environment variable that a place ends with, as in `ca.pem (CURL_CA_BUNDLE)`.
fn variable(place: &str) -> Option<&str> {
    let (_, name) = place.strip_suffix(')')?.rsplit_once(" (")?;
    let fits = |c: char| c.is_ascii_uppercase() || c == '_';
    name.chars().all(fits).then_some(name)
}

/// Begins the part of a sentence that says what a certificate must be signed by.
fn behind_comma(signed_by: &str) -> String {
    let comma = if signed_by.is_empty() { "" } else { "," };
    format!("{comma}{signed_by}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatepass_request::parse::curl::{Read, Wanted, parse_words};

    /// Returns the options that a sentence names.
    fn options(words: &str) -> Vec<&str> {
        let ends = |c: char| c.is_whitespace() || [';', ',', ':', '='].contains(&c);
        let named = words.split(ends).filter(|word| word.starts_with('-'));
        named.filter(|word| !word.starts_with("-----")).collect()
    }

    fn knows_own(command: &clap::Command, option: &str) -> bool {
        command.get_arguments().any(|argument| {
            let short = argument.get_short().map(|letter| format!("-{letter}"));
            let long = argument.get_long().map(|long| format!("--{long}"));
            [short, long].contains(&Some(option.to_owned()))
        })
    }

    fn knows_curls(option: &str) -> bool {
        let read: Read<'_> = &|_: &Wanted<'_>| Ok(Vec::new());
        let values = [&["1"][..], &["1.2"], &[]];
        let is_read = values.iter().any(|value| {
            let words = [&["curl", option][..], value, &["http://h.example/"]].concat();
            parse_words(&words, read).is_ok()
        });
        let mut all = crate::commands::curl::REFUSED.iter();
        let refused = all.any(|(names, _)| names.contains(&option.trim_start_matches('-')));
        !refused && is_read
    }

    #[test]
    fn every_option_that_is_named_is_one_of_the_command() {
        let own = <crate::Cli as clap::CommandFactory>::command();
        let (mut of_own, mut of_curl) = (0, 0);
        for remedy in Remedy::examples() {
            let words = Front::Gatepass.words(&remedy);
            for option in options(&words) {
                assert!(knows_own(&own, option), "{option} in {words:?}");
                of_own += 1;
            }
            let words = Front::Curl.words(&remedy);
            for option in options(&words) {
                assert!(knows_curls(option), "{option} in {words:?}");
                of_curl += 1;
            }
        }
        assert!(of_own > 20 && of_curl > 20, "{of_own} and {of_curl}");
        assert!(!knows_curls("--timeout") && !knows_curls("--proxy-verify"));
        assert!(!knows_own(&own, "--proxy-cacert"));
    }

    #[test]
    fn a_proxy_has_options_of_its_own() {
        let remedy = Remedy::AtProxy(Box::new(Remedy::TrustCertificate));
        let own = Front::Gatepass.words(&remedy);
        assert!(
            own.contains("--proxy-verify FILE") && !own.contains(" --verify"),
            "{own}"
        );
        let curls = Front::Curl.words(&remedy);
        assert!(
            curls.contains("--proxy-cacert FILE") && curls.contains("--proxy-insecure"),
            "{curls}"
        );
    }
}
