//! HTTP archives, Postman collections and `.http` files: what is taken over, and what is named.

use gatepass_request::parse::curl::Wanted;
use gatepass_request::parse::{Form, Reading, any, har, http_file, postman};
use gatepass_request::{Body, Content, Piece, Request, Source, pieces};
use serde_json::{Value, json};

fn nothing(_: &Wanted<'_>) -> Result<Vec<u8>, String> {
    Err("it is not there".to_owned())
}

fn warnings(reading: &Reading) -> String {
    let all = reading.warnings.iter().map(ToString::to_string);
    all.collect::<Vec<_>>().join("\n")
}

/// Returns a text with `<NAME>` for a variable, and `<NAME:default>`.
fn shown(text: &str, request: &Request) -> String {
    let shown = |piece| match piece {
        Piece::Text(text) => text.to_owned(),
        Piece::Variable(it) => {
            let default = it.default.as_ref().map(|text| format!(":{text}"));
            format!("<{}{}>", it.name, default.unwrap_or_default())
        }
        _ => String::new(),
    };
    pieces(text, &request.variables)
        .into_iter()
        .map(shown)
        .collect()
}

fn raw(request: &Request) -> String {
    match &request.body {
        Body::Raw { bytes, .. } => shown(&String::from_utf8_lossy(bytes), request),
        other => format!("{other:?}"),
    }
}

fn value(request: &Request, field: &str) -> String {
    let source = request.auth.as_ref().and_then(|auth| auth.get(field));
    match source {
        Some(Source::Literal(secret)) => shown(secret.expose_str().unwrap_or_default(), request),
        Some(other) => other.reference().unwrap_or_default(),
        None => "none".to_owned(),
    }
}

