//! The matrix: peers in columns, what was tried in rows.

use std::fmt::Write as _;

use super::cell::{Cell, Mark};
use crate::tally::Tally;

/// Prints `cells` under `title`, with a note for each known defect. Returns the counts and the misses.
pub(crate) fn render(title: &str, cells: &[Cell]) -> (String, Tally, Vec<String>) {
    let (mut tally, mut misses, mut notes) = (Tally::default(), Vec::new(), Vec::new());
    let marks: Vec<String> = cells
        .iter()
        .map(|cell| match cell.mark() {
            Mark::Works => {
                tally += Tally::one(true);
                "yes".to_owned()
            }
            Mark::Defect(reason) => {
                tally += Tally::one(true);
                format!(
                    "no {}",
                    number_of(&mut notes, format!("{}: {reason}", cell.peer))
                )
            }
            Mark::Miss(problem) => {
                tally += Tally::one(false);
                misses.push(problem);
                "MISS".to_owned()
            }
        })
        .collect();
    let (mut peers, mut rows) = (Vec::new(), Vec::new());
    for cell in cells {
        add(&mut peers, cell.peer);
        add(&mut rows, cell.row.as_str());
    }
    let first = rows
        .iter()
        .map(|row| row.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = format!("{title}\n{:first$}", "");
    for peer in &peers {
        text += &format!("  {peer}");
    }
    for row in rows {
        let _ = write!(text, "\n{row:first$}");
        for peer in &peers {
            let here = cells.iter().zip(&marks);
            let mut found = here.filter(|(cell, _)| cell.row == row && cell.peer == *peer);
            let mark = found.next().map_or("", |(_, mark)| mark.as_str());
            let _ = write!(text, "  {mark:width$}", width = peer.chars().count().max(3));
        }
    }
    for (number, note) in notes.iter().enumerate() {
        let _ = write!(text, "\n  {} {note}", number + 1);
    }
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    (lines.join("\n") + "\n", tally, misses)
}

fn add<'a>(list: &mut Vec<&'a str>, entry: &'a str) {
    if !list.contains(&entry) {
        list.push(entry);
    }
}

fn number_of(notes: &mut Vec<String>, note: String) -> usize {
    match notes.iter().position(|known| *known == note) {
        Some(at) => at + 1,
        None => {
            notes.push(note);
            notes.len()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cell::{Exchange, Expect};
    use super::*;

    #[test]
    fn misses_are_counted_and_shown() {
        let cell = |peer, status, expect| Cell {
            peer,
            row: "Basic".to_owned(),
            expect,
            right: Exchange {
                status: Some(status),
                text: "alice".to_owned(),
            },
            wrong: Exchange {
                status: Some(401),
                text: String::new(),
            },
        };
        let cells = [
            cell("curl", 200, Expect::works("alice")),
            cell("wget", 401, Expect::works("alice")),
            cell("java", 401, Expect::defect(401, "", "it cannot")),
        ];
        let (text, tally, misses) = render("Title", &cells);
        assert_eq!(
            text,
            "Title\n       curl  wget  java\nBasic  yes   MISS  no 1\n  1 java: it cannot\n"
        );
        assert_eq!((tally.passed, tally.failed, misses.len()), (2, 1, 1));
    }
}
