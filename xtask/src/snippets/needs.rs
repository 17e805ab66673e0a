//! The cases: one or more for each need.

use std::time::Duration;

use gatepass_auth::percent;
use gatepass_request::Body;
use gatepass_snippet::{FormPart, Need, Payload, Proxy, Secrets, Target, Text, Variable};
use serde_json::json;

use super::arrived::{self, Part};
use super::case::{Case, Requests, Wrong, auth};
use super::place::{Addresses, PASSWORD_UTF8, SUBJECT, USER_UTF8, example};
use crate::failure::Result;

/// Returns every case for these addresses.
fn cases(at: &Addresses) -> Result<Vec<Case>> {
    let to = &Requests { at };
    let mut cases = methods(to)?;
    cases.extend(schemes(to)?);
    cases.extend(keys(to)?);
    cases.extend(challenged(to)?);
    cases.extend(carried_out(to)?);
    cases.extend(tls(to)?);
    cases.extend(bodies(to)?);
    cases.extend(together(to)?);
    cases.extend(super::hostile::cases(to)?);
    cases.extend(super::secrets::cases(to)?);
    Ok(cases)
}

/// Returns every case for a target. Data holds secrets or none, and reads no variable.
pub(crate) fn cases_for(target: &dyn Target, at: &Addresses) -> Result<Vec<Case>> {
    let mut cases = cases(at)?;
    if !target.runs() {
        cases.retain(|case| case.expect.unset.is_none());
        cases = cases.into_iter().map(Case::literal).collect();
    }
    Ok(cases)
}

fn methods(to: &Requests<'_>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let name = method.to_ascii_lowercase();
        let request = to.to(method, &format!("/anything/{name}?a=b%20c&a=%C3%A9"))?;
        let case = Case::new(Need::NoAuth, &name, &request)?;
        cases.push(case.look(arrived::method(method)));
    }
    let request = to.to("PROPFIND", "/anything/propfind")?;
    let mut case =
        Case::new(Need::AnyMethod, "propfind", &request)?.look(arrived::method("PROPFIND"));
    // The server knows what came, and does not like it.
    (case.expect.status, case.expect.success) = (Some(405), Some(false));
    cases.push(case);
    let request = to.to("GET", "/status/404")?;
    let mut case = Case::new(Need::NoAuth, "not-found", &request)?;
    (case.expect.status, case.expect.success) = (Some(404), Some(false));
    cases.push(case);
    Ok(cases)
}

fn schemes(to: &Requests<'_>) -> Result<Vec<Case>> {
    let token = example("bearer", "token");
    let request = to.to("GET", "/auth/basic?of=basic")?;
    let basic = auth("basic", &[("username", "alice"), ("password", "s3cret")]);
    let mut cases = vec![
        Case::new(
            Need::Basic,
            "basic",
            &request.clone().with_auth(basic.clone()),
        )?
        .secret("API_PASSWORD", "s3cret", "wr0ng", 401),
        Case::with_secrets(
            Need::Basic,
            "basic-literal",
            &request.clone().with_auth(basic.clone()),
            Secrets::Literal,
        )?,
        Case::with_secrets(
            Need::Basic,
            "prompt-basic",
            &request.with_auth(basic),
            Secrets::Prompt,
        )?
        .secret("API_PASSWORD", "s3cret", "wr0ng", 401),
    ];
    let utf8 = auth(
        "basic",
        &[("username", USER_UTF8), ("password", PASSWORD_UTF8)],
    );
    let request = to.to("GET", "/auth/basic?of=basic-utf8")?.with_auth(utf8);
    cases.push(Case::new(Need::BasicUtf8, "basic-utf8", &request)?.secret(
        "API_PASSWORD",
        PASSWORD_UTF8,
        "pässwort",
        401,
    ));
    cases.push(Case::with_secrets(
        Need::BasicUtf8,
        "basic-utf8-literal",
        &request,
        Secrets::Literal,
    )?);
    cases.push(
        Case::with_secrets(
            Need::BasicUtf8,
            "prompt-basic-utf8",
            &request,
            Secrets::Prompt,
        )?
        .secret("API_PASSWORD", PASSWORD_UTF8, "pässwort", 401),
    );
    for (need, scheme, path) in [
        (Need::Bearer, "bearer", "/auth/bearer?of=bearer"),
        (Need::Token, "token", "/auth/bearer/Token?of=token"),
    ] {
        let request = to
            .to("GET", path)?
            .with_auth(auth(scheme, &[("token", &token)]));
        cases.push(Case::new(need, scheme, &request)?.secret("API_TOKEN", &token, "wr0ng", 401));
    }
    Ok(cases)
}

