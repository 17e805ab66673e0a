/** Encodes parts as multipart/form-data (RFC 7578): name, file name or null, content, type or null. */
static byte[] multipart(String boundary, Object[]... parts) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (Object[] part : parts) {
        String head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + fieldName(part[0]) + "\"";
        String type = (String) part[3];
        if (part[1] != null) {
            head += "; filename=\"" + fieldName(part[1]) + "\"";
            type = type == null ? "application/octet-stream" : type;
        }
        head += (type == null ? "" : "\r\nContent-Type: " + type) + "\r\n\r\n";
        body.write(head.getBytes(StandardCharsets.UTF_8));
        body.write((byte[]) part[2]);
        body.write("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    body.write(("--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return body.toByteArray();
}

static String fieldName(Object text) {
    return text.toString().replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
}
