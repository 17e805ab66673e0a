//! nginx, which knows Basic.

use std::fs;
use std::process::Command;

use super::{Case, prove_all};
use crate::failure::{Failure, Result};
use crate::install::find_program;
use crate::interop::{Bench, Cell, RIGHT, USER};
use crate::process::Background;

const PEER: &str = "nginx";

pub(super) fn prove(bench: &Bench<'_>) -> Result<Vec<Cell>> {
    prove_all(bench, PEER, cases, |port| {
        let folder = bench.folder(PEER)?;
        let at = folder.display();
        fs::write(folder.join("users"), format!("{USER}:{{PLAIN}}{RIGHT}\n"))?;
        fs::write(folder.join("index.html"), "welcome\n")?;
        let configuration = format!(
            "daemon off; master_process off; pid {at}/pid; error_log {at}/error.log;\n\
             events {{}}\n\
             http {{\n\
               access_log off; client_body_temp_path {at}; proxy_temp_path {at}; fastcgi_temp_path {at};\n\
               uwsgi_temp_path {at}; scgi_temp_path {at};\n\
               server {{\n\
                 listen 127.0.0.1:{port}; root {at};\n\
                 auth_basic \"peers\"; auth_basic_user_file {at}/users;\n\
                 add_header X-User $remote_user;\n\
               }}\n\
             }}\n"
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration)?;
        let program =
            find_program("nginx").ok_or_else(|| Failure::new("nginx is not installed"))?;
        let mut nginx = Command::new(program);
        nginx
            .arg("-c")
            .arg(&file)
            .arg("-e")
            .arg(folder.join("error.log"));
        Background::start(&mut nginx, &folder.join("log"))
    })
}

fn cases(base: &str) -> Vec<Case> {
    vec![
        Case::password("Basic", "basic", format!("{base}/index.html")),
        Case::password(
            "Basic, found by asking",
            "auto",
            format!("{base}/index.html"),
        ),
    ]
}
