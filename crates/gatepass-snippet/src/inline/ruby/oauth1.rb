# Signs a request by OAuth 1.0a with HMAC-SHA1 (RFC 5849) and returns its Authorization header.
def oauth1(method, uri, form, consumer_key, consumer_secret, token = "", token_secret = "")
  escape = ->(text) { text.b.gsub(/[^A-Za-z0-9\-._~]/) { |c| format("%%%02X", c.ord) } }
  oauth = {
    "oauth_consumer_key" => consumer_key,
    "oauth_nonce" => SecureRandom.hex(16),
    "oauth_signature_method" => "HMAC-SHA1",
    "oauth_timestamp" => Time.now.to_i.to_s,
    "oauth_version" => "1.0",
  }
  oauth["oauth_token"] = token unless token.empty?
  query = URI.decode_www_form(uri.query.to_s)
  normal = (oauth.to_a + query + form).map { |pair| pair.map(&escape) }.sort.map { |pair| pair.join("=") }.join("&")
  base = uri.dup.tap { |copy| copy.query = copy.fragment = nil }.to_s
  text = [method, base, normal].map(&escape).join("&")
  key = "#{escape[consumer_secret]}&#{escape[token_secret]}"
  oauth["oauth_signature"] = [OpenSSL::HMAC.digest("SHA1", key, text)].pack("m0")
  "OAuth #{oauth.map { |name, value| "#{name}=\"#{escape[value]}\"" }.join(", ")}"
end
