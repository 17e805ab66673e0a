//! The body of a request as reqwest and gatepass take it.

use crate::call::{Call, Payload};
use crate::languages::rust::JSON;
use crate::text::Text;
use crate::writer::Writer;

/// Writes the body. What stands in files is written by `own`, because each library has its own word for it.
pub(super) fn body(call: &Call, own: fn(&Call, &mut Writer), w: &mut Writer) {
    match &call.body {
        Payload::Empty => {}
        Payload::Json(value) if !super::is_deep(value) => {
            w.code("\n.json(&serde_json::json!(")
                .json(value, &JSON)
                .code("))");
        }
        Payload::Form(fields) if !fields.is_empty() => {
            w.code("\n.form(&[");
            pairs(fields, w);
            w.code("])");
        }
        Payload::Multipart(_) | Payload::File(_) => own(call, w),
        _ => {
            if let Some(content_type) = call.content_type() {
                w.code("\n.header(\"Content-Type\", ")
                    .str(content_type)
                    .code(")");
            }
            let text = call.body_text().unwrap_or_default();
            let is_text = text
                .known()
                .is_none_or(|known| String::from_utf8(known).is_ok());
            if is_text {
                w.code("\n.body(").text(&text).code(".to_owned())");
            } else {
                w.code("\n.body(").bytes(&text).code(".to_vec())");
            }
        }
    }
}

pub(super) fn pairs(fields: &[(Text, Text)], w: &mut Writer) {
    for (number, (name, value)) in fields.iter().enumerate() {
        w.code(if number > 0 { ", " } else { "" });
        w.code("(").text(name).code(", ").text(value).code(")");
    }
}
