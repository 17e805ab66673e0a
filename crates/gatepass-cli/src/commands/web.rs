//! `gatepass web`: the page in the browser, with the built-in server behind its examples.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::net::IpAddr;
use std::process::{Command, Stdio};

use clap::Args;
use gatepass_server::Server;
use gatepass_web::Web;

use crate::error::{Failure, reason};
use crate::exit_code::Exit;
use crate::output;

/// Open a page that sends requests, shows the conversation and writes code
///
/// It prints the address to open, which holds the token of this launch, and serves the page until Ctrl-C. It works without a
/// network: a test server for its examples runs beside it. Secrets that are typed into the page stay in memory.
///
/// Where --listen lets others in, requests go to public addresses only, through no proxy, and there is no test server.
#[derive(Args, Debug)]
pub(crate) struct WebArgs {
    /// The port; 0 takes a free one
    #[arg(short, long, value_name = "PORT", default_value_t = 0)]
    port: u16,

    /// The address to listen at; any but one of this machine lets others in, who need the printed address
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    listen: IpAddr,

    /// Answer to this name too: that of a server with TLS before this one; say it again for more
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,

    /// Open the page in the browser of this desktop
    #[arg(long)]
    open: bool,
}

/// Serves the page until Ctrl-C.
///
/// # Errors
/// [`Failure`] where it cannot listen.
pub(crate) fn run(args: WebArgs) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("the system gives no event queue: {error}")))?;
    let mut builder = Web::builder().listen(args.listen).port(args.port);
    for name in args.host {
        builder = builder.host(name);
    }
    let server = if args.listen.is_loopback() {
        Some(Server::start().map_err(|error| Failure::new(error.to_string()))?)
    } else {
        None
    };
    if let Some(server) = &server {
        builder = builder.examples(server.url(""));
    }
    let web = runtime.block_on(builder.bind()).map_err(|error| {
        let (listen, port) = (args.listen, args.port);
        Failure::new(format!(
            "cannot listen at {listen} port {port}: {}",
            reason(&error)
        ))
        .hint("--port=0 takes any port that is free")
    })?;
    let url = web.url();
    output::print(&format!("{url}\n"))?;
    if stderr().is_terminal() {
        output::note("Open this address in a browser. Ctrl-C stops the page.");
    }
    let _opened = if args.open { open(&url) } else { None };
    runtime.block_on(async {
        tokio::select! {
            () = web.run() => {}
            () = super::serve::signal() => {}
        }
    });
    // A request in progress must not hold the process.
    runtime.shutdown_background();
    drop(server);
    Ok(Exit::Ok)
}

/// What opens an address on each desktop.
const OPENERS: &[&str] = if cfg!(target_os = "macos") {
    &["open"]
} else if cfg!(windows) {
    &["explorer"]
} else {
    &["xdg-open", "gio"]
};

/// Has the desktop open a file that leads to the page, because everybody on this machine can read the arguments of programs,
/// and the address holds the token. The file is its user's alone, and goes when this value is dropped.
fn open(url: &str) -> Option<tempfile::NamedTempFile> {
    let file = match leading_to(url) {
        Ok(file) => file,
        Err(error) => {
            output::note(&format!("note: no browser was opened: {}.", reason(&error)));
            return None;
        }
    };
    let opened = OPENERS.iter().any(|program| {
        let mut command = Command::new(program);
        if *program == "gio" {
            command.arg("open");
        }
        command
            .arg(file.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .is_ok()
    });
    if !opened {
        output::note("note: no browser could be opened; open the address yourself.");
    }
    Some(file)
}

fn leading_to(url: &str) -> std::io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new()
        .prefix("gatepass-")
        .suffix(".html")
        .tempfile()?;
    // The address is made of digits, letters and a few signs that mean nothing in HTML.
    write!(
        file,
        "<!doctype html><meta http-equiv=\"refresh\" content=\"0;url={url}\"><title>gatepass</title>"
    )?;
    file.flush()?;
    Ok(file)
}
