//! squid, a proxy that knows Basic and Digest with MD5, for what it forwards and for tunnels, and speaks TLS itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::Duration;

use gatepass::blocking::Client;
use gatepass::config::{Pool, Proxies, Proxy, Tls};
use gatepass_server::Server;

use super::{Case, SECRET, prove_all};
use crate::certificates::Certificates;
use crate::failure::{Failure, Result};
use crate::install::find_program;
use crate::interop::{Bench, Cell, Exchange, Expect, RIGHT, Refused, USER, WRONG};
use crate::process::{Background, demand, free_port};

const PEER: &str = "squid";
const HELPERS: &str = "/usr/lib/squid";

/// The accounts as `htpasswd -m` and `htdigest` would write them.
const PASSWORDS: &str = "alice:$apr1$gatepass$8ssrvZKiH7J4iL5mPXuLE1\n";
const DIGESTS: &str = "alice:peers:c6453494e48c9b389cb52475daf1f392\n";

/// How often a nonce may be used: with each answer there is a new one.
const NONCE_USES: &str = "auth_param digest nonce_max_count 2\n";
/// How long a nonce lives where it is to become stale, and how long is waited for that.
const NONCE_LIFE: &str = "auth_param digest nonce_max_duration 1 seconds\n";
const LONGER: Duration = Duration::from_millis(2500);

/// How the proxy authenticates.
#[derive(Clone, Copy)]
enum Knows {
    Basic,
    Digest,
    /// Digest, whose nonces live for a second.
    ShortDigest,
}

/// What is behind the proxy: our own server, which verifies.
struct Origin {
    server: Server,
    ca_file: PathBuf,
}

pub(super) fn prove(bench: &Bench<'_>) -> Result<Vec<Cell>> {
    let server = Server::builder().https(true).start()?;
    let ca_file = bench.folder(PEER)?.join("ca.pem");
    fs::write(&ca_file, server.ca_pem().unwrap_or_default())?;
    let origin = Origin { server, ca_file };
    let mut cells = Vec::new();
    for knows in [Knows::Basic, Knows::Digest] {
        let cases = |base: &str| cases(knows, base, &origin);
        cells.extend(prove_all(bench, PEER, cases, |port| {
            start(bench, knows, port, None)
        })?);
    }
    let own = Certificates::generate(&bench.folder("squid-tls")?)?;
    let cases = |base: &str| cases_over_tls(base, &origin, &own);
    cells.extend(prove_all(bench, PEER, cases, |port| {
        start(bench, Knows::Basic, port, Some(&own))
    })?);
    cells.extend(prove_stale(bench, &origin)?);
    Ok(cells)
}

/// Starts squid in the foreground. As root it would not run, and changes to the user that Debian has made for it.
/// With a certificate it speaks TLS.
fn start(
    bench: &Bench<'_>,
    knows: Knows,
    port: u16,
    own: Option<&Certificates>,
) -> Result<Background> {
    let (scheme, settings) = match knows {
        Knows::Basic => ("basic", ""),
        Knows::Digest => ("digest", NONCE_USES),
        Knows::ShortDigest => ("digest", NONCE_LIFE),
    };
    let folder = bench.folder(&format!("{PEER}-{port}"))?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777))?;
    let at = folder.display();
    fs::write(folder.join("users"), PASSWORDS)?;
    fs::write(folder.join("digests"), DIGESTS)?;
    let helper = match knows {
        Knows::Basic => format!("{HELPERS}/basic_ncsa_auth {at}/users"),
        _ => format!("{HELPERS}/digest_file_auth -c {at}/digests"),
    };
    let user = match demand(Command::new("id").arg("-u"))?.trim() {
        "0" => "cache_effective_user proxy\n",
        _ => "",
    };
    let listens = match own {
        None => format!("http_port 127.0.0.1:{port}"),
        Some(own) => format!(
            "https_port 127.0.0.1:{port} tls-cert={} tls-key={}",
            own.server.display(),
            own.server_key.display()
        ),
    };
    let configuration = format!(
        "{listens}\nvisible_hostname localhost\npid_filename {at}/pid\n\
         cache_log {at}/cache.log\naccess_log none\ncoredump_dir {at}\ncache deny all\ncache_mem 8 MB\n\
         max_filedescriptors 1024\npinger_enable off\nshutdown_lifetime 0 seconds\n{user}\
         auth_param {scheme} program {helper}\nauth_param {scheme} children 1\nauth_param {scheme} realm peers\n\
         {settings}acl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all\n"
    );
    let file = folder.join("squid.conf");
    fs::write(&file, configuration)?;
    let program = find_program("squid").ok_or_else(|| Failure::new("squid is not installed"))?;
    let mut squid = Command::new(program);
    // The name keeps its shared memory apart from that of others.
    squid.args(["-N", "-n", &format!("gatepass{port}"), "-f"]);
    Background::start(squid.arg(&file), &folder.join("log"))
}

