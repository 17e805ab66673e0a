//! Why a server refused: what it asked for, what was sent, and what to do, in sentences.
//!
//! Each rule is a file, and says when it applies, what it says and how to mend it. The first that applies speaks.
//!
//! ```no_run
//! # async fn example() -> Result<(), gatepass::Error> {
//! let response = gatepass::Client::new().get("https://api.example/user").send().await?;
//! if let Some(diagnosis) = gatepass::diagnose::explain(response.transcript()) {
//!     eprintln!("{}", diagnosis.headline);
//! }
//! # Ok(())
//! # }
//! ```

mod certificate;
mod forbidden;
mod no_challenge;
mod not_sent;
mod other_scheme;
mod overridden;
mod passed_over;
mod plain_http;
mod proxy;
mod refused;
mod unsupported;
mod wants_tls;
mod withheld;

use gatepass_auth::show::{self, is_scheme_word, masked_value, said};
use gatepass_auth::{Challenge, Credentials, Incoming, Space, schemes};

pub use crate::diagnosis::Diagnosis;
use crate::remedy::Remedy;
use crate::tls_info::TlsInfo;
use crate::transcript::{Head, Leg, Transcript};

type Rule = fn(&Evidence<'_>) -> Option<Diagnosis>;

/// The rules, the most telling first.
const RULES: &[Rule] = &[
    proxy::look,
    withheld::look,
    overridden::look,
    passed_over::look,
    certificate::look,
    forbidden::look,
    no_challenge::look,
    unsupported::look,
    plain_http::look,
    not_sent::look,
    other_scheme::look,
    refused::look,
];

/// Explains a refusal: a last response of 401, 403 or 407, or one of 400, 495 or 496 that is about TLS.
/// Returns `None` for any other.
pub fn explain(transcript: &Transcript) -> Option<Diagnosis> {
    let leg = transcript.last()?;
    let head = leg.response()?;
    let rules = match head.status {
        401 | 403 | 407 => RULES,
        // nginx answers so.
        400 | 495 | 496 => &[certificate::look as Rule, wants_tls::look],
        _ => return None,
    };
    let evidence = Evidence::new(leg, head);
    let mut diagnosis = rules.iter().find_map(|rule| rule(&evidence))?;
    diagnosis.details = evidence.details();
    Some(diagnosis)
}

/// What the rules look at: the last request and its response.
struct Evidence<'a> {
    leg: &'a Leg,
    head: &'a Head,
    challenges: Vec<Challenge>,
    sent: Option<Credentials>,
    /// The name of the field that credentials for whoever refused go into.
    name: &'static str,
}

impl<'a> Evidence<'a> {
    fn new(leg: &'a Leg, head: &'a Head) -> Self {
        let space = match head.status {
            407 => Space::proxy("http", "", 0),
            _ => leg.space().clone(),
        };
        Self {
            leg,
            head,
            challenges: Incoming::challenges_in(&space, &head.headers),
            sent: leg
                .headers()
                .get(space.credentials_header())
                .and_then(Credentials::parse),
            name: space.credentials_header(),
        }
    }

    /// Returns the words of the schemes that the server offers, each once: `Digest or Basic`.
    fn offered(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        let mut left = 0;
        for challenge in &self.challenges {
            if words.iter().any(|word| challenge.is(word)) {
                continue;
            }
            if words.len() < show::LISTED {
                words.push(self.word_of(challenge));
            } else {
                left += 1;
            }
        }
        if left > 0 {
            words.push(format!("{left} more"));
        }
        words.join(" or ")
    }

    /// Returns the word of a challenge as it may be shown: a peer may repeat there what was sent, and need not be brief.
    fn word_of(&self, challenge: &Challenge) -> String {
        const WORD: usize = 40;
        show::cut(&self.clean(&challenge.scheme), WORD).into_owned()
    }

    /// Returns the first scheme on offer that can be performed, as [`schemes::resolve`] reads it.
    fn performable(&self) -> Option<String> {
        let known = self
            .challenges
            .iter()
            .filter_map(|challenge| name_of(&challenge.scheme).map(|name| (rank(&name), name)));
        known.max_by_key(|(rank, _)| *rank).map(|(_, name)| name)
    }

    /// Returns the word of the credentials that were sent, if it certainly is one, and not a token without its word.
    fn known_word(&self) -> Option<&str> {
        let sent = self.sent.as_ref()?;
        let offered = || self.challenges.iter().any(|it| it.is(sent.scheme()));
        let is_word = is_scheme_word(sent.scheme()) || (!sent.rest().is_empty() && offered());
        is_word.then(|| sent.scheme())
    }

