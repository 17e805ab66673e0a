//! A client certificate is shown to its origin, and to no other, wherever a redirect or a scheme leads.

#![cfg(test)]

use std::sync::{Arc, Mutex};

use gatepass::config::{Identity, Redirects, Tls};
use gatepass::{Client, ClientCertificate, Leg, Scheme, TlsInfo};
use gatepass_auth::{
    AuthError, Descriptor, Flow, Incoming, Outgoing, Reply, SideRequest, Space, Step, schemes,
};
use gatepass_server::{ClientCertificates, Server};

/// A server over TLS that takes client certificates, and a client that has one of it and trusts several such servers.
fn certified(wanted: ClientCertificates, others: &[&Server]) -> (Server, Tls) {
    let server = Server::builder()
        .https(true)
        .client_certificates(wanted)
        .start()
        .unwrap();
    let pem = server.client_pem().unwrap();
    let mut tls = Tls::without_system().identity(Identity::from_pem(pem, pem, None).unwrap());
    for trusted in others.iter().chain([&&server]) {
        tls = tls.trusting_pem(trusted.ca_pem().unwrap()).unwrap();
    }
    (server, tls)
}

fn was_sent(leg: &Leg) -> bool {
    let sent = |info: &TlsInfo| matches!(info.client, ClientCertificate::Sent { .. });
    leg.tls().is_some_and(sent)
}

/// A client certificate is shown to the origin that it was given for, and to no other, whichever way leads there.
#[tokio::test]
async fn a_client_certificate_stays_at_its_origin() {
    let (to, _) = certified(ClientCertificates::Optional, &[]);
    let (from, tls) = certified(ClientCertificates::Optional, &[&to]);
    let client = Client::builder().tls(tls).build().unwrap();
    let home = from.https_url("/redirect-to?url=").unwrap();
    let (here, elsewhere) = (
        from.https_url("/get").unwrap(),
        to.https_url("/get").unwrap(),
    );
    let by_name = |url: &str| url.replace("127.0.0.1", "localhost");
    for there in [
        elsewhere.clone(),
        by_name(&elsewhere),
        by_name(&here),
        from.url("/get"),
    ] {
        let response = client.get(format!("{home}{there}")).send().await.unwrap();
        let legs = response.transcript().legs();
        assert_eq!((legs.len(), response.status()), (2, 200), "{there}");
        assert!(
            was_sent(&legs[0]) && !was_sent(&legs[1]),
            "{there}: {}",
            legs[1]
        );
        let withheld = legs[1].withheld();
        assert_eq!(withheld.len(), 1, "{withheld:?}");
        assert_eq!(
            withheld[0].what,
            "the client certificate of CN=gatepass test client"
        );
        assert_eq!(&withheld[0].belongs_to, legs[0].space());
    }
    // Back at home, and where the caller trusts the other origin, it is shown again, and nothing is said to stay behind.
    for there in [here.clone(), by_name(&here)] {
        let trusting = Redirects::default().trusting("localhost").unwrap();
        let request = client.get(format!("{home}{there}")).redirects(trusting);
        let response = request.send().await.unwrap();
        for leg in response.transcript().legs() {
            assert!(was_sent(leg) && leg.withheld().is_empty(), "{leg}");
        }
    }
}

/// Does a request beside its own, and writes down what came of it.
struct Errand(String, Arc<Mutex<Option<Result<u16, String>>>>);

impl Scheme for Errand {
    fn descriptor(&self) -> &'static Descriptor {
        &schemes::closure::DESCRIPTOR
    }

    fn begin(self: Arc<Self>, _: &Space) -> Box<dyn Flow> {
        Box::new(OnErrand(self))
    }
}

struct OnErrand(Arc<Errand>);

impl Flow for OnErrand {
    fn authorize(&mut self, _: &mut Outgoing<'_>) -> Result<Step, AuthError> {
        Ok(match *self.0.1.lock().unwrap() {
            None => Step::Exchange(SideRequest::new("errand", "GET", self.0.0.as_str())),
            Some(_) => Step::Done,
        })
    }

    fn inspect(&mut self, _: &Incoming<'_>) -> Result<Step, AuthError> {
        Ok(Step::Done)
    }

    fn resume(&mut self, reply: Reply<'_>) -> Result<Step, AuthError> {
        *self.0.1.lock().unwrap() = Some(match reply {
            Reply::Response(message) => Ok(message.status),
            Reply::Failed(problem) => Err(problem.to_owned()),
            _ => Err("something else".to_owned()),
        });
        Ok(Step::Done)
    }
}

#[tokio::test]
async fn a_request_beside_another_shows_no_client_certificate_to_another_origin() {
    let (elsewhere, _) = certified(ClientCertificates::Required, &[]);
    let (home, tls) = certified(ClientCertificates::Required, &[&elsewhere]);
    let client = Client::builder().tls(tls).build().unwrap();
    let mut heard = Vec::new();
    for server in [&home, &elsewhere] {
        let outcome = Arc::default();
        let errand = Errand(server.https_url("/get").unwrap(), Arc::clone(&outcome));
        let request = client.get(home.https_url("/get").unwrap()).auth(errand);
        assert_eq!(request.send().await.unwrap().status(), 200);
        heard.extend(outcome.lock().unwrap().take());
    }
    assert_eq!(heard[0], Ok(200));
    let said = heard[1].as_ref().unwrap_err();
    assert!(
        said.contains("requires a client certificate, and none was given"),
        "{said}"
    );
}
