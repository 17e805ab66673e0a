/// Answers a Digest challenge (RFC 7616) with MD5 or SHA-256 and qop=auth.
fn digest(challenges: &str, method: &str, uri: &str, username: &str, password: &str) -> Result<String, Box<dyn std::error::Error>> {
    let offer = regex::Regex::new(r"(?i)(?:^|,\s*)Digest\s+")?;
    let param = regex::Regex::new(r#"([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))"#)?;
    let escape = regex::Regex::new(r"\\(.)")?;
    let mut best: Option<(String, HashMap<String, String>)> = None;
    for challenge in offer.split(challenges).skip(1) {
        let params: HashMap<String, String> = param
            .captures_iter(challenge)
            .map(|found| {
                let value = match found.get(3) {
                    Some(token) => token.as_str().to_owned(),
                    None => escape.replace_all(&found[2], "$1").into_owned(),
                };
                (found[1].to_lowercase(), value)
            })
            .collect();
        let name = params.get("algorithm").map_or("MD5".to_owned(), |name| name.to_uppercase());
        let known = ["MD5", "SHA-256"].contains(&name.trim_end_matches("-SESS"));
        if known && (best.is_none() || name.starts_with("SHA-256")) {
            best = Some((name, params));
        }
    }
    let (algorithm, params) = best.ok_or("the server offers no Digest with MD5 or SHA-256")?;
    let h = |text: String| -> String {
        let hash = match algorithm.starts_with("MD5") {
            true => Md5::digest(text).to_vec(),
            false => Sha256::digest(text).to_vec(),
        };
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let quote = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let param = |name: &str| params.get(name).map_or("", String::as_str);
    let (nonce, nc) = (param("nonce"), "00000001");
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    let cnonce: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut ha1 = h(format!("{username}:{}:{password}", param("realm")));
    if algorithm.ends_with("-SESS") {
        ha1 = h(format!("{ha1}:{nonce}:{cnonce}"));
    }
    let ha2 = h(format!("{method}:{uri}"));
    let mut header = format!(
        "Digest username={}, realm={}, nonce={}, uri={}",
        quote(username), quote(param("realm")), quote(nonce), quote(uri)
    );
    if let Some(algorithm) = params.get("algorithm") {
        header += &format!(", algorithm={algorithm}");
    }
    if let Some(opaque) = params.get("opaque") {
        header += &format!(", opaque={}", quote(opaque));
    }
    if params.contains_key("qop") {
        let response = h(format!("{ha1}:{nonce}:{nc}:{cnonce}:auth:{ha2}"));
        header += &format!(", qop=auth, nc={nc}, cnonce={}, response={}", quote(&cnonce), quote(&response));
    } else {
        header += &format!(", response={}", quote(&h(format!("{ha1}:{nonce}:{ha2}"))));
    }
    Ok(header)
}
