//! A JSON Web Token as far as it can be read without a key: header and claims.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// A token's header and claims. The signature is nobody's business here.
#[derive(Clone, Debug)]
pub(crate) struct Jwt {
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
}

impl Jwt {
    /// Finds a token in a credential: it is one, or one stands behind a prefix (`ghs_APP_eyJ…`).
    pub(crate) fn find(credential: &str) -> Option<Self> {
        let start = match credential.starts_with("ey") {
            true => 0,
            false => credential.find("_eyJ")? + 1,
        };
        Self::read(&credential[start..])
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let header = object(parts.next()?)?;
        let claims = object(parts.next()?)?;
        parts.next()?;
        parts.next().is_none().then_some(Self { header, claims })
    }

    /// Returns a claim that is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }

    /// Returns a claim that is a time, in seconds since 1970.
    pub(crate) fn time(&self, name: &str) -> Option<i64> {
        let value = self.claims.get(name)?;
        // Whole numbers beyond what a float holds are no times.
        value.as_i64().or_else(|| {
            let float = value.as_f64()?;
            (float.abs() < 1e15).then_some(float as i64)
        })
    }

    /// Returns whom the token is for.
    pub(crate) fn audiences(&self) -> Vec<&str> {
        match self.claims.get("aud") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the algorithm of the signature.
    pub(crate) fn algorithm(&self) -> Option<&str> {
        self.header.get("alg")?.as_str()
    }

    /// Returns the type in the header, in lower case.
    pub(crate) fn kind(&self) -> String {
        let kind = self.header.get("typ").and_then(Value::as_str);
        kind.unwrap_or_default().to_ascii_lowercase()
    }

    /// Returns the scopes or roles that the token says it has.
    pub(crate) fn scopes(&self) -> Vec<&str> {
        let mut found = Vec::new();
        for name in ["scope", "scp", "scopes", "roles"] {
            match self.claims.get(name) {
                Some(Value::String(text)) => found.extend(text.split_whitespace()),
                Some(Value::Array(all)) => found.extend(all.iter().filter_map(Value::as_str)),
                _ => {}
            }
        }
        found
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    if part.len() > 32 * 1024 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(map)) => Some(map),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_wherever_it_stands() {
        let token = "eyJhbGciOiJub25lIn0.eyJleHAiOjEsImF1ZCI6WyJhIl19.";
        for text in [token.to_owned(), format!("ghs_123_{token}")] {
            let jwt = Jwt::find(&text).unwrap();
            assert_eq!(
                (jwt.algorithm(), jwt.time("exp"), jwt.audiences()),
                (Some("none"), Some(1), vec!["a"])
            );
        }
        assert!(Jwt::find("eyJ.eyJ.x").is_none() && Jwt::find("abc").is_none());
    }
}
