//! How code is compiled and run: one entry for each toolchain that a recipe names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Bench;
use crate::failure::Result;
use crate::install::find_program;
use crate::process::{demand, run};

/// A program that was generated: a folder with one file.
pub(crate) struct Job {
    /// A name that is an identifier in every language.
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) file: &'static str,
}

/// How one kind of code is run.
pub(crate) struct Toolchain {
    pub(crate) name: &'static str,
    /// What it says of itself; none where it is not there.
    pub(crate) version: fn(&Bench<'_>) -> Option<String>,
    /// The number of the version that a target's minimum speaks of; the argument is the target.
    pub(crate) number: fn(&Bench<'_>, &str) -> Option<String>,
    /// Compiles all programs of a folder at once.
    pub(crate) prepare: fn(&Bench<'_>, &Path, &[Job]) -> Result,
    pub(crate) command: fn(&Bench<'_>, &Job) -> Result<Command>,
    /// What it needs to have set.
    pub(crate) environment: fn(&Bench<'_>) -> Vec<(&'static str, PathBuf)>,
}

const NAMES: &[Toolchain] = &[
    Toolchain {
        name: "shell",
        number: |bench, target| match target {
            "httpie" => first_number(Command::new(bench.peers.script("http")).arg("--version")),
            program => first_number(Command::new(program).arg("--version")),
        },
        version: |bench| {
            let own = |program: &str| Command::new(program);
            let programs = [
                own("curl"),
                own("wget"),
                Command::new(bench.peers.script("http")),
            ];
            // Each target has a program of its own, whose number says whether it is there.
            let said =
                programs.map(|mut program| said(program.arg("--version")).unwrap_or_default());
            Some(said.concat())
        },
        environment: |bench| {
            // HTTPie is one of Python's packages.
            let mut path = bench.peers.script("").into_os_string();
            path.push(":");
            path.push(std::env::var_os("PATH").unwrap_or_default());
            vec![("PATH", path.into())]
        },
        ..INTERPRETED
    },
    Toolchain {
        name: "python",
        number: |bench, _| first_number(Command::new(bench.peers.python()).arg("--version")),
        version: |bench| {
            let python = bench.peers.python();
            said(Command::new(python).args(["-m", "pip", "freeze"]))
        },
        command: |bench, job| Ok(interpreter(bench.peers.python(), job)),
        ..INTERPRETED
    },
    Toolchain {
        name: "http",
        ..REPLAYED
    },
    Toolchain {
        name: "har",
        ..REPLAYED
    },
    Toolchain {
        name: "node",
        number: |bench, _| first_number(Command::new(bench.peers.node().ok()?).arg("--version")),
        version: |bench| {
            let node = said(Command::new(bench.peers.node().ok()?).arg("--version"))?;
            Some(node + include_str!("../interop/node/package-lock.json"))
        },
        prepare: |bench, folder, _| {
            link(
                &bench.peers.node_folder().join("node_modules"),
                &folder.join("node_modules"),
            )
        },
        command: |bench, job| Ok(interpreter(bench.peers.node()?, job)),
        ..INTERPRETED
    },
    Toolchain {
        name: "browser",
        version: |_| said(Command::new(find_program("chromium")?).arg("--version")),
        command: |bench, job| {
            let mut command = Command::new(bench.peers.node()?);
            command
                .arg(bench.root.join("xtask/src/snippets/browser.mjs"))
                .args(["run", &bench.browser()?.to_string()])
                .arg(job.folder.join(job.file));
            Ok(command)
        },
        ..INTERPRETED
    },
    Toolchain {
        name: "php",
        number: |_, _| first_number(Command::new("php").arg("--version")),
        version: |_| said(Command::new("php").arg("--version")),
        command: |_, job| Ok(interpreter("php", job)),
        ..INTERPRETED
    },
    Toolchain {
        name: "guzzle",
        number: |_, _| first_number(Command::new("php").arg("--version")),
        version: |_| {
            let package = fs::read_to_string(format!("{GUZZLE}/autoload.php")).ok()?;
            Some(said(Command::new("php").arg("--version"))? + &package)
        },
        // Debian has it where every program finds it; Composer has it in the folder `vendor`.
        prepare: |_, _, jobs| {
            jobs.iter().try_for_each(|job| {
                let vendor = job.folder.join("run/vendor");
                fs::create_dir_all(&vendor)?;
                link(
                    &Path::new(GUZZLE).join("autoload.php"),
                    &vendor.join("autoload.php"),
                )
            })
        },
        command: |_, job| Ok(interpreter("php", job)),
        ..INTERPRETED
    },
    Toolchain {
        name: "ruby",
        number: |_, _| first_number(Command::new("ruby").arg("--version")),
        version: |_| said(Command::new("ruby").arg("--version")),
        command: |_, job| Ok(interpreter("ruby", job)),
        ..INTERPRETED
    },
    Toolchain {
        name: "perl",
        number: |_, _| first_number(Command::new("perl").args(["-e", "printf '%vd', $^V"])),
        version: |_| {
            let show = [
                "-MLWP",
                "-MLWP::Protocol::https",
                "-e",
                "print \"$] $LWP::VERSION\"",
            ];
            said(Command::new("perl").args(show))
        },
        command: |_, job| Ok(interpreter("perl", job)),
        ..INTERPRETED
    },
    Toolchain {
        name: "c",
        number: |_, _| first_number(Command::new("curl-config").arg("--version")),
        version: |_| {
            let library = said(Command::new("curl-config").arg("--version"))?;
            Some(library + &said(Command::new("cc").arg("--version"))?)
        },
        prepare: |_, _, jobs| jobs.iter().try_for_each(build_c),
        command: |_, job| Ok(Command::new(job.folder.join("program"))),
        ..INTERPRETED
    },
    Toolchain {
        name: "r",
        number: |_, _| {
            first_number(Command::new("Rscript").args(["-e", "cat(as.character(getRversion()))"]))
        },
        version: |_| said(Command::new("Rscript").args(["-e", "library(httr2); sessionInfo()"])),
        command: |_, job| Ok(interpreter("Rscript", job)),
        ..INTERPRETED
    },
    Toolchain {
        name: "java",
        number: |_, target| {
            let is_there = target != "java-okhttp" || Path::new(OKHTTP).exists();
            is_there.then(|| first_number(Command::new("javac").arg("--version")))?
        },
        version: |_| said(Command::new("javac").arg("--version")),
        prepare: build_java,
        command: |_, job| {
            let mut java = Command::new("java");
            java.args([
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
            ])
            .arg(format!("{}:{OKHTTP}:{OKIO}", job.folder.display()))
            .arg("Main");
            Ok(java)
        },
        ..INTERPRETED
    },
    Toolchain {
        name: "rust",
        number: |_, _| first_number(Command::new("rustc").arg("--version")),
        version: |bench| {
            let lock = fs::read_to_string(bench.root.join("Cargo.lock")).ok()?;
            Some(said(Command::new("cargo").arg("--version"))? + &lock)
        },
        prepare: build_rust,
        command: |bench, job| {
            let package = package_of(job.folder.parent().unwrap_or(&job.folder));
            let mut command = Command::new(rust_folder(bench).join("target/debug").join(package));
            command.arg(&job.name);
            Ok(command)
        },
        ..INTERPRETED
    },
    Toolchain {
        name: "csharp",
        number: |_, _| first_number(Command::new("mono").arg("--version")),
        version: |_| {
            let compiler = said(Command::new("mcs").arg("--version"))?;
            Some(compiler + &said(Command::new("mono").arg("--version"))?)
        },
        prepare: build_csharp,
        command: |_, job| {
            let mut mono = Command::new("mono");
            mono.arg(job.folder.join("../programs.exe")).arg(&job.name);
            Ok(mono)
        },
        ..INTERPRETED
    },
    Toolchain {
        name: "go",
        number: |bench, _| {
            first_number(
                Command::new(bench.peers.go())
                    .arg("version")
                    .envs(go_environment(bench)),
            )
        },
        version: |bench| {
            said(
                Command::new(bench.peers.go())
                    .arg("version")
                    .envs(go_environment(bench)),
            )
        },
        prepare: build_go,
        command: |_, job| Ok(Command::new(job.folder.join("../bin").join(&job.name))),
        environment: go_environment,
    },
];

/// Programs that are run as they are.
const INTERPRETED: Toolchain = Toolchain {
    name: "",
    version: |_| None,
    number: |_, _| None,
    prepare: |_, _, _| Ok(()),
    command: |_, job| Ok(interpreter("sh", job)),
    environment: |_| Vec::new(),
};

/// Data, which is sent as it says.
const REPLAYED: Toolchain = Toolchain {
    version: |_| Some(REPLAY.to_owned()),
    command: |bench, job| {
        let mut command = Command::new(bench.peers.python());
        command.args(["-c", REPLAY]).arg(job.folder.join(job.file));
        Ok(command)
    },
    ..INTERPRETED
};

const REPLAY: &str = include_str!("replay.py");

/// Returns the toolchain of this name.
pub(crate) fn find(name: &str) -> Option<&'static Toolchain> {
    NAMES.iter().find(|toolchain| toolchain.name == name)
}

fn interpreter(program: impl AsRef<std::ffi::OsStr>, job: &Job) -> Command {
    let mut command = Command::new(program);
    command.arg(job.folder.join(job.file));
    command
}

/// Returns what a program prints where it succeeds.
fn said(command: &mut Command) -> Option<String> {
    run(command)
        .ok()
        .filter(|finished| finished.success)
        .map(|finished| finished.output())
}

/// Returns the first number with a dot in it, or the first number, of what a program prints.
fn first_number(command: &mut Command) -> Option<String> {
    let text = said(command)?;
    let mut words = text
        .split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty());
    words
        .clone()
        .find(|word| word.contains('.'))
        .or_else(|| words.next())
        .map(str::to_owned)
}

/// Where Debian puts Guzzle.
const GUZZLE: &str = "/usr/share/php/GuzzleHttp";

fn build_c(job: &Job) -> Result {
    let mut cc = Command::new("cc");
    cc.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-o"])
        .arg(job.folder.join("program"))
        .arg(job.folder.join(job.file))
        .arg("-lcurl");
    demand(&mut cc).map(drop)
}

const OKHTTP: &str = "/usr/share/java/okhttp.jar";
const OKIO: &str = "/usr/share/java/okio.jar";

/// Compiles every program in one process of Java: the compiler is slow until it is warm.
fn build_java(_: &Bench<'_>, folder: &Path, jobs: &[Job]) -> Result {
    let compiler = folder.join("CompileAll.java");
    fs::write(&compiler, include_str!("CompileAll.java"))?;
    let mut java = Command::new("java");
    java.arg(&compiler).arg(format!("{OKHTTP}:{OKIO}"));
    java.args(jobs.iter().map(|job| &job.folder));
    demand(&mut java).map(drop)
}

/// Builds every program into one, which runs the one that it is told to: the compiler is slow to start. Mono's is older than a
/// `Main` that is asynchronous, which another one waits for.
fn build_csharp(_: &Bench<'_>, folder: &Path, jobs: &[Job]) -> Result {
    let mut mcs = Command::new("mcs");
    mcs.args([
        "-langversion:latest",
        "-nowarn:28",
        "-main:Entry",
        "-r:System.Net.Http.dll",
    ])
    .arg(format!("-out:{}", folder.join("programs.exe").display()));
    let mut arms = String::new();
    for job in jobs {
        let code = fs::read_to_string(job.folder.join(job.file))?;
        let own = "    static async Task<int> Main()";
        let code = code.replacen(own, "    internal static async Task<int> Main()", 1);
        let file = job.folder.join("Program.mono.cs");
        fs::write(&file, format!("namespace {}_\n{{\n{code}}}\n", job.name))?;
        mcs.arg(&file);
        arms += &format!(
            "            case {:?}: return {}_.Program.Main().GetAwaiter().GetResult();\n",
            job.name, job.name
        );
    }
    let entry = folder.join("Entry.cs");
    fs::write(
        &entry,
        format!(
            "class Entry\n{{\n    static int Main(string[] names)\n    {{\n        switch (names[0])\n        {{\n{arms}            default: return 2;\n        }}\n    }}\n}}\n"
        ),
    )?;
    demand(mcs.arg(&entry)).map(drop)
}

fn rust_folder(bench: &Bench<'_>) -> PathBuf {
    bench.root.join("target/snippets/rust")
}

/// Names the package that the programs of a folder are built into.
fn package_of(work: &Path) -> String {
    let name = work.file_name().unwrap_or_default();
    format!("snippets-{}", name.to_string_lossy())
}

/// Builds every program into one, which runs the one that it is told to: a crate is compiled and linked once.
fn build_rust(bench: &Bench<'_>, work: &Path, jobs: &[Job]) -> Result {
    let package = package_of(work);
    let folder = rust_folder(bench).join(&package);
    fs::create_dir_all(folder.join("src"))?;
    let manifest = include_str!("Cargo.toml.txt");
    let gatepass = bench.root.join("crates/gatepass");
    fs::write(
        folder.join("Cargo.toml"),
        manifest
            .replace("NAME", &package)
            .replace("GATEPASS", &gatepass.to_string_lossy()),
    )?;
    // The versions are the workspace's, where it has them.
    if !folder.join("Cargo.lock").exists() {
        fs::copy(bench.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    }
    let mut modules = "// Runs the program that is named.\n".to_owned();
    let mut arms = String::new();
    for job in jobs {
        let code = fs::read_to_string(job.folder.join(job.file))?;
        let file = job.folder.join("module.rs");
        // The first line that begins so is the program's own: texts stand inside of it.
        let code = format!("\n{code}").replacen("\nfn main()", "\npub(crate) fn main()", 1);
        fs::write(&file, code)?;
        modules += &format!("#[path = {:?}]\nmod {}_;\n", file, job.name);
        arms += &format!("        {:?} => {}_::main(),\n", job.name, job.name);
    }
    let main = format!(
        "{modules}fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    match std::env::args().nth(1).unwrap_or_default().as_str() {{\n{arms}        _ => Err(\"no such program\".into()),\n    }}\n}}\n"
    );
    fs::write(folder.join("src/main.rs"), main)?;
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--quiet"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", rust_folder(bench).join("target"));
    demand(&mut cargo).map(drop)
}

/// Makes a symbolic link where there is none.
fn link(to: &Path, at: &Path) -> Result {
    if !at.exists() {
        std::os::unix::fs::symlink(to, at)?;
    }
    Ok(())
}

fn go_environment(bench: &Bench<'_>) -> Vec<(&'static str, PathBuf)> {
    let below = |name: &str| bench.root.join("target/snippets/go").join(name);
    vec![
        ("GOCACHE", below("cache")),
        ("GOPATH", below("path")),
        ("GOTOOLCHAIN", "local".into()),
        ("GOFLAGS", "-mod=mod".into()),
        ("GOTELEMETRY", "off".into()),
    ]
}

/// Builds one module that has a package for each program.
fn build_go(bench: &Bench<'_>, folder: &Path, jobs: &[Job]) -> Result {
    fs::write(
        folder.join("go.mod"),
        "module gatepass/snippets\n\ngo 1.19\n",
    )?;
    for job in jobs {
        drop(fs::remove_dir_all(job.folder.join("run/.go")));
    }
    let mut go = Command::new(bench.peers.go());
    go.args(["build", "-o", "bin/", "./..."])
        .current_dir(folder)
        .envs(go_environment(bench));
    demand(&mut go).map(drop)
}
