//! Proves that a scheme is one place: adds one to a copy of the sources, by a folder and two lines, and looks for it wherever a scheme
//! appears.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::process::{demand, run};
use crate::repository::MADE;
use crate::tally::Tally;

const SCHEMES: &str = "crates/gatepass-auth/src/schemes";

/// The folder, of one file.
const SAMPLE: &str = include_str!("sample.rs.txt");

/// The two lines, each with the one that it goes before.
const LINES: &[(&str, &str)] = &[
    ("pub mod sample;\n", "\nuse crate::accounts::Accounts;\n"),
    (
        "    &sample::ENTRY,\n",
        "];\n\n/// Returns what is known of every scheme",
    ),
];

/// A place where a scheme appears: what is typed, what must be printed, and what must not be.
struct Place {
    name: &'static str,
    arguments: &'static [&'static str],
    prints: &'static [&'static str],
    hides: &'static [&'static str],
}

const PROOF: &str = "Sample user=\"sam\", proof=\"00112233445566778899\"";

const PLACES: &[Place] = &[
    Place {
        name: "the list of schemes",
        arguments: &["schemes"],
        prints: &["sample", "Proves a password by a sample."],
        hides: &[],
    },
    Place {
        name: "its page",
        arguments: &["schemes", "sample"],
        prints: &["whoever has seen a request can send it again"],
        hides: &[],
    },
    Place {
        name: "-A and the test server, with masks",
        arguments: &[
            "--ignore-stdin",
            "/auth/sample",
            "-v",
            "-A",
            "sample",
            "-a",
            "sam:sample-s3cret",
        ],
        prints: &[
            "\"authenticated\": true",
            "\"user\": \"sam\"",
            "Sample user=\"sam\", proof=\"6c2…⟨",
        ],
        hides: &["sample-s3cret"],
    },
    Place {
        name: "what is said under a refusal",
        arguments: &[
            "--ignore-stdin",
            "/auth/sample",
            "-A",
            "sample",
            "-a",
            "sam:wrong",
        ],
        prints: &["the sample is not good", "Take another one", "user=\"sam\""],
        hides: &[],
    },
    Place {
        name: "what to type where it is asked for",
        arguments: &["--ignore-stdin", "/auth/sample"],
        prints: &["-A sample -a USER"],
        hides: &[],
    },
    Place {
        name: "decode, of credentials",
        arguments: &["decode", PROOF],
        prints: &["A sample (no RFC).", "who sampled", "the sample"],
        hides: &["00112233445566778899"],
    },
    Place {
        name: "decode, of a challenge",
        arguments: &["decode", "WWW-Authenticate: Sample realm=\"r\""],
        prints: &["where samples are taken", "-A sample"],
        hides: &[],
    },
    Place {
        name: "generated code, which refuses it with a reason",
        arguments: &[
            "code",
            "go",
            "-A",
            "sample",
            "-a",
            "sam:x",
            "https://h.example/",
        ],
        prints: &["sample is not written as code yet"],
        hides: &[],
    },
    Place {
        name: "a collection of Postman",
        arguments: &["import", "one-place.json"],
        prints: &["auth: sample, username sam"],
        hides: &["s3cret-sample"],
    },
    Place {
        name: "an .http file",
        arguments: &["import", "one-place.http"],
        prints: &["auth: sample, username sam"],
        hides: &["s3cret-sample"],
    },
];

const POSTMAN: &str = r#"{"info": {"name": "c", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
"item": [{"name": "r", "request": {"method": "GET", "url": "https://h.example/", "auth": {"type": "sampled",
"sampled": [{"key": "who", "value": "sam"}, {"key": "what", "value": "s3cret-sample"}]}}}]}"#;

const HTTP_FILE: &str = "GET https://h.example/\nAuthorization: Sample sam s3cret-sample\n";

/// Runs the proof, and prints where the scheme was found.
pub(crate) fn report(root: &Path) -> Result {
    let (tally, text) = prove(root)?;
    print!("{text}");
    println!("{tally}");
    if tally.failed > 0 {
        return Err(Failure::new(""));
    }
    Ok(())
}

