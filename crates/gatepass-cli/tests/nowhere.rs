//! One secret, fed through every way in, is found in none of the ways out: standard output without the body, standard error,
//! `-v`, an archive, a session, an import, generated code, and errors. Neither as it is, nor in any encoding of it.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use gatepass_server::Server;

use crate::run::{command, outcome};

/// Neither has four characters that stand in anything else. The second changes in every encoding.
const PLAIN: &str = "Kq7ZbX9wVt3hunter2";
const MIXED: &str = "Kq7/Zb+X9=w%Vt&3?hunter2";

/// What of a secret may stand in a mask.
const OPEN: usize = 3;

/// Returns every form in which a secret can stand in a text.
fn forms(secret: &str) -> BTreeSet<String> {
    let bytes = secret.as_bytes();
    let mut forms = BTreeSet::from([secret.to_owned()]);
    forms.insert(gatepass_auth::percent::encode(bytes));
    forms.insert(gatepass_auth::percent::encode(bytes).to_lowercase());
    forms.insert(secret.replace('%', "%25"));
    forms.insert(secret.replace('/', "\\/"));
    let escaped = serde_json::to_string(secret).unwrap();
    forms.insert(escaped.trim_matches('"').to_owned());
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    forms.insert(hex.to_uppercase());
    forms.insert(hex);
    let list: Vec<String> = bytes.iter().map(u8::to_string).collect();
    forms.insert(list.join(", "));
    // In base64 a text has three forms, by what stands before it.
    for before in 0..3 {
        let padded = [&vec![b'x'; before][..], bytes].concat();
        for engine in [&STANDARD, &URL_SAFE] {
            let whole = engine.encode(&padded);
            let start = (before * 8).div_ceil(6);
            let end = (before + bytes.len()) * 8 / 6;
            forms.insert(whole[start..end].to_owned());
        }
    }
    // A part of it is as bad as the whole, as far as no mask shows it.
    forms.insert(secret[OPEN..OPEN + 8].to_owned());
    forms.insert("hunter2".to_owned());
    forms
}

/// Where a secret was found.
#[derive(Default)]
struct Leaks(Vec<String>);

impl Leaks {
    /// Looks for every form of a secret in what came out.
    fn look(&mut self, secret: &str, what: &str, texts: &[(&str, &str)]) {
        for (place, text) in texts {
            let forms = forms(secret);
            let line = text
                .lines()
                .find(|line| forms.iter().any(|form| line.contains(form)));
            if let Some(line) = line {
                self.0.push(format!("{what}: {place}: {line}"));
            }
        }
    }
}

impl Drop for Leaks {
    fn drop(&mut self) {
        assert!(self.0.is_empty(), "leaks:\n{}", self.0.join("\n"));
    }
}

