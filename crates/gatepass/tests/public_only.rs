//! A program that sends for strangers reaches no private address: not by a name, a proxy or a setting.

#![cfg(test)]

mod peer;

use std::time::Duration;

use gatepass::config::{Dial, Proxies, Proxy, Timeouts};
use gatepass::error::Misuse;
use gatepass::{Client, Error};
use peer::{Peer, ok};

fn public() -> Dial {
    Dial::new().public_only()
}

/// Sends, and returns why nothing came back.
async fn refused(dial: Dial, proxies: Proxies, url: &str) -> Error {
    let mut timeouts = Timeouts::default();
    timeouts.connect = Some(Duration::from_millis(300));
    let client = Client::builder()
        .dial(dial)
        .proxies(proxies)
        .timeouts(timeouts)
        .build()
        .unwrap();
    client.get(url).send().await.unwrap_err()
}

fn is_not_public(error: &Error) -> bool {
    matches!(error, Error::Misuse(Misuse::NotPublic { .. }))
}

#[tokio::test]
async fn a_name_that_means_a_private_address_is_refused_and_nothing_arrives() {
    let peer = Peer::start([ok("")]);
    let port = peer.port();
    for address in [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "[::1]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        // A name that means both today may mean the other one tomorrow.
        "93.184.216.34,127.0.0.1",
    ] {
        let dial = public()
            .resolve(&format!("api.example:{port}:{address}"))
            .unwrap();
        let url = format!("http://api.example:{port}/");
        let error = refused(dial, Proxies::none(), &url).await;
        assert!(is_not_public(&error), "{address}: {error}");
    }
    let dial = public()
        .connect_to(&format!("api.example::127.0.0.1:{port}"))
        .unwrap();
    let error = refused(dial, Proxies::none(), "http://api.example/").await;
    assert!(is_not_public(&error), "{error}");
    assert!(peer.requests().is_empty());
}

/// What is connected to is one of the addresses that were looked at: they are looked up once.
#[tokio::test]
async fn a_name_that_means_public_addresses_is_let_through() {
    for (address, from) in [
        ("192.31.196.1", "127.0.0.1"),
        ("[2606:4700:4700::1111]", "::1"),
    ] {
        // A connection from a loopback address leads nowhere else: nothing leaves this machine, and only the reason counts.
        let dial = public()
            .from(from)
            .resolve(&format!("api.example:9:{address}"))
            .unwrap();
        let error = refused(dial, Proxies::none(), "http://api.example:9/").await;
        assert!(matches!(error, Error::Network(_)), "{address}: {error}");
    }
}

#[tokio::test]
async fn a_proxy_passes_the_same_check() {
    let peer = Peer::start([ok("")]);
    for protocol in ["http", "https", "socks4", "socks4a", "socks5", "socks5h"] {
        for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"] {
            let proxy = Proxy::parse(&format!("{protocol}://{host}:{}", peer.port())).unwrap();
            for url in ["http://1.1.1.1/", "https://1.1.1.1/"] {
                let proxies = Proxies::none().all(proxy.clone());
                let error = refused(public(), proxies, url).await;
                assert!(is_not_public(&error), "{protocol} {host} {url}: {error}");
            }
        }
    }
    assert!(peer.requests().is_empty());
}
