//! Prefixes by which services mark their credentials: one table, with the place and the word that each service reads.

use std::sync::LazyLock;

use gatepass_auth::mask;
use serde::Deserialize;

/// A prefix, and what is known of credentials that begin with it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prefix {
    /// How it begins.
    pub(crate) prefix: String,
    /// What it is, with an article: `a personal access token`.
    pub(crate) what: String,
    /// Who issues it.
    pub(crate) service: String,
    /// Ends of host names where it is taken.
    #[serde(default)]
    pub(crate) hosts: Vec<String>,
    /// The places where it is read: `Authorization: Bearer`, `Authorization: Basic`, or a header's name.
    #[serde(default)]
    pub(crate) places: Vec<String>,
    /// The user name beside it, where it stands in Basic.
    #[serde(default)]
    pub(crate) user: Option<String>,
    /// Whether it names somebody and is no secret by itself.
    #[serde(default)]
    pub(crate) open: bool,
    /// Where that is said.
    #[serde(rename = "source")]
    _source: String,
}

static TABLE: LazyLock<Vec<Prefix>> = LazyLock::new(|| {
    let table: Result<Vec<Prefix>, _> =
        serde_json::from_str(include_str!("../../data/prefixes.json"));
    let mut table = table.unwrap_or_default();
    table.sort_by_key(|known| std::cmp::Reverse(known.prefix.len()));
    table
});

/// Returns what is known of a credential by how it begins; the longest prefix counts.
pub(crate) fn of(credential: &str) -> Option<&'static Prefix> {
    TABLE.iter().find(|known| {
        let rest = credential.strip_prefix(&known.prefix);
        rest.is_some_and(|rest| rest.len() >= 8 && rest.bytes().all(|byte| byte.is_ascii_graphic()))
    })
}

/// Masks every word of a text that looks like a credential: it begins as one, or like a JSON Web Token.
pub(crate) fn hide(text: &str) -> String {
    let is_part = |char: char| char.is_ascii_alphanumeric() || "-_.~+/=".contains(char);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let end = from.find(|char| !is_part(char)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        if looks_secret(word) {
            out.push_str(&mask(word.as_bytes()));
        } else {
            out.push_str(word);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Says whether a word looks like a credential.
pub(crate) fn looks_secret(word: &str) -> bool {
    let is_jwt = word.len() >= 24 && word.starts_with("eyJ");
    is_jwt || (word.len() >= 16 && of(word).is_some_and(|known| !known.open))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_whole() {
        let table: Vec<Prefix> =
            serde_json::from_str(include_str!("../../data/prefixes.json")).unwrap();
        assert!(table.len() >= 50);
        for (at, known) in table.iter().enumerate() {
            assert!(!known.prefix.is_empty() && !known._source.is_empty());
            assert!(
                table[at + 1..]
                    .iter()
                    .all(|other| other.prefix != known.prefix),
                "{}",
                known.prefix
            );
        }
    }

    #[test]
    fn the_longest_prefix_counts() {
        assert_eq!(of("sk-ant-api03-0123456789").unwrap().service, "Anthropic");
        assert_eq!(of("sk-proj-0123456789abcdef").unwrap().service, "OpenAI");
        assert!(of("ghp_").is_none() && of("s3cret").is_none());
    }
}
