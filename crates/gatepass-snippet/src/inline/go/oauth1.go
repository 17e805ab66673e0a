// oauth1 signs a request by OAuth 1.0a with HMAC-SHA1 (RFC 5849) and returns its Authorization header.
func oauth1(request *http.Request, form [][2]string, consumerKey, consumerSecret, token, tokenSecret string) string {
	escape := func(text string) string {
		return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
	}
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		log.Fatal(err)
	}
	oauth := [][2]string{
		{"oauth_consumer_key", consumerKey},
		{"oauth_nonce", hex.EncodeToString(random)},
		{"oauth_signature_method", "HMAC-SHA1"},
		{"oauth_timestamp", strconv.FormatInt(time.Now().Unix(), 10)},
		{"oauth_version", "1.0"},
	}
	if token != "" {
		oauth = append(oauth, [2]string{"oauth_token", token})
	}
	var pairs []string
	for _, pair := range append(append([][2]string{}, oauth...), form...) {
		pairs = append(pairs, escape(pair[0])+"="+escape(pair[1]))
	}
	for name, values := range request.URL.Query() {
		for _, value := range values {
			pairs = append(pairs, escape(name)+"="+escape(value))
		}
	}
	// Names are sorted before values, and "=" would sort behind "-" and digits.
	sort.Slice(pairs, func(a, b int) bool {
		return strings.Replace(pairs[a], "=", "\x00", 1) < strings.Replace(pairs[b], "=", "\x00", 1)
	})
	base := *request.URL
	base.RawQuery, base.Fragment = "", ""
	text := request.Method + "&" + escape(base.String()) + "&" + escape(strings.Join(pairs, "&"))
	mac := hmac.New(sha1.New, []byte(escape(consumerSecret)+"&"+escape(tokenSecret)))
	mac.Write([]byte(text))
	oauth = append(oauth, [2]string{"oauth_signature", base64.StdEncoding.EncodeToString(mac.Sum(nil))})
	var fields []string
	for _, pair := range oauth {
		fields = append(fields, pair[0]+`="`+escape(pair[1])+`"`)
	}
	return "OAuth " + strings.Join(fields, ", ")
}
