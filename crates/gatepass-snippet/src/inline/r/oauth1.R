# Signs a request by OAuth 1.0a with HMAC-SHA1 (RFC 5849) and returns its Authorization header.
oauth1 <- function(method, url, form, consumer_key, consumer_secret, token = "", token_secret = "") {
  escape <- function(text) {
    one <- function(byte) {
      char <- rawToChar(byte)
      if (grepl("[A-Za-z0-9._~-]", char, useBytes = TRUE)) char else paste0("%", toupper(format(byte)))
    }
    vapply(text, function(text) {
      bytes <- charToRaw(enc2utf8(text))
      paste0(vapply(seq_along(bytes), function(at) one(bytes[at]), ""), collapse = "")
    }, "", USE.NAMES = FALSE)
  }
  oauth <- c(
    oauth_consumer_key = consumer_key,
    oauth_nonce = paste0(format(openssl::rand_bytes(16)), collapse = ""),
    oauth_signature_method = "HMAC-SHA1",
    oauth_timestamp = format(as.numeric(Sys.time()) %/% 1, scientific = FALSE),
    oauth_version = "1.0"
  )
  if (nzchar(token)) oauth <- c(oauth, oauth_token = token)
  parts <- strsplit(url, "?", fixed = TRUE)[[1]]
  query <- if (length(parts) > 1) strsplit(parts[2], "&", fixed = TRUE)[[1]] else character()
  decode <- function(text) curl::curl_unescape(gsub("+", " ", text, fixed = TRUE))
  names <- c(names(oauth), decode(sub("=.*", "", query)), names(form))
  values <- c(oauth, decode(ifelse(grepl("=", query), sub("^[^=]*=", "", query), "")), form)
  names <- escape(names)
  values <- escape(values)
  order <- order(names, values, method = "radix")
  normal <- paste0(names[order], "=", values[order], collapse = "&")
  text <- paste0(escape(c(method, parts[1], normal)), collapse = "&")
  key <- paste0(escape(consumer_secret), "&", escape(token_secret))
  signature <- openssl::sha1(charToRaw(text), key = charToRaw(key))
  oauth <- c(oauth, oauth_signature = openssl::base64_encode(as.raw(signature)))
  paste0("OAuth ", paste0(names(oauth), "=\"", escape(oauth), "\"", collapse = ", "))
}
