//! The page and its API over real sockets: who is let in, what is sent, and what is refused.

#![cfg(test)]

use std::net::SocketAddr;

use gatepass_server::{ClientCertificates, Server};
use gatepass_web::{Builder, Web};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A page that serves while this is there.
struct Page {
    address: SocketAddr,
    token: String,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Page {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Reply {
    status: u16,
    head: String,
    body: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }
}

impl Page {
    async fn start(builder: Builder) -> Self {
        let web = builder.bind().await.unwrap();
        let token = web.url().split_once("#token=").unwrap().1.to_owned();
        let address = web.address();
        let task = tokio::spawn(web.run());
        Self {
            address,
            token,
            task,
        }
    }

    async fn raw(&self, request: &str) -> Reply {
        let mut stream = TcpStream::connect(("127.0.0.1", self.address.port()))
            .await
            .unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        Reply {
            status: head[9..12].parse().unwrap(),
            head: head.to_lowercase(),
            body: body.to_owned(),
        }
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.address.port())
    }

    /// Asks for a file of the page, with this `Host`.
    async fn get(&self, path: &str, host: &str) -> Reply {
        self.raw(&format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        ))
        .await
    }

    /// Calls the API with these header fields beside `Host` and the length.
    async fn with(&self, name: &str, fields: &[(&str, &str)], body: &str) -> Reply {
        let mut request = format!(
            "POST /api/{name} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n",
            body.len()
        );
        if !fields.iter().any(|(name, _)| *name == "Host") {
            request += &format!("Host: {}\r\n", self.host());
        }
        for (name, value) in fields {
            request += &format!("{name}: {value}\r\n");
        }
        self.raw(&format!("{request}\r\n{body}")).await
    }

    /// Calls the API as the page does.
    async fn call(&self, name: &str, body: &Value) -> Reply {
        let origin = format!("http://{}", self.host());
        let fields = [
            ("Origin", origin.as_str()),
            ("Sec-Fetch-Site", "same-origin"),
            ("X-Gatepass-Token", &self.token),
            ("Content-Type", "application/json"),
        ];
        self.with(name, &fields, &body.to_string()).await
    }
}

#[tokio::test]
async fn every_answer_forbids_what_the_page_does_not_do() {
    let page = Page::start(Web::builder()).await;
    for path in ["/", "/main.js", "/style.css", "/no-such-file"] {
        let reply = page.get(path, &page.host()).await;
        assert_eq!(
            reply.status,
            if path == "/no-such-file" { 404 } else { 200 }
        );
        for field in [
            "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cross-origin-opener-policy: same-origin",
            "cross-origin-resource-policy: same-origin",
            "cache-control: no-store",
        ] {
            assert!(
                reply.head.contains(field),
                "{path}: {field}: {}",
                reply.head
            );
        }
        assert!(!reply.head.contains("access-control"), "{path}");
        assert!(!reply.body.contains(&page.token), "{path}");
    }
}

#[tokio::test]
async fn another_name_for_this_machine_is_not_answered() {
    let page = Page::start(Web::builder().host("tools.example")).await;
    let port = page.address.port();
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        "127.0.0.1".to_owned(),
        String::new(),
    ] {
        assert_eq!(page.get("/", &host).await.status, 421, "{host:?}");
    }
    for host in [
        format!("localhost:{port}"),
        "tools.example".to_owned(),
        format!("tools.example:{port}"),
    ] {
        assert_eq!(page.get("/", &host).await.status, 200, "{host:?}");
    }
    let twice = format!(
        "GET / HTTP/1.1\r\nHost: {0}\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        page.host()
    );
    assert!(page.raw(&twice).await.status >= 400);
    let whole = format!(
        "GET http://evil.example/ HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        page.host()
    );
    assert_eq!(page.raw(&whole).await.status, 421);
}

