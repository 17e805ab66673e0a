//! What each endpoint answers, over a real connection.

#![expect(clippy::unwrap_used, reason = "a test panics when it fails")]

mod support;

use gatepass_server::Server;
use serde_json::{Value, json};
use support::{Answer, connect, exchange, get, get_with};

/// Sends a body of a type.
fn send(server: &Server, line: &str, kind: &str, body: &[u8]) -> Answer {
    let head = format!(
        "{line} HTTP/1.1\r\nHost: h\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    exchange(server, [head.as_bytes(), body].concat())
}

#[test]
fn get_answers_as_httpbin_does() {
    let server = Server::start().unwrap();
    let answer = exchange(
        &server,
        "GET /get?b=1&a=2&a=%C3%A9&c HTTP/1.1\r\nHost: example\r\nx-foo: 1\r\nX-FOO: 2\r\n\r\n",
    );
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let expected = json!({
        "args": {"a": ["2", "é"], "b": "1", "c": ""},
        "headers": {"Host": "example", "X-Foo": "1,2"},
        "origin": "127.0.0.1",
        "url": "http://example/get?b=1&a=2&a=%C3%A9&c",
    });
    assert_eq!(answer.text(), format!("{expected:#}\n"));
}

#[test]
fn a_body_is_taken_apart_by_its_type() {
    let server = Server::start().unwrap();
    let parts = |body: &Value| {
        let members = ["data", "files", "form", "json"];
        members.map(|name| body[name].clone())
    };
    let form = send(
        &server,
        "POST /post",
        "application/x-www-form-urlencoded",
        b"a=1&b=%C3%A9&a=2",
    )
    .json();
    assert_eq!(
        parts(&form),
        [
            json!(""),
            json!({}),
            json!({"a": ["1", "2"], "b": "é"}),
            Value::Null
        ]
    );
    let text = "{\"z\": [1.5, \"é\"], \"a\": {}}";
    let json = send(&server, "PUT /put", "application/json", text.as_bytes()).json();
    assert_eq!(
        parts(&json),
        [
            json!(text),
            json!({}),
            json!({}),
            json!({"z": [1.5, "é"], "a": {}})
        ]
    );
    let bytes = send(
        &server,
        "PATCH /patch",
        "application/octet-stream",
        b"\xff\xfe",
    )
    .json();
    let data = json!("data:application/octet-stream;base64,//4=");
    assert_eq!(parts(&bytes), [data, json!({}), json!({}), Value::Null]);
    let body = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\n\
        Content-Disposition: form-data; name=\"f\"; filename=\"n\"\r\n\r\nhello\r\n--x--\r\n";
    let multipart = send(
        &server,
        "DELETE /delete",
        "multipart/form-data; boundary=x",
        body.as_bytes(),
    )
    .json();
    assert_eq!(
        parts(&multipart),
        [
            json!(""),
            json!({"f": "hello"}),
            json!({"a": "1"}),
            Value::Null
        ]
    );
    let keys: Vec<_> = form.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "args", "data", "files", "form", "headers", "json", "origin", "url"
        ]
    );
}

#[test]
fn anything_takes_any_method_and_path() {
    let server = Server::start().unwrap();
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let answer = send(
            &server,
            &format!("{method} /anything/a%20b?c=d"),
            "text/plain",
            b"x",
        )
        .json();
        assert_eq!(
            (&answer["method"], &answer["data"]),
            (&method.into(), &"x".into())
        );
        assert_eq!(answer["url"], "http://h/anything/a%20b?c=d");
    }
}

#[test]
fn parts_of_a_request_are_echoed() {
    let server = Server::start().unwrap();
    let lines = "User-Agent: a/1\r\naccept-LANGUAGE: de\r\nX-Latin: \u{e9}\r\n";
    let headers = get_with(&server, "/headers", lines).json();
    assert_eq!(headers["headers"]["Accept-Language"], "de");
    assert_eq!(headers["headers"]["X-Latin"], "é");
    assert_eq!(
        get_with(&server, "/user-agent", lines).json(),
        json!({"user-agent": "a/1"})
    );
    assert_eq!(
        get(&server, "/user-agent").json(),
        json!({"user-agent": null})
    );
    assert_eq!(get(&server, "/ip").json(), json!({"origin": "127.0.0.1"}));
    let uuids = [(); 2].map(|()| {
        get(&server, "/uuid").json()["uuid"]
            .as_str()
            .unwrap()
            .to_owned()
    });
    assert_ne!(uuids[0], uuids[1]);
    assert_eq!((uuids[0].len(), &uuids[0][14..15]), (36, "4"));
}

