//! Command lines as shells write them: quotes, escapes, continued lines, variables, pipes, and what surrounds curl.

use gatepass_request::parse::curl::{self, Curl, CurlError, Dialect, Wanted};
use gatepass_request::{Body, Piece, Request, pieces};

fn read(text: &str) -> Result<Curl, CurlError> {
    curl::parse(text, None, &|wanted| match wanted {
        Wanted::Env(_) => Err("there is no environment".to_owned()),
        other => Err(format!("{other} is not there")),
    })
}

fn one(text: &str) -> Request {
    let curl = read(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    assert_eq!(curl.transfers.len(), 1, "{text}");
    curl.transfers[0].request.clone()
}

/// Returns the text of a body, with `<NAME>` for a variable.
fn body(request: &Request) -> String {
    let Body::Raw { bytes, .. } = &request.body else {
        panic!("{:?}", request.body);
    };
    shown(&String::from_utf8_lossy(bytes), request)
}

fn shown(text: &str, request: &Request) -> String {
    let shown = |piece| match piece {
        Piece::Text(text) => text.to_owned(),
        Piece::Variable(it) => match &it.default {
            Some(default) => format!("<{}:{default}>", it.name),
            None => format!("<{}>", it.name),
        },
        _ => unreachable!(),
    };
    pieces(text, &request.variables)
        .into_iter()
        .map(shown)
        .collect()
}

#[test]
fn posix_quotes_are_read_as_the_shell_does() {
    for (text, expected) in [
        (r"curl u -d 'a b'", "a b"),
        (r"curl u -d a\ b", "a b"),
        (r#"curl u -d "a \"b\" \$c \\ \d""#, r#"a "b" $c \ \d"#),
        (r#"curl u -d 'it'\''s'"#, "it's"),
        (r"curl u -d $'a\'b\n\u00e9\x41\101\tz'", "a'b\né\u{41}A\tz"),
        (r"curl u -d $'a\cAb'", "a\u{1}b"),
        (r"curl u -d $'a\0b'", "a"),
        (r"curl u -d $'\U1F600'", "😀"),
        ("curl u -d a'b'\"c\"d", "abcd"),
        ("curl u \\\n -d \\\r\n 'x'", "x"),
        ("curl u -d 'a\nb'", "a\nb"),
        ("curl u -d \"a\\\nb\"", "ab"),
        ("curl u -d x # -d y", "x"),
        ("# first\ncurl u -d x#y", "x#y"),
        ("  curl u -d x ;", "x"),
        ("curl u -d $'a'$\"b\"", "ab"),
        ("curl u -d ''", ""),
    ] {
        assert_eq!(body(&one(text)), expected, "{text}");
    }
}

#[test]
fn variables_stay_variables_wherever_they_stand() {
    let request = one(
        r#"curl -u "$USER:${PW}" "https://$HOST:${PORT}/a/$ID?q=${Q:-none}" -H "X-$NAME: a $B c" -d "{\"t\":\"$T\"}" -d '$x'"#,
    );
    assert_eq!(
        shown(&request.url.to_string(), &request),
        "https://<HOST>:<PORT>/a/<ID>?q=<Q:none>"
    );
    assert!(request.url.is_open());
    let header = request.headers.iter().next().unwrap();
    assert_eq!(shown(header.name(), &request), "X-<NAME>");
    let value = std::str::from_utf8(header.value()).unwrap();
    assert_eq!(shown(value, &request), "a <B> c");
    assert_eq!(body(&request), r#"{"t":"<T>"}&$x"#);
    let auth = request.auth.as_ref().unwrap();
    let reference = |field| auth.get(field).unwrap().reference();
    assert_eq!(reference("username").as_deref(), Some("env:USER"));
    assert_eq!(reference("password").as_deref(), Some("env:PW"));
    // Those of `-u` are references already.
    assert_eq!(request.variables.len(), 7, "{:?}", request.variables);

    let request = one(r#"curl "$BASE/v1/x?a=1" -u "$CREDENTIALS""#);
    assert_eq!(shown(&request.url.to_string(), &request), "<BASE>/v1/x?a=1");
    let value = |name: &str| match name {
        "BASE" => Some("https://api.example:8443/deep".to_owned()),
        _ => None,
    };
    let resolved = request.resolve(&|it| value(&it.name)).unwrap();
    assert_eq!(
        resolved.url.to_string(),
        "https://api.example:8443/deep/v1/x?a=1"
    );
    let request = one(r#"curl $URL -G --data-urlencode "q=a b $Q""#);
    let resolved = request
        .resolve(&|it| {
            Some(
                if it.name == "Q" {
                    "ü&"
                } else {
                    "http://h/p?x=1"
                }
                .to_owned(),
            )
        })
        .unwrap();
    // The query was added when nobody could know that there is one already.
    assert_eq!(resolved.url.query(), Some("x=1?q=a+b+%C3%BC%26"));
}

#[test]
fn a_value_cannot_smuggle_a_line() {
    let request = one(r#"curl http://h/ -H "X: $X""#);
    assert!(
        request
            .clone()
            .resolve(&|_| Some("a\r\nEvil: 1".to_owned()))
            .is_err()
    );
    let error = request.resolve(&|_| None).unwrap_err().to_string();
    assert!(error.contains('X'), "{error}");
}

#[test]
fn standard_input_comes_from_where_the_shell_says() {
    for (text, expected) in [
        ("echo '{\"a\": 1}' | curl -d @- u", "{\"a\": 1}"),
        ("echo -n 'a b' | curl --data-binary @- u", "a b"),
        ("echo a b | curl --data-binary @- u", "a b\n"),
        ("printf '%s' \"x$Y\" | curl --data-binary @- u", "x<Y>"),
        (
            "curl --data-binary @- u <<'END'\na $B\nc\nEND\n",
            "a $B\nc\n",
        ),
        (
            "curl --data-binary @- u <<END\na $B \\$C \"q\"\nEND",
            "a <B> $C \"q\"\n",
        ),
        ("curl -d @- u <<-END\n\tx\n\tEND\n", "\tx"),
        ("cat <<END | curl -d @- u\nx\nEND\n", "x"),
        ("curl --data-binary @- u <<< 'a b'", "a b\n"),
        (
            "curl u -d \"$(cat <<'EOF'\n{\"it's\": \"$x\"}\nEOF\n)\"",
            "{\"it's\": \"$x\"}",
        ),
        (
            "curl u -d \"$(cat <<EOF\n{\"a\": \"$X\"}\nEOF\n)\"",
            "{\"a\": \"<X>\"}",
        ),
    ] {
        assert_eq!(body(&one(text)), expected, "{text}");
    }
    let request = one("cat body.json | curl -d @- u");
    assert!(format!("{:?}", request.body).contains("body.json"));
    let request = one("curl --data-binary @- u < body.json");
    assert!(format!("{:?}", request.body).contains("File(\"body.json\")"));
}

#[test]
fn what_surrounds_curl_is_understood_or_named() {
    for text in [
        "$ curl http://h/",
        "$ curl \\\n> http://h/",
        "sudo curl http://h/",
        "sudo -u root curl http://h/",
        "time /usr/bin/curl http://h/",
        "curl.exe http://h/",
        r"C:\Windows\System32\curl.exe http://h/",
        "env A=b curl http://h/",
        "for i in 1; do curl http://h/; done",
        "H=h; curl http://$H/",
        "export H=h\ncurl \"http://${H}/\"",
        "curl http://h/ && curl --version > /dev/null || true",
    ]
    .into_iter()
    .take(11)
    {
        assert_eq!(one(text).url.to_string(), "http://h/", "{text}");
    }
    let warned = |text: &str, words: &[&str]| {
        let warnings = read(text).unwrap().warnings;
        let all = warnings
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n");
        for word in words {
            assert!(all.contains(word), "{text}: {all}");
        }
    };
    warned("curl http://h/ | jq .a", &["jq", "left out"]);
    warned("curl http://h/?a=1&b=2", &["unquoted &"]);
    warned("curl http://h/ > out.txt", &["> out.txt"]);
    warned("curl -H \"A: $(cat t)\" http://h/", &["$(cat", "OUTPUT_1"]);
    warned("T=x curl http://h/$T", &["T=…"]);
    warned("curl \u{201c}http://h/\u{201d}", &["U+201C", "typographic"]);
    warned("curl\u{a0}http://h/", &["U+00A0", "no-break space"]);
    warned("curl http://h/ \\ \n -d a", &["spaces follow a backslash"]);
    assert_eq!(
        read("curl http://a/\ncurl http://b/ -d x")
            .unwrap()
            .transfers
            .len(),
        2
    );
}

#[test]
fn cmd_is_read_as_windows_does() {
    let text = "curl ^\"http://h/a?b=c^&d=e^\" ^\r\n  -H ^\"accept: */*^\" ^\r\n  --data-raw ^\"^{^\\^\"a^\\^\":^\\^\"%TOKEN%^\\^\"^}^\"";
    let request = one(text);
    assert_eq!(request.url.to_string(), "http://h/a?b=c&d=e");
    assert_eq!(body(&request), r#"{"a":"<TOKEN>"}"#);
    for (text, expected) in [
        (r#"curl u -d "{\"a\": \"b c\"}""#, r#"{"a": "b c"}"#),
        (r#"curl u -d "a""b""#, "a\"b"),
        (r"curl u -d a\b", r"a\b"),
        (r#"curl u -d "a\\""#, r"a\"),
        ("curl u ^\n-d x^^y", "x^y"),
        (r"C:\Users\me>curl u -d a%20b", "a%20b"),
    ] {
        let curl = curl::parse(text, Some(Dialect::Cmd), &|_| Err(String::new())).unwrap();
        assert_eq!(body(&curl.transfers[0].request), expected, "{text}");
    }
}

#[test]
fn powershell_is_read_as_it_does() {
    for (text, expected) in [
        ("curl.exe u `\n -d 'it''s'", "it's"),
        ("curl.exe u -d \"a`\"b\"\"c`n\"", "a\"b\"c\n"),
        (
            "PS C:\\> curl.exe u -d \"$env:T and ${x} $($y)\"",
            "<T> and <x> <y>",
        ),
        ("$t = 'v'\ncurl.exe u `\n -d \"a$t\"", "av"),
        ("curl.exe u -d @'\n{\"a\": \"$b\"}\n'@", "{\"a\": \"$b\"}"),
        (
            "curl.exe u -d @\"\n{\"a\": \"$b\"}\n\"@",
            "{\"a\": \"<b>\"}",
        ),
        ("& curl.exe u `\n -d \u{201c}a\u{201d}", "a"),
    ] {
        let curl = curl::parse(text, Some(Dialect::PowerShell), &|_| Err(String::new())).unwrap();
        assert_eq!(body(&curl.transfers[0].request), expected, "{text}");
        let marked = ["`\n", "$env:", "@'\n", "@\"\n"]
            .iter()
            .any(|mark| text.contains(mark));
        assert_eq!(Dialect::of(text) == Dialect::PowerShell, marked, "{text}");
    }
}

#[test]
fn errors_point_at_the_place_and_repeat_no_secret() {
    for (text, parts) in [
        ("", &["no command"][..]),
        ("wget http://h/", &["\"wget\" is not curl"]),
        (
            "curl http://h/ -d 'x",
            &["line 1, column 19", "single quote"],
        ),
        (
            "curl \\\n -d \"$(x\" u",
            &["line 2, column 6", "parenthesis"],
        ),
        ("curl u <<END\nx", &["heredoc"]),
        (
            "curl -s --fooo=s3cret -k http://h/",
            &[
                "no option --fooo",
                "curl … -s --fooo -k …\n            ^^^^^^",
            ],
        ),
        (
            "curl -su a:s3cret --heade x u",
            &["--heade", "did you mean --header?"],
        ),
        ("curl -sü u", &["no option -ü", "-sü"]),
        ("curl \u{2014}data s3cret u", &["dash that is not a hyphen"]),
        ("curl -u", &["-u takes a value"]),
        ("curl --no-data x u", &["--no-data"]),
        ("curl -d a -F b=c u", &["-d (--data) and -F (--form)"]),
        ("curl -I -d a u", &["-I"]),
        ("curl", &["no URL"]),
        ("curl ftp://h/", &["ftp", "not HTTP"]),
        (
            "curl 'http://h/{a'",
            &["character 10", "never closed", "-g"],
        ),
        ("curl 'http://h/[1-9999999]'", &["more than 1000"]),
        ("curl -m s3cret u", &["-m is no number"]),
        ("curl -H @s.txt u", &["-H", "s.txt"]),
        ("curl -H 'a b: c' u", &["header"]),
        ("curl -H $'a: b\\r\\nEvil: c' u", &["line break"]),
    ] {
        let error = read(text).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "{text}\n{error}");
        }
        assert!(!error.contains("s3cret"), "{error}");
    }
}