fn cases(knows: Knows, proxy: &str, origin: &Origin) -> Vec<Case> {
    let scheme = match knows {
        Knows::Basic => "Basic",
        _ => "Digest MD5",
    };
    let forwarded = origin.server.url("/anything/forwarded");
    let tunnelled = origin
        .server
        .https_url("/anything/tunnelled")
        .unwrap_or_default();
    let protected = format!("/digest-auth/auth/{USER}/{RIGHT}/SHA-256");
    let refused = Expect::Works {
        // squid says so of what it forwards.
        identity: "(squid/".to_owned(),
        refused: Refused::By(407),
    };
    let no_tunnel = || Expect::Works {
        identity: "/anything/tunnelled".to_owned(),
        refused: Refused::Saying("407 Proxy Authentication Required"),
    };
    let case = |row: &str, url: &str, proxy_password: &str, more: &[&str], expect| {
        let credential = format!("{USER}:{proxy_password}");
        let ca_file = origin.ca_file.display().to_string();
        let mut arguments = vec![url.to_owned(), "--verify".to_owned(), ca_file];
        arguments.extend(["--proxy", proxy, "--proxy-user", &credential].map(str::to_owned));
        arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
        Case {
            row: format!("{scheme}, {row}"),
            arguments,
            expect,
            secrets: [RIGHT.to_owned(), WRONG.to_owned()],
            saved: None,
        }
    };
    let to_both = format!("{USER}:{SECRET}");
    let digest = ["-A", "digest", "-a", &to_both];
    let https = origin.server.https_url(&protected).unwrap_or_default();
    let mut cases = vec![
        case("forwarded", &forwarded, SECRET, &[], refused),
        case("tunnel", &tunnelled, SECRET, &[], no_tunnel()),
        case(
            "tunnel for http",
            &origin.server.url("/anything/tunnelled"),
            SECRET,
            &["--proxy-tunnel"],
            no_tunnel(),
        ),
        case(
            "forwarded, Digest at the origin",
            &origin.server.url(&protected),
            RIGHT,
            &digest,
            Expect::works(USER),
        ),
        case(
            "tunnel, Digest at the origin",
            &https,
            RIGHT,
            &digest,
            Expect::works(USER),
        ),
    ];
    if matches!(knows, Knows::Digest) {
        let follow = ["--follow", "--all"];
        let new_nonces = Expect::Works {
            identity: "nextnonce=".to_owned(),
            refused: Refused::By(407),
        };
        let redirects = origin.server.url("/redirect/3");
        cases.push(case(
            "forwarded, next nonces",
            &redirects,
            SECRET,
            &follow,
            new_nonces,
        ));
    }
    cases
}

/// Returns requests through a proxy that is spoken with over TLS, and to which the origin's authority says nothing.
fn cases_over_tls(proxy: &str, origin: &Origin, own: &Certificates) -> Vec<Case> {
    let proxy = proxy.replacen("http:", "https:", 1);
    let https = origin.server.https_url("/anything/tunnelled");
    let rows = [
        (
            "forwarded",
            origin.server.url("/anything/forwarded"),
            "(squid/",
            Refused::By(407),
        ),
        (
            "tunnel",
            https.unwrap_or_default(),
            "/anything/tunnelled",
            Refused::Saying("407 Proxy Authentication Required"),
        ),
    ];
    let case = |(row, url, identity, refused): (_, _, &str, _)| {
        let credential = format!("{USER}:{SECRET}");
        let [trusted, known] = [&origin.ca_file, &own.authority].map(|it| it.display().to_string());
        let options = ["--verify-only", &trusted, "--proxy-verify-only", &known];
        let through = ["--proxy", &proxy, "--proxy-user", &credential];
        let words = options.iter().chain(&through);
        Case {
            row: format!("Basic over TLS, {row}"),
            arguments: std::iter::once(url)
                .chain(words.map(|it| (*it).to_owned()))
                .collect(),
            expect: Expect::Works {
                identity: identity.to_owned(),
                refused,
            },
            secrets: [RIGHT.to_owned(), WRONG.to_owned()],
            saved: None,
        }
    };
    rows.into_iter().map(case).collect()
}

/// Proves that a nonce which is too old is replaced: by requests of one client, with time between them.
fn prove_stale(bench: &Bench<'_>, origin: &Origin) -> Result<Vec<Cell>> {
    let forwarded = (
        "Digest MD5, forwarded, stale nonce",
        origin.server.url("/get"),
        Refused::By(407),
    );
    let tunnelled = (
        "Digest MD5, tunnel, stale nonce",
        origin.server.https_url("/get").unwrap_or_default(),
        Refused::Saying("407 Proxy Authentication Required"),
    );
    let mut rows = vec![forwarded, tunnelled];
    rows.retain(|(row, _, _)| bench.wants(PEER, row));
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let port = free_port()?;
    let mut squid = start(bench, Knows::ShortDigest, port, None)?;
    squid.wait_for_port(port)?;
    let prove = |(row, url, refused): (&str, String, Refused)| {
        let exchange = |password: &str| {
            let client = through(
                &format!("http://{USER}:{password}@127.0.0.1:{port}"),
                origin,
            )?;
            let first = ask(&client, &url);
            if first.status != Some(200) {
                return Ok(first);
            }
            thread::sleep(LONGER);
            // squid takes a nonce that is too old once more, and then knows it no longer.
            ask(&client, &url);
            Ok::<_, Failure>(ask(&client, &url))
        };
        Ok(Cell {
            peer: PEER,
            row: row.to_owned(),
            expect: Expect::Works {
                identity: "stale=true".to_owned(),
                refused,
            },
            right: exchange(RIGHT)?,
            wrong: exchange(WRONG)?,
        })
    };
    rows.into_iter().map(prove).collect()
}

/// Makes a client that keeps no connection, so that each request needs a tunnel of its own.
fn through(proxy: &str, origin: &Origin) -> Result<Client> {
    let proxies = Proxies::none().all(Proxy::parse(proxy)?);
    let tls = Tls::system().trusting_file(&origin.ca_file)?;
    let client = Client::builder().proxies(proxies).tls(tls);
    Ok(client.pool(Pool::none()).build()?)
}

fn ask(client: &Client, url: &str) -> Exchange {
    match client.get(url).send() {
        Ok(response) => Exchange {
            status: Some(response.status()),
            text: response.transcript().to_string(),
        },
        Err(error) => Exchange {
            status: None,
            text: error.to_string(),
        },
    }
}
