//! API keys: each of the three places, and nothing in the other two.

mod support;

use gatepass_auth::{Accounts, Reason, Values, schemes};
use support::{Request, converse, env, setup};

const PLACES: [&str; 3] = ["header", "query", "cookie"];

fn values(place: &str, key: &str) -> Values {
    Values::from_iter([("in", place), ("name", "k"), ("key", key)])
}

#[test]
fn a_key_is_found_where_it_is_expected_and_nowhere_else() {
    let descriptor = schemes::find("apikey").unwrap();
    let accounts = (descriptor.enroll)(Accounts::new(), &values("header", "a+b/c=&d"));
    for sent in PLACES {
        for wanted in PLACES {
            let client = descriptor.client(&values(sent, "a+b/c=&d")).unwrap();
            let server = Values::from_iter([("in", wanted), ("name", "k")]);
            let server = descriptor.server(&server, &setup()).unwrap();
            for target in ["/", "/a?b=c", "/a?"] {
                let mut request = Request::new("GET", target);
                request.headers.set("Cookie", "theme=dark");
                let outcome = converse(&client, &*server, &accounts, &request, &env()).unwrap();
                match outcome.verdict {
                    Ok(_) => assert_eq!(sent, wanted),
                    Err(why) => assert_eq!(
                        (why.reason, sent != wanted),
                        (Reason::Missing, true),
                        "{sent} {wanted}: {why}"
                    ),
                }
            }
        }
    }
}

#[test]
fn the_rest_of_the_request_stays_as_it_was() {
    let descriptor = schemes::find("apikey").unwrap();
    for (place, target, cookie) in [
        ("header", "/a%2Fb?x=%20&y", "theme=dark"),
        ("query", "/a%2Fb?x=%20&y&k=v%26w", "theme=dark"),
        ("cookie", "/a%2Fb?x=%20&y", "theme=dark; k=v&w"),
    ] {
        let client = descriptor.client(&values(place, "v&w")).unwrap();
        let mut request = Request::new("GET", "/a%2Fb?x=%20&y");
        request.headers.set("Cookie", "theme=dark");
        let sent = request
            .authorize(&mut *client.begin(&request.space), &env())
            .unwrap()
            .request;
        assert_eq!(
            (sent.target.as_str(), sent.headers.get_str("Cookie")),
            (target, Some(cookie))
        );
        assert!(!format!("{:?}", sent.headers).contains("v&w"), "{place}");
    }
}
