//! Requests through proxies: forwarded, through a tunnel, through SOCKS, and authenticated to both.

#![cfg(test)]

mod peer;

use gatepass::auth::Digest;
use gatepass::config::{Proxies, Proxy, Tls};
use gatepass::error::{Misuse, Peer as PeerError};
use gatepass::{Basic, Client, Error, RequestBuilder, Response};
use gatepass_server::Server;
use peer::proxy::{Do, ProxyPeer};
use peer::tls::{TlsPeer, params};
use peer::{Answer, Peer, ok, reply};

fn through(proxy: &str) -> Client {
    let proxies = Proxies::none().all(Proxy::parse(proxy).unwrap());
    Client::builder().proxies(proxies).build().unwrap()
}

/// A client that goes through `proxy` and believes the peer.
fn through_to(proxy: &str, peer: &TlsPeer) -> Client {
    let proxies = Proxies::none().all(Proxy::parse(proxy).unwrap());
    let tls = Tls::system().trusting_pem(&peer.pem).unwrap();
    Client::builder().proxies(proxies).tls(tls).build().unwrap()
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

fn wants(challenge: &str) -> Do {
    Do::Answer(reply(
        "407 Proxy Authentication Required",
        &format!("Proxy-Authenticate: {challenge}\r\n"),
        "who are you?",
    ))
}

const DIGEST: &str = "Digest realm=\"proxy\", nonce=\"n1\", qop=\"auth\", algorithm=SHA-256";

#[tokio::test]
async fn http_is_forwarded_in_absolute_form() {
    let server = Server::start().unwrap();
    let proxy = ProxyPeer::start([]);
    let client = through(&proxy.url());
    for _ in 0..2 {
        let response = send(client.get(server.url("/get?a=b"))).await;
        assert_eq!(response.status(), 200);
        response.bytes().await.unwrap();
    }
    let seen = proxy.requests();
    assert_eq!(
        seen[0].line(),
        format!("GET {} HTTP/1.1", server.url("/get?a=b"))
    );
    assert_eq!(seen[1].connection, 0, "the connection is used again");
    assert_eq!(seen[0].header("Host"), Some(server.url("")[7..].to_owned()));
}

#[tokio::test]
async fn forwarded_requests_answer_both_challenges() {
    let server = Server::start().unwrap();
    let proxy = ProxyPeer::start([wants(DIGEST)]);
    let client = through(&proxy.url_for("pat:proxy-pw"));
    let url = server.url("/digest-auth/auth/alice/s3cret");
    let digest = || Digest::new("alice", "s3cret");
    let response = send(client.get(&url).auth(digest())).await;
    assert_eq!(response.status(), 200, "{}", response.transcript());
    let legs = response.transcript().legs().iter();
    let statuses: Vec<_> = legs.map(|leg| leg.response().unwrap().status).collect();
    assert_eq!(statuses, [407, 401, 200]);
    let last = proxy.requests().pop().unwrap();
    let for_proxy = last.header("Proxy-Authorization").unwrap();
    assert!(for_proxy.contains(&format!("uri=\"{url}\"")), "{for_proxy}");
    let for_origin = last.header("Authorization").unwrap();
    assert!(for_origin.contains("uri=\"/digest-auth/auth/alice/s3cret\""));
    let shown = response.transcript().to_string();
    assert!(shown.contains("through http://127.0.0.1:") && !shown.contains("proxy-pw"));
    assert!(shown.contains("credential for the proxy: from the proxy's URL"));
    response.bytes().await.unwrap();
    // What was learned is kept: the next request carries both at once, but for the origin's own new conversation.
    let response = send(client.get(server.url("/get"))).await;
    assert_eq!(response.transcript().legs().len(), 1);
}

#[tokio::test]
async fn a_tunnel_is_made_with_digest() {
    let peer = TlsPeer::start(params("127.0.0.1"), &ok("in secret")).await;
    for close in [false, true] {
        let head = if close { "Connection: close\r\n" } else { "" };
        let refusal = format!(
            "HTTP/1.1 407 Who\r\nProxy-Authenticate: {DIGEST}\r\n{head}Content-Length: 3\r\n\r\nwho"
        );
        let refusal = if close {
            Answer::SayAndClose(refusal.into_bytes())
        } else {
            Answer::Say(refusal.into_bytes())
        };
        let proxy = ProxyPeer::start([Do::Answer(refusal)]);
        let client = through_to(&proxy.url_for("pat:proxy-pw"), &peer);
        let response = send(client.get(peer.url("/"))).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.transcript().legs().len(), 3);
        assert_eq!(response.text().await.unwrap(), "in secret");
        let seen = proxy.requests();
        assert_eq!(seen.len(), 2);
        let authority = format!("127.0.0.1:{}", peer.port);
        assert_eq!(seen[0].line(), format!("CONNECT {authority} HTTP/1.1"));
        assert_eq!(seen[0].header("Proxy-Authorization"), None);
        let proof = seen[1].header("Proxy-Authorization").unwrap();
        assert!(proof.contains(&format!("uri=\"{authority}\"")), "{proof}");
        assert_eq!(
            seen[1].connection,
            usize::from(close),
            "the same where it can be"
        );
        // The tunnel is kept for the next request, and the nonce for the next tunnel.
        let again = send(client.get(peer.url("/"))).await;
        assert!(again.transcript().legs().len() <= 2);
    }
}

