def oauth1(method, url, form, consumer_key, consumer_secret, token="", token_secret=""):
    """Signs a request by OAuth 1.0a with HMAC-SHA1 (RFC 5849); returns its Authorization header."""

    def escape(text):
        return urllib.parse.quote(text, safe="-._~")

    oauth = {
        "oauth_consumer_key": consumer_key,
        "oauth_nonce": secrets.token_hex(16),
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(int(time.time())),
        "oauth_version": "1.0",
    }
    if token:
        oauth["oauth_token"] = token
    parts = urllib.parse.urlsplit(url)
    query = urllib.parse.parse_qsl(parts.query, keep_blank_values=True)
    pairs = sorted((escape(name), escape(value)) for name, value in [*oauth.items(), *query, *form])
    port = {"http": ":80", "https": ":443"}[parts.scheme]
    base = f"{parts.scheme}://{parts.netloc.lower().removesuffix(port)}{parts.path or '/'}"
    normal = "&".join(f"{name}={value}" for name, value in pairs)
    text = "&".join(map(escape, (method, base, normal)))
    key = f"{escape(consumer_secret)}&{escape(token_secret)}"
    signature = hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()
    oauth["oauth_signature"] = base64.b64encode(signature).decode()
    return "OAuth " + ", ".join(f'{name}="{escape(value)}"' for name, value in oauth.items())
