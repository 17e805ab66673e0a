// Answers a Digest challenge (RFC 7616) with MD5 or SHA-256 and qop=auth.
function digest(challenge, method, uri, username, password) {
  let best;
  let algorithm;
  for (const offer of (challenge ?? "").split(/(?:^|,\s*)Digest\s+/i).slice(1)) {
    const params = {};
    for (const [, name, quoted, token] of offer.matchAll(/([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)) {
      params[name.toLowerCase()] = token ?? quoted.replace(/\\(.)/g, "$1");
    }
    const name = (params.algorithm ?? "MD5").toUpperCase();
    if (/^(MD5|SHA-256)(-SESS)?$/.test(name) && (!best || name.startsWith("SHA-256"))) {
      best = params;
      algorithm = name;
    }
  }
  if (!best) throw new Error("the server offers no Digest with MD5 or SHA-256");
  const h = (text) => createHash(algorithm.replace("-SESS", "").replace("-", "")).update(text).digest("hex");
  const quote = (text) => `"${text.replace(/["\\]/g, "\\$&")}"`;
  const nc = "00000001";
  const cnonce = randomBytes(16).toString("hex");
  let ha1 = h(`${username}:${best.realm}:${password}`);
  if (algorithm.endsWith("-SESS")) ha1 = h(`${ha1}:${best.nonce}:${cnonce}`);
  const ha2 = h(`${method}:${uri}`);
  const fields = [
    `username=${quote(username)}`,
    `realm=${quote(best.realm)}`,
    `nonce=${quote(best.nonce)}`,
    `uri=${quote(uri)}`,
  ];
  if (best.algorithm) fields.push(`algorithm=${best.algorithm}`);
  if (best.opaque) fields.push(`opaque=${quote(best.opaque)}`);
  if (best.qop) {
    fields.push("qop=auth", `nc=${nc}`, `cnonce=${quote(cnonce)}`);
    fields.push(`response=${quote(h(`${ha1}:${best.nonce}:${nc}:${cnonce}:auth:${ha2}`))}`);
  } else {
    fields.push(`response=${quote(h(`${ha1}:${best.nonce}:${ha2}`))}`);
  }
  // A header's value is written byte for byte.
  return Buffer.from(`Digest ${fields.join(", ")}`).toString("latin1");
}
