/** Signs a request by OAuth 1.0a with HMAC-SHA1 (RFC 5849) and returns its Authorization header. */
static String oauth1(String method, String url, String[][] form, String consumerKey, String consumerSecret, String token, String tokenSecret) throws Exception {
    List<String[]> oauth = new ArrayList<>(List.of(
        new String[] {"oauth_consumer_key", consumerKey},
        new String[] {"oauth_nonce", UUID.randomUUID().toString().replace("-", "")},
        new String[] {"oauth_signature_method", "HMAC-SHA1"},
        new String[] {"oauth_timestamp", Long.toString(System.currentTimeMillis() / 1000)},
        new String[] {"oauth_version", "1.0"}));
    if (!token.isEmpty()) {
        oauth.add(new String[] {"oauth_token", token});
    }
    List<String[]> all = new ArrayList<>(oauth);
    all.addAll(Arrays.asList(form));
    String[] parts = url.split("\\?", 2);
    if (parts.length > 1) {
        for (String pair : parts[1].split("&")) {
            String[] both = pair.split("=", 2);
            all.add(new String[] {
                URLDecoder.decode(both[0], StandardCharsets.UTF_8),
                both.length > 1 ? URLDecoder.decode(both[1], StandardCharsets.UTF_8) : ""});
        }
    }
    List<String[]> pairs = new ArrayList<>();
    for (String[] pair : all) {
        pairs.add(new String[] {escape(pair[0]), escape(pair[1])});
    }
    pairs.sort(Comparator.<String[], String>comparing(pair -> pair[0]).thenComparing(pair -> pair[1]));
    List<String> normal = new ArrayList<>();
    for (String[] pair : pairs) {
        normal.add(pair[0] + "=" + pair[1]);
    }
    String text = method + "&" + escape(parts[0]) + "&" + escape(String.join("&", normal));
    String key = escape(consumerSecret) + "&" + escape(tokenSecret);
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
    byte[] signature = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    oauth.add(new String[] {"oauth_signature", Base64.getEncoder().encodeToString(signature)});
    List<String> fields = new ArrayList<>();
    for (String[] pair : oauth) {
        fields.add(pair[0] + "=\"" + escape(pair[1]) + "\"");
    }
    return "OAuth " + String.join(", ", fields);
}

static String escape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
}
