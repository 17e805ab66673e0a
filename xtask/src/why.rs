//! The table of seeded refusals: what each is told as, and whether that is its cause.

use std::fs;
use std::path::Path;

use gatepass_why::{Diagnosis, read};

use crate::failure::{Failure, Result};

/// Where the cases stand.
const CASES: &str = "crates/gatepass-why/tests/cases";

/// Prints the table, and fails where a cause is wrong.
pub(crate) fn report(root: &Path) -> Result {
    let mut files: Vec<_> = fs::read_dir(root.join(CASES))?.collect::<std::io::Result<_>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    let (mut right, mut wrong) = (0, 0);
    for file in files {
        println!("{}", file.file_name().to_string_lossy());
        let text = fs::read_to_string(file.path())?;
        for case in text.split("\n=== ").filter(|case| !case.trim().is_empty()) {
            match row(case.trim_start_matches("=== ")) {
                (line, true) => {
                    right += 1;
                    println!("  right  {line}");
                }
                (line, false) => {
                    wrong += 1;
                    println!("  WRONG  {line}");
                }
            }
        }
    }
    println!("{right} right, {wrong} wrong");
    match wrong {
        0 => Ok(()),
        _ => Err(Failure::new(format!("{wrong} causes are wrong"))),
    }
}

/// Returns the line of a case, and whether it is right.
fn row(case: &str) -> (String, bool) {
    let (head, text) = case.split_once("\n\n").unwrap_or((case, ""));
    let name = head.lines().next().unwrap_or_default();
    let get = |key: &str| {
        head.lines()
            .find_map(|line| line.strip_prefix(key))
            .map_or("", str::trim)
    };
    let expected = get("cause:");
    let found = read::any(text).ok().and_then(|mut exchange| {
        exchange.now = exchange.now.or(get("now:").parse().ok());
        Diagnosis::of(&exchange)
    });
    let (cause, headline) = found.as_ref().map_or(("none", "no cause"), |found| {
        (found.top().cause.id(), found.top().headline.as_str())
    });
    let line = format!("{name}: {cause}: {headline}");
    (line, expected.split(' ').any(|allowed| allowed == cause))
}