#[tokio::test]
async fn a_stale_nonce_of_the_proxy_is_answered_anew() {
    let peer = TlsPeer::start(params("127.0.0.1"), &ok("in secret")).await;
    let stale = DIGEST.replace("n1", "n2") + ", stale=true";
    let proxy = ProxyPeer::start([wants(DIGEST), wants(&stale)]);
    let client = through_to(&proxy.url_for("pat:proxy-pw"), &peer);
    let response = send(client.get(peer.url("/"))).await;
    assert_eq!(response.status(), 200);
    let proof = proxy.requests()[2].header("Proxy-Authorization").unwrap();
    assert!(proof.contains("nonce=\"n2\""), "{proof}");
}

#[tokio::test]
async fn what_a_proxy_says_is_not_taken_for_the_origin() {
    let peer = TlsPeer::start(params("127.0.0.1"), &ok("in secret")).await;
    for (deeds, url, expected) in [
        (
            vec![wants("Basic realm=\"p\"")],
            "",
            "The proxy asks for Basic (407)",
        ),
        (
            vec![wants(DIGEST), wants(DIGEST)],
            "pat:wrong@",
            "The proxy refused the Digest credentials for \"proxy\"",
        ),
        (
            vec![Do::Answer(reply(
                "403 Forbidden",
                "Set-Cookie: a=b\r\n",
                "no",
            ))],
            "",
            "it answered 403 Forbidden",
        ),
        (
            vec![Do::Answer(reply("502 Bad Gateway", "", "no"))],
            "",
            "it answered 502 Bad Gateway",
        ),
    ] {
        let proxy = ProxyPeer::start(deeds);
        let address = proxy.url().replace("http://", &format!("http://{url}"));
        let request = through_to(&address, &peer).get(peer.url("/"));
        let error = request
            .auth(Basic::new("alice", "s3cret").unwrap())
            .send()
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::Peer(PeerError::NoTunnel { .. })),
            "{error}"
        );
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains(expected) && !shown.contains("wrong"),
            "{shown}"
        );
        let heard: Vec<_> = proxy.requests().iter().map(peer::Seen::text).collect();
        assert!(
            heard.iter().all(|text| !text.contains("\nAuthorization")),
            "{heard:?}"
        );
    }
}

#[tokio::test]
async fn a_header_for_the_proxy_goes_to_the_proxy_only() {
    let secret = "Basic cHJveHk6cHc=";
    let peer = TlsPeer::start(params("127.0.0.1"), &ok("in secret")).await;
    let proxy = ProxyPeer::start([]);
    let request = through_to(&proxy.url(), &peer).get(peer.url("/"));
    let response = send(request.header("Proxy-Authorization", secret)).await;
    assert_eq!(
        proxy.requests()[0].header("Proxy-Authorization").unwrap(),
        secret
    );
    let inside = response.transcript().last().unwrap();
    assert!(!inside.headers().contains("Proxy-Authorization"));
    // Forwarded, it goes along with the request, wherever that leads.
    let other = Peer::start([ok("there")]);
    let proxy = ProxyPeer::start([Do::Answer(peer::redirect(302, &other.url("/x")))]);
    let request = through(&proxy.url()).get("http://one.example/");
    let response = send(request.header("Proxy-Authorization", secret)).await;
    assert_eq!(response.status(), 200);
    let headers: Vec<_> = proxy
        .requests()
        .iter()
        .map(|it| it.header("Proxy-Authorization"))
        .collect();
    assert_eq!(headers, [Some(secret.to_owned()), Some(secret.to_owned())]);
    assert!(response.transcript().last().unwrap().withheld().is_empty());
}

#[tokio::test]
async fn each_request_and_each_origin_chooses() {
    let here = Peer::start([ok("direct"), ok("direct")]);
    let proxy = ProxyPeer::start([Do::Answer(ok("from the proxy"))]);
    let client = through(&proxy.url());
    let response = send(client.get(here.url("/")).proxies(Proxies::none())).await;
    assert_eq!(response.text().await.unwrap(), "direct");
    let except = Proxies::none()
        .all(Proxy::parse(&proxy.url()).unwrap())
        .except("127.0.0.0/8");
    let response = send(client.get(here.url("/")).proxies(except)).await;
    assert_eq!(response.text().await.unwrap(), "direct");
    let response = send(client.get("http://name.invalid/")).await;
    assert_eq!(response.text().await.unwrap(), "from the proxy");
}

