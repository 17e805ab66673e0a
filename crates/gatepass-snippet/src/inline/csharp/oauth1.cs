/// <summary>Signs a request by OAuth 1.0a with HMAC-SHA1 (RFC 5849) and returns its Authorization header.</summary>
static string OAuth1(string method, string url, string[][] form, string consumerKey, string consumerSecret, string token, string tokenSecret)
{
    Func<string, string> escape = value => string.Concat(Encoding.UTF8.GetBytes(value).Select(b =>
        b < 128 && (char.IsLetterOrDigit((char)b) || "-._~".IndexOf((char)b) >= 0) ? ((char)b).ToString() : "%" + b.ToString("X2")));
    Func<string, string> decode = value => Uri.UnescapeDataString(value.Replace("+", " "));

    var oauth = new List<string[]>
    {
        new[] { "oauth_consumer_key", consumerKey },
        new[] { "oauth_nonce", Guid.NewGuid().ToString("N") },
        new[] { "oauth_signature_method", "HMAC-SHA1" },
        new[] { "oauth_timestamp", DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString() },
        new[] { "oauth_version", "1.0" },
    };
    if (token != "") oauth.Add(new[] { "oauth_token", token });
    var parts = url.Split(new[] { '?' }, 2);
    var query = (parts.Length > 1 ? parts[1].Split('&') : new string[0])
        .Select(pair => pair.Split(new[] { '=' }, 2))
        .Select(pair => new[] { decode(pair[0]), pair.Length > 1 ? decode(pair[1]) : "" });
    var pairs = oauth.Concat(query).Concat(form).Select(pair => new[] { escape(pair[0]), escape(pair[1]) })
        .OrderBy(pair => pair[0], StringComparer.Ordinal).ThenBy(pair => pair[1], StringComparer.Ordinal);
    var normal = string.Join("&", pairs.Select(pair => pair[0] + "=" + pair[1]));
    var text = method + "&" + escape(parts[0]) + "&" + escape(normal);
    var key = escape(consumerSecret) + "&" + escape(tokenSecret);
    using (var mac = new HMACSHA1(Encoding.UTF8.GetBytes(key)))
    {
        oauth.Add(new[] { "oauth_signature", Convert.ToBase64String(mac.ComputeHash(Encoding.UTF8.GetBytes(text))) });
    }
    return "OAuth " + string.Join(", ", oauth.Select(pair => pair[0] + "=\"" + escape(pair[1]) + "\""));
}
