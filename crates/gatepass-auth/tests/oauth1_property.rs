//! `verify(authorize(request))` as a property: it accepts, and whatever is changed in a signed request is refused.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use std::sync::Arc;

use gatepass_auth::schemes::oauth1::{self, Method, Place, Server};
use gatepass_auth::{Accepted, Account, Accounts, Body, OAuth1, Scheme, Why};
use proptest::prelude::*;
use support::{Request, Sent, env, setup};

const FORM: &str = "application/x-www-form-urlencoded";

fn sign(method: Method, place: Place, request: &Request) -> Sent {
    let client = OAuth1::new("key", "secret").token("accesskey", "accesssecret");
    let mut flow = Arc::new(client.method(method).place(place)).begin(&request.space);
    request.authorize(&mut *flow, &env()).unwrap()
}

fn verify(sent: &Sent) -> Result<Accepted, Why> {
    let accounts = Accounts::new()
        .with(oauth1::client_of("key"), Account::new("client", "secret"))
        .with(
            oauth1::token_of("key", "accesskey"),
            Account::new("alice", "accesssecret"),
        );
    sent.verify(&Server::new(&setup()), &accounts, &env())
}

fn any_request() -> impl Strategy<Value = Request> {
    let text = "[a-zA-Z0-9%+&=;~*'()\u{20ac} -]{0,12}";
    let target = "(/[a-zA-Z0-9%~;:@!$',()*-]{0,6}){1,3}(\\?[a-zA-Z0-9%+&=;~*'()/?-]{0,20})?";
    let method = prop_oneof![Just("GET"), Just("POST"), Just("PUT"), Just("DELETE")];
    (method, target, proptest::option::of(text)).prop_map(|(method, target, body)| {
        let request = Request::new(method, &target);
        match body {
            Some(body) => request.with_body(FORM, &body),
            None => request,
        }
    })
}

type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// Parameters as they are read: what changes a request without changing these does not change its meaning.
fn meaning(request: &Request) -> (String, String, Pairs) {
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let body = request.body.bytes().unwrap();
    let mut pairs: Pairs = [query.as_bytes(), body]
        .into_iter()
        .flat_map(|text| text.split(|&byte| byte == b'&'))
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let at = pair
                .iter()
                .position(|&byte| byte == b'=')
                .unwrap_or(pair.len());
            let value = pair[at..].strip_prefix(b"=").unwrap_or_default();
            let decode = |text: &[u8]| gatepass_auth::percent::decode_form(text).into_owned();
            (decode(&pair[..at]), decode(value))
        })
        .collect();
    pairs.sort();
    (request.method.clone(), path.to_owned(), pairs)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// `verify(authorize(request))` accepts, and any change of a byte that has a meaning is refused.
    #[test]
    fn a_signed_request_is_accepted_and_a_changed_one_is_not(
        request in any_request(),
        method in 0_usize..3,
        place in prop_oneof![Just(Place::Header), Just(Place::Query), Just(Place::Body)],
        part in 0_u8..4,
        at in any::<prop::sample::Index>(),
        byte in prop::sample::select(b"aZ09%+=&~.-".to_vec()),
    ) {
        let place = if request.body.bytes() == Some(&[]) { Place::Header } else { place };
        let sent = sign(Method::ALL[method], place, &request);
        prop_assert!(verify(&sent).is_ok(), "{:?}", verify(&sent));

        let mut changed = sent.clone();
        let replace = |text: &mut Vec<u8>| {
            if !text.is_empty() {
                let at = at.index(text.len());
                text[at] = byte;
            }
        };
        match part {
            0 => {
                let mut text = sent.request.method.clone().into_bytes();
                let at = at.index(text.len());
                text[at] = byte.to_ascii_uppercase();
                changed.request.method = String::from_utf8(text).unwrap();
            }
            1 => {
                let mut text = sent.request.target.clone().into_bytes().split_off(1);
                replace(&mut text);
                changed.request.target = format!("/{}", String::from_utf8(text).unwrap());
            }
            2 => {
                let mut text = sent.request.body.bytes().unwrap().to_vec();
                replace(&mut text);
                changed.request.body = Body::Bytes(text.into());
            }
            _ => {
                let Some(value) = sent.request.headers.get("Authorization") else { return Ok(()) };
                let mut text = value.to_vec();
                let start = "OAuth oauth_consumer_key=\"".len();
                let at = start + at.index(text.len() - start - 1);
                prop_assume!(text[at].is_ascii_alphanumeric() && byte.is_ascii_alphanumeric());
                // A hexadecimal digit of an escape means the same in either case.
                prop_assume!(!text[at].eq_ignore_ascii_case(&byte) || text[at] == byte);
                text[at] = byte;
                changed.request.headers.set("Authorization", text);
            }
        }
        let same_header = changed.request.headers == sent.request.headers
            || changed.request.headers.get("Authorization") == sent.request.headers.get("Authorization");
        let same = meaning(&changed.request) == meaning(&sent.request) && same_header;
        prop_assert_eq!(verify(&changed).is_ok(), same, "{:?}", changed.request);
    }
}
