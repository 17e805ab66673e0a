//! What may be shown of an exchange: text is cut, cleaned, and loses every secret that went out.

use gatepass_auth::show::{carries_credential, is_open_parameter, is_secret_name, masked_value};
use gatepass_auth::{Credentials, mask, schemes};

use super::pairs;
use super::prefix;
use crate::record::{Exchange, Leg};

/// How many characters of a text are quoted.
const MOST: usize = 160;

/// From how many bytes on a part of a secret is masked as the whole is.
const TELLING: usize = 8;

/// The secrets of an exchange.
#[derive(Clone, Default)]
pub(crate) struct Veil {
    secrets: Vec<String>,
}

impl Veil {
    /// Collects what must not be shown.
    pub(crate) fn of(exchange: &Exchange) -> Self {
        let mut veil = Self::default();
        for leg in &exchange.legs {
            veil.add_leg(leg);
        }
        veil.secrets
            .sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        veil.secrets.dedup();
        veil
    }

    fn add_leg(&mut self, leg: &Leg) {
        for header in &leg.headers {
            if header.is_secret() || carries_credential(header.name()) {
                self.add_value(header.value());
            }
        }
        for (name, value) in pairs::of_form(leg.query()) {
            if is_secret_name(&name) {
                self.add(&value);
            }
        }
        let body = String::from_utf8_lossy(&leg.body);
        if body.len() <= crate::record::MOST_OF_A_BODY {
            for (name, value) in pairs::of_body(&body) {
                if is_secret_name(&name) {
                    self.add(&value);
                }
            }
        }
        for secret in &leg.concealed {
            self.add(&String::from_utf8_lossy(secret.expose()));
        }
    }

    /// Adds the parts of a field's value: what follows a word, what Base64 hides, and each value of a list of pairs.
    fn add_value(&mut self, value: &[u8]) {
        let text = String::from_utf8_lossy(value);
        let credentials = Credentials::parse(value);
        let scheme = credentials
            .as_ref()
            .and_then(|it| schemes::by_word(it.scheme()));
        // Digest and its like send a proof among parameters that say nothing, such as the realm, which a sentence may need.
        let sends_parameters = scheme.is_some_and(|it| !it.about.parameters_sent.is_empty());
        if !sends_parameters {
            self.add(&text);
        }
        if let Some(credentials) = credentials.filter(|_| !sends_parameters) {
            self.add(&String::from_utf8_lossy(credentials.rest()));
            if let Ok((_, password)) = schemes::basic::decode(&credentials) {
                self.add(&String::from_utf8_lossy(password.expose()));
            }
        }
        let is_open = |name: &str| {
            [
                "realm",
                "username",
                "uri",
                "algorithm",
                "qop",
                "nc",
                "credential",
                "signedheaders",
            ]
            .iter()
            .any(|open| name.eq_ignore_ascii_case(open))
        };
        for part in text.split([';', ',', ' ']) {
            if let Some((name, value)) = part.trim().split_once('=')
                && !is_open(name)
                && !(sends_parameters && is_open_parameter(name))
            {
                self.add(value.trim_matches('"'));
            }
        }
    }

    fn add(&mut self, secret: &str) {
        let secret = secret.trim();
        if secret.len() >= 4
            && !secret.eq_ignore_ascii_case("true")
            && !secret.eq_ignore_ascii_case("basic")
        {
            self.secrets.push(secret.to_owned());
        }
    }

    /// Returns text that may be shown: without secrets, control and direction characters, and not longer than a line.
    pub(crate) fn quote(&self, text: &str) -> String {
        self.quote_up_to(text, MOST)
    }

    /// As [`Veil::quote`], for a text of another length.
    pub(crate) fn quote_up_to(&self, text: &str, most: usize) -> String {
        // Enough to find a secret that stands across the cut.
        let mut end = text.len().min(most * 8);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let hidden = self.hide(&text[..end]);
        clean(&hidden, most)
    }

    /// Returns what a peer says inside a sentence of ours, in quotation marks and in one line.
    pub(crate) fn said(&self, text: &str) -> String {
        let mut end = text.len().min(MOST * 8);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        gatepass_auth::show::said(&self.hide(&text[..end]))
    }