#[test]
fn an_absolute_target_is_understood() {
    let server = Server::start().unwrap();
    let answer = exchange(
        &server,
        "GET http://other:81/get?a=b HTTP/1.1\r\nHost: h\r\n\r\n",
    )
    .json();
    assert_eq!(
        (&answer["url"], &answer["args"]),
        (&json!("http://other:81/get?a=b"), &json!({"a": "b"}))
    );
    assert_eq!(server.requests()[0].target, "http://other:81/get?a=b");
}

#[test]
fn statuses_come_with_their_fields() {
    let server = Server::start().unwrap();
    for (code, name) in [
        (301, "location"),
        (308, "location"),
        (401, "www-authenticate"),
        (407, "proxy-authenticate"),
        (418, "x-more-info"),
    ] {
        let answer = get(&server, &format!("/status/{code}"));
        assert_eq!(answer.status, code);
        assert!(answer.header(name).is_some(), "{answer:?}");
    }
    for code in [200, 204, 304, 404, 500, 599] {
        assert_eq!(
            send(
                &server,
                &format!("DELETE /status/{code}"),
                "text/plain",
                b""
            )
            .status,
            code
        );
    }
    for _ in 0..20 {
        assert_eq!(get(&server, "/status/200:0,503:1").status, 503);
        assert!(matches!(
            get(&server, "/status/201:0.5,202:0.5").status,
            201 | 202
        ));
    }
    for bad in ["100", "600", "x", "200:x", "200,", "200:-1", ""] {
        assert_eq!(get(&server, &format!("/status/{bad}")).status, 400, "{bad}");
    }
}

#[test]
fn redirects_lead_to_get() {
    let server = Server::start().unwrap();
    let location = |target: &str| {
        let answer = get(&server, target);
        assert_eq!(answer.status, 302, "{target}");
        answer.header("location").unwrap().to_owned()
    };
    assert_eq!(location("/redirect/2"), "/relative-redirect/1");
    assert_eq!(location("/relative-redirect/1"), "/get");
    assert_eq!(
        location("/absolute-redirect/2"),
        server.url("/absolute-redirect/1")
    );
    assert_eq!(location("/absolute-redirect/1"), server.url("/get"));
    for bad in ["0", "-1", "x"] {
        assert_eq!(get(&server, &format!("/redirect/{bad}")).status, 400);
    }
    let kept = get(&server, "/redirect-to?url=/get&status_code=307");
    assert_eq!((kept.status, kept.header("location")), (307, Some("/get")));
    assert_eq!(
        get(&server, "/redirect-to?url=/get&status_code=200").status,
        400
    );
    assert_eq!(get(&server, "/redirect-to").status, 400);
    let form = send(
        &server,
        "POST /redirect-to",
        "application/x-www-form-urlencoded",
        b"url=/get&status_code=303",
    );
    assert_eq!(form.status, 303);
}

#[test]
fn cookies_are_set_shown_and_deleted() {
    let server = Server::start().unwrap();
    let shown = get_with(
        &server,
        "/cookies",
        "Cookie: a=b; c=\"d e\"\r\nCookie: f=g=h\r\n",
    )
    .json();
    assert_eq!(
        shown,
        json!({"cookies": {"a": "b", "c": "d e", "f": "g=h"}})
    );
    let set = get(&server, "/cookies/set?a=b&c=d");
    assert_eq!(
        (set.status, set.header("location")),
        (302, Some("/cookies"))
    );
    assert_eq!(set.all("set-cookie"), ["a=b; Path=/", "c=d; Path=/"]);
    assert_eq!(
        get(&server, "/cookies/set/x/y%3D").all("set-cookie"),
        ["x=y=; Path=/"]
    );
    let deleted = get(&server, "/cookies/delete?a&b=");
    assert_eq!(deleted.all("set-cookie").len(), 2);
    assert!(
        deleted
            .all("set-cookie")
            .iter()
            .all(|cookie| cookie.contains("Max-Age=0"))
    );
}

#[test]
fn header_fields_are_given_as_asked() {
    let server = Server::start().unwrap();
    let answer = get(
        &server,
        "/response-headers?X-A=1&X-A=2&b=c%20d&Content-Type=text/plain",
    );
    assert_eq!(answer.all("x-a"), ["1", "2"]);
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    let length = answer.header("content-length").unwrap();
    let expected = json!({"Content-Length": length, "Content-Type": "text/plain", "X-A": ["1", "2"], "b": "c d"});
    assert_eq!(answer.json(), expected);
}

