/** Answers a Digest challenge (RFC 7616) with MD5 or SHA-256 and qop=auth. */
static String digest(List<String> challenges, String method, String uri, String username, String password) throws Exception {
    Pattern param = Pattern.compile("([A-Za-z]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");
    Map<String, String> best = null;
    String algorithm = "";
    String[] offers = String.join(", ", challenges).split("(?i)(?:^|,\\s*)Digest\\s+");
    for (int at = 1; at < offers.length; at++) {
        Map<String, String> params = new HashMap<>();
        for (Matcher m = param.matcher(offers[at]); m.find(); ) {
            String value = m.group(3) != null ? m.group(3) : m.group(2).replaceAll("\\\\(.)", "$1");
            params.put(m.group(1).toLowerCase(), value);
        }
        String name = params.getOrDefault("algorithm", "MD5").toUpperCase();
        if (name.matches("(MD5|SHA-256)(-SESS)?") && (best == null || name.startsWith("SHA-256"))) {
            best = params;
            algorithm = name;
        }
    }
    if (best == null) {
        throw new IOException("the server offers no Digest with MD5 or SHA-256");
    }
    String hash = algorithm.replace("-SESS", "");
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String nonce = best.get("nonce");
    String nc = "00000001";
    String cnonce = hex(random);
    String ha1 = hashed(hash, username + ":" + best.get("realm") + ":" + password);
    if (algorithm.endsWith("-SESS")) {
        ha1 = hashed(hash, ha1 + ":" + nonce + ":" + cnonce);
    }
    String ha2 = hashed(hash, method + ":" + uri);
    StringBuilder header = new StringBuilder("Digest username=" + quote(username) + ", realm=" + quote(best.get("realm")));
    header.append(", nonce=" + quote(nonce) + ", uri=" + quote(uri));
    if (best.containsKey("algorithm")) {
        header.append(", algorithm=" + best.get("algorithm"));
    }
    if (best.containsKey("opaque")) {
        header.append(", opaque=" + quote(best.get("opaque")));
    }
    if (best.containsKey("qop")) {
        String response = hashed(hash, ha1 + ":" + nonce + ":" + nc + ":" + cnonce + ":auth:" + ha2);
        return header + ", qop=auth, nc=" + nc + ", cnonce=" + quote(cnonce) + ", response=" + quote(response);
    }
    return header + ", response=" + quote(hashed(hash, ha1 + ":" + nonce + ":" + ha2));
}

static String hashed(String algorithm, String text) throws Exception {
    return hex(MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
}

static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
        text.append(String.format("%02x", b));
    }
    return text.toString();
}

static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
}