    /// Replaces every secret, and every telling part of one.
    fn hide(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        for secret in &self.secrets {
            if shown.contains(secret.as_str()) {
                shown = shown.replace(secret.as_str(), &mask(secret.as_bytes()));
            }
        }
        for secret in self.secrets.iter().filter(|secret| secret.len() >= TELLING) {
            shown = without_parts(&shown, secret);
        }
        prefix::hide(&shown)
    }

    /// Returns the value of a header field of the request as it may be shown.
    pub(crate) fn field(&self, name: &str, value: &[u8], secret: bool) -> String {
        clean(&masked_value(name, value, secret), MOST)
    }
}

/// Masks what `text` and `secret` have in common, from [`TELLING`] bytes on.
fn without_parts(text: &str, secret: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let fits = |end: usize| text.get(at..end).is_some_and(|part| secret.contains(part));
        let plain = bytes[at..]
            .iter()
            .take(TELLING)
            .all(|byte| byte.is_ascii_graphic());
        if at + TELLING <= bytes.len() && plain && fits(at + TELLING) {
            let mut end = at + TELLING;
            while end < bytes.len() && fits(end + 1) {
                end += 1;
            }
            out.push('…');
            at = end;
            continue;
        }
        let next = text[at..].chars().next().map_or(1, char::len_utf8);
        out.push_str(&text[at..at + next]);
        at += next;
    }
    out
}

/// Returns text in one line of at most `most` characters, without characters that a terminal obeys.
pub(crate) fn clean(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut count = 0;
    let mut spaced = true;
    for char in text.chars() {
        let char = match char {
            char if char.is_whitespace() => ' ',
            char if is_obeyed(char) => '\u{fffd}',
            char => char,
        };
        if char == ' ' && spaced {
            continue;
        }
        spaced = char == ' ';
        if count == most {
            out.push('…');
            break;
        }
        out.push(char);
        count += 1;
    }
    out.truncate(out.trim_end().len());
    out
}

/// Says whether a terminal obeys a character, or does not show that it is there: control, direction and zero width.
fn is_obeyed(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatepass_auth::Space;

    fn veil() -> Veil {
        let mut leg = Leg::new(
            "POST",
            Space::origin("https", "h", 443),
            "/?api_key=querykey12345",
        );
        leg.headers
            .append("Authorization", "Basic YWxpY2U6czNjcmV0LXBhc3N3b3Jk");
        leg.headers
            .append("Cookie", "sid=cookievalue1234; theme=dark");
        leg.body = b"{\"password\":\"jsonpassword1\"}".to_vec();
        Veil::of(&Exchange::new(vec![leg], None))
    }

    #[test]
    fn what_was_sent_is_never_quoted() {
        let veil = veil();
        for text in [
            "bad YWxpY2U6czNjcmV0LXBhc3N3b3Jk",
            "bad password s3cret-password",
            "bad key querykey12345",
            "bad key querykey12…",
            "bad cookie cookievalue1234",
            "bad jsonpassword1",
            "bad token ghp_0123456789abcdefghijABCDEFGHIJ012345",
            "bad token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefgh",
        ] {
            let shown = veil.quote(text);
            for secret in [
                "YWxpY2U6",
                "s3cret-pass",
                "querykey",
                "cookieval",
                "jsonpass",
                "456789abc",
                "hbGciOi",
            ] {
                assert!(!shown.contains(secret), "{shown}");
            }
            assert!(shown.starts_with("bad "), "{shown}");
        }
    }

    #[test]
    fn the_realm_of_a_proof_is_named_and_the_proof_is_not() {
        let space = Space::origin("https", "h", 443);
        let mut leg = Leg::new("GET", space, "/");
        leg.headers.append(
            "Authorization",
            r#"Digest username="alice", realm="gatepass", nonce="n0", uri="/", response="6629fae49393a05397450978507c4ef1""#,
        );
        let veil = Veil::of(&Exchange::new(vec![leg], None));
        assert_eq!(veil.quote("for gatepass"), "for gatepass");
        let shown = veil.quote("bad 6629fae49393a05397450978507c4ef1");
        assert!(!shown.contains("6629fae4"), "{shown}");
    }

    #[test]
    fn nothing_is_obeyed_and_nothing_is_endless() {
        let shown = veil().quote(&format!("a\u{1b}[2J\r\n\u{202e}b{}", "x".repeat(60_000)));
        assert!(
            shown.starts_with("a\u{fffd}[2J \u{fffd}b") && shown.chars().count() <= MOST + 1,
            "{shown}"
        );
    }
}