/// Adds the scheme to a copy, builds it, and looks.
pub(crate) fn prove(root: &Path) -> Result<(Tally, String)> {
    let copy = root.join("target/one-place/sources");
    copy_all(root, &copy)?;
    add(&copy)?;
    let target = root.join("target/one-place/target");
    // What others wrote is built already, and is the same here: only our own crates are built for the proof.
    for part in ["deps", ".fingerprint", "build"] {
        link_all(
            &root.join("target/debug").join(part),
            &target.join("debug").join(part),
        )?;
    }
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new("cargo");
        command.args(arguments).current_dir(&copy);
        command.env("CARGO_TARGET_DIR", &target);
        command
    };
    demand(&mut cargo(&["build", "--quiet", "--workspace", "--bins"]))?;
    fs::write(copy.join("one-place.json"), POSTMAN)?;
    fs::write(copy.join("one-place.http"), HTTP_FILE)?;
    let program = target.join("debug/gatepass");
    let (mut tally, mut text) = (Tally::default(), String::new());
    let mut count = |name: &str, wrong: Option<String>| {
        text += &match &wrong {
            None => format!("found: {name}\n"),
            Some(wrong) => format!("NOT found: {name}: {wrong}\n"),
        };
        tally.passed += usize::from(wrong.is_none());
        tally.failed += usize::from(wrong.is_some());
    };
    for place in PLACES {
        let mut command = Command::new(&program);
        command.args(place.arguments);
        let output = run(command.current_dir(&copy))?.output();
        count(place.name, wrong(place, &output));
    }
    let mut codegen = Command::new(target.join("debug/xtask"));
    demand(
        codegen
            .arg("codegen")
            .current_dir(&copy)
            .env("CARGO_TARGET_DIR", &target),
    )?;
    let page = fs::read_to_string(copy.join("docs/reference/schemes.md"))?;
    let row = "| `sample` | [Sample](#sample) | Proves a password by a sample. |";
    let missing = (!page.contains(row)).then(|| "no row in the table".to_owned());
    count("the documentation", missing);
    Ok((tally, text))
}

fn wrong(place: &Place, output: &str) -> Option<String> {
    let missing = place.prints.iter().find(|text| !output.contains(**text));
    let shown = place.hides.iter().find(|text| output.contains(**text));
    match (missing, shown) {
        (Some(missing), _) => Some(format!("no {missing:?} in\n{output}")),
        (None, Some(shown)) => Some(format!("{shown:?} is shown in\n{output}")),
        (None, None) => None,
    }
}

/// Writes the folder and the two lines.
fn add(copy: &Path) -> Result {
    fs::create_dir_all(copy.join(SCHEMES).join("sample"))?;
    write(&copy.join(SCHEMES).join("sample/mod.rs"), SAMPLE.as_bytes())?;
    let list = copy.join(SCHEMES).join("mod.rs");
    let mut text = fs::read_to_string(&list)?;
    for (line, before) in LINES {
        let at = text
            .find(before)
            .ok_or_else(|| Failure::new(format!("{SCHEMES}/mod.rs has no longer {before:?}")))?;
        text.insert_str(at, line);
    }
    write(&list, text.as_bytes())
}

/// Copies what somebody wrote. What is the same already keeps its time, so that a second run builds little.
fn copy_all(from: &Path, to: &Path) -> Result {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path.file_name() else {
            continue;
        };
        if name.to_str().is_some_and(|name| MADE.contains(&name)) || path.is_symlink() {
            continue;
        }
        let target: PathBuf = to.join(name);
        if path.is_dir() {
            copy_all(&path, &target)?;
        } else {
            write(&target, &fs::read(&path)?)?;
        }
    }
    Ok(())
}

/// How the names of what is built of our own crates begin. Cargo calls them the same wherever the sources stand, and writes over
/// them in place, so that a second name for one would be a way from the copy back into what the tests use.
const OURS: &[&str] = &["gatepass", "libgatepass", "xtask"];

/// Gives a second name to every file below a folder that has none there yet, but for those of our own crates; nothing is where
/// nothing was built.
fn link_all(from: &Path, to: &Path) -> Result {
    if !from.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path.file_name() else {
            continue;
        };
        let is_ours = |name: &str| OURS.iter().any(|ours| name.starts_with(ours));
        if name.to_str().is_none_or(is_ours) {
            continue;
        }
        let link = to.join(name);
        if path.is_dir() {
            link_all(&path, &link)?;
        } else if !link.exists() {
            fs::hard_link(&path, &link)?;
        }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result {
    if fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    Ok(fs::write(path, bytes)?)
}
