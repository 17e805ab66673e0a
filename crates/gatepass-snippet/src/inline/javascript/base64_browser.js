// Encodes a text as UTF-8 in base64; btoa alone knows Latin-1 only.
function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
