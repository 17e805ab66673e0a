//! Answers that take their time: `/delay/{seconds}`.

use std::time::Duration;

use super::Call;
use super::echo::body_without_json;
use crate::json::Json;
use crate::reply::Reply;

pub(super) fn delay(call: &Call<'_>) -> Reply {
    let seconds = call.segment(1).parse().unwrap_or(f64::NAN);
    // More than a day is cut to the limit anyway, and would be more than a duration can hold.
    let wait = Duration::try_from_secs_f64(seconds.clamp(f64::NEG_INFINITY, 86_400.0));
    let Ok(wait) = wait else {
        return Reply::problem(400, "the delay is not a number of seconds");
    };
    let mut json = Json::object();
    body_without_json(&mut json, call.request);
    let mut reply = Reply::json(200, json);
    reply.after = wait.min(call.site.limits.delay);
    reply
}
