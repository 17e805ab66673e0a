//! Texts that want to be code, in every place that takes text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepass_request::{Body, StandIns};
use gatepass_snippet::{FormPart, Need, Payload, Secrets, Text};
use serde_json::json;

use super::arrived::{self, Part};
use super::case::{Case, Requests, auth};
use crate::failure::Result;

/// The file that appears where a text was run.
pub(crate) const CANARY: &str = "canary";

/// What a header can hold.
pub(crate) const LINE: &str = "q\"'\\ $(touch canary) `touch canary` ${HOME} $HOME @{[`touch canary`]} #{`touch canary`} %s %n %HOME% \
    {{x}} \\(x) </script><!-- ?> */ '; touch canary; ' \"; touch canary; \" || touch canary || é€漢 \u{1f600} \u{202e}x\u{202c} \u{2028}\u{2029}\u{feff} ‘’ \\u000a \\x41 ??/ end";

/// What a body can hold, but for NUL.
pub(crate) fn lines() -> String {
    format!("\t{LINE}\r\nEOF\nEND\n'\n\"\n\u{1}\u{7f}\u{85}\u{a0}\n%>\n`{LINE}\\")
}

pub(crate) fn cases(to: &Requests<'_>) -> Result<Vec<Case>> {
    let mut cases = in_the_head(to)?;
    cases.extend(in_other_heads(to)?);
    cases.extend(in_the_body(to)?);
    cases.extend(in_files(to)?);
    cases.extend(in_defaults(to)?);
    Ok(cases)
}

fn in_the_head(to: &Requests<'_>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let request = to
        .to("GET", "/anything/hostile-header")?
        .with_header("X-'$`|~", LINE);
    cases.push(
        Case::new(Need::OwnHeader, "hostile-header", &request)?
            .look(arrived::header("X-'$`|~", LINE)),
    );
    let url = to.to(
        "GET",
        "/anything/hostile-url;a='$(touch+canary)'*!,/$HOME/&/@:~",
    )?;
    let request = url
        .with_query(LINE, LINE)
        .with_query("'$(touch${IFS}canary)'", "x");
    let wanted = format!(
        "/anything/hostile-url;a='$(touch+canary)'*!,/$HOME/&/@:~?{LINE}={LINE}&'$(touch${{IFS}}canary)'=x"
    );
    cases.push(
        Case::new(Need::NoAuth, "hostile-url", &request)?.look(Box::new(move |request| {
            arrived::equal("the target", &arrived::decoded_target(request), &wanted)
        })),
    );
    let user = LINE.replace(':', "");
    let login = auth("basic", &[("username", &user), ("password", LINE)]);
    let request = to.to("GET", "/anything/hostile-basic")?.with_auth(login);
    let wanted = format!("Basic {}", STANDARD.encode(format!("{user}:{LINE}")));
    cases.push(
        Case::with_secrets(Need::BasicUtf8, "hostile-basic", &request, Secrets::Literal)?
            .look(arrived::header("Authorization", wanted.clone())),
    );
    let mut read = Case::new(Need::BasicUtf8, "hostile-basic-env", &request)?
        .look(arrived::header("Authorization", wanted));
    read.environment
        .push(("API_PASSWORD".to_owned(), LINE.to_owned()));
    cases.push(read);
    let token = "a.b-c_d~e+f/g'$(touch${IFS}canary)`touch${IFS}canary`\"\\#{x}%s";
    let request = to
        .to("GET", "/anything/hostile-bearer")?
        .with_auth(auth("bearer", &[("token", token)]));
    cases.push(
        Case::with_secrets(Need::Bearer, "hostile-bearer", &request, Secrets::Literal)?
            .look(arrived::header("Authorization", format!("Bearer {token}"))),
    );
    let request = to
        .to("GET", "/anything/hostile-key")?
        .with_auth(auth("apikey:query:k'$(x)", &[("key", LINE)]));
    cases.push(
        Case::with_secrets(
            Need::KeyInQuery,
            "hostile-key-query",
            &request,
            Secrets::Literal,
        )?
        .look(Box::new(|request| {
            let query = request
                .target
                .split_once('?')
                .map_or("", |(_, query)| query);
            let decoded = gatepass_auth::percent::decode_form(query.as_bytes());
            let wanted = format!("k'$(x)={LINE}");
            arrived::equal(
                "the query",
                &String::from_utf8_lossy(&decoded).into_owned(),
                &wanted,
            )
        })),
    );
    Ok(cases)
}