/// API keys, and header fields of one's own.
fn keys(to: &Requests<'_>) -> Result<Vec<Case>> {
    let key = example("apikey", "key");
    let mut cases = Vec::new();
    for (need, place) in [
        (Need::KeyInHeader, "header"),
        (Need::KeyInQuery, "query"),
        (Need::KeyInCookie, "cookie"),
    ] {
        let name = if place == "header" {
            "X-Key"
        } else {
            "api_key"
        };
        let path = format!("/auth/apikey/{place}/{name}?of=key");
        let request = to
            .to("GET", &path)?
            .with_auth(auth(&format!("apikey:{place}:{name}"), &[("key", &key)]));
        cases.push(
            Case::new(need, &format!("key-{place}"), &request)?
                .secret("API_KEY", &key, "wr0ng", 401),
        );
    }
    let query = to
        .to("GET", "/anything/key")?
        .with_auth(auth("apikey:query:key", &[("key", "a b&c+é")]));
    let mut case = Case::new(Need::KeyInQuery, "key-query-encoded", &query)?;
    case.environment
        .push(("API_KEY".to_owned(), "a b&c+é/%41".to_owned()));
    cases.push(case.look(Box::new(|request| {
        let value = request
            .target
            .rsplit_once("key=")
            .map_or("", |(_, value)| value);
        let decoded = percent::decode_form(value.as_bytes());
        arrived::equal(
            "the key",
            &String::from_utf8_lossy(&decoded).as_ref(),
            &"a b&c+é/%41",
        )
    })));
    let request = to
        .to("GET", "/anything/header")?
        .with_header("X-Trace", "7; a=\"b\"")
        .with_header("Accept", "text/plain");
    cases.push(
        Case::new(Need::OwnHeader, "header", &request)?
            .look(arrived::header("X-Trace", "7; a=\"b\""))
            .look(arrived::header("Accept", "text/plain")),
    );
    let cookie = to
        .to("GET", "/anything/cookies")?
        .with_header("Cookie", "theme=dark");
    let cookie = cookie.with_auth(auth("apikey:cookie:sid", &[("key", "x")]));
    let mut case = Case::new(Need::KeyInCookie, "cookies", &cookie)?;
    case.environment
        .push(("API_KEY".to_owned(), "abc".to_owned()));
    case.environment
        .push(("COOKIE".to_owned(), "theme=dark".to_owned()));
    cases.push(case.look(arrived::header("Cookie", "theme=dark; sid=abc")));
    Ok(cases)
}

