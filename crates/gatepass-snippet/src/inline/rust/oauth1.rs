/// Signs a request by OAuth 1.0a with HMAC-SHA1 (RFC 5849) and returns its Authorization header.
fn oauth1(
    method: &str,
    url: &str,
    form: &[(&str, &str)],
    consumer_key: &str,
    consumer_secret: &str,
    token: &str,
    token_secret: &str,
) -> Result<String, Box<dyn std::error::Error>> {
    const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    let escape = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
    let mut url = reqwest::Url::parse(url)?;
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    let nonce: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let timestamp = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs().to_string();
    let mut oauth = vec![
        ("oauth_consumer_key", consumer_key),
        ("oauth_nonce", &nonce),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", &timestamp),
        ("oauth_version", "1.0"),
    ];
    if !token.is_empty() {
        oauth.push(("oauth_token", token));
    }
    let mut pairs: Vec<(String, String)> = oauth
        .iter()
        .chain(form)
        .map(|(name, value)| (escape(name), escape(value)))
        .chain(url.query_pairs().map(|(name, value)| (escape(&name), escape(&value))))
        .collect();
    pairs.sort();
    let normal: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    url.set_query(None);
    url.set_fragment(None);
    let text = format!("{method}&{}&{}", escape(url.as_str()), escape(&normal.join("&")));
    let key = format!("{}&{}", escape(consumer_secret), escape(token_secret));
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes())?;
    mac.update(text.as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    oauth.push(("oauth_signature", &signature));
    let fields: Vec<String> = oauth.iter().map(|(name, value)| format!("{name}=\"{}\"", escape(value))).collect();
    Ok(format!("OAuth {}", fields.join(", ")))
}
