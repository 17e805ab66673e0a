def digest(challenges, method, uri, username, password):
    """Answers a Digest challenge (RFC 7616) with MD5 or SHA-256 and qop=auth."""
    best, algorithm = None, ""
    for challenge in re.split(r"(?i)(?:^|,\s*)Digest\s+", ", ".join(challenges))[1:]:
        pairs = re.findall(r'([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))', challenge)
        params = {name.lower(): re.sub(r"\\(.)", r"\1", quoted) or token for name, quoted, token in pairs}
        name = params.get("algorithm", "MD5").upper()
        if name.removesuffix("-SESS") in ("MD5", "SHA-256") and (best is None or name.startswith("SHA-256")):
            best, algorithm = params, name
    if best is None:
        raise ValueError("the server offers no Digest with MD5 or SHA-256")

    def h(text):
        return hashlib.new(algorithm.removesuffix("-SESS").replace("-", ""), text.encode()).hexdigest()

    def quote_string(text):
        return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'

    nonce, nc, cnonce = best["nonce"], "00000001", secrets.token_hex(16)
    ha1 = h(f"{username}:{best['realm']}:{password}")
    if algorithm.endswith("-SESS"):
        ha1 = h(f"{ha1}:{nonce}:{cnonce}")
    ha2 = h(f"{method}:{uri}")
    fields = {"username": quote_string(username), "realm": quote_string(best["realm"])}
    fields |= {"nonce": quote_string(nonce), "uri": quote_string(uri)}
    if "algorithm" in best:
        fields["algorithm"] = best["algorithm"]
    if "opaque" in best:
        fields["opaque"] = quote_string(best["opaque"])
    if "qop" in best:
        fields |= {"qop": "auth", "nc": nc, "cnonce": quote_string(cnonce)}
        fields["response"] = quote_string(h(f"{ha1}:{nonce}:{nc}:{cnonce}:auth:{ha2}"))
    else:
        fields["response"] = quote_string(h(f"{ha1}:{nonce}:{ha2}"))
    return "Digest " + ", ".join(f"{name}={value}" for name, value in fields.items())
