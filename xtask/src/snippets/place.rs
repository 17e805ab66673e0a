//! Where generated code is sent: a server and a proxy for each target, and TLS in front of one server for all.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

use gatepass_auth::{Accounts, schemes};
use gatepass_server::{Limits, Recorded, Server};

use super::Bench;
use super::proxy::Proxy;
use crate::certificates::Certificates;
use crate::failure::{Failure, Result};
use crate::install::find_program;
use crate::process::{Background, free_port};

/// The addresses that stand in the code.
#[derive(Clone)]
pub(crate) struct Addresses {
    /// `http://127.0.0.1:PORT`
    pub(crate) http: String,
    /// The same with TLS; below `/certificate/` it wants the client's.
    pub(crate) https: String,
    pub(crate) proxy_port: u16,
    /// A server on another host, to which the first one leads away.
    pub(crate) elsewhere: String,
}

impl Addresses {
    /// The same in every run, so that code can be compared with code that was proven before.
    pub(crate) fn constant() -> Self {
        Self {
            http: "http://127.0.0.1:1".to_owned(),
            https: "https://127.0.0.1:2".to_owned(),
            proxy_port: 3,
            elsewhere: "http://127.0.0.2:4".to_owned(),
        }
    }
}

/// Two servers and a proxy for one target.
pub(crate) struct Place {
    pub(crate) server: Server,
    /// Another host: nothing that is meant for the first one may arrive here.
    pub(crate) elsewhere: Server,
    pub(crate) proxy: Proxy,
}

impl Place {
    pub(crate) fn start() -> Result<Self> {
        let limits = Limits {
            journal: 100_000,
            ..Limits::default()
        };
        let server = || {
            Server::builder()
                .limits(limits.clone())
                .accounts(accounts())
        };
        Ok(Self {
            server: server().start()?,
            elsewhere: server().bind(ELSEWHERE).start()?,
            proxy: Proxy::start()?,
        })
    }

    pub(crate) fn addresses(&self, tls: Option<&Tls>) -> Addresses {
        Addresses {
            http: self.server.url(""),
            https: format!("https://127.0.0.1:{}", tls.map_or(2, |tls| tls.port)),
            proxy_port: self.proxy.port,
            elsewhere: self.elsewhere.url(""),
        }
    }
}

/// An address of this machine that is another host to every library.
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// The accounts that every scheme has as an example, and one that is not ASCII.
fn accounts() -> Accounts {
    schemes::example_accounts().with_user(USER_UTF8, PASSWORD_UTF8)
}

pub(crate) const USER_UTF8: &str = "jürgen";
pub(crate) const PASSWORD_UTF8: &str = "pässwörd€漢";

/// Returns the value that a scheme's example has for a field.
pub(crate) fn example(scheme: &str, field: &str) -> String {
    let descriptor = schemes::find(scheme).ok().map(|it| it.about);
    descriptor
        .and_then(|it| it.example.iter().find(|(name, _)| *name == field))
        .map(|(_, value)| (*value).to_owned())
        .unwrap_or_default()
}

/// nginx with TLS, which asks for a client certificate, in front of a server of ours.
pub(crate) struct Tls {
    pub(crate) port: u16,
    pub(crate) certificates: Certificates,
    server: Server,
    /// Held while a case uses the server that all targets share.
    pub(crate) alone: Mutex<()>,
    _nginx: Background,
}

/// The header in which nginx says whose certificate it saw.
pub(crate) const SUBJECT: &str = "X-Client-Subject";

impl Tls {
    pub(crate) fn start(bench: &Bench<'_>) -> Result<Self> {
        let folder = folder(bench)?.join("tls");
        let certificates = Certificates::generate(&folder)?;
        let limits = Limits {
            journal: 100_000,
            ..Limits::default()
        };
        let server = Server::builder().limits(limits).start()?;
        let port = free_port()?;
        let at = folder.display();
        let configuration = format!(
            "daemon off; master_process off; pid {at}/pid; error_log {at}/error.log;\n\
             events {{}}\n\
             http {{\n\
               access_log off; client_body_temp_path {at}; proxy_temp_path {at}; fastcgi_temp_path {at};\n\
               uwsgi_temp_path {at}; scgi_temp_path {at};\n\
               server {{\n\
                 listen 127.0.0.1:{port} ssl;\n\
                 ssl_certificate {at}/server.pem; ssl_certificate_key {at}/server.key;\n\
                 ssl_client_certificate {at}/ca.pem; ssl_verify_client optional;\n\
                 proxy_set_header {SUBJECT} $ssl_client_s_dn;\n\
                 location / {{ proxy_pass {0}; }}\n\
                 location /anything/certificate/ {{\n\
                   if ($ssl_client_verify != SUCCESS) {{ return 403; }}\n\
                   proxy_pass {0};\n\
                 }}\n\
               }}\n\
             }}\n",
            server.url("")
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration)?;
        let program =
            find_program("nginx").ok_or_else(|| Failure::new("nginx is not installed"))?;
        let mut command = Command::new(program);
        command
            .arg("-c")
            .arg(&file)
            .arg("-e")
            .arg(folder.join("error.log"));
        let mut nginx = Background::start(&mut command, &folder.join("log"))?;
        nginx.wait_for_port(port)?;
        Ok(Self {
            port,
            certificates,
            server,
            alone: Mutex::default(),
            _nginx: nginx,
        })
    }

    /// Returns the requests that came through TLS.
    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.server.requests()
    }
}

/// Returns the folder below `target` in which everything happens.
pub(crate) fn folder(bench: &Bench<'_>) -> Result<PathBuf> {
    let folder = bench.root.join("target/snippets");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