/// Digest.
fn challenged(to: &Requests<'_>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let digest = auth("digest", &[("username", "alice"), ("password", "s3cret")]);
    for (need, name, path) in [
        (
            Need::DigestMd5,
            "digest-md5",
            "/digest-auth/auth/alice/s3cret/MD5?of=a%20b",
        ),
        (
            Need::DigestSha256,
            "digest-sha256",
            "/digest-auth/auth/alice/s3cret/SHA-256?of=a%20b",
        ),
        (
            Need::DigestMd5,
            "digest-md5-sess",
            "/digest-auth/auth/alice/s3cret/MD5-sess",
        ),
    ] {
        let request = to.to("GET", path)?.with_auth(digest.clone());
        cases.push(
            Case::new(need, name, &request)?
                .secret("API_PASSWORD", "s3cret", "wr0ng", 401)
                .look(arrived::header_begins("Authorization", "Digest ")),
        );
    }
    let request = to
        .to("POST", "/digest-auth/auth/alice/s3cret?of=post")?
        .with_body(Body::Json(json!({"a": 1})))
        .with_auth(digest.clone());
    cases.push(
        Case::new(Need::DigestMd5, "digest-post", &request)?
            .secret("API_PASSWORD", "s3cret", "wr0ng", 401)
            .look(arrived::json(json!({"a": 1}))),
    );
    let request = to.to("GET", "/auth/digest/MD5?of=qops")?.with_auth(digest);
    let mut qops = Case::new(Need::DigestMd5, "digest-qops", &request)?.secret(
        "API_PASSWORD",
        "s3cret",
        "wr0ng",
        401,
    );
    qops.defects = &[(
        "wget",
        "it reads no list of qualities, as in qop=\"auth, auth-int\"",
    )];
    cases.push(qops);
    cases.extend(signed(to)?);
    Ok(cases)
}

/// OAuth 1.0a.
fn signed(to: &Requests<'_>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let of = |field| example("oauth1", field);
    let keys = [
        ("consumer_key", of("consumer_key")),
        ("consumer_secret", of("consumer_secret")),
        ("token", of("token")),
        ("token_secret", of("token_secret")),
    ];
    let keys: Vec<(&str, &str)> = keys
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let get = to.to("GET", "/auth/oauth1?b=1&a=%C3%A9%20x&a=1&a-b=2&a1=3")?;
    let post = to
        .to("POST", "/auth/oauth1?q=1")?
        .with_body(Body::Form(vec![
            ("text".to_owned(), "Hello, wörld & more+".to_owned()),
            ("q".to_owned(), "2".to_owned()),
        ]));
    let json = to
        .to("PUT", "/auth/oauth1")?
        .with_body(Body::Json(json!({"not": "signed"})));
    for (name, request) in [
        ("oauth1", get),
        ("oauth1-form", post),
        ("oauth1-json", json),
    ] {
        cases.push(
            Case::new(
                Need::OAuth1,
                name,
                &request.with_auth(auth("oauth1", &keys)),
            )?
            .secret(
                "OAUTH_CONSUMER_SECRET",
                &of("consumer_secret"),
                "wr0ng",
                401,
            )
            .secret("OAUTH_TOKEN_SECRET", &of("token_secret"), "", 401),
        );
    }
    let asked = to
        .to("GET", "/auth/oauth1?of=prompt")?
        .with_auth(auth("oauth1", &keys));
    cases.push(
        Case::with_secrets(Need::OAuth1, "prompt-oauth1", &asked, Secrets::Prompt)?
            .secret(
                "OAUTH_CONSUMER_SECRET",
                &of("consumer_secret"),
                "wr0ng",
                401,
            )
            .secret("OAUTH_TOKEN_SECRET", &of("token_secret"), "", 401),
    );
    let alone = to
        .to("GET", "/anything/oauth1-alone")?
        .with_auth(auth("oauth1", &keys[..2]));
    let mut case = Case::new(Need::OAuth1, "oauth1-alone", &alone)?;
    case.environment
        .push(("OAUTH_CONSUMER_SECRET".to_owned(), "x".to_owned()));
    cases.push(case.look(arrived::header_begins("Authorization", "OAuth ")));
    Ok(cases)
}

