//! Why a call of the page has no answer.

use http::StatusCode;
use serde_json::{Value, json};

use crate::remedy;

/// Why a call has no answer.
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Problem {
    /// Says what is wrong with the form, without a full stop.
    pub(crate) fn of_form(message: impl ToString) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            message: message.to_string(),
            hint: None,
        }
    }

    /// Returns it as the page reads it.
    pub(crate) fn json(&self) -> Value {
        json!({ "problem": self.message, "hint": self.hint })
    }
}

impl From<gatepass::Error> for Problem {
    fn from(error: gatepass::Error) -> Self {
        Self {
            hint: remedy::of_error(&error),
            ..Self::of_form(error)
        }
    }
}
