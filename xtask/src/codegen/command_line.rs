//! The reference of the command line: what every command says of itself.

use std::path::Path;
use std::process::Command;

use crate::failure::Result;
use crate::process::demand;

const NOTE: &str = "<!-- Made by `cargo xtask codegen` from what `gatepass --help` says. -->\n";

/// Returns the page. `program` is the command itself.
pub(super) fn pages(program: &Path) -> Result<String> {
    let mut page = format!("{NOTE}\n# The command line\n");
    let main = help(program, &[])?;
    page += &section("gatepass", &main);
    for command in commands(&main) {
        let text = help(program, &[command])?;
        page += &section(&format!("gatepass {command}"), &text);
        for verb in commands(&text) {
            let title = format!("gatepass {command} {verb}");
            page += &section(&title, &help(program, &[command, verb])?);
        }
    }
    Ok(page)
}

fn help(program: &Path, command: &[&str]) -> Result<String> {
    demand(
        Command::new(program)
            .args(command)
            .arg("--help")
            .env("NO_COLOR", "1")
            .env("COLUMNS", "100"),
    )
}

fn section(title: &str, help: &str) -> String {
    let lines: Vec<_> = help.lines().map(str::trim_end).collect();
    format!(
        "\n## {title}\n\n```text\n{}\n```\n",
        lines.join("\n").trim_end()
    )
}

/// Returns the names under the heading `Commands:`.
fn commands(help: &str) -> Vec<&str> {
    help.lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| line.is_empty() || line.starts_with(' '))
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_from_the_help() {
        let help = "Usage: x\n\nCommands:\n  serve    Runs\n           on\n  help     Prints\n\nOptions:\n  -v  More\n";
        assert_eq!(commands(help), ["serve"]);
    }
}