fn carried_out(to: &Requests<'_>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let port = to.at.proxy_port;
    let through = |call: &mut gatepass_snippet::Call| {
        call.proxy = Some(
            Proxy::new("127.0.0.1", port)
                .with_credentials("alice".into(), Text::variable("PROXY_PASSWORD")),
        );
        call.variables
            .push(Variable::new("PROXY_PASSWORD", "the proxy's password"));
    };
    cases.push(
        Case::new(
            Need::Proxy,
            "proxy",
            &to.behind_the_proxy("/anything/proxy")?,
        )?
        .with(through)
        .secret("PROXY_PASSWORD", "s3cret", "wr0ng", 407),
    );
    let away = format!(
        "/redirect-to?url={}&status_code=302",
        percent::encode(format!("{}/anything/followed", to.at.http).as_bytes())
    );
    let request = to.to("GET", &away)?;
    let mut follow =
        Case::new(Need::Follow, "follow", &request)?.with(|call| call.follow = Some(true));
    follow.expect.requests = Some(2);
    cases.push(follow.look(Box::new(|request| {
        arrived::equal(
            "the target",
            &request.target.as_str(),
            &"/anything/followed",
        )
    })));
    let mut stay = Case::new(Need::Stay, "stay", &request)?.with(|call| call.follow = Some(false));
    stay.expect.requests = Some(1);
    // HTTPie ends with 3 for a redirect that is not followed.
    (stay.expect.status, stay.expect.success) = (Some(302), None);
    cases.push(stay);
    let mut late = Case::new(Need::Timeout, "timeout", &to.to("GET", "/delay/8")?)?
        .with(|call| call.timeout = Some(Duration::from_millis(1500)));
    (late.expect.status, late.expect.success) = (None, Some(false));
    cases.push(late);
    cases.push(
        Case::new(
            Need::Timeout,
            "in-time",
            &to.to("GET", "/anything/in-time")?,
        )?
        .with(|call| call.timeout = Some(Duration::from_secs(20))),
    );
    Ok(cases)
}

fn tls(to: &Requests<'_>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let plain = Case::new(Need::NoAuth, "tls", &to.by_tls("/anything/ca")?)?.call;
    let mut trusted = Case::new(Need::CaFile, "ca-file", &to.by_tls("/anything/ca")?)?
        .with(|call| call.tls.ca = Some("ca.pem".into()));
    trusted.wrong = Some(Wrong::Call(Box::new(plain.clone()), None));
    cases.push(trusted);
    let mut unverified = Case::new(Need::Unverified, "unverified", &to.by_tls("/anything/ca")?)?
        .with(|call| call.tls.verify = false);
    unverified.wrong = Some(Wrong::Call(Box::new(plain), None));
    cases.push(unverified);
    let request = to.by_tls("/anything/certificate/")?;
    let without = Case::new(Need::CaFile, "without", &request)?
        .with(|call| call.tls.ca = Some("ca.pem".into()))
        .call;
    let mut with = Case::new(Need::ClientCertificate, "client-cert", &request)?
        .with(|call| {
            call.tls.ca = Some("ca.pem".into());
            call.tls.certificate = Some("client.pem".into());
            call.tls.key = Some("client.key".into());
        })
        .look(arrived::header(SUBJECT, "CN=alice"));
    with.wrong = Some(Wrong::Call(Box::new(without), Some(403)));
    cases.push(with);
    let port = to.at.proxy_port;
    let tunnel = |call: &mut gatepass_snippet::Call| {
        call.tls.ca = Some("ca.pem".into());
        call.proxy = Some(
            Proxy::new("127.0.0.1", port)
                .with_credentials("alice".into(), Text::variable("PROXY_PASSWORD")),
        );
        call.variables
            .push(Variable::new("PROXY_PASSWORD", "the proxy's password"));
    };
    let mut case =
        Case::new(Need::Proxy, "proxy-tunnel", &to.by_tls("/anything/tunnel")?)?.with(tunnel);
    case.environment
        .push(("PROXY_PASSWORD".to_owned(), "s3cret".to_owned()));
    cases.push(case);
    Ok(cases)
}

