//! `/faults`: how the server can be had to misbehave. The faults themselves never come here.

use super::Call;
use crate::address::url;
use crate::faults::Fault;
use crate::reply::{Reply, TEXT};

/// `/faults`: the list.
pub(super) fn index(call: &Call<'_>) -> Reply {
    let Some(faults) = &call.site.faults else {
        let detail = "this server does not misbehave; it would with gatepass serve --faults";
        return Reply::problem(404, detail);
    };
    let name = call.segment(1);
    match Fault::named(&name) {
        None if name.is_empty() => {}
        Some(fault) if fault.needs_https() => {
            return Reply::problem(400, "this fault is one of TLS; ask for it by https");
        }
        Some(_) => {
            let detail =
                "this fault comes before a request, at a port of its own; GET /faults says which";
            return Reply::problem(400, detail);
        }
        None => return Reply::problem(404, "there is no such fault; GET /faults lists them"),
    }
    let mut text = "Every one of these misbehaves\n\n".to_owned();
    for &fault in Fault::ALL {
        let place = match (faults.port(fault), fault.path()) {
            (Some((scheme, address)), _) => url(scheme, address, "/"),
            (None, Some(path)) => path,
            (None, None) => continue,
        };
        let by = if fault.needs_https() {
            "By https only. "
        } else {
            ""
        };
        text.push_str(&format!("{place:<34}  {by}{}\n", fault.summary()));
    }
    Reply::bytes(TEXT, text)
}