    /// Returns what was sent as part of a phrase, `Bearer credential`: the word of the credentials, or the title of a scheme that
    /// sends none; `credential` alone where no word is known.
    fn sent_credential(&self) -> Option<String> {
        match (self.sent_word(), &self.sent) {
            (Some(word), _) => Some(format!("{word} credential")),
            (None, Some(_)) => Some("credential".to_owned()),
            (None, None) => None,
        }
    }

    /// Returns the word of the credentials that were sent, or the title of a scheme that sends none.
    fn sent_word(&self) -> Option<&str> {
        if self.sent.is_some() {
            return self.known_word();
        }
        let meant = self
            .leg
            .authentication()
            .filter(|it| it.word.is_none() || has_own_place(it.scheme));
        meant.filter(|it| it.scheme != "auto").map(|it| it.title)
    }

    /// Says whether nothing was asked for by name, and no credential was sent.
    fn says_nothing_else(&self) -> bool {
        self.challenges.is_empty() && self.sent_credential().is_none()
    }

    fn realm(&self) -> String {
        self.challenges
            .iter()
            .find_map(Challenge::realm)
            .map_or_else(String::new, |realm| {
                format!(" for {}", said(&self.clean(&realm)))
            })
    }

    /// Returns text of the server without the secrets that were sent, which it may repeat.
    fn clean(&self, text: &str) -> String {
        self.leg.masked(&show::urls_in(text))
    }

    fn details(&self) -> Vec<String> {
        let mut details = Vec::new();
        details.push(format!(
            "{} {} was answered with {} {}",
            self.leg.method(),
            self.leg.shown_url(),
            self.head.status,
            show::line(&show::cut(&self.clean(&self.head.reason), show::SAID))
        ));
        for challenge in self.challenges.iter().take(show::LISTED) {
            let shown = self.clean(&challenge.to_string());
            let shown = show::cut(&shown, show::SAID * 2);
            details.push(format!("the server asked for: {}", show::line(&shown)));
        }
        if let Some(left) = self.challenges.len().checked_sub(show::LISTED + 1) {
            details.push(format!("the server asked for {} more", left + 1));
        }
        let name = self.name;
        match self.leg.headers().get(name) {
            Some(value) => details.push(format!(
                "sent was: {name}: {}",
                masked_value(name, value, true)
            )),
            None if self.head.status == 400 => {}
            None => details.push(format!("no {name} header was sent")),
        }
        if let Some(with) = self.leg.authentication() {
            details.push(format!("{} credential: {}", with.title, with.source));
        }
        details.extend(self.leg.tls().and_then(TlsInfo::client_line));
        for withheld in self.leg.withheld() {
            details.push(format!(
                "{} was kept back: it belongs to {}",
                withheld.what, withheld.belongs_to
            ));
        }
        details.extend(self.leg.passed_over().map(ToString::to_string));
        details
    }
}

impl Diagnosis {
    fn new(headline: String) -> Self {
        Self {
            headline,
            details: Vec::new(),
            hint: None,
            remedy: None,
            scheme: None,
        }
    }

    fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn with_remedy(mut self, remedy: Remedy) -> Self {
        self.hint = Some(remedy.to_string());
        self.remedy = Some(remedy);
        self
    }

    fn with_scheme(mut self, scheme: Option<String>) -> Self {
        self.scheme = scheme;
        self
    }
}

/// Returns the name by which a scheme of this word is chosen: its id, or an alias that stands for the word.
fn name_of(word: &str) -> Option<String> {
    let by_word = schemes::descriptors().find(|it| {
        it.word
            .is_some_and(|known| known.eq_ignore_ascii_case(word))
    });
    let by_alias = || {
        let all = schemes::descriptors().flat_map(|it| it.aliases);
        let mut sets_word = all.filter(|alias| {
            let is_word = |(field, value): &(&str, &str)| {
                *field == "word" && value.eq_ignore_ascii_case(word)
            };
            alias.sets.iter().any(is_word)
        });
        sets_word.next().map(|alias| alias.name.to_owned())
    };
    by_word.map(|it| it.id.to_owned()).or_else(by_alias)
}

/// Says whether the credentials of the scheme of this id go elsewhere than into the field of the protection space.
fn has_own_place(id: &str) -> bool {
    schemes::find(id).is_ok_and(|entry| entry.about.own_place)
}

fn rank(name: &str) -> u8 {
    schemes::resolve(name).map_or(0, |(entry, _)| entry.about.strength)
}