#[test]
fn bodies_are_compressed_as_they_say() {
    let server = Server::start().unwrap();
    type Decode = fn(&[u8]) -> Vec<u8>;
    let decoders: [(&str, &str, &str, Decode); 4] = [
        ("/gzip", "gzipped", "gzip", |bytes| {
            all(flate2::read::GzDecoder::new(bytes))
        }),
        ("/deflate", "deflated", "deflate", |bytes| {
            all(flate2::read::ZlibDecoder::new(bytes))
        }),
        ("/brotli", "brotli", "br", |bytes| {
            all(brotli::Decompressor::new(bytes, 4096))
        }),
        ("/zstd", "zstd", "zstd", |bytes| {
            all(zstd::stream::read::Decoder::new(bytes).unwrap())
        }),
    ];
    for (target, member, coding, decode) in decoders {
        let answer = get(&server, target);
        assert_eq!(answer.header("content-encoding"), Some(coding));
        let json: Value = serde_json::from_slice(&decode(&answer.body)).unwrap();
        assert_eq!(
            (&json[member], &json["method"]),
            (&true.into(), &"GET".into())
        );
    }
}

fn all(mut from: impl std::io::Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn bytes_come_whole_in_pieces_and_in_part() {
    let server = Server::start().unwrap();
    let whole = get(&server, "/bytes/1000?seed=7");
    assert_eq!((whole.status, whole.body.len()), (200, 1000));
    let streamed = get(&server, "/stream-bytes/1000?seed=7&chunk_size=64");
    assert_eq!(streamed.header("transfer-encoding"), Some("chunked"));
    assert_eq!(streamed.body, whole.body);
    assert_ne!(
        get(&server, "/bytes/1000").body,
        get(&server, "/bytes/1000").body
    );
    assert_eq!(get(&server, "/bytes/9999999").body.len(), 100 * 1024);
    for bad in [
        "/bytes/x",
        "/bytes/-1",
        "/bytes/1?seed=x",
        "/stream-bytes/1?chunk_size=0",
        "/stream/x",
    ] {
        assert_eq!(get(&server, bad).status, 400, "{bad}");
    }
    for (wanted, status, body) in [
        ("bytes=2-4", 206, "cde"),
        ("bytes=24-", 206, "yz"),
        ("bytes=-3", 206, "xyz"),
        ("bytes=20-99", 206, "uvwxyz"),
        ("bytes=26-", 416, ""),
        ("bytes=4-2", 200, "abcdefghijklmnopqrstuvwxyz"),
        ("lines=1-2", 200, "abcdefghijklmnopqrstuvwxyz"),
    ] {
        let answer = get_with(&server, "/range/26", &format!("Range: {wanted}\r\n"));
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (status, body),
            "{wanted}"
        );
    }
    assert_eq!(
        get_with(&server, "/range/0", "Range: bytes=0-\r\n").status,
        416
    );
}

#[test]
fn a_part_is_given_of_what_the_client_has_the_rest_of() {
    let server = Server::start().unwrap();
    for (tag, status) in [
        ("\"range26\"", 206),
        ("\"range25\"", 200),
        ("W/\"range26\"", 200),
    ] {
        let headers = format!("Range: bytes=24-\r\nIf-Range: {tag}\r\n");
        assert_eq!(
            get_with(&server, "/range/26", &headers).status,
            status,
            "{tag}"
        );
    }
    for (header, status) in [
        ("", 200),
        ("If-None-Match: \"a\"\r\n", 304),
        ("If-None-Match: W/\"b\", W/\"a\"\r\n", 304),
        ("If-None-Match: \"b\"\r\n", 200),
        ("If-Match: \"a\"\r\n", 200),
        ("If-Match: \"b\"\r\n", 412),
        ("If-Match: *\r\n", 200),
    ] {
        let answer = get_with(&server, "/etag/a", header);
        assert_eq!(
            (answer.status, answer.header("etag")),
            (status, Some("\"a\"")),
            "{header}"
        );
    }
}

#[test]
fn bytes_drip() {
    let server = Server::start().unwrap();
    let answer = get(&server, "/drip?numbytes=5&duration=0.05&code=404");
    assert_eq!(
        (answer.status, answer.body.as_slice()),
        (404, &b"*****"[..])
    );
    assert_eq!(answer.header("content-length"), Some("5"));
    assert_eq!(get(&server, "/drip?numbytes=0&duration=0").body, b"*");
    for bad in ["numbytes=x", "duration=-1", "delay=nan", "code="] {
        assert_eq!(get(&server, &format!("/drip?{bad}")).status, 400, "{bad}");
    }
}

#[test]
fn a_stream_is_lines_of_json() {
    let server = Server::start().unwrap();
    let text = get(&server, "/stream/3?a=b").text();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let ids: Vec<_> = lines
        .iter()
        .map(|line| line["id"].as_u64().unwrap())
        .collect();
    assert_eq!(
        (ids, &lines[0]["args"]),
        (vec![0, 1, 2], &json!({"a": "b"}))
    );
    assert_eq!(get(&server, "/stream/1000").text().lines().count(), 100);
    assert_eq!(get(&server, "/stream/0").body, b"");
}