#[test]
fn an_archive_gives_its_requests() {
    let text = json!({"log": {"version": "1.2", "entries": [
        {"comment": "first", "request": {
            "method": "POST", "url": "https://h.example/a?b=c", "httpVersion": "HTTP/2.0",
            "headers": [
                {"name": ":authority", "value": "h.example"},
                {"name": "Host", "value": "h.example"},
                {"name": "Content-Length", "value": "7"},
                {"name": "Content-Type", "value": "application/json"},
                {"name": "Authorization", "value": "Bearer t"},
            ],
            "cookies": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}],
            "queryString": [{"name": "b", "value": "c"}],
            "postData": {"mimeType": "application/json", "text": "{\"x\":1}"},
        }},
        {"request": {"method": "POST", "url": "http://h.example/", "postData":
            {"mimeType": "multipart/form-data; boundary=b", "params": [
                {"name": "a", "value": "1"},
                {"name": "f", "fileName": "x.png", "contentType": "image/png"}]}}},
        {"request": {"method": "POST", "url": "http://h.example/", "postData":
            {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a", "value": "1 2"}]}}},
        {"request": {"method": "PUT", "url": "http://h.example/", "postData":
            {"mimeType": "image/png", "text": "AAE=", "encoding": "base64"}}},
        {"request": {"method": "GET", "url": "data:text/plain,x"}},
    ]}})
    .to_string();
    let reading = har::read(&text).unwrap();
    let requests: Vec<&Request> = reading.requests.iter().map(|it| &it.request).collect();
    assert_eq!(requests.len(), 4);
    assert_eq!(reading.requests[0].name.as_deref(), Some("first"));
    let names: Vec<&str> = requests[0]
        .headers
        .iter()
        .map(|header| header.name())
        .collect();
    assert_eq!(names, ["Content-Type", "Authorization", "Cookie"]);
    assert_eq!(requests[0].url.to_string(), "https://h.example/a?b=c");
    assert_eq!(
        (raw(requests[0]).as_str(), requests[0].body.json()),
        ("{\"x\":1}", Some(json!({"x": 1})))
    );
    let Body::Multipart(form) = &requests[1].body else {
        panic!("{:?}", requests[1].body);
    };
    assert_eq!(form.boundary.as_deref(), Some("b"));
    assert_eq!(form.parts[1].content, Content::File("x.png".to_owned()));
    assert_eq!(
        requests[2].body.form_fields().unwrap(),
        [("a".to_owned(), "1 2".to_owned())]
    );
    assert_eq!(requests[3].body, Body::raw_of("image/png", vec![0, 1]));
    assert!(
        warnings(&reading).contains("log.entries[4]: left out"),
        "{}",
        warnings(&reading)
    );
    for bad in [
        "",
        "[]",
        "{\"log\": {\"entries\": [{\"request\": 1}]}}",
        "{\"log\": {}}",
    ] {
        assert!(har::read(bad).is_err(), "{bad}");
    }
}

const COLLECTION: &str = include_str!("collections/shop.json");

#[test]
fn a_collection_gives_its_requests_with_what_they_inherit() {
    let reading = postman::read(COLLECTION).unwrap();
    let get = |name: &str| {
        let found = reading
            .requests
            .iter()
            .find(|it| it.name.as_deref() == Some(name));
        &found
            .unwrap_or_else(|| panic!("{name} is missing: {}", warnings(&reading)))
            .request
    };
    let request = get("inherits");
    assert_eq!(
        shown(&request.url.to_string(), request),
        "<base:https://api.example/v1>/orders/42/x?q=<q>&n=1"
    );
    assert_eq!(
        (
            request.headers.iter().count(),
            value(request, "token").as_str()
        ),
        (1, "env:token")
    );
    let request = get("folder / inner");
    assert_eq!(
        (
            value(request, "username").as_str(),
            value(request, "password").as_str()
        ),
        ("alice", "s3cret")
    );
    let request = get("folder / none");
    assert_eq!(
        shown(&request.url.to_string(), request),
        "https://h.example:8443/a/<b>?c=d"
    );
    assert_eq!(
        (request.auth.is_none(), raw(request).as_str()),
        (true, "{\"n\": \"<n>\"}")
    );
    let request = get("form");
    let fields = request.body.form_fields().unwrap();
    assert_eq!(
        (fields.len(), shown(&fields[0].1, request)),
        (1, "1 <n>".to_owned())
    );
    assert_eq!(
        (
            request.settings.redirects.follow,
            request.settings.tls.insecure
        ),
        (Some(false), true)
    );
    let Body::Multipart(form) = &get("upload").body else {
        panic!("{:?}", get("upload").body);
    };
    assert_eq!(form.parts.len(), 4);
    assert_eq!(form.parts[1].file_name.as_deref(), Some("a.png"));
    assert_eq!(form.parts[3].content_type.as_deref(), Some("text/x"));
    assert!(
        matches!(&get("file").body, Body::File { content: Content::File(path), .. } if path == "data.bin")
    );
    assert_eq!(
        raw(get("graphql")),
        "{\"query\":\"{ me }\",\"variables\":{\"a\": <n>}}"
    );
    let warned = warnings(&reading);
    for words in [
        "a script that runs before",
        "{{$guid}}",
        "tlsPreferServerCiphers",
        "bad: left out",
    ] {
        assert!(warned.contains(words), "{words}: {warned}");
    }
    let resolved = get("inherits")
        .clone()
        .resolve(&|it| (it.name == "q").then(|| "a b".to_owned()));
    assert!(resolved.is_err(), "the made-up value is open");
    assert!(!format!("{reading:?}").contains("s3cret"));
}

#[test]
fn every_kind_of_authentication_of_a_collection_is_kept() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("collections/auth.json")).unwrap();
    for case in &cases {
        let (kind, parameters) = (text(&case["type"]), case["parameters"].as_object().unwrap());
        let list = parameters
            .iter()
            .map(|(key, value)| json!({"key": key, "value": value, "type": "any"}));
        // Version 2.1 writes a list, version 2.0 an object.
        for parameters in [list.collect::<Vec<_>>().into(), case["parameters"].clone()] {
            let auth = json!({"type": kind, kind: parameters});
            let request = json!({"url": "http://h.example/", "auth": auth});
            let collection = json!({"info": {}, "item": [{"name": "x", "request": request}]});
            let reading = postman::read(&collection.to_string()).unwrap();
            let request = &reading.requests[0].request;
            let scheme = request
                .auth
                .as_ref()
                .and_then(|auth| auth.scheme.as_deref());
            assert_eq!(scheme, case["scheme"].as_str());
            for (field, expected) in case["fields"].as_object().unwrap() {
                assert_eq!(value(request, field), text(expected), "{kind} {field}");
            }
            let (said, warned) = (warnings(&reading), text(&case["warned"]));
            assert!(
                said.contains(warned) && said.is_empty() == warned.is_empty(),
                "{kind}: {said}"
            );
        }
    }
    let text = r#"{"info": {}, "auth": {"type": "basic", "basic": []}, "item": [{"name": "x", "auth": {"type": "noauth"}, "request": "http://h/"}]}"#;
    assert!(
        postman::read(text).unwrap().requests[0]
            .request
            .auth
            .is_none()
    );
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

const HTTP: &str = include_str!("collections/requests.http");

