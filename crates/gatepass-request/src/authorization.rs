//! The value of `Authorization` as `.http` files have it: a scheme with the parts of the credential in clear.

use gatepass_auth::schemes;

use crate::auth::{Auth, Source};
use crate::elsewhere::by_http_file;
use crate::variable::Variable;

/// Reads `Basic user password`, `Digest user password` and their like. `None` for a value that is one already, such as
/// `Basic YWxpY2U6czNjcmV0` or `Bearer token`: it stays a header field. None that is read can go over the wire as it is.
pub(crate) fn read(value: &str, variables: &[Variable]) -> Option<Auth> {
    let (scheme, rest) = value.split_once([' ', '\t'])?;
    let rest = rest.trim();
    let source = |text: &str| Source::of_text(text, variables);
    let login = |name: &str| {
        let (user, password) = rest
            .split_once([' ', '\t'])
            .or_else(|| rest.split_once(':'))?;
        let auth = Auth::new(name).with("username", source(user.trim()));
        Some(auth.with("password", source(password.trim())))
    };
    match scheme.to_ascii_lowercase().as_str() {
        "aws" => aws(rest, &source),
        word => {
            // What was computed already has parameters, the proof among them.
            let known = schemes::by_word(word).map_or(&[][..], |it| it.about.parameters_sent);
            let mut proofs = known.iter().filter(|known| !known.open);
            if proofs.any(|proof| rest.contains(&format!("{}=", proof.name))) {
                return None;
            }
            login(by_http_file(word)?)
        }
    }
}

/// Reads `AWS accessId accessKey [token:…] [region:…] [service:…]`.
fn aws(rest: &str, source: &dyn Fn(&str) -> Source) -> Option<Auth> {
    let mut words = rest.split_whitespace();
    let (id, key) = (words.next()?, words.next()?);
    let mut auth = Auth::new("aws-sigv4")
        .with("access_key", source(id))
        .with("secret_key", source(key));
    for word in words {
        let (name, value) = word.split_once(':')?;
        let field = match name {
            "token" => "session_token",
            "region" | "service" => name,
            _ => return None,
        };
        auth = auth.with(field, source(value));
    }
    Some(auth)
}
