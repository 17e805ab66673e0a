/// <summary>Answers a Digest challenge (RFC 7616) with MD5 or SHA-256 and qop=auth.</summary>
static string Digest(IEnumerable<string> challenges, string method, string uri, string username, string password)
{
    Dictionary<string, string> best = null;
    var algorithm = "";
    foreach (var offer in Regex.Split(string.Join(", ", challenges), @"(?:^|,\s*)Digest\s+", RegexOptions.IgnoreCase).Skip(1))
    {
        var found = new Dictionary<string, string>();
        foreach (Match m in Regex.Matches(offer, @"([A-Za-z]+)\s*=\s*(?:""((?:[^""\\]|\\.)*)""|([^\s,""]+))"))
        {
            found[m.Groups[1].Value.ToLowerInvariant()] = Regex.Replace(m.Groups[2].Value, @"\\(.)", "$1") + m.Groups[3].Value;
        }
        var name = found.TryGetValue("algorithm", out var named) ? named.ToUpperInvariant() : "MD5";
        if (Regex.IsMatch(name, "^(MD5|SHA-256)(-SESS)?$") && (best == null || name.StartsWith("SHA-256")))
        {
            best = found;
            algorithm = name;
        }
    }
    if (best == null) throw new HttpRequestException("the server offers no Digest with MD5 or SHA-256");

    Func<byte[], string> hex = bytes => BitConverter.ToString(bytes).Replace("-", "").ToLowerInvariant();
    Func<string, string> quote = text => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
    Func<string, string> h = text =>
    {
        using (var hash = algorithm.StartsWith("MD5") ? (HashAlgorithm)MD5.Create() : SHA256.Create())
        {
            return hex(hash.ComputeHash(Encoding.UTF8.GetBytes(text)));
        }
    };

    var random = new byte[16];
    using (var generator = RandomNumberGenerator.Create()) generator.GetBytes(random);
    string nonce = best["nonce"], nc = "00000001", cnonce = hex(random);
    var ha1 = h(username + ":" + best["realm"] + ":" + password);
    if (algorithm.EndsWith("-SESS")) ha1 = h(ha1 + ":" + nonce + ":" + cnonce);
    var ha2 = h(method + ":" + uri);
    var fields = new List<string> { "username=" + quote(username), "realm=" + quote(best["realm"]), "nonce=" + quote(nonce), "uri=" + quote(uri) };
    if (best.ContainsKey("algorithm")) fields.Add("algorithm=" + best["algorithm"]);
    if (best.ContainsKey("opaque")) fields.Add("opaque=" + quote(best["opaque"]));
    if (best.ContainsKey("qop"))
    {
        fields.AddRange(new[] { "qop=auth", "nc=" + nc, "cnonce=" + quote(cnonce) });
        fields.Add("response=" + quote(h(ha1 + ":" + nonce + ":" + nc + ":" + cnonce + ":auth:" + ha2)));
    }
    else
    {
        fields.Add("response=" + quote(h(ha1 + ":" + nonce + ":" + ha2)));
    }
    return "Digest " + string.Join(", ", fields);
}
