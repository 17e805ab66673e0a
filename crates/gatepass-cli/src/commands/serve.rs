//! `gatepass serve`: the test server as a program.

use std::io::{IsTerminal as _, stderr};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};
use gatepass_server::{ClientCertificates, Server, ServerError, Stopper};

use crate::error::{Failure, of_client, reason};
use crate::exit_code::Exit;
use crate::output;

/// Run a test server that speaks every authentication scheme
///
/// It knows httpbin's paths (/get, /status/418, /basic-auth/USER/PASSWORD, /digest-auth/auth/USER/PASSWORD, …) and
/// /auth/SCHEME for every scheme of "gatepass schemes", which says on failure what it computed and what it got. It listens
/// on this machine only, unless --bind says otherwise, and stops on Ctrl-C.
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// The port for http; 0 takes a free one
    #[arg(short, long, value_name = "PORT", default_value_t = 8000)]
    port: u16,

    /// Listen for https as well, at this port; 0 takes a free one
    #[arg(long, value_name = "PORT")]
    https_port: Option<u16>,

    /// The address to listen at; 0.0.0.0 lets the whole network in
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: IpAddr,

    /// Write the certificate that clients have to trust for https to this file (then: gatepass --verify FILE https://…)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "https_port")]
    ca_file: Option<PathBuf>,

    /// Ask clients for a certificate over https: optional or required
    #[arg(long, value_name = "HOW", value_enum, requires = "https_port")]
    client_cert: Option<Wanted>,

    /// Let clients in whose certificates are signed by the authorities in this file (PEM), as well as by the server's own
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "client_cert")]
    client_ca: Option<PathBuf>,

    /// Write a certificate with its key that the server lets in to this file (then: gatepass --cert FILE https://…)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "client_cert")]
    client_file: Option<PathBuf>,

    /// Put up with habits of other programs that break the RFCs; each of them is an attack as well
    #[arg(long)]
    lenient: bool,

    /// Misbehave on purpose where it is asked to: /faults lists how
    #[arg(long)]
    faults: bool,

    /// Write no line for each request
    #[arg(short, long)]
    quiet: bool,
}

/// Whether clients need a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Wanted {
    /// They may have none
    Optional,
    /// Whoever has none is turned away
    Required,
}

/// Serves until Ctrl-C or SIGTERM.
///
/// # Errors
/// [`Failure`] where it cannot listen, or the certificate cannot be written.
pub(crate) fn run(args: ServeArgs) -> Result<Exit, Failure> {
    let mut builder = Server::builder()
        .bind(args.bind)
        .port(args.port)
        .lenient(args.lenient)
        .faults(args.faults);
    if let Some(port) = args.https_port {
        builder = builder.https_port(port);
    }
    if let Some(wanted) = args.client_cert {
        builder = builder.client_certificates(match wanted {
            Wanted::Optional => ClientCertificates::Optional,
            Wanted::Required => ClientCertificates::Required,
        });
    }
    if let Some(path) = &args.client_ca {
        let pem = std::fs::read_to_string(path).map_err(|error| {
            let (path, reason) = (path.display(), reason(&error));
            Failure::new(format!(
                "the certificates in {path} cannot be read: {reason}"
            ))
        })?;
        builder = builder.client_ca_pem(pem);
    }
    if !args.quiet {
        builder = builder.access_log(Box::new(stderr()));
    }
    let server = builder.start().map_err(|error| {
        let failure = Failure::new(error.to_string());
        match error {
            ServerError::Bind { .. } => failure.hint("--port=0 takes any port that is free"),
            _ => failure,
        }
    })?;
    if let (Some(path), Some(pem)) = (&args.ca_file, server.ca_pem()) {
        std::fs::write(path, pem).map_err(|error| unwritten(path, &error))?;
    }
    if let (Some(path), Some(pem)) = (&args.client_file, server.client_pem()) {
        gatepass::config::write_private_file(path, pem.as_bytes())
            .map_err(|error| of_client(&error))?;
    }
    output::print(&format!("{}\n", server.url("/")))?;
    if let Some(url) = server.https_url("/") {
        output::print(&format!("{url}\n"))?;
    }
    if stderr().is_terminal() {
        output::note("Ctrl-C stops the server.");
    }
    stop_on_signal(server.stopper())?;
    server.wait();
    Ok(Exit::Ok)
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!(
        "the certificate cannot be written to {}: {}",
        path.display(),
        reason(error)
    ))
}

/// Stops the server at the first signal. A second one ends the process at once, whatever is still in progress.
#[expect(
    clippy::exit,
    reason = "whoever presses Ctrl-C twice does not want to wait for what is in progress"
)]
fn stop_on_signal(stopper: Stopper) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("the system gives no event queue: {error}")))?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            signal().await;
            stopper.stop();
            signal().await;
        });
        std::process::exit(130);
    });
    Ok(())
}

#[cfg(unix)]
pub(super) async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};

    let terminate = signal(SignalKind::terminate());
    match terminate {
        Ok(mut terminate) => tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

#[cfg(not(unix))]
pub(super) async fn signal() {
    let _ = tokio::signal::ctrl_c().await;
}
