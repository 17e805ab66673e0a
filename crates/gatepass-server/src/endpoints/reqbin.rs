//! ReqBin's `/echo/{method}/json`: the same answer to everybody.

use super::Call;
use crate::reply::{JSON, Reply};

pub(super) fn success(_call: &Call<'_>) -> Reply {
    Reply::bytes(JSON, "{\"success\":\"true\"}\n")
}
