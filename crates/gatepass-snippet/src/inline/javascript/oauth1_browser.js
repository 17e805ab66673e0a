// Signs a request by OAuth 1.0a with HMAC-SHA1 (RFC 5849) and returns its Authorization header.
async function oauth1(method, url, form, consumerKey, consumerSecret, token, tokenSecret) {
  const escape = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const { origin, pathname, searchParams } = new URL(url);
  const oauth = [
    ["oauth_consumer_key", consumerKey],
    ["oauth_nonce", crypto.randomUUID().replaceAll("-", "")],
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
  const encoder = new TextEncoder();
  const secret = encoder.encode(`${escape(consumerSecret)}&${escape(tokenSecret ?? "")}`);
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(text));
  oauth.push(["oauth_signature", btoa(String.fromCharCode(...new Uint8Array(signature)))]);
  return `OAuth ${oauth.map(([name, value]) => `${name}="${escape(value)}"`).join(", ")}`;
}
