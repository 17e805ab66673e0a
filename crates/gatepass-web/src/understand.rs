//! A pasted text into the form.

use gatepass_request::parse::curl::Wanted;
use gatepass_request::parse::{Form, Named, any};
use serde_json::{Value, json};

use crate::draft::{Draft, of_request};
use crate::problem::Problem;

/// Reads a text: a URL, curl command lines of any shell, an HTTP archive, a Postman collection, an `.http` file. Nothing that they
/// name is read: no file, no variable. Of several requests the one at `number` is taken, from 0, and all are named.
///
/// # Errors
/// [`Problem`], which says what is wrong with the text.
pub(crate) fn understand(text: &str, number: usize) -> Result<Value, Problem> {
    let text = text.trim();
    let is_url = !text.contains(char::is_whitespace)
        && (text.starts_with("http://") || text.starts_with("https://") || text.starts_with('/'));
    if is_url {
        let draft = Draft {
            url: text.to_owned(),
            ..Draft::default()
        };
        return Ok(json!({ "draft": draft, "notes": [] }));
    }
    let read = |wanted: &Wanted<'_>| Err(format!("the page does not read {wanted}"));
    let reading = any::read(text, &read).map_err(Problem::of_form)?;
    let mut notes: Vec<String> = reading.warnings.iter().map(ToString::to_string).collect();
    let choices: Vec<String> = reading.requests.iter().map(Named::title).collect();
    let Some(chosen) = reading.requests.into_iter().nth(number) else {
        return Err(Problem::of_form("there is no request in this text"));
    };
    // Without -L, curl follows no redirect. Other forms do not say.
    let follows =
        reading.form != Form::Curl || chosen.request.settings.redirects.follow == Some(true);
    let (mut draft, unsaid) = of_request(chosen.request);
    draft.options.follow &= follows;
    notes.extend(unsaid);
    Ok(json!({ "draft": draft, "notes": notes, "choices": choices }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn understand(text: &str) -> Result<Value, Problem> {
        super::understand(text, 0)
    }

    #[test]
    fn a_curl_line_fills_the_form_and_its_variables_stay_open() {
        let text = r#"$ curl -X PUT --digest -u "alice:$PW" 'https://h.example/a?b=1' -H 'X-A: 1' --json '{"a": 1}'"#;
        let answer = understand(text).ok().unwrap();
        let draft = &answer["draft"];
        assert_eq!(draft["method"], "PUT");
        assert_eq!(draft["url"], "https://h.example/a?b=1");
        assert_eq!(draft["auth"]["scheme"], "digest");
        assert_eq!(
            draft["auth"]["fields"],
            json!([["username", "alice"], ["password", "{{PW}}"]])
        );
        assert_eq!(draft["body"], json!({"kind": "json", "text": "{\"a\": 1}"}));
        assert_eq!(draft["variables"][0]["name"], "PW");
    }

    #[test]
    fn a_bearer_header_is_a_scheme() {
        let answer = understand("curl https://h.example -H 'Authorization: Bearer mF_9'")
            .ok()
            .unwrap();
        assert_eq!(
            answer["draft"]["auth"]["fields"][0],
            json!(["token", "mF_9"])
        );
        assert_eq!(answer["draft"]["headers"], json!([]));
    }

    #[test]
    fn other_forms_are_understood_too() {
        let text = "PUT https://h.example/{{id}}\nAuthorization: Bearer {{token}}\n\nhello";
        let answer = understand(text).ok().unwrap();
        let draft = &answer["draft"];
        assert_eq!(draft["url"], "https://h.example/{{id}}");
        assert_eq!(
            draft["auth"]["fields"][0],
            json!(["token", "{{token}}"]),
            "{draft}"
        );
    }

    #[test]
    fn files_are_named_and_not_read() {
        let answer =
            understand("curl https://h.example -d @Cargo.toml -F a=@b.png --cacert ca.pem");
        let problem = answer.err().map(|problem| problem.message);
        assert!(problem.is_some(), "-d and -F together are a mistake");
        let answer = understand("curl https://h.example -F a=@dir/b.png --cacert ca.pem")
            .ok()
            .unwrap();
        let notes = answer["notes"].to_string();
        assert!(
            notes.contains("b.png") && notes.contains("choose the file ca.pem"),
            "{notes}"
        );
        assert_eq!(answer["draft"]["body"]["parts"][0]["file"]["base64"], "");
    }

    #[test]
    fn one_of_several_is_chosen() {
        let text = "### one\nGET https://h.example/1\n### two\nGET https://h.example/2\n";
        let answer = super::understand(text, 1).ok().unwrap();
        assert_eq!(answer["draft"]["url"], "https://h.example/2");
        assert_eq!(answer["choices"], json!(["one", "two"]));
        assert!(super::understand(text, 2).is_err());
    }

    #[test]
    fn how_it_is_carried_out_fills_the_form() {
        let text = "curl -k -L -m 2.5 -x http://p.example:3128 -U bob:\"$PW\" --cacert dir/ca.pem --cert c.pem:s3cret \
                    --key k.pem https://h.example/";
        let answer = understand(text).ok().unwrap();
        let options = &answer["draft"]["options"];
        assert_eq!(options["follow"], true);
        assert_eq!(options["insecure"], true);
        assert_eq!(options["timeout"], 2.5);
        let proxy =
            json!({"url": "http://p.example:3128", "username": "bob", "password": "{{PW}}"});
        assert_eq!(options["proxy"], proxy);
        assert_eq!(
            options["authorities"],
            json!({"name": "ca.pem", "text": ""})
        );
        assert_eq!(options["certificate"]["name"], "c.pem");
        assert_eq!(options["key"]["name"], "k.pem");
        assert_eq!(options["passphrase"], "s3cret");
        let plain = understand("curl https://h.example/").ok().unwrap();
        assert_eq!(plain["draft"]["options"]["follow"], false);
    }

    #[test]
    fn what_is_no_request_is_told() {
        for text in [
            "",
            "hello there",
            "curl",
            "curl --no-such-option x",
            "\0\u{2028}",
            "curl 'unclosed",
        ] {
            let problem = understand(text).err().unwrap();
            assert!(!problem.message.is_empty(), "{text:?}");
        }
    }
}