/// Returns what a scheme of this name is given, as a phrase: `a user name and a password`.
fn wanted_by(name: &str) -> String {
    let Ok((entry, _)) = schemes::resolve(name) else {
        return "a credential".to_owned();
    };
    let descriptor = entry.about;
    match descriptor.form {
        gatepass_auth::Form::UserPassword => "a user name and a password".to_owned(),
        gatepass_auth::Form::Single(field) => format!("a {field}"),
        _ => {
            let names = descriptor
                .fields
                .iter()
                .filter(|field| field.required)
                .map(|field| field.name);
            names.collect::<Vec<_>>().join(" and ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::{Authentication, PassedOver, SentBody, Withheld};
    use gatepass_auth::{Headers, Workings};

    fn leg(status: u16, asked: &[&str], sent: Option<&str>) -> Leg {
        let mut headers = Headers::new();
        sent.iter()
            .for_each(|value| headers.set_secret("Authorization", *value));
        let mut answer = Headers::new();
        asked
            .iter()
            .for_each(|value| answer.append("WWW-Authenticate", *value));
        Leg {
            space: Space::origin("https", "h", 443),
            method: "GET".into(),
            target: "/".to_owned(),
            headers,
            body: SentBody::Empty,
            workings: Workings::default(),
            concealed: Vec::new(),
            authentication: None,
            withheld: Vec::new(),
            cookies: Vec::new(),
            passed_over: None,
            connection: 1,
            reused: false,
            http2: false,
            http10: false,
            ends: None,
            tls: None,
            timing: crate::transcript::Timing::default(),
            leads_to: None,
            form: crate::transcript::Form::Origin,
            passed: None,
            failure: None,
            remark: None,
            response: Some(Head {
                status,
                headers: answer,
                ..Head::none()
            }),
        }
    }

    fn diagnosis(leg: Leg) -> Diagnosis {
        explain(&Transcript { legs: vec![leg] }).unwrap()
    }

    #[test]
    fn every_refusal_has_its_own_words() {
        let token = "Bearer 0123456789abcdef0123456789";
        for (status, asked, sent, headline, scheme) in [
            (
                401,
                &["Basic realm=\"x\""][..],
                None,
                "no credential was sent",
                Some("basic"),
            ),
            (
                401,
                &["Basic realm=x, Digest realm=x, nonce=n"],
                None,
                "no credential was sent",
                Some("digest"),
            ),
            (
                401,
                &["Digest realm=x, nonce=n"],
                Some(token),
                "asks for Digest, and Bearer was sent",
                Some("digest"),
            ),
            (
                401,
                &["Token"],
                Some(token),
                "asks for Token, and Bearer was sent",
                Some("token"),
            ),
            (
                401,
                &["JWT realm=x"],
                Some(token),
                "asks for JWT, and Bearer was sent",
                None,
            ),
            (
                401,
                &["Basic realm=x"],
                Some("Basic YTpi"),
                "user name or the password is wrong",
                None,
            ),
            (
                401,
                &["Bearer error=invalid_token"],
                Some(token),
                "the token is not valid",
                None,
            ),
            (401, &[], None, "does not say which", None),
            (401, &[], Some(token), "does not say why", None),
            (
                401,
                &["Negotiate", "NTLM"],
                None,
                "Negotiate or NTLM, which is not supported",
                None,
            ),
            (
                403,
                &["Bearer error=insufficient_scope, scope=\"a b\""],
                Some(token),
                "a b",
                None,
            ),
            (403, &[], Some(token), "not allowed", None),
            (403, &[], None, "not asked for", None),
            (407, &[], None, "proxy", None),
        ] {
            let found = diagnosis(leg(status, asked, sent));
            assert!(
                found.headline.contains(headline),
                "{asked:?} {sent:?}: {}",
                found.headline
            );
            assert_eq!(found.scheme.as_deref(), scheme, "{asked:?} {sent:?}");
        }
        assert!(
            explain(&Transcript {
                legs: vec![leg(404, &[], None)]
            })
            .is_none()
        );
    }

    #[test]
    fn a_credential_that_stayed_behind_is_named() {
        let mut leg = leg(401, &["Basic realm=x"], None);
        leg.withheld.push(Withheld {
            what: "the Basic credential".to_owned(),
            belongs_to: Space::origin("https", "first", 443),
            trusted: false,
            is_certificate: false,
            is_unknown: false,
        });
        let found = diagnosis(leg);
        assert!(
            found.headline.contains("https://first") && found.headline.contains("https://h"),
            "{}",
            found.headline
        );
    }

    #[test]
    fn a_certificate_that_nobody_asked_for_was_not_missed() {
        let mut leg = leg(401, &["Basic realm=x"], None);
        leg.withheld.push(Withheld {
            what: "the client certificate of CN=alice".to_owned(),
            belongs_to: Space::origin("https", "first", 443),
            trusted: false,
            is_certificate: true,
            is_unknown: false,
        });
        let found = diagnosis(leg);
        assert!(
            found.headline.contains("no credential was sent"),
            "{}",
            found.headline
        );
    }

    #[test]
    fn a_credential_that_was_passed_over_is_named() {
        let mut leg = leg(401, &["Basic realm=x"], None);
        leg.space = Space::origin("http", "h", 80);
        leg.passed_over = Some(PassedOver {
            source: "from ~/.netrc line 3".to_owned(),
            why: "everybody can read it".to_owned(),
        });
        let found = diagnosis(leg);
        assert_eq!(
            found.headline,
            "The server asks for Basic, and the credential from ~/.netrc line 3 was passed over: everybody can read it"
        );
        assert!(found.hint.unwrap().contains("https://h"));
    }

    #[test]
    fn a_scheme_that_was_not_heard_is_named() {
        let mut leg = leg(401, &["Basic realm=x"], Some("Basic YTpi"));
        leg.authentication = Some(Authentication {
            scheme: "digest",
            word: Some("Digest"),
            title: "Digest",
            source: "from -a".into(),
            overridden: true,
        });
        assert!(
            diagnosis(leg)
                .headline
                .contains("explicit Authorization header")
        );
    }

    #[test]
    fn a_token_without_its_word_is_shown_nowhere() {
        let token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
        for status in [401, 403, 407] {
            for asked in [
                &[][..],
                &["Bearer"],
                &["Basic realm=x, Digest realm=x, nonce=n"],
                &[token],
                &["Negotiate"],
            ] {
                let found = diagnosis(leg(status, asked, Some(token)));
                assert!(!format!("{found:?}").contains("C7e42F"), "{found:?}");
            }
        }
        let found = diagnosis(leg(401, &["Bearer"], Some(token)));
        assert!(
            found.headline.contains("without the word of a scheme")
                && found
                    .hint
                    .is_some_and(|hint| hint.contains("the word Bearer")),
        );
    }

    #[test]
    fn a_server_neither_speaks_as_we_do_nor_without_end() {
        let advice = "x.\n  hint: type curl h | sh";
        let asked = format!("Bearer error=invalid_token, error_description=\"{advice}\u{202e}\"");
        let found = diagnosis(leg(401, &[&asked], Some("Bearer 0123456789")));
        assert!(
            found
                .headline
                .contains("says \"x.\\n  hint: type curl h | sh\\u{202e}\""),
            "{found:?}"
        );
        let realm = format!("Basic realm=\"{}\"", "x".repeat(60_000));
        let many = vec!["Basic realm=x, A, B, C, D, E, F, G, H, I, J, K, L, M"; 300].join(", ");
        for asked in [realm, many] {
            for sent in [None, Some("Basic YTpi"), Some("Bearer abcdefgh")] {
                let found = format!("{:?}", diagnosis(leg(401, &[&asked], sent)));
                assert!(found.len() < 8_000, "{}", found.len());
            }
        }
    }

    #[test]
    fn what_the_server_repeats_is_masked() {
        let token = "0123456789abcdef0123456789";
        let asked = format!("Bearer error=invalid_token, error_description=\"bad token {token}\"");
        let found = diagnosis(leg(401, &[&asked], Some(&format!("Bearer {token}"))));
        assert!(!format!("{found:?}").contains("abcdef"), "{found:?}");
    }

    #[test]
    fn what_a_ladder_keeps_back_over_plain_http_is_explained() {
        let auto = |space: Space| {
            let mut leg = leg(401, &["Basic realm=x"], None);
            leg.space = space;
            leg.authentication = Some(Authentication {
                scheme: "auto",
                word: None,
                title: "Strongest offered",
                source: "from -a".into(),
                overridden: false,
            });
            diagnosis(leg)
        };
        let plain = auto(Space::origin("http", "api.example", 80));
        assert!(
            plain.headline.contains("to everyone on the way"),
            "{plain:?}"
        );
        assert!(
            plain
                .hint
                .is_some_and(|hint| hint.contains("https://api.example"))
        );
        let tls = auto(Space::origin("https", "api.example", 443));
        assert!(tls.headline.contains("no credential was sent"), "{tls:?}");
    }
}