fn bodies(to: &Requests<'_>) -> Result<Vec<Case>> {
    let value = json!({"name": "Ada", "tags": [1, 2.5, true, null, "é"], "nested": {"empty": {}, "list": []}});
    let post = |path: &str, body: Body| {
        Ok::<_, crate::failure::Failure>(to.to("POST", path)?.with_body(body))
    };
    let mut cases = vec![
        Case::new(
            Need::Json,
            "json",
            &post("/anything/json", Body::Json(value.clone()))?,
        )?
        .look(arrived::json(value)),
    ];
    let fields = [
        ("a b", "1&2=3"),
        ("é", "+%41"),
        ("a b", "again"),
        ("empty", ""),
    ];
    let fields: Vec<(String, String)> = fields
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let form = post("/anything/form", Body::Form(fields.clone()))?;
    cases.push(Case::new(Need::Form, "form", &form)?.look(arrived::form(fields)));
    let raw = post(
        "/anything/raw",
        Body::raw_of("text/csv", "a,b\r\n1,\"é\"\n"),
    )?;
    cases.push(
        Case::new(Need::Raw, "raw", &raw)?.look(arrived::body("text/csv", "a,b\r\n1,\"é\"\n")),
    );
    let put = to
        .to("PUT", "/anything/raw-put")?
        .with_body(Body::raw_of("text/plain", "put"));
    cases.push(
        Case::new(Need::Raw, "raw-put", &put)?
            .look(arrived::method("PUT"))
            .look(arrived::body("text/plain", "put")),
    );
    let bytes: Vec<u8> = (0..=255).collect();
    let file = to
        .to("PUT", "/anything/file")?
        .with_header("Content-Type", "application/octet-stream");
    cases.push(
        Case::new(Need::File, "file", &file)?
            .with(|call| call.body = Payload::File("upload.bin".into()))
            .file("upload.bin", bytes.clone())
            .look(arrived::method("PUT"))
            .look(arrived::body("application/octet-stream", bytes.clone())),
    );
    cases.push(
        Case::new(
            Need::Multipart,
            "multipart",
            &to.to("POST", "/anything/multipart")?,
        )?
        .with(|call| {
            call.body = Payload::Multipart(vec![
                FormPart::text("title", "a b; c=\"é\""),
                FormPart::file("photo", "upload.bin", "upload.bin"),
                FormPart::file("notes", "notes.txt", "notes.txt").of_type("text/markdown"),
            ]);
        })
        .file("upload.bin", bytes.clone())
        .file("notes.txt", "# notes\n")
        .look(arrived::multipart(vec![
            Part::new("title", None, "a b; c=\"é\""),
            Part::new("photo", Some("upload.bin"), bytes.clone()),
            Part::new("notes", Some("notes.txt"), "# notes\n"),
        ])),
    );
    let renamed = to.to("POST", "/anything/multipart-renamed")?;
    let renamed = Case::new(Need::Multipart, "multipart-renamed", &renamed)?
        .with(|call| {
            call.body = Payload::Multipart(vec![
                FormPart::file("photo", "upload.bin", "picture.bin"),
                FormPart::text("json", "{\"a\": 1}").of_type("application/json"),
            ]);
        })
        .file("upload.bin", bytes.clone())
        .look(arrived::multipart(vec![
            Part::new("photo", Some("picture.bin"), bytes),
            Part::new("json", None, "{\"a\": 1}"),
        ]));
    cases.push(renamed);
    Ok(cases)
}

/// Several needs in one request, as they come in practice.
fn together(to: &Requests<'_>) -> Result<Vec<Case>> {
    let login = auth("basic", &[("username", "alice"), ("password", "s3cret")]);
    let request = to
        .to("POST", "/auth/basic?of=together")?
        .with_header("X-Trace", "7")
        .with_body(Body::Json(json!({"amount": 3})))
        .with_auth(login);
    let case = Case::new(Need::Json, "together", &request)?
        .secret("API_PASSWORD", "s3cret", "wr0ng", 401)
        .with(|call| {
            call.timeout = Some(Duration::from_secs(20));
            call.follow = Some(false);
        })
        .look(arrived::header("X-Trace", "7"))
        .look(arrived::json(json!({"amount": 3})));
    Ok(vec![case])
}
