//! `gatepass completions`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::run::gatepass;

#[test]
fn six_shells_learn_the_options_and_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish", "nushell"] {
        let script = gatepass(&["completions", shell]).ok();
        for word in ["auth-type", "allow-plain-http", "decode", "ca-file"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    let script = gatepass(&["completions", "fish"]).ok();
    assert!(
        script.contains("digest") && script.contains("auto"),
        "scheme names are completed"
    );
}

#[test]
fn bash_takes_the_script() {
    let script = gatepass(&["completions", "bash"]).ok();
    let mut bash = Command::new("bash")
        .arg("-n")
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    bash.stdin
        .take()
        .unwrap()
        .write_all(script.as_bytes())
        .unwrap();
    assert!(bash.wait().unwrap().success());
}

#[test]
fn another_shell_is_refused() {
    let said = gatepass(&["completions", "ksh"]).failed(1);
    assert!(said.contains("nushell"), "{said}");
}
