//! Sending what the form holds, and telling how it went.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::BytesMut;
use gatepass::auth::show;
use gatepass::config::{Dial, Pool, Proxies, Redirects, Timeouts};
use gatepass::credentials::Resolver;
use gatepass::diagnose::{self, Diagnosis};
use gatepass::{Client, Error, Leg, NoAnswer, Prompter, RequestBuilder, Response};
use gatepass_auth::{Prompt, Values};
use gatepass_request::Settings;
use serde_json::{Value, json};

use crate::draft::Draft;
use crate::problem::Problem;
use crate::remedy;
use crate::site::Site;
use crate::told;

/// How much of an answer is brought to the page.
const MOST: usize = 8 * 1024 * 1024;
/// How long an exchange may take, where the form does not say.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long it may take for people elsewhere, whatever the form says.
const PATIENCE_WITH_STRANGERS: Duration = Duration::from_secs(20);

/// Says what to do where a scheme asks: the answer of the page is one piece, with no question in the middle of it.
struct NoDialog;

impl Prompter for NoDialog {
    fn ask(&self, prompt: &Prompt) -> Result<Values, NoAnswer> {
        let mut problem = "the page cannot ask in the middle of a request".to_owned();
        if !prompt.fields.is_empty() {
            problem += &format!("; give {} in the form", prompt.fields.join(" and "));
        }
        problem += ", or send it with gatepass on the command line, which asks there";
        Err(problem.into())
    }
}

/// Sends the request, and returns the answer with the whole conversation; where there is no answer, why.
///
/// # Errors
/// [`Problem`] for what cannot be sent at all.
pub(crate) async fn send(site: &Site, draft: &Draft) -> Result<Value, Problem> {
    let legs: Arc<Mutex<Vec<Leg>>> = Arc::default();
    let heard = Arc::clone(&legs);
    // A client of its own: the page shows the whole conversation each time, and strangers share nothing.
    let mut client = Client::builder()
        .pool(Pool::new())
        .prompter(Arc::new(NoDialog))
        .observer(move |leg: &Leg| {
            heard
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(leg.clone());
        });
    if !site.local {
        client = client
            .dial(Dial::new().public_only())
            .proxies(Proxies::none());
    }
    let client = client.build()?;
    let started = Instant::now();
    let outcome = match builder(site, draft, &client)?.send().await {
        Ok(response) => read(response).await,
        Err(error) => Err(error),
    };
    let took = started.elapsed();
    let (answer, error, legs, diagnosis) = match outcome {
        Ok(Arrived {
            answer,
            response,
            cut_short,
            body,
        }) => {
            let transcript = response.transcript();
            let diagnosis = diagnose::explain_with_body(transcript, &body);
            let error = cut_short.as_ref().map(told_error);
            (answer, error, told::legs(transcript.legs()), diagnosis)
        }
        Err(error) => {
            let legs = legs.lock().unwrap_or_else(PoisonError::into_inner);
            (
                Value::Null,
                Some(told_error(&error)),
                told::legs(&legs),
                None,
            )
        }
    };
    Ok(json!({
        "answer": answer,
        "error": error,
        "legs": legs,
        "diagnosis": diagnosis.as_ref().map(told_diagnosis),
        "took": took.as_secs_f64(),
    }))
}

fn builder(site: &Site, draft: &Draft, client: &Client) -> Result<RequestBuilder, Problem> {
    let request = draft.to_send(site.examples.as_deref())?;
    let wanted = draft.options.timeout()?.unwrap_or(PATIENCE);
    let mut timeouts = Timeouts::default();
    timeouts.total = Some(if site.local {
        wanted
    } else {
        wanted.min(PATIENCE_WITH_STRANGERS)
    });
    let redirects = if draft.options.follow {
        Redirects::default()
    } else {
        Redirects::none()
    };
    let mut builder = client
        .from_request(&request)
        .timeouts(timeouts)
        .redirects(redirects)
        .allow_plain_http(draft.options.plain_http);
    if let Some(tls) = draft.options.tls()? {
        builder = builder.tls(tls);
    }
    let resolver = Resolver::new().allow_plain_http(draft.options.plain_http);
    if request.settings.proxy.is_some() {
        // Where strangers send, the proxy itself has to be at a public address, which the dialler sees to.
        let mut proxied = Settings::default();
        proxied.proxy.clone_from(&request.settings.proxy);
        builder = builder.settings(&proxied, &resolver);
    }
    if let Some(auth) = &request.auth {
        let resolver = resolver.for_whom(request.url.space().to_string());
        builder = builder
            .auth(resolver.scheme(auth)?.scheme)
            .credential_source("typed into the page");
    }
    Ok(builder)
}

/// An answer whose body has been read, as far as it is shown.
struct Arrived {
    answer: Value,
    response: Response,
    /// Why the body is not whole.
    cut_short: Option<Error>,
    /// The body, as far as it was read.
    body: BytesMut,
}

async fn read(mut response: Response) -> Result<Arrived, Error> {
    let mut bytes = BytesMut::new();
    let mut whole = true;
    let mut cut_short = None;
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() <= MOST => bytes.extend_from_slice(&chunk),
            Ok(Some(chunk)) => {
                bytes.extend_from_slice(&chunk[..MOST - bytes.len()]);
                whole = false;
                break;
            }
            Ok(None) => break,
            Err(error) => {
                whole = false;
                cut_short = Some(error);
                break;
            }
        }
    }
    let answer = json!({
        "status": response.status(),
        "reason": response.reason(),
        "version": response.version(),
        "url": show::url(&response.url().to_string()),
        "headers": response.transcript().last().map(|leg| told::headers(leg, response.headers())),
        "type": response.headers().get_str("content-type"),
        "encoding": response.headers().get_str("content-encoding"),
        "body": STANDARD.encode(&bytes),
        "size": bytes.len(),
        "whole": whole,
    });
    Ok(Arrived {
        answer,
        response,
        cut_short,
        body: bytes,
    })
}

fn told_error(error: &Error) -> Value {
    json!({
        "kind": format!("{:?}", error.kind()).to_lowercase(),
        "message": error.to_string(),
        "hint": remedy::of_error(error),
    })
}

fn told_diagnosis(diagnosis: &Diagnosis) -> Value {
    let hint = match &diagnosis.remedy {
        Some(remedy) => Some(remedy::words(remedy)),
        None => {
            let fix = diagnosis.whole.top().fix.as_ref();
            fix.map(ToString::to_string)
        }
    };
    json!({
        "cause": diagnosis.cause.id(),
        "headline": diagnosis.headline,
        "details": diagnosis.details,
        "hint": hint,
        "scheme": diagnosis.scheme,
    })
}
