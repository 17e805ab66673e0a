//! A secret as the form of the page holds it.

use gatepass::Secret;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that must not be seen, on its way between the page and this process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hidden(pub(crate) Secret);

impl Hidden {
    pub(crate) fn text(&self) -> &str {
        self.0.expose_str().unwrap_or_default()
    }
}

impl Serialize for Hidden {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text())
    }
}

impl<'de> Deserialize<'de> for Hidden {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

impl From<&str> for Hidden {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}
