//! The examples in the documentation, typed as they stand there.
//!
//! A fenced block of kind `console` holds commands, each behind `$ `, and what they print. A command with `gatepass` in it, or one
//! that starts with `openssl`, is run, and every line that is shown under it must be in its output; a line that is only `…`
//! stands for any others. `# exit N` at the end of a command gives its exit code. Other commands are not run.
//!
//! A command that ends in `&` is a server, which runs until the page ends. The ports in [`PORTS`] stand for free ones.

use std::path::Path;
use std::process::Command;

use crate::codegen;
use crate::failure::{Failure, Result};
use crate::process::{self, Background, Finished};
use crate::repository;
use crate::tally::Tally;

/// A command in the documentation.
#[derive(Debug, PartialEq, Eq)]
struct Example {
    place: String,
    command: String,
    shown: Vec<String>,
    exit: i32,
}

/// Runs every example, and fails where one differs from what is shown.
pub(crate) fn report(root: &Path) -> Result {
    let (tally, log) = run(root, &codegen::gatepass(root)?)?;
    if tally.failed > 0 {
        return Err(Failure::new(format!("{log}{tally}")));
    }
    println!("{tally}");
    Ok(())
}

/// Runs every example with `program`, the command. Returns the counts, and what went wrong.
pub(crate) fn run(root: &Path, program: &Path) -> Result<(Tally, String)> {
    let (mut tally, mut log) = (Tally::default(), String::new());
    let folder = root.join("target/examples");
    // It is the home folder of the examples too, in which nothing is kept from before.
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    for page in repository::sources(root)?
        .iter()
        .filter(|page| page.extension() == "md")
    {
        let (text, ports) = with_free_ports(&page.text)?;
        let mut servers = Vec::new();
        for example in examples(&page.path, &text) {
            if let Some(server) = example.command.strip_suffix('&') {
                servers.push(serve(server, &ports, program, &folder)?);
                continue;
            }
            let problems = problems(&example, &execute(&example, program, &folder)?);
            tally += Tally::one(problems.is_empty());
            for problem in problems {
                log += &format!("{}: `{}` {problem}\n", example.place, example.command);
            }
        }
    }
    Ok((tally, log))
}

fn examples(path: &str, text: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let Some(typed) = line.strip_prefix("$ ").filter(|_| inside) {
            let (command, exit) = match typed.rsplit_once("# exit ") {
                Some((command, exit)) => (command.trim_end(), exit.trim().parse().unwrap_or(-1)),
                None => (typed, 0),
            };
            found.push(Example {
                place: format!("{path}:{}", number + 1),
                command: command.to_owned(),
                shown: Vec::new(),
                exit,
            });
        } else if let Some(example) = found.last_mut().filter(|_| inside) {
            example.shown.push(line.to_owned());
        }
    }
    found.retain(|example| {
        example.command.contains("gatepass ") || example.command.starts_with("openssl ")
    });
    found
}

/// Ports that a page can name, which may be taken on the machine that runs it.
const PORTS: [&str; 3] = ["8080", "8443", "9443"];

/// Puts free ports in the place of those that a page names, and returns them.
fn with_free_ports(page: &str) -> Result<(String, Vec<u16>)> {
    let (mut text, mut ports) = (page.to_owned(), Vec::new());
    for named in PORTS.iter().filter(|port| page.contains(**port)) {
        let port = process::free_port()?;
        text = text.replace(named, &port.to_string());
        ports.push(port);
    }
    Ok((text, ports))
}

/// Starts a server, and waits until it listens on those of the ports that its command names.
fn serve(command: &str, ports: &[u16], program: &Path, work: &Path) -> Result<Background> {
    let mut shell = shell(&format!("exec {command}"), program, work);
    let mut server = Background::start(&mut shell, &work.join("server.log"))?;
    for port in ports
        .iter()
        .filter(|port| command.contains(&port.to_string()))
    {
        server.wait_for_port(*port)?;
    }
    Ok(server)
}

fn execute(example: &Example, program: &Path, work: &Path) -> Result<Finished> {
    process::run(&mut shell(&example.command, program, work))
}

/// Returns a shell that runs `command` with nothing that this machine's user has set.
fn shell(command: &str, program: &Path, work: &Path) -> Command {
    let folder = program.parent().unwrap_or(program);
    let path = std::env::var("PATH").unwrap_or_default();
    let mut shell = Command::new("bash");
    shell
        .args(["-c", command])
        .env("PATH", format!("{}:{path}", folder.display()))
        .env("NO_COLOR", "1")
        .env("HOME", work)
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("NETRC")
        .env_remove("CI")
        .env_remove("REQUESTS_CA_BUNDLE")
        .env_remove("CURL_CA_BUNDLE")
        .env_remove("SSL_CERT_FILE")
        .current_dir(work);
    shell
}

fn problems(example: &Example, finished: &Finished) -> Vec<String> {
    let output = finished.output();
    let printed: Vec<_> = output.lines().map(str::trim_end).collect();
    let mut problems = Vec::new();
    if finished.code != Some(example.exit) {
        problems.push(format!(
            "ended with {:?}, not {}:\n{output}",
            finished.code, example.exit
        ));
    }
    for line in example.shown.iter().map(|line| line.trim_end()) {
        if line != "…" && !line.is_empty() && !printed.iter().any(|real| matches(line, real)) {
            problems.push(format!("does not print {line:?}, but:\n{output}"));
        }
    }
    problems
}

/// Compares a line of the documentation with a real one. `…` stands for any text.
fn matches(shown: &str, real: &str) -> bool {
    let mut parts = shown.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = real.strip_prefix(first) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
        last = Some(part);
    }
    last == Some("") || rest.is_empty() || last.is_some_and(|part| real.ends_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "Text\n\n```console\n$ gatepass /get  # exit 3\nHTTP/1.1 200 OK\n…\n$ ls\n```\n\n$ gatepass no\n";

    #[test]
    fn commands_are_found_with_what_is_shown() {
        let found = examples("a.md", PAGE);
        assert_eq!(
            found,
            [Example {
                place: "a.md:4".to_owned(),
                command: "gatepass /get".to_owned(),
                shown: vec!["HTTP/1.1 200 OK".to_owned(), "…".to_owned()],
                exit: 3,
            }]
        );
    }

    #[test]
    fn a_page_gets_free_ports() {
        let page = "gatepass https://localhost:8443/get";
        let (text, ports) = with_free_ports(page).unwrap();
        assert_eq!(text, page.replace("8443", &ports[0].to_string()));
        assert_eq!(ports.len(), 1);
        assert_eq!(with_free_ports(PAGE).unwrap().0, PAGE);
    }

    #[test]
    fn what_differs_is_a_problem() {
        let example = &examples("a.md", PAGE)[0];
        let finished = |code, stdout: &str| Finished {
            success: code == 0,
            code: Some(code),
            stdout: stdout.to_owned(),
            stderr: String::new(),
        };
        assert!(problems(example, &finished(3, "HTTP/1.1 200 OK\nA: b\n")).is_empty());
        assert_eq!(
            problems(example, &finished(0, "HTTP/1.1 200 OK\n")).len(),
            1
        );
        assert_eq!(
            problems(example, &finished(3, "HTTP/1.1 401 No\n")).len(),
            1
        );
    }

    #[test]
    fn an_ellipsis_stands_for_any_text() {
        assert!(matches("nonce=\"…\", x", "nonce=\"abc\", x"));
        assert!(matches("a …", "a b c"));
        assert!(!matches("nonce=\"…\", x", "nonce=\"abc\", y"));
        assert!(!matches("a b", "a b c"));
    }
}
