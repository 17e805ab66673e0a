//! Why a server refused: what it asked for, what was sent, and what to do, in sentences.
//!
//! The reasoning stands in the crate `gatepass-why`; here its record is made of a [`Transcript`], and what it finds is joined to
//! the settings of this client.
//!
//! ```no_run
//! # async fn example() -> Result<(), gatepass::Error> {
//! let mut response = gatepass::Client::new().get("https://api.example/user").send().await?;
//! let transcript = response.transcript().clone();
//! let body = response.bytes().await?;
//! if let Some(diagnosis) = gatepass::diagnose::explain_with_body(&transcript, &body) {
//!     eprintln!("{} [{}]", diagnosis.headline, diagnosis.cause);
//! }
//! # Ok(())
//! # }
//! ```

mod record;
mod remedies;

use gatepass_auth::show::{self, masked_value};
use gatepass_auth::{Incoming, Space};

pub use crate::diagnosis::Diagnosis;
use crate::tls_info::TlsInfo;
use crate::transcript::{Head, Leg, Transcript};
use record::record;

/// Explains a refusal by what its head says. Returns `None` for an answer that is none.
///
/// Most services say the reason in the body: see [`explain_with_body`].
pub fn explain(transcript: &Transcript) -> Option<Diagnosis> {
    explain_with_body(transcript, &[])
}

/// Explains a refusal by its head and its body, of which the first 64 KiB are looked at. Returns `None` for an answer that is
/// no refusal; one with a status of success may be one by its body.
pub fn explain_with_body(transcript: &Transcript, body: &[u8]) -> Option<Diagnosis> {
    let leg = transcript.last()?;
    let head = leg.response()?;
    let whole = gatepass_why::Diagnosis::of(&record(transcript, body))?;
    let top = whole.top();
    let remedy = remedies::of(top.cause, leg);
    let hint = match &remedy {
        Some(remedy) => Some(remedy.to_string()),
        None => top.fix.as_ref().map(|fix| fix.say.clone()),
    };
    Some(Diagnosis {
        cause: top.cause,
        headline: top.headline.clone(),
        details: details(leg, head),
        hint: hint.filter(|hint| !hint.is_empty()),
        remedy,
        scheme: top.fix.as_ref().and_then(|fix| fix.scheme.clone()),
        whole,
    })
}

/// Returns what a diagnosis is concluded from in any case.
fn details(leg: &Leg, head: &Head) -> Vec<String> {
    let space = match head.status {
        407 => Space::proxy("http", "", 0),
        _ => leg.space().clone(),
    };
    let challenges = Incoming::challenges_in(&space, &head.headers);
    let mut details = Vec::new();
    details.push(format!(
        "{} {} was answered with {} {}",
        leg.method(),
        leg.shown_url(),
        head.status,
        show::line(&show::cut(&clean(leg, &head.reason), show::SAID))
    ));
    for challenge in challenges.iter().take(show::LISTED) {
        let shown = clean(leg, &challenge.to_string());
        let shown = show::cut(&shown, show::SAID * 2);
        details.push(format!("the server asked for: {}", show::line(&shown)));
    }
    if let Some(left) = challenges.len().checked_sub(show::LISTED + 1) {
        details.push(format!("the server asked for {} more", left + 1));
    }
    let name = space.credentials_header();
    match leg.headers().get(name) {
        Some(value) => details.push(format!(
            "sent was: {name}: {}",
            masked_value(name, value, true)
        )),
        None if head.status == 400 => {}
        None => details.push(format!("no {name} header was sent")),
    }
    if let Some(with) = leg.authentication() {
        details.push(format!("{} credential: {}", with.title, with.source));
    }
    details.extend(leg.tls().and_then(TlsInfo::client_line));
    for withheld in leg.withheld() {
        details.push(format!(
            "{} was kept back: it belongs to {}",
            withheld.what, withheld.belongs_to
        ));
    }
    details.extend(leg.passed_over().map(ToString::to_string));
    details
}

/// Returns text of the server without the secrets that were sent, which it may repeat.
fn clean(leg: &Leg, text: &str) -> String {
    leg.masked(&show::urls_in(text))
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
