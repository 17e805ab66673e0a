//! HTTPie's documented items, and what becomes of them.

use gatepass_request::parse::items::{Item, Value, tell_apart};
use gatepass_request::{Body, BodyKind, Build, Content, ItemError, Multipart, Part, Request, Url};

/// Knows one file and one variable.
fn resolve(value: &Value) -> Result<Vec<u8>, String> {
    match value {
        Value::File(path) if path == "data.json" => Ok(br#"{"a": [1, 2]}"#.to_vec()),
        Value::File(path) if path == "text.txt" => Ok(b"two\nlines\n".to_vec()),
        Value::File(path) if path == "token" => Ok(b"s3cret\n".to_vec()),
        Value::File(path) if path == "latin1" => Ok(vec![0xe9]),
        Value::Env(name) if name == "T" => Ok(b"s3cret".to_vec()),
        _ => Err("there is no such thing".to_owned()),
    }
}

fn build(build: Build, words: &[&str]) -> Result<Request, ItemError> {
    let items = words
        .iter()
        .map(|word| Item::parse(word))
        .collect::<Result<Vec<_>, _>>()?;
    let Ok(url) = Url::parse("http://example.org/") else {
        panic!("a plain URL is read")
    };
    build.request(url, &items, &resolve)
}

fn shown(request: &Request) -> Vec<String> {
    let line = |name: &str, value: &[u8]| format!("{name}: {}", String::from_utf8_lossy(value));
    request
        .headers
        .iter()
        .map(|header| line(header.name(), header.value()))
        .collect()
}

#[test]
fn the_first_and_longest_separator_counts() {
    let text = |text: &str| Value::Text(text.to_owned());
    let file = |path: &str| Value::File(path.to_owned());
    let query = |name: &str, value| Item::Query {
        name: name.to_owned(),
        value,
    };
    let field = |name: &str, value| Item::Field {
        name: name.to_owned(),
        value,
    };
    let json = |name: &str, value| Item::Json {
        name: name.to_owned(),
        value,
    };
    let header = |name: &str, value| Item::Header {
        name: name.to_owned(),
        value,
    };
    for (word, expected) in [
        ("a=b", field("a", text("b"))),
        ("a=b=c==d:=e", field("a", text("b=c==d:=e"))),
        ("a==b", query("a", text("b"))),
        ("a==@text.txt", query("a", file("text.txt"))),
        ("a==@env:T", query("a", Value::Env("T".to_owned()))),
        ("a:=1", json("a", text("1"))),
        ("a:=@data.json", json("a", file("data.json"))),
        ("a=@text.txt", field("a", file("text.txt"))),
        ("a=@./env:T", field("a", file("./env:T"))),
        ("a:b=c", header("a", text("b=c"))),
        ("a: @b", header("a", text(" @b"))),
        ("a:@token", header("a", file("token"))),
        ("a:@env:T", header("a", Value::Env("T".to_owned()))),
        (
            "a:",
            Item::NoHeader {
                name: "a".to_owned(),
            },
        ),
        (
            "a;",
            Item::EmptyHeader {
                name: "a".to_owned(),
            },
        ),
        ("a=", field("a", text(""))),
        ("=b", field("", text("b"))),
        ("a==", query("a", text(""))),
        ("===", query("", text("="))),
        (r"a\=b=c", field("a=b", text("c"))),
        (r"a\==b", field("a=", text("b"))),
        (r"a\:b=c", field("a:b", text("c"))),
        (r"a:\=b", header("a", text("=b"))),
        (r"path=c:\windows\", field("path", text(r"c:\windows\"))),
        (r"a=\=\@\x", field("a", text(r"=@\x"))),
        (r"a\\=b", field(r"a\\", text("b"))),
        ("é=ü", field("é", text("ü"))),
        (
            "a@b.png;type=image/x",
            Item::File {
                field: "a".to_owned(),
                path: "b.png".to_owned(),
                content_type: Some("image/x".to_owned()),
                file_name: None,
            },
        ),
    ] {
        assert_eq!(Item::parse(word).as_ref(), Ok(&expected), "{word}");
    }
}

#[test]
fn words_that_are_no_items_say_why() {
    for (word, expected) in [
        (
            "foo",
            "\"foo\" is no request item; write Header:value, query==value",
        ),
        (r"foo\=bar", "is no request item"),
        ("", "\"\" is no request item"),
        ("a;b", "a value follows a;"),
        ("a b:c", "this character\n  a b\n   ^"),
        ("a\r\nX:c", "this character\n  a  X\n   ^"),
        ("é:c", "this character\n  é\n  ^"),
        (":c", "name cannot be empty"),
        (
            "a:b\nc",
            "the value of a has a line break or another control character at byte 2",
        ),
        ("a:b\0", "at byte 2"),
        ("a:@", "\"a\" is to be read from nowhere"),
        ("a=@env:", "write a path after @, or @env:NAME"),
        ("a@", "\"a\" is to be read from nowhere"),
    ] {
        let error = Item::parse(word).unwrap_err().to_string();
        assert!(error.contains(expected), "{word}: {error}");
    }
}

#[test]
fn errors_and_debug_repeat_no_secret() {
    let error = Item::parse("eyJhbGciOiJIUzI1NiJ9-and-so-on")
        .unwrap_err()
        .to_string();
    assert!(!error.contains("and-so-on"), "{error}");
    for word in ["a:s3cret", "a=s3cret", "a==s3cret", r#"a:="s3cret""#] {
        assert!(!format!("{:?}", Item::parse(word).unwrap()).contains("s3cret"));
    }
    for word in ["a:s3cret\n", r#"a:="s3cret"#] {
        let error = build(Build::new(), &[word]).unwrap_err();
        assert!(
            !format!("{error} {error:?}").contains("s3cret"),
            "{error:?}"
        );
    }
}

#[test]
fn method_and_default_fields_are_httpies() {
    let json = [
        "Accept: application/json, */*;q=0.5",
        "Content-Type: application/json",
    ];
    let any = "Accept: */*";
    let form = [
        any,
        "Content-Type: application/x-www-form-urlencoded; charset=utf-8",
    ];
    let auto = Build::new;
    for (build_it, words, method, fields) in [
        (auto(), vec![], "GET", vec![any]),
        (auto(), vec!["a==b"], "GET", vec![any]),
        (auto(), vec!["a=b"], "POST", json.to_vec()),
        (auto().method("PUT"), vec!["a=b"], "PUT", json.to_vec()),
        (auto().kind(BodyKind::Json), vec![], "GET", json.to_vec()),
        (
            auto().kind(BodyKind::Form),
            vec!["a=b"],
            "POST",
            form.to_vec(),
        ),
        (auto().raw("x"), vec![], "POST", json.to_vec()),
        (
            auto().raw("x").kind(BodyKind::Form),
            vec![],
            "POST",
            form.to_vec(),
        ),
        (
            auto(),
            vec!["@text.txt"],
            "POST",
            vec![json[0], "Content-Type: text/plain"],
        ),
        (auto(), vec!["@token"], "POST", json.to_vec()),
        (
            auto(),
            vec!["@token;type=a/b"],
            "POST",
            vec![json[0], "Content-Type: a/b"],
        ),
        (
            auto(),
            vec!["a=b", "content-type:x", "Accept:"],
            "POST",
            vec!["content-type: x"],
        ),
        (
            auto(),
            vec!["X:1", "Y;", "x: 2 ", "Z:3", "z:"],
            "GET",
            vec![any, "X: 1", "Y: ", "x: 2"],
        ),
    ] {
        let request = build(build_it, &words).unwrap();
        assert_eq!(
            (request.method.as_str(), shown(&request)),
            (method, fields.iter().map(|f| (*f).to_owned()).collect()),
            "{words:?}"
        );
    }
    let request = build(Build::new(), &["User-Agent:"]).unwrap();
    assert!(!request.wants_default("user-agent") && request.wants_default("host"));
}

#[test]
fn bodies_are_what_the_items_say() {
    for (kind, words, expected) in [
        (
            BodyKind::Auto,
            vec!["a=1", "b:=1", "c:=[true, null]", "a=2"],
            r#"{"a":"2","b":1,"c":[true,null]}"#,
        ),
        (
            BodyKind::Auto,
            vec!["x=@text.txt", "q[u][]:=@data.json"],
            r#"{"x":"two\nlines\n","q":{"u":[{"a":[1,2]}]}}"#,
        ),
        (
            BodyKind::Auto,
            vec![
                "a:=18446744073709551615",
                "b:=-1.5e3",
                "c:=184467440737.674616",
            ],
            r#"{"a":18446744073709551615,"b":-1500.0,"c":184467440737.67462}"#,
        ),
        (
            BodyKind::Form,
            vec!["a=1 2", "a[b]=ü", "c:=1.5", "d:=true", r#"e:="x""#],
            "a=1%202&a%5Bb%5D=%C3%BC&c=1.5&d=true&e=x",
        ),
    ] {
        let request = build(Build::new().kind(kind), &words).unwrap();
        assert_eq!(request.body.encode().unwrap().1, expected, "{words:?}");
    }
    let request = build(
        Build::new(),
        &["a==1 2", "b==@env:T", "c==&", "d==@text.txt"],
    )
    .unwrap();
    assert_eq!(
        request.url.target(),
        "/?a=1%202&b=s3cret&c=%26&d=two%0Alines"
    );
    assert_eq!(request.body, Body::Empty);
}

#[test]
fn a_file_is_named_and_not_read() {
    let file = |path: &str, content_type: Option<&str>| Body::File {
        content: Content::file(path),
        content_type: content_type.map(str::to_owned),
    };
    for (word, body, content_type) in [
        (
            "@no.such.png",
            file("no.such.png", Some("image/png")),
            "image/png",
        ),
        ("@-", file("-", None), "application/json"),
        ("@a;type=x/y;b=c", file("a", Some("x/y;b=c")), "x/y;b=c"),
        ("@a;b", file("a;b", None), "application/json"),
    ] {
        let request = build(Build::new(), &[word]).unwrap();
        assert_eq!(request.body, body, "{word}");
        assert_eq!(request.headers.get_str("Content-Type"), Some(content_type));
    }
}

#[test]
fn a_file_as_a_field_makes_parts_of_a_form() {
    let words = [
        "a=1",
        "f@x/photo.jpg",
        "g@x.bin;filename=é.txt;type=x/y",
        "h@-;filename=log.csv",
        "n:=2",
    ];
    let file = |name: &str, path: &str| Part::of(name, Content::file(path));
    let mut form = Multipart::new()
        .with(Part::text("a", "1"))
        .with(file("f", "x/photo.jpg").named("photo.jpg"))
        .with(file("g", "x.bin").named("é.txt").of_type("x/y"))
        .with(file("h", "-").named("log.csv"))
        .with(Part::text("n", "2"));
    form.boundary = Some("xyz".to_owned());
    for kind in [BodyKind::Auto, BodyKind::Form, BodyKind::Multipart] {
        let request = build(Build::new().kind(kind).boundary("xyz"), &words).unwrap();
        assert_eq!(request.body, Body::Multipart(form.clone()), "{kind:?}");
        assert_eq!(request.method, "POST");
        // The type names the boundary, which is not always known here.
        assert_eq!(shown(&request), ["Accept: */*"]);
    }
    let plain = build(Build::new().kind(BodyKind::Multipart), &["a=1"]).unwrap();
    assert_eq!(
        plain.body.chunks("b").0.as_deref(),
        Some("multipart/form-data; boundary=b")
    );
    let empty = build(Build::new().kind(BodyKind::Multipart), &[]).unwrap();
    assert_eq!((empty.method.as_str(), empty.body), ("GET", Body::Empty));
}

#[test]
fn values_from_elsewhere_are_secrets_in_headers() {
    let request = build(Build::new(), &["A:@env:T", "B:@token"]).unwrap();
    assert_eq!(shown(&request), ["Accept: */*", "A: s3cret", "B: s3cret"]);
    assert!(!format!("{request:?}").contains("s3cret"));
    assert!(
        request
            .headers
            .iter()
            .skip(1)
            .all(|header| header.is_secret())
    );
}

#[test]
fn what_cannot_be_built_says_what_to_do() {
    for (kind, words, expected) in [
        (BodyKind::Json, vec!["f@x.png"], "leave --json out"),
        (BodyKind::Form, vec!["@x.png"], "write field@file"),
        (
            BodyKind::Auto,
            vec!["@x.png", "f@x.png"],
            "write field@file",
        ),
        (
            BodyKind::Auto,
            vec!["f@x.png;type=a\r\nb"],
            "the value of Content-Type has a line break",
        ),
        (
            BodyKind::Auto,
            vec!["@text.txt", "@token"],
            "given in two ways",
        ),
        (
            BodyKind::Auto,
            vec!["@text.txt", "a=b"],
            "given in two ways",
        ),
        (
            BodyKind::Form,
            vec!["a:=[1]"],
            "send JSON instead of a form",
        ),
        (
            BodyKind::Auto,
            vec!["a:=x"],
            "is not JSON: it breaks the grammar at line 1, column 1; write a=text",
        ),
        (BodyKind::Auto, vec!["a:=[1"], "it ends too early"),
        (
            BodyKind::Auto,
            vec!["a:=[1, 18446744073709551616]"],
            "does not fit into 64 bits",
        ),
        (BodyKind::Auto, vec!["a=@latin1"], "not UTF-8"),
        (
            BodyKind::Auto,
            vec!["a:@missing"],
            "\"a\" cannot be read from missing: there is no such thing",
        ),
        (
            BodyKind::Auto,
            vec!["a=@env:NO"],
            "cannot be read from env:NO",
        ),
        (
            BodyKind::Auto,
            vec!["a:@text.txt"],
            "the value of a has a line break",
        ),
        (
            BodyKind::Auto,
            vec!["a[:=1"],
            "expected a text, a number or ']'",
        ),
    ] {
        let error = build(Build::new().kind(kind), &words)
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{words:?}: {error}");
    }
    let error = build(Build::new().method("GE T"), &[])
        .unwrap_err()
        .to_string();
    assert!(error.contains("\"GE T\" is no method"), "{error}");
    assert_eq!(
        build(Build::new().raw("x"), &["a=b"]),
        Err(ItemError::TwoBodies)
    );
}

#[test]
fn method_url_and_items_are_told_apart() {
    for (words, method, url, items) in [
        (vec!["example.org"], None, "example.org", 0),
        (vec!["localhost"], None, "localhost", 0),
        (
            vec!["get", "example.org", "a:b"],
            Some("GET"),
            "example.org",
            1,
        ),
        (
            vec!["QUERY", "localhost:8080"],
            Some("QUERY"),
            "localhost:8080",
            0,
        ),
        (vec!["localhost", "a==b"], None, "localhost", 1),
        (vec!["get", "a=b"], Some("GET"), "a=b", 0),
        (vec!["example.org", "a=b", "c:d"], None, "example.org", 2),
        (vec![":80", "a=b"], None, ":80", 1),
    ] {
        let (got_method, got_url, got_items) = tell_apart(&words).unwrap();
        assert_eq!(
            (got_method.as_deref(), got_url, got_items.len()),
            (method, url, items),
            "{words:?}"
        );
    }
    assert_eq!(tell_apart::<&str>(&[]), None);
}