fn in_other_heads(to: &Requests<'_>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let cookie = "'$(touch${IFS}canary)`touch${IFS}canary`#{x}%s";
    let request = to
        .to("GET", "/anything/hostile-cookie")?
        .with_auth(auth("apikey:cookie:k", &[("key", cookie)]));
    cases.push(
        Case::with_secrets(
            Need::KeyInCookie,
            "hostile-cookie",
            &request,
            Secrets::Literal,
        )?
        .look(arrived::header("Cookie", format!("k={cookie}"))),
    );
    let request = to.to("X-'$`|~%S", "/anything/hostile-method")?;
    let mut case =
        Case::new(Need::AnyMethod, "hostile-method", &request)?.look(arrived::method("X-'$`|~%S"));
    (case.expect.status, case.expect.success) = (Some(405), Some(false));
    cases.push(case);
    let login = auth(
        "digest",
        &[
            ("username", "Mufasa\"\\$(touch canary)'é"),
            ("password", LINE),
        ],
    );
    let path = format!(
        "/digest-auth/auth/{}/{}",
        gatepass_auth::percent::encode("Mufasa\"\\$(touch canary)'é".as_bytes()),
        gatepass_auth::percent::encode(LINE.as_bytes())
    );
    for (need, name, algorithm) in [
        (Need::DigestMd5, "hostile-digest-md5", "/MD5"),
        (Need::DigestSha256, "hostile-digest-sha256", "/SHA-256"),
    ] {
        let request = to
            .to("GET", &format!("{path}{algorithm}"))?
            .with_auth(login.clone());
        cases.push(Case::with_secrets(need, name, &request, Secrets::Literal)?);
    }
    Ok(cases)
}

fn in_the_body(to: &Requests<'_>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let lines = lines();
    let with_nul = format!("{lines}\0{lines}");
    let value =
        |text: &str| json!({"__proto__": 1, text: text, "list": [text, {"": text}], "n": -1.5e-7});
    for (name, text) in [("hostile", &lines), ("nul", &with_nul)] {
        let post = |path: &str| to.to("POST", &format!("/anything/{name}-{path}"));
        let json = Case::new(
            Need::Json,
            &format!("{name}-json"),
            &post("json")?.with_body(Body::Json(value(text))),
        )?
        .look(arrived::json(value(text)));
        cases.push(json);
        let fields = vec![
            (text.clone(), text.clone()),
            ("@x".to_owned(), "@/etc/passwd".to_owned()),
        ];
        let form = Case::new(
            Need::Form,
            &format!("{name}-form"),
            &post("form")?.with_body(Body::Form(fields.clone())),
        )?
        .look(arrived::form(fields));
        cases.push(form);
        let body = Body::raw_of("text/plain", text.as_bytes());
        let raw = Case::new(
            Need::Raw,
            &format!("{name}-raw"),
            &post("raw")?.with_body(body),
        )?
        .look(arrived::body("text/plain", text.as_bytes()));
        cases.push(raw);
    }
    let body = Body::raw_of(
        "application/octet-stream",
        [0xff, 0xfe, b'"', 0x80, b'$', 0xc3],
    );
    let request = to.to("POST", "/anything/not-utf8")?.with_body(body);
    let bytes = Case::new(Need::Raw, "not-utf8", &request)?.look(arrived::body(
        "application/octet-stream",
        [0xff, 0xfe, b'"', 0x80, b'$', 0xc3],
    ));
    cases.push(bytes);
    let request = to
        .to("POST", "/anything/at-sign")?
        .with_body(Body::raw_of("text/plain", "@/etc/passwd"));
    cases.push(
        Case::new(Need::Raw, "at-sign", &request)?
            .look(arrived::body("text/plain", "@/etc/passwd")),
    );
    Ok(cases)
}

