# Answers a Digest challenge (RFC 7616) with MD5 or SHA-256 and qop=auth.
def digest(challenges, method, uri, username, password)
  hashes = { "MD5" => Digest::MD5, "SHA-256" => Digest::SHA256 }
  offers = challenges.join(", ").split(/(?:\A|,\s*)Digest\s+/i).drop(1).map do |challenge|
    challenge.scan(/([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/)
             .to_h { |name, quoted, token| [name.downcase, token || quoted.gsub(/\\(.)/, '\1')] }
  end
  name = ->(offer) { offer.fetch("algorithm", "MD5").upcase }
  known = offers.select { |offer| hashes.key?(name[offer].delete_suffix("-SESS")) }
  best = known.find { |offer| name[offer].start_with?("SHA-256") } || known.first
  raise "the server offers no Digest with MD5 or SHA-256" unless best

  h = ->(text) { hashes[name[best].delete_suffix("-SESS")].hexdigest(text) }
  quote = ->(text) { "\"#{text.gsub(/["\\]/) { |c| "\\#{c}" }}\"" }
  nonce = best["nonce"]
  nc = "00000001"
  cnonce = SecureRandom.hex(16)
  ha1 = h["#{username}:#{best["realm"]}:#{password}"]
  ha1 = h["#{ha1}:#{nonce}:#{cnonce}"] if name[best].end_with?("-SESS")
  ha2 = h["#{method}:#{uri}"]
  fields = ["username=#{quote[username]}", "realm=#{quote[best["realm"]]}", "nonce=#{quote[nonce]}", "uri=#{quote[uri]}"]
  fields << "algorithm=#{best["algorithm"]}" if best["algorithm"]
  fields << "opaque=#{quote[best["opaque"]]}" if best["opaque"]
  if best["qop"]
    fields.push("qop=auth", "nc=#{nc}", "cnonce=#{quote[cnonce]}")
    fields << "response=#{quote[h["#{ha1}:#{nonce}:#{nc}:#{cnonce}:auth:#{ha2}"]]}"
  else
    fields << "response=#{quote[h["#{ha1}:#{nonce}:#{ha2}"]]}"
  end
  "Digest #{fields.join(", ")}"
end
