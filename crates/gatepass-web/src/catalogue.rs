//! What the page offers: schemes with their fields, targets of code, examples. All of it comes from the lists below.

use gatepass_auth::{Descriptor, Field, schemes};
use gatepass_snippet::{Recipe, Target};
use serde_json::{Value, json};

use crate::site::Site;

/// Returns the lists.
pub(crate) fn catalogue(site: &Site) -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "local": site.local,
        "schemes": schemes::descriptors().map(scheme).collect::<Vec<_>>(),
        "targets": gatepass_snippet::ALL.iter().map(|it| target(*it)).collect::<Vec<_>>(),
        "examples": site.examples.as_deref().map(examples).unwrap_or_default(),
    })
}

fn scheme(descriptor: &Descriptor) -> Value {
    let aliases: Vec<_> = descriptor
        .aliases
        .iter()
        .map(|alias| json!({ "name": alias.name, "sets": alias.sets }))
        .collect();
    json!({
        "id": descriptor.id,
        "title": descriptor.title,
        "summary": descriptor.summary,
        "reference": descriptor.reference,
        "reveals": descriptor.reveals_secret,
        "fields": descriptor.fields.iter().map(field).collect::<Vec<_>>(),
        "aliases": aliases,
        "usual": descriptor.example.iter().map(|(name, _)| name).collect::<Vec<_>>(),
    })
}

fn field(field: &Field) -> Value {
    json!({
        "name": field.name,
        "help": field.help,
        "secret": field.secret,
        "required": field.required,
        "choices": field.choices,
        "default": field.default,
    })
}

fn target(target: &dyn Target) -> Value {
    let info = target.info();
    json!({
        "id": info.id,
        "title": info.title,
        "language": target.language().name(),
        "file": info.file,
        "executed": !matches!(info.recipe, Recipe::NotExecuted(_)),
    })
}

/// One example for each scheme, and a few that show something else.
fn examples(base: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for descriptor in schemes::descriptors() {
        let login = json!({ "scheme": descriptor.id, "fields": descriptor.example });
        let url = format!("{base}/auth/{}", descriptor.id);
        all.push(example(
            descriptor.title,
            json!({ "url": url, "auth": login }),
        ));
    }
    let alice = |password: &str| json!([["username", "alice"], ["password", password]]);
    let digest = |password: &str, path: &str| json!({ "url": format!("{base}{path}"), "auth": { "scheme": "digest", "fields": alice(password) } });
    let bearer = json!({ "scheme": "bearer", "fields": [["token", "mF_9.B5f-4.1JqM"]] });
    all.extend([
        example("Digest, wrong password", digest("wrong", "/auth/digest")),
        example(
            "Digest with SHA-256",
            digest("s3cret", "/digest-auth/auth/alice/s3cret/SHA-256"),
        ),
        example(
            "The wrong scheme",
            json!({ "url": format!("{base}/digest-auth/auth/alice/s3cret"), "auth": bearer }),
        ),
        example(
            "Redirects",
            json!({ "url": format!("{base}/redirect/2"), "auth": bearer }),
        ),
        example(
            "JSON",
            json!({
                "method": "POST",
                "url": format!("{base}/anything/orders?page=2"),
                "body": { "kind": "json", "text": "{\n  \"name\": \"Ada\",\n  \"amount\": 3\n}" },
            }),
        ),
    ]);
    all
}

fn example(title: &str, draft: Value) -> Value {
    json!({ "title": title, "draft": draft })
}

#[cfg(test)]
mod tests {
    use crate::draft::Draft;

    #[test]
    fn every_example_is_a_request() {
        for example in super::examples("http://127.0.0.1:8000") {
            let draft: Draft = serde_json::from_value(example["draft"].clone()).unwrap();
            assert!(draft.to_send(None).is_ok(), "{example}");
        }
    }
}
