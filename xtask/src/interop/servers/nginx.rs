//! nginx, which knows Basic and clients' certificates.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::certified::{Certified, Refusals};
use super::{Case, prove_all, write_letters};
use crate::failure::{Failure, Result};
use crate::install::find_program;
use crate::interop::{Bench, Cell, RIGHT, Refused, USER};
use crate::process::Background;

const PEER: &str = "nginx";

/// What nginx does about certificates is an answer like any other.
const REFUSALS: Refusals = Refusals {
    none: Refused::Explained(
        400,
        "The server requires a client certificate, and none was sent",
    ),
    stranger: Refused::Explained(400, "CN=alice: it is signed by CN=somebody else"),
};

pub(super) fn prove(bench: &Bench<'_>) -> Result<Vec<Cell>> {
    let folder = bench.folder(PEER)?;
    let cases = |base: &str| cases(base, &folder);
    let mut cells = prove_all(bench, PEER, cases, |port| {
        write_letters(&folder)?;
        let at = folder.display();
        fs::write(folder.join("users"), format!("{USER}:{{PLAIN}}{RIGHT}\n"))?;
        let server = format!(
            "listen 127.0.0.1:{port}; auth_basic \"peers\"; auth_basic_user_file {at}/users;\n\
             add_header X-User $remote_user;"
        );
        start(&folder, &server)
    })?;
    let folder = bench.folder("nginx-tls")?;
    let certified = Certified::generate(&folder)?;
    let cases = |base: &str| certified.cases(base, &REFUSALS);
    cells.extend(prove_all(bench, PEER, cases, |port| {
        let made = &certified.made;
        let server = format!(
            "listen 127.0.0.1:{port} ssl http2; ssl_protocols TLSv1.2 TLSv1.3;\n\
             ssl_certificate {}; ssl_certificate_key {}; ssl_client_certificate {}; ssl_verify_client on;\n\
             add_header X-Subject $ssl_client_s_dn;",
            made.server.display(),
            made.server_key.display(),
            made.authority.display()
        );
        start(&folder, &server)
    })?);
    Ok(cells)
}

/// Starts nginx with one server, whose files are in `folder`.
fn start(folder: &Path, server: &str) -> Result<Background> {
    let at = folder.display();
    fs::write(folder.join("index.html"), "welcome\n")?;
    let configuration = format!(
        "daemon off; master_process off; pid {at}/pid; error_log {at}/error.log;\n\
         events {{}}\n\
         http {{\n\
           access_log off; client_body_temp_path {at}; proxy_temp_path {at}; fastcgi_temp_path {at};\n\
           uwsgi_temp_path {at}; scgi_temp_path {at};\n\
           server {{ root {at};\n{server}\n}}\n\
         }}\n"
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, configuration)?;
    let program = find_program("nginx").ok_or_else(|| Failure::new("nginx is not installed"))?;
    let mut nginx = Command::new(program);
    nginx
        .arg("-c")
        .arg(&file)
        .arg("-e")
        .arg(folder.join("error.log"));
    Background::start(&mut nginx, &folder.join("log"))
}

fn cases(base: &str, folder: &Path) -> Vec<Case> {
    vec![
        Case::password("Basic", "basic", format!("{base}/index.html")),
        Case::password(
            "Basic, found by asking",
            "auto",
            format!("{base}/index.html"),
        ),
        Case::going_on("Basic, a download that goes on", "basic", base, folder),
    ]
}
