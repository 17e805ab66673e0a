//! Rows of text in columns: a heading, and names in the first column.

use crate::output::color::Palette;

/// Returns the rows as lines, all columns but the last as wide as their longest cell. The first row is the heading.
pub(crate) fn table<const N: usize>(rows: &[[String; N]], palette: Palette) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N)
        .map(|column| match column + 1 {
            last if last == N => 0,
            _ => width(column),
        })
        .collect();
    let mut out = String::new();
    for (number, row) in rows.iter().enumerate() {
        let mut cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        let first = cells.next().unwrap_or_default();
        let rest: String = cells.map(|cell| format!("  {cell}")).collect();
        out += &match number {
            0 => palette.faint(&format!("{first}{rest}")),
            _ => format!("{}{rest}", palette.name(&first)),
        };
        out.push('\n');
    }
    out
}
