//! Secrets that somebody is asked for.

use gatepass_auth::{Prompt, Secret, schemes};

use super::Resolved;
use crate::error::{Credential, Error};
use crate::prompt::Prompter;

/// Asks for one field. The user's name and the party are part of the question, where they are known.
pub(super) fn ask(
    prompter: Option<&dyn Prompter>,
    field: &str,
    user: Option<&Secret>,
    whom: Option<&str>,
) -> Result<Resolved, Error> {
    let mut question = format!("{field} ");
    if let Some(user) = user
        .filter(|_| field == "password")
        .and_then(Secret::expose_str)
    {
        question.push_str(&format!("for {} ", gatepass_auth::show::typed_user(user)));
    }
    if let Some(whom) = whom {
        question.push_str(&format!("at {whom}"));
    }
    let question = question.trim_end().to_owned();
    let no_answer = |problem: String| Credential::NoAnswer {
        question: question.clone(),
        problem,
    };
    let Some(prompter) = prompter else {
        return Err(no_answer("nobody can be asked here".to_owned()).into());
    };
    let name = known_name(field);
    let mut prompt = Prompt::new(question.clone(), vec![name]);
    if is_open(name) {
        prompt = prompt.with_open(vec![name]);
    }
    let answers = prompter.ask(&prompt);
    let answers = answers.map_err(|problem| no_answer(problem.to_string()))?;
    match answers.get(name) {
        Some(secret) => Ok(Resolved {
            secret: secret.clone(),
            from: "as typed".to_owned(),
        }),
        None => Err(no_answer("the answer has no such field".to_owned()).into()),
    }
}

/// Says whether an answer may be seen. What no scheme knows might be a secret.
fn is_open(field: &str) -> bool {
    let mut known = schemes::descriptors()
        .filter_map(|scheme| scheme.field(field))
        .peekable();
    known.peek().is_some() && known.all(|field| !field.secret)
}

/// Returns the name by which the field is asked for: the schemes' own.
fn known_name(field: &str) -> &'static str {
    schemes::descriptors()
        .find_map(|descriptor| descriptor.field(field))
        .map_or("secret", |field| field.name)
}
