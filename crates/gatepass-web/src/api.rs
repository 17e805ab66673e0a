//! The calls that the page makes: JSON in, JSON out.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use gatepass_snippet::{Options, Secrets, code, find};

use crate::catalogue;
use crate::draft::Draft;
use crate::exchange;
use crate::problem::Problem;
use crate::site::Site;
use crate::understand::understand;

/// Answers one call.
///
/// # Errors
/// [`Problem`].
pub(crate) async fn call(site: &Site, name: &str, body: &[u8]) -> Result<Value, Problem> {
    match name {
        "catalogue" => Ok(catalogue::catalogue(site)),
        "understand" => {
            let Text { text, number } = read(body)?;
            understand(&text, number)
        }
        "send" => exchange::send(site, &read::<Draft>(body)?).await,
        "keep" => Ok(json!({ "draft": read::<Draft>(body)?.without_secrets() })),
        "code" => write(site, &read(body)?),
        _ => Err(Problem {
            status: StatusCode::NOT_FOUND,
            ..Problem::of_form("there is no such call")
        }),
    }
}

#[derive(Deserialize)]
struct Text {
    text: String,
    #[serde(default)]
    number: usize,
}

/// What to write as code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    target: String,
    secrets: Place,
    draft: Draft,
}

/// Where secrets stand in code.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    Env,
    Literal,
    Prompt,
}

/// Reads what the page sent. What is wrong is told by its place, because the text may be a secret.
fn read<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem {
        status: StatusCode::BAD_REQUEST,
        ..Problem::of_form(format!(
            "the call cannot be read: line {}, column {}",
            error.line(),
            error.column()
        ))
    })
}

fn write(site: &Site, wish: &Wish) -> Result<Value, Problem> {
    let target = find(&wish.target).map_err(Problem::of_form)?;
    let request = match wish.draft.to_write(site.examples.as_deref()) {
        Ok(request) => request,
        Err(problem) => return Ok(json!({ "refused": problem.message })),
    };
    let options = Options::new(match wish.secrets {
        Place::Env => Secrets::Env,
        Place::Literal => Secrets::Literal,
        Place::Prompt => Secrets::Prompt,
    });
    // A refusal is an answer like any other: the page asks with every key that is pressed.
    let code = match code(target, &request, &options) {
        Ok(code) => code,
        Err(error) => return Ok(json!({ "refused": error.to_string() })),
    };
    let warnings: Vec<_> = code.warnings.iter().map(ToString::to_string).collect();
    Ok(json!({ "text": code.text, "file": target.info().file, "warnings": warnings }))
}
