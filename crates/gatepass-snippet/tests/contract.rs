//! What every target promises, whatever it writes.

#![expect(
    clippy::unwrap_used,
    reason = "a test panics where something is not as it must be"
)]

use std::collections::BTreeSet;

use gatepass_request::{Auth, Body, Request, Source, StandIns, Url};
use gatepass_snippet::{ALL, Need, Options, Secrets, SnippetError, Support, Warning, code, find};

fn request(scheme: &str, values: &[(&str, &str)]) -> Request {
    let auth = values
        .iter()
        .fold(Auth::new(scheme), |auth, (name, value)| {
            auth.with(*name, Source::Literal((*value).into()))
        });
    Request::get(Url::parse("https://api.example/user").unwrap()).with_auth(auth)
}

/// A request for each scheme, with `s3cret` where its secret is.
fn secrets() -> Vec<Request> {
    vec![
        request("basic", &[("username", "alice"), ("password", "s3cret")]),
        request("bearer", &[("token", "s3cret")]),
        request("apikey:header:X-Key", &[("key", "s3cret")]),
        request("apikey:query:key", &[("key", "s3cret")]),
        request("apikey:cookie:key", &[("key", "s3cret")]),
        request("digest", &[("username", "alice"), ("password", "s3cret")]),
        request(
            "oauth1",
            &[("consumer_key", "k"), ("consumer_secret", "s3cret")],
        ),
        Request::get(Url::parse("https://alice:s3cret@api.example/user").unwrap()),
        Request::get(Url::parse("https://api.example/user").unwrap())
            .with_header("Authorization", "Bearer s3cret"),
        Request::get(Url::parse("https://api.example/user").unwrap())
            .with_header("Cookie", "session=s3cret"),
        Request::get(Url::parse("https://api.example/user?a=1&access_token=s3cret&b=2").unwrap()),
        post(Body::Form(vec![(
            "client_secret".to_owned(),
            "s3cret".to_owned(),
        )])),
        post(Body::Json(
            serde_json::json!({"user": {"password": "s3cret", "name": "a"}}),
        )),
        post(Body::raw_of("application/json", r#"{"pin":"s3cret"}"#)),
        post(Body::raw_of(
            "application/x-www-form-urlencoded",
            "sig=s3cret",
        )),
        opened("Authorization", "Bearer ", "T"),
        opened("X-Api-Key", "", "K"),
        opened("X-Tag", "v-", "PASSWORD"),
    ]
}

fn post(body: Body) -> Request {
    Request::new("POST", Url::parse("https://api.example/user").unwrap()).with_body(body)
}

/// A header that has a variable, for which the secret stands in.
fn opened(header: &str, before: &str, name: &str) -> Request {
    let mut stand_ins = StandIns::beside(before);
    let value = format!("{before}{}", stand_ins.of(name, Some("s3cret"), false));
    let mut request =
        Request::get(Url::parse("https://api.example/user").unwrap()).with_header(header, value);
    request.variables = stand_ins.into_variables();
    request
}

#[test]
fn names_are_unique_and_found() {
    let mut seen = BTreeSet::new();
    for target in ALL {
        let info = target.info();
        for name in std::iter::once(&info.id).chain(info.aliases) {
            assert!(seen.insert(*name), "{name} names two targets");
            assert_eq!(find(&name.to_uppercase()).unwrap().info().id, info.id);
        }
    }
    let error = find("pyton-requests").err().unwrap().to_string();
    assert!(error.ends_with("did you mean python-requests?"), "{error}");
}

#[test]
fn a_secret_is_in_the_code_only_where_it_is_asked_for() {
    for target in ALL {
        for request in secrets() {
            for (mode, allowed) in [
                (Secrets::Env, false),
                (Secrets::Prompt, false),
                (Secrets::Literal, true),
            ] {
                let Ok(code) = code(*target, &request, &Options::new(mode)) else {
                    continue;
                };
                let shown = code.text.contains("s3cret") || code.text.contains("YWxpY2U6czNjcmV0");
                assert!(
                    allowed || !shown,
                    "{} {mode:?}:\n{}",
                    target.info().id,
                    code.text
                );
                assert!(!format!("{code:?}").contains("s3cret"));
            }
        }
    }
}

#[test]
fn a_refusal_has_a_reason_and_a_target_that_can() {
    for target in ALL {
        for need in Need::ALL {
            if let Support::No(reason) = target.supports(*need) {
                let plain = reason.starts_with(char::is_alphanumeric) && !reason.ends_with('.');
                assert!(plain, "{} {need:?}: {reason:?}", target.info().id);
            }
        }
        for request in secrets() {
            if let Err(SnippetError::Unsupported { nearest, .. }) =
                code(*target, &request, &Options::new(Secrets::Literal))
            {
                assert!(!nearest.is_empty(), "{}", target.info().id);
                for name in nearest {
                    code(find(name).unwrap(), &request, &Options::new(Secrets::Env)).unwrap();
                }
            }
        }
    }
}

#[test]
fn what_is_not_written_as_code_is_said() {
    let mut request = request("basic", &[("username", "alice"), ("password", "s3cret")]);
    request.settings.compressed = true;
    let written = code(find("curl").unwrap(), &request, &Options::default()).unwrap();
    let said: Vec<String> = written.warnings.iter().map(ToString::to_string).collect();
    assert!(
        said.iter().any(|note| note.contains("compressed")),
        "{said:?}"
    );
    let auto = Request::get(request.url).with_auth(Auth::new("auto"));
    let error = code(find("curl").unwrap(), &auto, &Options::default()).unwrap_err();
    assert!(error.to_string().contains("name the scheme"), "{error}");
}

#[test]
fn what_stands_in_for_a_variable_ends_no_line_of_the_head() {
    for bad in ["a\r\nX: y", "a\nb", "a\0b", "\u{7f}"] {
        let mut request = opened("X-Tag", "v-", "TAG");
        request.variables[0].default = Some(bad.to_owned());
        for target in ALL {
            let refused = code(*target, &request, &Options::default());
            assert!(refused.is_err(), "{}: {bad:?}", target.info().id);
        }
    }
}

#[test]
fn a_login_goes_to_no_other_host() {
    let mut request = request("digest", &[("username", "alice"), ("password", "s3cret")]);
    let requests = find("python-requests").unwrap();
    let stays = code(requests, &request, &Options::default()).unwrap();
    assert!(
        stays.text.contains("allow_redirects=False"),
        "{}",
        stays.text
    );
    assert!(stays.warnings.contains(&Warning::Stays));
    request.settings.redirects.follow = Some(true);
    let error = code(requests, &request, &Options::default()).unwrap_err();
    assert!(error.to_string().contains("another host"), "{error}");
}

/// Returns the code for a request whose header has a text before a variable, where the code asks.
fn asking(target: &str, name: &str, default: Option<&str>) -> String {
    let mut stand_ins = StandIns::beside("v-");
    let value = format!("v-{}", stand_ins.of(name, default, false));
    let mut request =
        Request::get(Url::parse("https://api.example/user").unwrap()).with_header("X-Tag", value);
    request.variables = stand_ins.into_variables();
    let options = Options::new(Secrets::Prompt);
    code(find(target).unwrap(), &request, &options)
        .unwrap()
        .text
}

#[test]
fn what_a_joined_text_calls_is_in_the_code() {
    let written = asking("r-httr2", "TAG", None);
    assert!(
        written.contains("paste0(\"v-\", ask(\"TAG\"))"),
        "{written}"
    );
    assert!(written.contains("ask <- function(name)"), "{written}");
}

#[test]
fn what_asks_is_named_at_the_head_where_the_only_variable_has_a_value() {
    let written = asking("rust-reqwest", "TAG", Some("latest"));
    assert!(written.contains("// cargo add rpassword"), "{written}");
}

#[test]
fn every_program_says_which_version_it_is_for() {
    for target in ALL.iter().filter(|target| target.runs()) {
        let info = target.info();
        let Some(minimum) = info.minimum else {
            assert_eq!(info.family, "JavaScript", "{}", info.id);
            continue;
        };
        let written = asking(info.id, "TAG", None);
        assert!(written.contains(&minimum.to_string()), "{written}");
    }
}

#[test]
fn what_is_asked_for_has_no_value_beside_the_answer() {
    for target in ALL.iter().filter(|target| target.runs()) {
        let id = target.info().id;
        let written = asking(id, "TAG", Some("latest"));
        assert!(!written.contains("latest"), "{id}:\n{written}");
        assert!(!written.contains("$env:"), "{id}:\n{written}");
    }
}