/// What is given to one run.
#[derive(Default)]
struct Way {
    name: &'static str,
    words: Vec<String>,
    /// What stands in place of `/path` behind the URL, `{}` being the URL up to it.
    url: Option<String>,
    environment: Vec<(&'static str, String)>,
}

fn way(name: &'static str, words: &[&str]) -> Way {
    Way {
        name,
        words: words.iter().map(|&word| word.to_owned()).collect(),
        ..Way::default()
    }
}

/// Returns the ways in that are a part of the request.
fn in_the_request(secret: &str) -> Vec<Way> {
    let encoded = gatepass_auth::percent::encode(secret.as_bytes());
    vec![
        way(
            "a token without a word",
            &[&format!("Authorization:{secret}")],
        ),
        way(
            "a token behind a word",
            &[&format!("Authorization:Acme {secret}")],
        ),
        way(
            "a bearer by hand",
            &[&format!("Authorization:Bearer {secret}")],
        ),
        way("a cookie by hand", &[&format!("Cookie:sid={secret}")]),
        way("a cookie", &["--cookie", &format!("sid={secret}")]),
        way("a query", &[&format!("access_token=={secret}")]),
        way(
            "a url in a query",
            &[&format!("next==https://h.example/?code={encoded}")],
        ),
        way("a form", &["-f", &format!("password={secret}")]),
        way("json", &[&format!("client_secret={secret}")]),
        way("nested json", &[&format!("user[apiKey]={secret}")]),
        way(
            "raw json",
            &[
                "--raw",
                &serde_json::json!({"a": [{"token": secret}]}).to_string(),
            ],
        ),
        way(
            "raw text",
            &[
                "--raw",
                &format!("<password>{}</password>", secret.replace('&', "&amp;")),
            ],
        ),
        way("parts", &["--multipart", &format!("password={secret}")]),
        way(
            "a referer",
            &[&format!("Referer:https://h.example/?token={encoded}")],
        ),
    ]
}

/// Returns every way in for a secret. Files are made in `folder`.
fn ways_in(secret: &str, folder: &Path) -> Vec<Way> {
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let encoded = gatepass_auth::percent::encode(secret.as_bytes());
    let plain = file("plain", secret);
    let netrc = file(
        "netrc",
        &format!("machine 127.0.0.1 login alice password {secret}\n"),
    );
    let pem = file(
        "key.pem",
        &format!("-----BEGIN PRIVATE KEY-----{secret}-----END PRIVATE KEY-----"),
    );
    let user = format!("alice:{secret}");
    let mut ways = vec![
        way("basic", &["-A", "basic", "-a", &user]),
        way("digest", &["-A", "digest", "-a", &user]),
        way("bearer", &["-A", "bearer", "-a", secret]),
        way("bearer of a word", &["-A", "bearer:Acme", "-a", secret]),
        way(
            "key in a header",
            &["-A", "apikey:header:X-Mine", "-a", secret],
        ),
        way(
            "key in the query",
            &["-A", "apikey:query:mine", "-a", secret],
        ),
        way(
            "key in a cookie",
            &["-A", "apikey:cookie:mine", "-a", secret],
        ),
        way(
            "oauth1",
            &[
                "-A",
                "oauth1",
                "-a",
                "consumer_key=k",
                "-a",
                &format!("consumer_secret={secret}"),
            ],
        ),
        way("a token as a user", &["-a", secret]),
        way("a misspelt field", &["-a", &format!("passwrd={secret}")]),
        way(
            "a misspelt field of a scheme",
            &["-A", "oauth1", "-a", &format!("consumer_scret={secret}")],
        ),
        way("a token as a scheme", &["-A", secret]),
        way(
            "a key that lost its lines",
            &["--cert-key", &pem, "--cert", &pem],
        ),
        way(
            "a key itself",
            &["--cert", &format!("-----BEGIN PRIVATE KEY-----{secret}")],
        ),
        way("a file", &["-A", "bearer", "-a", &format!("@{plain}")]),
        way("a file for a header", &[&format!("X-Mine:@{plain}")]),
        way("a netrc file", &["--netrc-file", &netrc]),
        way(
            "a proxy",
            &["--proxy", &format!("http://u:{encoded}@127.0.0.1:1")],
        ),
        way("an option's value", &["--timeout", secret]),
        way("a word", &[&secret.replace('=', "")]),
        way("a malformed header", &["-H", secret]),
        way("a file of a request", &["--request-name", secret]),
    ];
    ways.extend(in_the_request(secret));
    for name in "X-Auth Auth X-JWT JWT Session X-Session-Id X-Credential X-Credentials X-Signature X-Amz-Signature X-Pass X-Pwd \
                 X-PIN X-OTP X-GitHub-OTP X-Bearer X-Key X-App-Key X-User-Key X-Client-Key X-Sid Ticket Assertion Stripe-Key \
                 X-Hub-Signature"
        .split(' ')
        .step_by(3)
    {
        ways.push(way(name, &[&format!("{name}:{secret}")]));
    }
    ways.push(Way {
        url: Some(format!("http://alice:{encoded}@")),
        ..way("the URL", &[])
    });
    ways.push(Way {
        environment: vec![("GATEPASS_SECRET", secret.to_owned())],
        ..way("a variable", &["-A", "bearer", "-a", "env:GATEPASS_SECRET"])
    });
    ways
}

#[test]
fn a_secret_stands_in_no_way_out() {
    let mut leaks = Leaks::default();
    let server = Server::start().unwrap();
    let other = Server::start().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let away = format!("/redirect-to?url={}", other.url("/status/401"));
    for secret in [PLAIN, MIXED] {
        let folder = tempfile::tempdir().unwrap();
        for way in ways_in(secret, folder.path()) {
            for (target, options) in [
                (server.url("/status/401"), &["-v"][..]),
                (
                    server.url("/status/403"),
                    &["--print=HBh", "--session", "s"],
                ),
                (server.url(&away), &["-F", "--all", "--print=HBh"]),
                (format!("http://{closed}/"), &["-v"]),
            ] {
                let target = match &way.url {
                    Some(start) => target.replacen("http://", start, 1),
                    None => target,
                };
                let archive = folder.path().join("a.har");
                let mut words = vec![target];
                words.extend(way.words.iter().cloned());
                words.extend(options.iter().map(|&option| option.to_owned()));
                words.extend(["--har".to_owned(), archive.to_str().unwrap().to_owned()]);
                let mut run = command(&words);
                run.env("XDG_CONFIG_HOME", folder.path().join("config"))
                    .envs(way.environment.iter().map(|(name, value)| (name, value)));
                let run = outcome(run.output().unwrap());
                let archived = fs::read_to_string(&archive).unwrap_or_default();
                let _ = fs::remove_file(&archive);
                let what = format!("{} {options:?}", way.name);
                let texts = [
                    ("output", &*run.out),
                    ("errors", &run.err),
                    ("the archive", &archived),
                ];
                leaks.look(secret, &what, &texts);
            }
            let mut shown = command(&["session", "show", "s"]);
            shown.env("XDG_CONFIG_HOME", folder.path().join("config"));
            let shown = outcome(shown.output().unwrap());
            leaks.look(
                secret,
                way.name,
                &[("the session", &shown.out), ("errors", &shown.err)],
            );
            let _ = fs::remove_dir_all(folder.path().join("config"));
        }
    }
}

/// What others wrote, as it is read, shown and written as code.
#[test]
fn a_secret_in_a_pasted_request_stands_in_no_way_out() {
    let mut leaks = Leaks::default();
    let encoded = gatepass_auth::percent::encode(MIXED.as_bytes());
    for (secret, written) in [(PLAIN, PLAIN), (MIXED, &*encoded)] {
        for line in [
            format!("curl -u 'alice:{secret}' https://h.example/"),
            format!("curl -H 'Authorization: {secret}' https://h.example/"),
            format!("curl -H 'Authorization: Bearer {secret}' https://h.example/"),
            format!("curl -H 'X-Session-Id: {secret}' https://h.example/"),
            format!("curl -b 'sid={secret}' https://h.example/"),
            format!("curl 'https://alice:{written}@h.example/'"),
            format!("curl 'https://h.example/?a=1&api_key={written}'"),
            format!("curl -d 'a=1&password={written}' https://h.example/"),
            format!("curl --json '{{\"token\":\"{secret}\"}}' https://h.example/"),
            format!("curl -F 'password={secret}' https://h.example/"),
            format!("curl -x 'http://u:{written}@p.example:3128' https://h.example/"),
            format!(
                "POST https://h.example/?key={written}\nX-Jwt: {secret}\n\n{{\"pwd\": \"{secret}\"}}"
            ),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("r.txt");
            fs::write(&file, &line).unwrap();
            let file = file.to_str().unwrap();
            for words in [
                &["import", file][..],
                &["import", "--json", file],
                &["import", &line],
                &["code", "curl", "--secrets", "env", "--from", &line],
                &["--from", &line],
                &["decode", &line],
            ] {
                let run = outcome(command(words).output().unwrap());
                let what = format!("{} {line}", words[0]);
                leaks.look(secret, &what, &[("output", &run.out), ("errors", &run.err)]);
            }
        }
    }
}

/// What `gatepass curl` says beside what came.
#[test]
fn gatepass_curl_shows_no_secret() {
    let mut leaks = Leaks::default();
    let server = Server::start().unwrap();
    let url = server.url("/status/401");
    for words in [
        &["-v", "-u", &format!("alice:{PLAIN}")][..],
        &["-v", "-H", &format!("Authorization: {PLAIN}")],
        &["-v", "-H", &format!("X-Key: {PLAIN}")],
        &["-v", "-G", "-d", &format!("token={PLAIN}")],
        &["-v", "--oauth2-bearer", PLAIN],
        &["-v", "-b", &format!("sid={PLAIN}")],
        &["-v", "--no-such-option", PLAIN],
    ] {
        let mut all = vec!["curl", &url];
        all.extend(words);
        let run = outcome(command(&all).output().unwrap());
        leaks.look(
            PLAIN,
            &format!("{words:?}"),
            &[("output", &run.out), ("errors", &run.err)],
        );
    }
}

/// A value of a header that is no secret by itself, pasted for `decode`.
#[test]
fn decode_shows_no_token_without_its_word() {
    let mut leaks = Leaks::default();
    for text in [
        format!("Authorization: {PLAIN}"),
        format!("Authorization: Acme {PLAIN}"),
        format!(
            "Digest username=a, realm=r, nonce=n, uri=\"/\", response=\"{PLAIN}\", new={PLAIN}"
        ),
        format!("OAuth oauth_consumer_key=k, oauth_new={PLAIN}"),
        format!("Authentication-Info: rspauth={PLAIN}, new={PLAIN}"),
        PLAIN.to_owned(),
    ] {
        let run = outcome(command(&["decode", &text]).output().unwrap());
        leaks.look(PLAIN, &text, &[("output", &run.out), ("errors", &run.err)]);
    }
}