#[test]
fn base64_is_read_in_either_alphabet() {
    let server = Server::start().unwrap();
    for (text, expected) in [
        ("aGVsbG8=", "hello"),
        ("aGVsbG8", "hello"),
        ("Pz8-", "??>"),
        ("Pz8%2B", "??>"),
    ] {
        assert_eq!(
            get(&server, &format!("/base64/{text}")).text(),
            expected,
            "{text}"
        );
    }
    assert_eq!(get(&server, "/base64/!").status, 400);
}

#[test]
fn a_delay_has_a_bound() {
    let limits = gatepass_server::Limits {
        delay: std::time::Duration::from_millis(50),
        ..Default::default()
    };
    let server = Server::builder().limits(limits).start().unwrap();
    for seconds in ["0", "0.01", "86400", "1e300"] {
        assert_eq!(
            get(&server, &format!("/delay/{seconds}")).json()["args"],
            json!({})
        );
    }
    for bad in ["x", "-1", "NaN"] {
        assert_eq!(get(&server, &format!("/delay/{bad}")).status, 400, "{bad}");
    }
}

#[test]
fn reqbins_echo_is_a_success() {
    let server = Server::start().unwrap();
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let target = format!("/echo/{}/json", method.to_lowercase());
        let answer = send(
            &server,
            &format!("{method} {target}"),
            "application/json",
            b"{}",
        );
        assert_eq!(answer.text(), "{\"success\":\"true\"}\n");
        let other = if method == "GET" { "POST" } else { "GET" };
        assert_eq!(
            send(
                &server,
                &format!("{other} {target}"),
                "application/json",
                b"{}"
            )
            .status,
            405
        );
    }
}

#[test]
fn httpbins_credentials_open() {
    let server = Server::start().unwrap();
    let basic = "Authorization: Basic dTpw\r\n";
    for target in ["/basic-auth/u/p", "/hidden-basic-auth/u/p"] {
        let answer = get_with(&server, target, basic);
        assert_eq!(
            answer.text(),
            "{\n  \"authenticated\": true,\n  \"user\": \"u\"\n}\n"
        );
    }
    let spaced = get_with(
        &server,
        "/basic-auth/u%20v/p%2Fq",
        "Authorization: Basic dSB2OnAvcQ==\r\n",
    );
    assert_eq!(spaced.status, 200);
    let bearer = get_with(&server, "/bearer", "Authorization: Bearer abc\r\n");
    assert_eq!(
        bearer.json(),
        json!({"authenticated": true, "token": "abc"})
    );
    let missing = get(&server, "/bearer");
    assert_eq!(
        (missing.status, missing.header("www-authenticate")),
        (401, Some("Bearer realm=\"gatepass\""))
    );
    assert_eq!(get(&server, "/digest-auth/auth/u/p/CRC32").status, 404);
    assert_eq!(get(&server, "/digest-auth/auth/u/p/MD5/soon").status, 404);
}

#[test]
fn head_answers_as_get_does_without_the_body() {
    let server = Server::start().unwrap();
    let mut wire = connect(&server);
    for target in [
        "/",
        "/get",
        "/headers",
        "/status/404",
        "/bytes/10",
        "/stream/3",
        "/hidden-basic-auth/u/p",
        "/cookies",
        "/nowhere",
    ] {
        wire.send(format!("HEAD {target} HTTP/1.1\r\nHost: h\r\n\r\n"));
        let head = wire.read_without_body();
        wire.send(format!("GET {target} HTTP/1.1\r\nHost: h\r\n\r\n"));
        let whole = wire.read();
        assert_eq!(head.status, whole.status, "{target}");
        // The length of nothing may be left out.
        let length = whole
            .header("content-length")
            .filter(|length| *length != "0");
        assert_eq!(head.header("content-length"), length, "{target}");
        assert_eq!(
            head.header("content-type"),
            whole.header("content-type"),
            "{target}"
        );
    }
}

#[test]
fn what_is_not_there_says_where_to_look() {
    let server = Server::start().unwrap();
    let answer = get(&server, "/nowhere");
    assert_eq!(answer.status, 404);
    assert!(answer.json()["detail"].as_str().unwrap().contains("GET /"));
    let answer = send(&server, "POST /get", "text/plain", b"");
    assert_eq!(
        (answer.status, answer.header("allow")),
        (405, Some("GET, HEAD, OPTIONS"))
    );
    assert_eq!(
        exchange(&server, "CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n").status,
        404
    );
    let index = get(&server, "/");
    assert!(
        index
            .header("content-type")
            .unwrap()
            .starts_with("text/plain")
    );
    for name in [
        "/auth/{scheme}",
        "/digest-auth/{qop}/",
        "/oauth1/authorize",
        "/redirect-to",
    ] {
        assert!(index.text().contains(name), "{name}");
    }
}