#[test]
fn a_file_of_requests_gives_them() {
    let reading = http_file::read(HTTP, &nothing).unwrap();
    let names: Vec<_> = reading
        .requests
        .iter()
        .map(|it| it.name.as_deref().unwrap_or("-"))
        .collect();
    assert_eq!(
        names,
        [
            "me",
            "-",
            "form",
            "file",
            "parts",
            "url alone",
            "host",
            "curl"
        ],
        "{}",
        warnings(&reading)
    );
    let requests: Vec<&Request> = reading.requests.iter().map(|it| &it.request).collect();
    let request = requests[0];
    assert_eq!(
        shown(&request.url.to_string(), request),
        "<host:https://api.example>/user?page=2&size=10"
    );
    assert_eq!(
        (
            value(request, "username").as_str(),
            value(request, "password").as_str()
        ),
        ("alice", "s3cret")
    );
    assert_eq!(request.settings.redirects.follow, Some(false));
    let request = requests[1];
    assert_eq!(
        raw(request),
        "{\"a\": \"<b>\",\n \"c\": <login.response.body.id>}"
    );
    assert_eq!(
        request.settings.timeouts.total,
        Some(std::time::Duration::from_secs(5))
    );
    assert_eq!(
        shown(request.headers.get_str("Authorization").unwrap(), request),
        "Bearer <token>"
    );
    assert_eq!(raw(requests[2]), "a=1&b=<b>");
    assert!(
        matches!(&requests[3].body, Body::File { content: Content::File(path), .. } if path == "./picture.png")
    );
    let Body::Joined { chunks, .. } = &requests[4].body else {
        panic!("{:?}", requests[4].body);
    };
    assert_eq!(
        chunks[0].content,
        Content::bytes("--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n")
    );
    assert_eq!(
        (chunks.len(), &chunks[2].content),
        (3, &Content::bytes("\r\n--X--\r\n"))
    );
    assert_eq!(
        (
            requests[5].method.as_str(),
            requests[5].url.to_string().as_str()
        ),
        ("GET", "https://h.example/only")
    );
    assert_eq!(requests[6].url.to_string(), "http://h.example/path");
    assert!(requests[6].headers.get("Host").is_none());
    assert_eq!(value(requests[7], "password"), "b");
    let warned = warnings(&reading);
    for words in [
        "a script that reads the answer",
        "login.response.body.id",
        "WEBSOCKET is not HTTP",
    ] {
        assert!(warned.contains(words), "{words}: {warned}");
    }
    assert!(http_file::read("### nothing\n# here\n", &nothing).is_err());
}

#[test]
fn the_form_is_found_by_what_only_it_has() {
    for (text, form) in [
        ("curl http://h/", Some(Form::Curl)),
        ("  $ curl http://h/", Some(Form::Curl)),
        (
            "# get it\necho x | sudo /usr/bin/curl -d @- http://h/",
            Some(Form::Curl),
        ),
        ("PS C:\\> curl.exe http://h/", Some(Form::Curl)),
        ("T=x\ncurl http://h/$T", Some(Form::Curl)),
        ("{\"log\": {\"entries\": []}}", Some(Form::Har)),
        ("\u{feff}{\"info\": {}, \"item\": []}", Some(Form::Postman)),
        ("GET http://h/ HTTP/1.1\nHost: h", Some(Form::HttpFile)),
        ("https://h/x", Some(Form::HttpFile)),
        ("{{base}}/x", None),
        ("@a = b\n\nGET {{a}}/x", Some(Form::HttpFile)),
        ("###\ncurl http://h/", Some(Form::HttpFile)),
        (
            "{\"method\": \"GET\", \"url\": \"http://h/\"}",
            Some(Form::Stored),
        ),
        (
            "[{\"method\": \"GET\", \"url\": \"http://h/\"}]",
            Some(Form::Stored),
        ),
        ("", None),
        ("wget http://h/", None),
        ("{\"a\": 1}", None),
        ("{not json", None),
    ] {
        assert_eq!(any::form(text), form, "{text}");
    }
    let stored =
        serde_json::to_string(&any::read("curl http://h/", &nothing).unwrap().requests[0].request)
            .unwrap();
    assert_eq!(any::read(&stored, &nothing).unwrap().requests.len(), 1);
    let reading = any::read("curl -so x -w y http://h/", &nothing).unwrap();
    assert!(
        warnings(&reading).contains("-s, -o, -w: what becomes of the answer"),
        "{}",
        warnings(&reading)
    );
    assert!(
        any::read("wget x", &nothing)
            .unwrap_err()
            .to_string()
            .contains("no request in a form")
    );
}
