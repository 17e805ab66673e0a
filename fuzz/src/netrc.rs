//! netrc files: whatever they say, what is found is a part of the file, and stands where it is said to stand.

use gatepass::credentials::netrc::{Dialect, Netrc, parse};
use gatepass_auth::{Secret, Space};

use crate::split::Input;

/// Reads the input in the dialect that its first byte chooses, and looks a host up.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let dialect = input.of(&[Dialect::Netrc, Dialect::Authinfo]);
    let text = input.0;
    let parsed = parse(text, dialect);
    let lines = text.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let mut before = 0;
    for entry in &parsed.entries {
        assert!(entry.login.is_some() || entry.password.is_some());
        assert!(before <= entry.line && entry.line <= lines, "{entry:?}");
        before = entry.line;
        let words = [&entry.login, &entry.password];
        let longest = words.into_iter().flatten().map(Secret::len).max();
        assert!(longest.unwrap_or(0) <= text.len());
    }
    if let Some((line, problem)) = parsed.problem {
        assert!(line <= lines && !problem.is_empty());
    }
    let shown = format!("{parsed:?}");
    for word in parsed.entries.iter().filter_map(|it| it.password.as_ref()) {
        let plain = word.expose_str().unwrap_or_default();
        // A long word that the file has once only is a secret that would be seen.
        let times = |hay: &[u8]| {
            hay.windows(plain.len())
                .filter(|it| *it == plain.as_bytes())
                .count()
        };
        if plain.len() > 8 && times(text) == 1 {
            assert_eq!(times(shown.as_bytes()), 0, "{shown}");
        }
    }
    let netrc = Netrc::text("fuzz", text, dialect).for_every_host();
    let host = parsed.entries.iter().find_map(|it| it.machine.as_deref());
    let space = Space::origin("https", host.unwrap_or("h"), 443);
    for user in [None, Some("a")] {
        if let Some(found) = netrc.entry(&space, user) {
            let named = found.machine.as_deref();
            assert!(named.is_none_or(|it| {
                it.trim_matches(['[', ']'])
                    .eq_ignore_ascii_case(space.host())
                    || it.eq_ignore_ascii_case(space.host())
            }));
        }
    }
}