/// Values that stand in where a variable is not set, as a file of somebody else gives them.
fn in_defaults(to: &Requests<'_>) -> Result<Vec<Case>> {
    let ascii: String = LINE.chars().filter(char::is_ascii).collect();
    let lines = lines();
    let mut cases = Vec::new();
    for (name, text) in [
        ("default-header", LINE),
        ("default-header-ascii", ascii.as_str()),
    ] {
        let mut stand_ins = StandIns::beside("v-");
        let mut request = to
            .to("GET", &format!("/anything/{name}"))?
            .with_header(
                "X-Tag",
                format!("v-{}", stand_ins.of("TAG", Some(text), false)),
            )
            .with_header("X-Alone", stand_ins.of("ALONE", Some(text), false))
            .with_header("X-Set", stand_ins.of("SET", Some(text), false));
        request.variables = stand_ins.into_variables();
        let mut case = Case::new(Need::OwnHeader, name, &request)?
            .look(arrived::header("X-Tag", format!("v-{text}")))
            .look(arrived::header("X-Alone", text))
            .look(arrived::header("X-Set", "it is"));
        case.environment
            .push(("SET".to_owned(), "it is".to_owned()));
        cases.push(case);
    }
    let mut stand_ins = StandIns::beside("");
    let mut request = to
        .to("POST", "/anything/default-raw")?
        .with_body(Body::raw_of(
            "text/plain",
            format!("a{}z", stand_ins.of("BODY", Some(&lines), false)).into_bytes(),
        ));
    request.variables = stand_ins.into_variables();
    cases.push(
        Case::new(Need::Raw, "default-raw", &request)?
            .look(arrived::body("text/plain", format!("a{lines}z"))),
    );
    let mut stand_ins = StandIns::beside("");
    let value = stand_ins.of("FIELD", Some(&lines), false);
    let mut request = to
        .to("POST", "/anything/default-form")?
        .with_body(Body::Form(vec![("a".to_owned(), value)]));
    request.variables = stand_ins.into_variables();
    cases.push(
        Case::new(Need::Form, "default-form", &request)?
            .look(arrived::form(vec![("a".to_owned(), lines)])),
    );
    let mut stand_ins = StandIns::beside("");
    let query = format!(
        "/anything/default-query?q={}",
        stand_ins.of("Q", Some(LINE), true)
    );
    let mut request = to.to("GET", &query)?;
    request.variables = stand_ins.into_variables();
    cases.push(
        Case::new(Need::NoAuth, "default-query", &request)?.look(Box::new(|request| {
            let query = request
                .target
                .split_once("?q=")
                .map_or("", |(_, query)| query);
            let decoded = gatepass_auth::percent::decode_form(query.as_bytes());
            arrived::equal(
                "the query",
                &String::from_utf8_lossy(&decoded).as_ref(),
                &LINE,
            )
        })),
    );
    Ok(cases)
}

/// A name that a file can have.
const FILE: &str = "q'$(touch canary)`touch canary` #{x} %s ;type=x,y= é.txt";

fn in_files(to: &Requests<'_>) -> Result<Vec<Case>> {
    let lines = lines();
    let file = to
        .to("POST", "/anything/hostile-file")?
        .with_header("Content-Type", "text/plain");
    let by_name = Case::new(Need::File, "hostile-file", &file)?
        .with(|call| call.body = Payload::File(FILE.into()))
        .file(FILE, "contents")
        .look(arrived::body("text/plain", "contents"));
    let text = Text::from(lines.replace(['\r', '\n', '\t', '\u{1}', '\u{7f}', '\u{85}'], " "));
    let name = "n\"'$(touch canary)` #{x} %s;é";
    let content = text.known().unwrap_or_default();
    let parts = Case::new(
        Need::Multipart,
        "hostile-multipart",
        &to.to("POST", "/anything/hostile-multipart")?,
    )?
    .with(|call| {
        call.body = Payload::Multipart(vec![
            FormPart::text(name, text.clone()),
            FormPart::text("at", "@/etc/passwd"),
            FormPart::text("less", "</etc/passwd"),
            FormPart::file("f", FILE, FILE),
        ]);
    })
    .file(FILE, "contents")
    .look(arrived::multipart(vec![
        Part::new(name, None, content),
        Part::new("at", None, "@/etc/passwd"),
        Part::new("less", None, "</etc/passwd"),
        Part::new("f", Some(FILE), "contents"),
    ]));
    Ok(vec![by_name, parts])
}
