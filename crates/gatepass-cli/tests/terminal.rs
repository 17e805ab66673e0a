//! What happens on a terminal, a real one: `script` gives the program a pseudo-terminal.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use gatepass_server::Server;

use crate::run::EMPTY_HOME;

/// Runs a shell line in a terminal of its own. Its first line of output is the terminal's name.
fn start(line: &str) -> (Child, BufReader<impl std::io::Read>, String) {
    let line = format!("stty cols 100; tty; {line}");
    let mut child = Command::new("script")
        .args(["-qefc", &line, "/dev/null"])
        .env("TERM", "xterm")
        .env("gatepass", env!("CARGO_BIN_EXE_gatepass"))
        .env_remove("NO_COLOR")
        .env_remove("NETRC")
        .env_remove("XDG_CONFIG_HOME")
        .env("HOME", EMPTY_HOME)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut screen = BufReader::new(child.stdout.take().unwrap());
    let mut name = String::new();
    screen.read_line(&mut name).unwrap();
    (child, screen, name.trim().to_owned())
}

/// Waits until the program hides what is typed: what comes before would be shown.
fn wait_until_echo_is_off(child: &mut Child, terminal: &str) {
    loop {
        let settings = Command::new("stty")
            .args(["-F", terminal, "-a"])
            .output()
            .unwrap();
        if String::from_utf8_lossy(&settings.stdout).contains("-echo ") {
            return;
        }
        assert_eq!(child.try_wait().unwrap(), None, "nothing was asked");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

/// Runs a shell line and returns what a person sees.
fn seen(line: &str) -> String {
    let (mut child, mut screen, _) = start(line);
    let mut text = String::new();
    screen.read_to_string(&mut text).unwrap();
    child.wait().unwrap();
    text.replace('\r', "")
}

#[test]
fn heads_colours_and_indentation_are_for_people() {
    let text = seen("$gatepass /post a=1");
    assert!(
        text.contains("HTTP/1.1 \u{1b}[") && text.contains("200 OK"),
        "{text}"
    );
    assert!(
        text.contains("    \u{1b}["),
        "indented and coloured: {text}"
    );
    let text = seen("NO_COLOR=1 $gatepass /post a=1");
    assert!(
        !text.contains('\u{1b}') && text.contains("HTTP/1.1 200 OK\n"),
        "{text}"
    );
    assert!(text.contains("\n        \"a\": \"1\"\n"), "{text}");
    let text = seen("$gatepass -b --pretty=none /base64/eyJhIjoxfQ==");
    assert_eq!(text, "{\"a\":1}\n");
}

#[test]
fn a_download_has_a_bar_on_a_terminal_alone() {
    let folder = tempfile::tempdir().unwrap();
    let inside = format!("cd '{}'; $gatepass --download", folder.path().display());
    let text = seen(&format!("{inside} /range/100000"));
    for part in ["\u{1b}[2K100000 ", "97.66 KiB/97.66 KiB ====", "iB/s 0s"] {
        assert!(text.contains(part), "{part}: {text:?}");
    }
    // It makes room for the last word.
    assert!(text.ends_with("s).\n"), "{text:?}");
    assert!(
        text.contains("\u{1b}[2KSaved 100000: 97.66 KiB in "),
        "{text:?}"
    );
    // How long it is going to be is not known.
    let text = seen(&format!("{inside} '/stream-bytes/100000?chunk_size=1000'"));
    assert!(text.contains("KiB ") && !text.contains("=="), "{text:?}");
    for without in [
        "--no-progress /range/5",
        "-q /range/6",
        "/range/7 2>&1 | cat",
    ] {
        let text = seen(&format!("{inside} {without}"));
        assert!(!text.contains('\u{1b}'), "{without}: {text:?}");
    }
}

#[test]
fn a_binary_body_is_kept_from_the_terminal() {
    let text = seen("NO_COLOR=1 $gatepass '/base64/AAECAw=='");
    assert!(
        text.contains("The body is binary, 4 bytes")
            && text.contains("00000000  00 01 02 03")
            && text.contains("-o FILE")
            && !text.contains('\0'),
        "{text}"
    );
}

/// Escape sequences, the other control characters, and those of direction, in the body and in the head.
#[test]
fn what_a_terminal_would_obey_is_written_out() {
    let server = Server::start().unwrap();
    let body = server.url("/base64/YRtdMDt0BxtbOG3Cmzdt4oCuYg%3D%3D");
    let shown = "a\\u{1b}]0;t\\u{7}\\u{1b}[8m\\u{9b}7m\\u{202e}b";
    for command in ["-b", "-b --stream", "curl -s"] {
        let text = seen(&format!("NO_COLOR=1 $gatepass {command} '{body}'"));
        assert_eq!(text.trim_end(), shown, "{command}");
        // A program gets every byte.
        let text = seen(&format!(
            "$gatepass {command} '{body}' | od -An -c | head -1"
        ));
        assert!(
            text.contains("a 033   ]   0   ;   t  \\a 033   [   8   m"),
            "{text}"
        );
    }
    let head = server.url("/response-headers?X-A=a%E2%80%AEb%EF%BB%BFc");
    let text = seen(&format!("NO_COLOR=1 $gatepass '{head}'"));
    assert!(text.contains("X-A: a\\u{202e}b\\u{feff}c\n"), "{text}");
}

#[test]
fn a_binary_body_is_refused_by_gatepass_curl_too() {
    let server = Server::start().unwrap();
    let url = server.url("/base64/AAECAw==");
    let text = seen(&format!("$gatepass curl -s -S '{url}'; echo \"code $?\""));
    assert!(
        text.contains("binary") && text.ends_with("code 23\n") && !text.contains('\0'),
        "{text}"
    );
}

/// The password is asked for on the terminal, though input and output are elsewhere, and is not echoed.
#[test]
fn a_password_is_asked_for_without_echo() {
    let line = "$gatepass /digest-auth/auth/alice/s3cret -A digest -a alice < /dev/null | cat";
    let (mut child, mut screen, terminal) = start(line);
    let mut shown = Vec::new();
    screen.read_until(b':', &mut shown).unwrap();
    wait_until_echo_is_off(&mut child, &terminal);
    child
        .stdin
        .as_mut()
        .unwrap()
        .write_all(b"s3cret\n")
        .unwrap();
    screen.read_to_end(&mut shown).unwrap();
    child.wait().unwrap();
    let shown = String::from_utf8_lossy(&shown);
    assert!(
        shown.contains("Password for alice at http://127.0.0.1:"),
        "{shown}"
    );
    assert!(
        shown.contains("\"authenticated\": true") && !shown.contains("s3cret"),
        "{shown}"
    );
}

/// A secret that was typed as an argument gets one line of advice, but not on this machine's own server.
#[test]
fn a_secret_in_the_command_line_gets_no_advice_here() {
    let text = seen("$gatepass /basic-auth/alice/s3cret -a alice:s3cret");
    assert!(!text.contains("history"), "{text}");
}

/// `0.0.0.0` is no loopback address, and leads here all the same.
#[test]
fn a_secret_in_the_command_line_gets_one_line_of_advice() {
    let server = Server::builder().bind([0, 0, 0, 0].into()).start().unwrap();
    let url = format!("http://0.0.0.0:{}/get", server.port());
    for (args, advice) in [
        (
            "X-API-Key:s3cret",
            "write X-API-Key:@env:NAME or X-API-Key:@FILE next time",
        ),
        (
            "-H 'Authorization: Bearer t'",
            "write Authorization:@env:NAME",
        ),
        (
            "-a alice:s3cret",
            "cmd:COMMAND, keyring:SERVICE/USER or prompt: next time",
        ),
    ] {
        let text = seen(&format!("$gatepass {url} {args}"));
        let hints = text.matches("hint: the secret now stands in the shell's history");
        assert!(hints.count() == 1 && text.contains(advice), "{text}");
    }
    let text = seen(&format!("KEY=k $gatepass {url} X-API-Key:@env:KEY"));
    assert!(!text.contains("hint:"), "{text}");
}

#[test]
fn a_profile_asks_where_its_secret_is() {
    let home = tempfile::tempdir().unwrap();
    let line = format!(
        "HOME={} $gatepass auth add work h -a alice",
        home.path().display()
    );
    for (answer, expected) in [
        (
            "env:PW",
            "Added work for https://h: basic, or as asked; username alice, password env:PW.",
        ),
        (
            "",
            "Replaced work for https://h: basic, or as asked; username alice, password prompt:.",
        ),
        ("hunter2", "that is no place where a secret can be kept"),
    ] {
        let (mut child, mut screen, _) = start(&line);
        let mut shown = Vec::new();
        screen.read_until(b':', &mut shown).unwrap();
        let typed = format!("{answer}\n");
        child
            .stdin
            .as_mut()
            .unwrap()
            .write_all(typed.as_bytes())
            .unwrap();
        screen.read_to_end(&mut shown).unwrap();
        child.wait().unwrap();
        let shown = String::from_utf8_lossy(&shown).replace("\r\n", "\n");
        assert!(shown.contains("Where is the password? env:"), "{shown}");
        assert!(shown.contains(expected), "{shown}");
    }
}

/// Ctrl-C at the question ends the program, and the terminal echoes again.
#[test]
fn ctrl_c_at_the_question_leaves_the_terminal_as_it_was() {
    let line = "stty -a | grep -o '.echo '; $gatepass /basic-auth/alice/s3cret -a alice; echo \"code $?\"; stty -a | grep -o '.echo '";
    let (mut child, mut screen, terminal) = start(line);
    let mut shown = Vec::new();
    screen.read_until(b':', &mut shown).unwrap();
    wait_until_echo_is_off(&mut child, &terminal);
    child.stdin.as_mut().unwrap().write_all(b"\x03").unwrap();
    screen.read_to_end(&mut shown).unwrap();
    child.wait().unwrap();
    let shown = String::from_utf8_lossy(&shown).replace('\r', "");
    assert!(shown.ends_with("code 130\n echo \n"), "{shown:?}");
    assert!(!shown.contains("error"), "{shown}");
}

#[test]
fn text_is_shown_in_its_own_encoding() {
    // What the server calls UTF-8 and is KOI8-R.
    let line = "$gatepass --body /base64/8NLJ18XU";
    assert_eq!(
        seen(&format!("{line} --response-charset=koi8-r")).trim(),
        "Привет"
    );
    let json = seen(&format!("{line} --response-mime=application/json"));
    assert!(!json.contains("Привет"), "{json}");
}

#[test]
fn a_stream_is_shown_line_by_line() {
    let (mut child, mut screen, _) =
        start("$gatepass -S --body --pretty=format /stream/2; printf 'end\\n'");
    let mut lines = Vec::new();
    for line in screen.by_ref().lines() {
        lines.push(line.unwrap());
    }
    child.wait().unwrap();
    // Two documents, each laid out by itself.
    let starts = lines.iter().filter(|line| line.trim() == "{").count();
    assert_eq!(starts, 2, "{lines:?}");
}
