// Signs a request by OAuth 1.0a with HMAC-SHA1 (RFC 5849) and returns its Authorization header.
function oauth1(method, url, form, consumerKey, consumerSecret, token, tokenSecret) {
  const escape = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const { origin, pathname, searchParams } = new URL(url);
  const oauth = [
    ["oauth_consumer_key", consumerKey],
    ["oauth_nonce", randomBytes(16).toString("hex")],
    ["oauth_signature_method", "HMAC-SHA1"],
    ["oauth_timestamp", Math.floor(Date.now() / 1000).toString()],
    ["oauth_version", "1.0"],
  ];
  if (token) oauth.push(["oauth_token", token]);
  const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const normal = [...oauth, ...searchParams, ...form]
    .map(([name, value]) => [escape(name), escape(value)])
    .sort((a, b) => order(a[0], b[0]) || order(a[1], b[1]))
    .map((pair) => pair.join("="))
    .join("&");
  const text = [method, origin + pathname, normal].map(escape).join("&");
  const key = `${escape(consumerSecret)}&${escape(tokenSecret ?? "")}`;
  oauth.push(["oauth_signature", createHmac("sha1", key).update(text).digest("base64")]);
  return `OAuth ${oauth.map(([name, value]) => `${name}="${escape(value)}"`).join(", ")}`;
}
