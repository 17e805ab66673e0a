// digest answers a Digest challenge (RFC 7616) with MD5 or SHA-256 and qop=auth.
func digest(challenges []string, method, uri, username, password string) (string, error) {
	algorithms := map[string]func() hash.Hash{"MD5": md5.New, "SHA-256": sha256.New}
	param := regexp.MustCompile(`([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))`)
	var best map[string]string
	var algorithm string
	for _, header := range challenges {
		for _, challenge := range regexp.MustCompile(`(?i)(?:^|,\s*)Digest\s+`).Split(header, -1)[1:] {
			params := map[string]string{}
			for _, m := range param.FindAllStringSubmatch(challenge, -1) {
				params[strings.ToLower(m[1])] = regexp.MustCompile(`\\(.)`).ReplaceAllString(m[2], "$1") + m[3]
			}
			name := strings.ToUpper(params["algorithm"])
			if name == "" {
				name = "MD5"
			}
			if algorithms[strings.TrimSuffix(name, "-SESS")] != nil && (best == nil || strings.HasPrefix(name, "SHA-256")) {
				best, algorithm = params, name
			}
		}
	}
	if best == nil {
		return "", errors.New("the server offers no Digest with MD5 or SHA-256")
	}
	h := func(text string) string {
		sum := algorithms[strings.TrimSuffix(algorithm, "-SESS")]()
		io.WriteString(sum, text)
		return hex.EncodeToString(sum.Sum(nil))
	}
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	const nc = "00000001"
	nonce, cnonce := best["nonce"], hex.EncodeToString(random)
	ha1 := h(username + ":" + best["realm"] + ":" + password)
	if strings.HasSuffix(algorithm, "-SESS") {
		ha1 = h(ha1 + ":" + nonce + ":" + cnonce)
	}
	ha2 := h(method + ":" + uri)
	quote := func(text string) string {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
	}
	header := "Digest username=" + quote(username) + ", realm=" + quote(best["realm"]) +
		", nonce=" + quote(nonce) + ", uri=" + quote(uri)
	if best["algorithm"] != "" {
		header += ", algorithm=" + best["algorithm"]
	}
	if best["opaque"] != "" {
		header += ", opaque=" + quote(best["opaque"])
	}
	if best["qop"] == "" {
		return header + ", response=" + quote(h(ha1+":"+nonce+":"+ha2)), nil
	}
	response := h(ha1 + ":" + nonce + ":" + nc + ":" + cnonce + ":auth:" + ha2)
	return header + ", qop=auth, nc=" + nc + ", cnonce=" + quote(cnonce) + ", response=" + quote(response), nil
}