#[tokio::test]
async fn http_too_can_go_through_a_tunnel() {
    let here = Peer::start([ok("there")]);
    let proxy = ProxyPeer::start([]);
    let tunnelling = Proxy::parse(&proxy.url()).unwrap().tunnelling();
    let request = Client::new()
        .get(here.url("/x"))
        .proxies(Proxies::none().http(tunnelling));
    assert_eq!(send(request).await.text().await.unwrap(), "there");
    assert!(proxy.requests()[0].line().starts_with("CONNECT 127.0.0.1:"));
    assert_eq!(here.requests()[0].line(), "GET /x HTTP/1.1");
}

#[tokio::test]
async fn a_password_is_not_shown_to_a_proxy_in_plain_http() {
    let client = through("http://pat:pw@proxy.invalid:1");
    let basic = Proxy::parse("http://proxy.invalid:1")
        .unwrap()
        .auth(Basic::new("a", "b").unwrap());
    let request = client
        .get("http://name.invalid/")
        .proxies(Proxies::none().all(basic));
    let error = request.send().await.unwrap_err();
    assert!(
        matches!(error, Error::Misuse(Misuse::PlainHttp { .. })),
        "{error}"
    );
}

#[tokio::test]
async fn a_407_without_a_proxy_is_the_servers() {
    let peer = Peer::start([reply(
        "407 What",
        "Proxy-Authenticate: Basic realm=\"x\"\r\n",
        "",
    )]);
    let request = Client::new().get(peer.url("/"));
    let response = send(request.auth(Basic::new("a", "b").unwrap())).await;
    assert_eq!(response.status(), 407);
    let diagnosis = gatepass::diagnose::explain(response.transcript()).unwrap();
    assert!(
        diagnosis.headline.contains("The server itself"),
        "{diagnosis:?}"
    );
}

#[cfg(unix)]
#[test]
fn the_blocking_client_goes_the_same_ways() {
    use gatepass::blocking;

    let runtime = tokio::runtime::Runtime::new().unwrap();
    let peer = runtime.block_on(TlsPeer::start(params("127.0.0.1"), &ok("in secret")));
    let proxy = ProxyPeer::start([wants(DIGEST)]);
    let proxies = Proxies::none().all(Proxy::parse(&proxy.url_for("pat:proxy-pw")).unwrap());
    let tls = Tls::system().trusting_pem(&peer.pem).unwrap();
    let client = blocking::Client::builder()
        .proxies(proxies)
        .tls(tls)
        .build()
        .unwrap();
    let response = client.get(peer.url("/")).send().unwrap();
    assert_eq!(response.transcript().legs().len(), 3);
    assert_eq!(response.text().unwrap(), "in secret");
}

#[tokio::test]
async fn fields_for_the_proxy_alone_do_not_go_through_the_tunnel() {
    let peer = TlsPeer::start(params("127.0.0.1"), &ok("in secret")).await;
    let proxy = ProxyPeer::start([]);
    let route = Proxy::parse(&proxy.url()).unwrap();
    let route = route.header("X-Route", "7").header("User-Agent", "mine");
    let proxies = Proxies::none().all(route.header("X-Api-Key", "k3y-k3y"));
    let tls = Tls::system().trusting_pem(&peer.pem).unwrap();
    let client = Client::builder().proxies(proxies).tls(tls).build().unwrap();
    let response = send(client.get(peer.url("/x"))).await;
    let connect = proxy.requests().remove(0);
    assert_eq!(connect.header("X-Route").as_deref(), Some("7"));
    assert_eq!(connect.header("User-Agent").as_deref(), Some("mine"));
    assert_eq!(connect.header("X-Api-Key").as_deref(), Some("k3y-k3y"));
    let shown = response.transcript().to_string();
    assert!(!shown.contains("k3y-k3y"), "{shown}");
    let last = response.transcript().last().unwrap();
    assert!(!last.headers().contains("X-Route"));
    let agent = last.headers().get_str("User-Agent").unwrap();
    assert!(agent.starts_with("gatepass/"), "{agent}");
}

#[tokio::test]
async fn fields_for_the_proxy_go_with_what_it_forwards() {
    let server = Server::start().unwrap();
    let proxy = ProxyPeer::start([]);
    let route = Proxy::parse(&proxy.url()).unwrap().header("X-Route", "7");
    let client = Client::builder()
        .proxies(Proxies::none().all(route))
        .build()
        .unwrap();
    send(client.get(server.url("/get"))).await;
    let seen = proxy.requests().remove(0);
    assert_eq!(seen.header("X-Route").as_deref(), Some("7"));
}