#[tokio::test]
async fn only_the_page_of_this_launch_may_call() {
    let page = Page::start(Web::builder()).await;
    let own = format!("http://{}", page.host());
    let token = page.token.as_str();
    let json = ("Content-Type", "application/json");
    let good = [("Origin", own.as_str()), ("X-Gatepass-Token", token), json];
    assert_eq!(page.with("catalogue", &good, "{}").await.status, 200);
    let evil = format!("http://evil.example:{}", page.address.port());
    let cases = [
        ("no origin", vec![good[1], json], 403),
        (
            "another origin",
            vec![("Origin", "https://evil.example"), good[1], json],
            403,
        ),
        (
            "another host at the same port",
            vec![("Origin", &evil), good[1], json],
            403,
        ),
        (
            "a sandboxed frame",
            vec![("Origin", "null"), good[1], json],
            403,
        ),
        (
            "another site",
            vec![good[0], ("Sec-Fetch-Site", "cross-site"), good[1], json],
            403,
        ),
        (
            "a site beside it",
            vec![good[0], ("Sec-Fetch-Site", "same-site"), good[1], json],
            403,
        ),
        ("no token", vec![good[0], json], 403),
        (
            "an empty token",
            vec![good[0], ("X-Gatepass-Token", ""), json],
            403,
        ),
        (
            "a wrong token",
            vec![good[0], ("X-Gatepass-Token", &token[1..]), json],
            403,
        ),
        ("two tokens", vec![good[0], good[1], good[1], json], 403),
        (
            "a form's type",
            vec![good[0], good[1], ("Content-Type", "text/plain")],
            415,
        ),
        (
            "a rebound name",
            vec![
                ("Host", "evil.example"),
                ("Origin", "http://evil.example"),
                good[1],
                json,
            ],
            421,
        ),
    ];
    for (what, fields, status) in cases {
        let reply = page.with("catalogue", &fields, "{}").await;
        assert_eq!(reply.status, status, "{what}: {}", reply.body);
        assert!(!reply.body.contains("schemes"), "{what}");
    }
    let preflight = format!(
        "OPTIONS /api/send HTTP/1.1\r\nHost: {}\r\nOrigin: http://evil.example\r\n\
         Access-Control-Request-Headers: x-gatepass-token\r\nConnection: close\r\n\r\n",
        page.host()
    );
    let reply = page.raw(&preflight).await;
    assert_eq!(reply.status, 405);
    assert!(!reply.head.contains("access-control"));
}

