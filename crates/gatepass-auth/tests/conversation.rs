//! Every scheme of the list: our client with our verifier, in memory; and what must be refused is refused.

mod support;

use gatepass_auth::{Accounts, Entry, Reason, Values, schemes};
use support::{Counting, NOW, Request, converse, setup};

fn requests() -> Vec<Request> {
    vec![
        Request::new("GET", "/"),
        Request::new("GET", "/a%2Fb/../c;d?q=1&q=%20&empty=&none"),
        Request::new("DELETE", "/user?id=1").with_space(gatepass_auth::Space::proxy(
            "http",
            "proxy.example",
            3128,
        )),
        Request::new("POST", "/form?a=b")
            .with_body("application/x-www-form-urlencoded", "a=1&b=%C3%BC+x&a="),
        Request::new("PUT", "/json").with_body("application/json", "{\"a\": 1}"),
    ]
}

fn for_every_scheme(test: impl Fn(&'static Entry, &Request)) {
    for scheme in schemes::ALL {
        for request in requests() {
            test(scheme, &request);
        }
    }
}

#[test]
fn the_right_credentials_are_accepted_and_the_second_request_takes_one_leg() {
    for_every_scheme(|entry, request| {
        let env = Counting::new(NOW);
        let scheme = entry.client(&entry.about.example_values()).unwrap();
        let verifier = entry.server(&Values::new(), &setup()).unwrap();
        let accounts = schemes::example_accounts();
        let first = converse(&scheme, &*verifier, &accounts, request, &env).unwrap();
        assert!(
            first.verdict.is_ok(),
            "{}: {:?}",
            entry.about.id,
            first.verdict
        );
        let second = converse(&scheme, &*verifier, &accounts, request, &env).unwrap();
        assert!(
            second.verdict.is_ok(),
            "{}: {:?}",
            entry.about.id,
            second.verdict
        );
        assert_eq!(second.legs.len(), 1, "{}", entry.about.id);
    });
}

#[test]
fn a_wrong_secret_is_refused_and_tried_once() {
    for_every_scheme(|entry, request| {
        for field in entry.about.fields.iter().filter(|field| field.secret) {
            let mut values = entry.about.example_values();
            if values.get(field.name).is_none() {
                continue;
            }
            values.set(field.name, "wrong");
            let scheme = entry.client(&values).unwrap();
            let verifier = entry.server(&Values::new(), &setup()).unwrap();
            let outcome = converse(
                &scheme,
                &*verifier,
                &schemes::example_accounts(),
                request,
                &Counting::new(NOW),
            )
            .unwrap();
            let why = outcome.verdict.unwrap_err();
            assert_eq!(
                why.reason,
                Reason::WrongSecret,
                "{} {}: {why}",
                entry.about.id,
                field.name
            );
            assert!(
                outcome.legs.len() <= 2,
                "{}: {} legs",
                entry.about.id,
                outcome.legs.len()
            );
        }
    });
}

#[test]
fn nobody_is_accepted_where_nobody_is_known() {
    for_every_scheme(|entry, request| {
        let scheme = entry.client(&entry.about.example_values()).unwrap();
        let verifier = entry.server(&Values::new(), &setup()).unwrap();
        let outcome = converse(
            &scheme,
            &*verifier,
            &Accounts::new(),
            request,
            &Counting::new(NOW),
        )
        .unwrap();
        assert_eq!(
            outcome.verdict.unwrap_err().reason,
            Reason::WrongSecret,
            "{}",
            entry.about.id
        );
    });
}

/// A scheme that keeps its secret to itself signs the request: it cannot be sent again, nor changed.
#[test]
fn a_proof_is_good_for_one_request_only() {
    for entry in schemes::ALL
        .iter()
        .filter(|entry| !entry.about.reveals_secret)
    {
        for request in requests() {
            let env = Counting::new(NOW);
            let scheme = entry.client(&entry.about.example_values()).unwrap();
            let verifier = entry.server(&Values::new(), &setup()).unwrap();
            let accounts = schemes::example_accounts();
            let outcome = converse(&scheme, &*verifier, &accounts, &request, &env).unwrap();
            let sent = outcome.legs.last().unwrap();
            let again = sent.verify(&*verifier, &accounts, &env).unwrap_err();
            assert_eq!(
                again.reason,
                Reason::Replayed,
                "{}: {again}",
                entry.about.id
            );

            let fresh = entry.server(&Values::new(), &setup()).unwrap();
            assert!(
                sent.verify(&*fresh, &accounts, &env).is_ok(),
                "another server with the same key accepts it"
            );
            let fresh = entry.server(&Values::new(), &setup()).unwrap();
            let mut method = sent.clone();
            method.request.method = "PATCH".to_owned();
            assert!(
                method.verify(&*fresh, &accounts, &env).is_err(),
                "{}: another method",
                entry.about.id
            );
            let mut target = sent.clone();
            target.request.target.push_str("%20");
            assert!(
                target.verify(&*fresh, &accounts, &env).is_err(),
                "{}: another target",
                entry.about.id
            );
        }
    }
}

#[test]
fn without_credentials_the_answer_is_a_challenge_that_the_client_can_answer() {
    for entry in schemes::ALL {
        let verifier = entry.server(&Values::new(), &setup()).unwrap();
        let env = Counting::new(NOW);
        let bare = support::Sent {
            request: Request::new("GET", "/"),
            workings: gatepass_auth::Workings::default(),
        };
        let why = bare.verify(&*verifier, &Accounts::new(), &env).unwrap_err();
        assert_eq!(why.reason, Reason::Missing, "{}", entry.about.id);
        let challenges = verifier.challenge(&why, &env).unwrap();
        assert!(!challenges.is_empty(), "{}", entry.about.id);
        let client = entry.client(&entry.about.example_values()).unwrap();
        for challenge in challenges {
            assert!(
                client.can_answer(&challenge),
                "{}: {challenge}",
                entry.about.id
            );
        }
    }
}
