//! HTTP/1.1 messages: texts stand in them as they are.

use super::{Around, Language};
use crate::error::Unrepresentable;
use crate::options::Secrets;
use crate::text::Text;
use crate::writer::{Parts, Writer};

/// A message of HTTP/1.1.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing in it")]
pub struct Http;

impl Language for Http {
    fn name(&self) -> &'static str {
        "HTTP"
    }

    fn comment(&self) -> &'static str {
        "# "
    }

    fn join(&self) -> &'static str {
        ""
    }

    /// Whoever writes a message sees to it that no text ends a line early: a request is checked for that.
    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| Unrepresentable("what is printed is UTF-8, and the request is not"))?;
        out.push_str(text);
        Ok(())
    }

    fn variable(&self, _secrets: Secrets) -> Around {
        Around::new("", "")
    }

    fn percent(&self) -> Around {
        Around::new("", "")
    }

    fn assemble(&self, parts: &Parts) -> String {
        parts.body.clone()
    }

    fn probe(&self, _texts: &[Text], _w: &mut Writer) {}
}