#[tokio::test]
async fn a_token_is_of_one_launch() {
    let (one, other) = (
        Page::start(Web::builder()).await,
        Page::start(Web::builder()).await,
    );
    assert_ne!(one.token, other.token);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_without_being_repeated() {
    let page = Page::start(Web::builder()).await;
    for name in ["send", "code", "keep", "understand"] {
        for body in [
            json!("s3cret"),
            json!({"url": 1, "x": "s3cret"}),
            json!({"draft": "s3cret"}),
            json!(null),
        ] {
            let reply = page.call(name, &body).await;
            assert_eq!(reply.status, 400, "{name} {body}: {}", reply.body);
            assert!(!reply.body.contains("s3cret"), "{name}: {}", reply.body);
        }
    }
    assert_eq!(page.call("no-such-call", &json!({})).await.status, 404);
    for (url, header, method) in [
        ("http://127.0.0.1/\r\nX: y", ["A", "b"], "GET"),
        ("http://127.0.0.1/", ["A", "b\r\nC: d"], "GET"),
        ("http://127.0.0.1/", ["A b", "c"], "GET"),
        ("http://127.0.0.1/", ["A", "b"], "GET /x"),
        ("file:///etc/passwd", ["A", "b"], "GET"),
        ("", ["A", "b"], "GET"),
        ("/get", ["A", "b"], "GET"),
    ] {
        let reply = page
            .call(
                "send",
                &json!({"method": method, "url": url, "headers": [header]}),
            )
            .await;
        assert_eq!(
            reply.status, 422,
            "{url:?} {header:?} {method:?}: {}",
            reply.body
        );
    }
}

#[tokio::test]
async fn an_exchange_comes_with_its_whole_conversation() {
    let server = Server::start().unwrap();
    let page = Page::start(Web::builder().examples(server.url(""))).await;
    let draft = json!({"url": "/auth/digest", "auth": {"scheme": "digest", "fields": [["username", "alice"], ["password", "s3cret"]]}});
    let outcome = page.call("send", &draft).await.json();
    assert_eq!(outcome["answer"]["status"], 200, "{outcome}");
    let legs = outcome["legs"].as_array().unwrap();
    assert_eq!(legs.len(), 2);
    assert_eq!(legs[0]["response"]["challenges"][0]["scheme"], "Digest");
    let step = legs[1]["workings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|step| step["name"] == "HA1")
        .unwrap();
    assert!(
        step["shown"].as_str().unwrap().contains('…')
            && step["plain"].as_str().unwrap().len() == 64,
        "{step}"
    );
    assert!(
        legs[1]["timing"]
            .as_array()
            .unwrap()
            .iter()
            .any(|phase| phase[0] == "wait")
    );
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_refusal_is_explained_and_a_failure_is_told() {
    let server = Server::start().unwrap();
    let page = Page::start(Web::builder().examples(server.url(""))).await;
    let draft =
        json!({"url": "/auth/digest", "auth": {"scheme": "bearer", "fields": [["token", "mF_9"]]}});
    let outcome = page.call("send", &draft).await.json();
    assert_eq!(outcome["answer"]["status"], 401);
    assert_eq!(outcome["diagnosis"]["scheme"], "digest", "{outcome}");
    let gone = format!("http://127.0.0.1:{}/", server.port());
    server.stop();
    let outcome = page.call("send", &json!({ "url": gone })).await.json();
    assert_eq!(outcome["error"]["kind"], "network", "{outcome}");
    assert_eq!(outcome["answer"], Value::Null);
}

#[tokio::test]
async fn every_body_arrives_as_it_was_typed() {
    let server = Server::start().unwrap();
    let page = Page::start(Web::builder().examples(server.url(""))).await;
    for (body, content_type, bytes) in [
        (
            json!({"kind": "json", "text": "{\"a\":1.0}"}),
            "application/json",
            "{\"a\":1.0}",
        ),
        (
            json!({"kind": "form", "fields": [["a b", "ü"], ["", ""]]}),
            "application/x-www-form-urlencoded; charset=utf-8",
            "a%20b=%C3%BC",
        ),
        (
            json!({"kind": "text", "text": "<a/>", "media_type": "text/xml"}),
            "text/xml",
            "<a/>",
        ),
        (
            json!({"kind": "file", "file": {"name": "x", "media_type": "image/png", "base64": "AAEC"}}),
            "image/png",
            "\0\u{1}\u{2}",
        ),
    ] {
        let outcome = page
            .call(
                "send",
                &json!({"method": "POST", "url": "/post", "body": body}),
            )
            .await
            .json();
        assert_eq!(outcome["answer"]["status"], 200, "{outcome}");
        let last = server.requests().pop().unwrap();
        assert_eq!(last.headers.get_str("content-type"), Some(content_type));
        assert_eq!(last.body, bytes.as_bytes());
    }
    let parts = json!([{"name": "a", "text": "1"}, {"name": "f", "file": {"name": "x.bin", "media_type": "", "base64": "/w=="}}]);
    let draft =
        json!({"method": "POST", "url": "/post", "body": {"kind": "parts", "parts": parts}});
    assert_eq!(
        page.call("send", &draft).await.json()["answer"]["status"],
        200
    );
}

#[tokio::test]
async fn code_is_written_for_every_target_or_refused_with_a_reason() {
    let page = Page::start(Web::builder()).await;
    let catalogue = page.call("catalogue", &json!({})).await.json();
    let draft = json!({"url": "https://api.example/", "auth": {"scheme": "bearer", "fields": [["token", "mF_9.s3cret"]]}});
    for target in catalogue["targets"].as_array().unwrap() {
        let wish = json!({"target": target["id"], "secrets": "env", "draft": draft});
        let reply = page.call("code", &wish).await;
        let answer = reply.json();
        assert!(
            answer["text"].is_string() || answer["refused"].is_string(),
            "{answer}"
        );
        assert!(
            !reply.body.contains("s3cret"),
            "{}: {}",
            target["id"],
            reply.body
        );
    }
}

/// Bound where others can reach it, the page sends to nothing that only this machine or its network reaches.
#[tokio::test]
async fn strangers_reach_no_private_address() {
    let server = Server::start().unwrap();
    let page = Page::start(
        Web::builder()
            .listen([0, 0, 0, 0].into())
            .examples(server.url("")),
    )
    .await;
    let catalogue = page.call("catalogue", &json!({})).await.json();
    assert_eq!(
        (&catalogue["local"], &catalogue["examples"]),
        (&json!(false), &json!([]))
    );
    let port = server.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "127.1",
        "2130706433",
        "0x7f.1",
        "017700000001",
        "10.0.0.1",
        "192.168.0.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "127.0.0.1.",
        "localhost.",
    ] {
        let draft = json!({"url": format!("http://{host}:{port}/get"), "options": {"timeout": 5}});
        let reply = page.call("send", &draft).await;
        let outcome = reply.json();
        let told = [&outcome["error"]["message"], &outcome["problem"]];
        let refused = told.iter().any(|it| {
            it.as_str()
                .is_some_and(|text| text.contains("only public addresses"))
        });
        // A form of an address that is no host at all is refused before.
        assert!(
            refused || reply.status == 422 || outcome["error"]["kind"] == "network",
            "{host}: {outcome}"
        );
        assert_eq!(
            outcome.get("answer").cloned().unwrap_or_default(),
            Value::Null,
            "{host}"
        );
    }
    assert!(server.requests().is_empty());
}

/// A proxy that strangers name has to be somebody else's, and no name in a draft is that of a file on this machine.
#[tokio::test]
async fn strangers_reach_nothing_through_a_proxy_and_read_no_file() {
    let server = Server::start().unwrap();
    let page = Page::start(Web::builder().listen([0, 0, 0, 0].into())).await;
    for protocol in ["http", "https", "socks4", "socks4a", "socks5", "socks5h"] {
        for url in ["http://1.1.1.1/", "https://1.1.1.1/"] {
            let proxy = format!("{protocol}://127.0.0.1:{}", server.port());
            let draft = json!({"url": url, "options": {"timeout": 5, "proxy": {"url": proxy}}});
            let outcome = page.call("send", &draft).await.json();
            let message = outcome["error"]["message"].as_str().unwrap_or_default();
            assert!(
                message.contains("only public addresses"),
                "{proxy}: {outcome}"
            );
        }
    }
    assert!(server.requests().is_empty());
    for options in [
        json!({"ca_file": "/etc/passwd"}),
        json!({"authorities": "/etc/passwd"}),
        json!({"authorities": {"path": "/etc/passwd"}}),
        json!({"certificate": {"file": "/etc/passwd"}}),
    ] {
        let reply = page
            .call(
                "send",
                &json!({"url": "https://1.1.1.1/", "options": options}),
            )
            .await;
        assert_eq!(reply.status, 400, "{options}");
    }
    for name in ["authorities", "certificate", "key"] {
        let options = json!({name: {"name": "/etc/passwd", "text": "/etc/passwd"}});
        let draft = json!({"url": "https://1.1.1.1/", "options": options});
        let reply = page.call("send", &draft).await;
        assert_eq!(reply.status, 422, "{name}");
        assert!(!reply.body.contains("root:"), "{}", reply.body);
    }
}

#[tokio::test]
async fn certificates_come_as_texts_and_are_shown_and_believed() {
    let server = Server::builder()
        .https(true)
        .client_certificates(ClientCertificates::Required)
        .start()
        .unwrap();
    let page = Page::start(Web::builder()).await;
    let url = server.https_url("/get").unwrap();
    let (ca, client) = (server.ca_pem().unwrap(), server.client_pem().unwrap());
    let send = |options: Value| {
        let draft = json!({"url": url, "options": options});
        let page = &page;
        async move { page.call("send", &draft).await.json() }
    };
    let outcome = send(json!({})).await;
    assert_eq!(outcome["error"]["kind"], "tls", "{outcome}");
    let outcome = send(json!({"authorities": {"text": ca}})).await;
    assert_eq!(outcome["answer"], Value::Null, "{outcome}");
    let whole =
        json!({"authorities": {"text": ca}, "certificate": {"name": "client.pem", "text": client}});
    let outcome = send(whole.clone()).await;
    assert_eq!(outcome["answer"]["status"], 200, "{outcome}");
    let outcome = send(json!({"insecure": true, "certificate": {"text": client}})).await;
    assert_eq!(outcome["answer"]["status"], 200, "{outcome}");

    let wish = json!({"target": "python-requests", "secrets": "env", "draft": {"url": url, "options": whole}});
    let code = page.call("code", &wish).await.json();
    let text = code["text"].as_str().unwrap_or_default();
    assert!(
        text.contains("\"ca.pem\"") && text.contains("\"client.pem\""),
        "{code}"
    );
    let kept = page.call("keep", &wish["draft"]).await;
    assert!(!kept.body.contains("BEGIN"), "{}", kept.body);
}

#[tokio::test]
async fn a_proxy_is_gone_through_and_authenticated_to() {
    // The server answers whatever host it is asked for, as a proxy would.
    let server = Server::start().unwrap();
    let page = Page::start(Web::builder()).await;
    let proxy = json!({"url": server.url(""), "username": "pat", "password": "pr0xy-pw"});
    let draft = json!({"url": "http://behind.example/anything", "options": {"proxy": proxy, "timeout": 10}});
    let outcome = page.call("send", &draft).await.json();
    assert_eq!(outcome["answer"]["status"], 200, "{outcome}");
    let arrived = server.requests().remove(0);
    assert_eq!(arrived.target, "http://behind.example/anything");
    assert_eq!(
        arrived.headers.get_str("Proxy-Authorization"),
        Some("Basic cGF0OnByMHh5LXB3")
    );
    let kept = page.call("keep", &draft).await;
    assert!(!kept.body.contains("pr0xy-pw"), "{}", kept.body);
    let wish = json!({"target": "python-requests", "secrets": "env", "draft": draft});
    let code = page.call("code", &wish).await.json();
    let text = code["text"].as_str().unwrap_or_default();
    assert!(
        text.contains("proxies=") && !text.contains("pr0xy-pw"),
        "{code}"
    );
}

/// What the page shows unasked. Values that it reveals when it is asked to come apart, as `plain`.
#[tokio::test]
async fn no_secret_is_shown_before_it_is_asked_for() {
    const SECRET: &str = "Kq7ZbX9wVt3hunter2";

    fn without_plain(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|name, _| name != "plain");
                fields.values_mut().for_each(without_plain);
            }
            Value::Array(items) => items.iter_mut().for_each(without_plain),
            _ => {}
        }
    }
    let server = Server::start().unwrap();
    let page = Page::start(Web::builder()).await;
    let url = server.url("/status/401");
    let mut proofs = 0;
    let digest = server.url(&format!("/digest-auth/auth/alice/{SECRET}"));
    let login = |scheme: &str, field: &str| json!({"scheme": scheme, "fields": [["username", "alice"], [field, SECRET]]});
    for draft in [
        json!({"url": url, "headers": [["Authorization", SECRET], ["X-Session-Id", SECRET], ["X-Hub-Signature", SECRET]]}),
        json!({"url": format!("{url}?token={SECRET}&next=https://h/?code={SECRET}")}),
        json!({"url": url, "method": "POST", "body": {"kind": "json", "text": format!("{{\"pin\": \"{SECRET}\"}}")}}),
        json!({"url": url, "method": "POST", "body": {"kind": "form", "fields": [["client_secret", SECRET]]}}),
        json!({"url": url, "auth": login("basic", "password")}),
        json!({"url": digest, "auth": login("digest", "password")}),
        json!({"url": server.url(&format!("/redirect-to?url=/get%3Faccess_token={SECRET}")), "options": {"follow": true}}),
        json!({"url": server.url(&format!("/response-headers?X-Api-Key={SECRET}&Location=/x%3Fsig={SECRET}"))}),
    ] {
        let reply = page.call("send", &draft).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let mut outcome = reply.json();
        without_plain(&mut outcome);
        // The body is what was asked for.
        outcome["answer"]["body"] = Value::Null;
        let shown = outcome.to_string().replace(&format!("/alice/{SECRET}"), "");
        assert!(!shown.contains(SECRET), "{draft}: {shown}");
        let fields = outcome["answer"]["headers"].as_array();
        let mut fields = fields.into_iter().flatten();
        let proof = fields.find(|field| field["name"] == "Authentication-Info");
        if let Some(proof) = proof {
            let shown = proof["shown"].as_str().unwrap();
            assert!(
                shown.contains("rspauth=\"") && shown.contains('…'),
                "{proof}"
            );
            proofs += 1;
        }
    }
    assert_eq!(proofs, 1, "Digest's answer proves itself");
}
