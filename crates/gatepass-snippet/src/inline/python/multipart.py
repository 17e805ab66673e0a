def multipart(parts):
    """Encodes (name, filename or None, content, type or None) as multipart/form-data (RFC 7578)."""
    boundary = secrets.token_hex(16)
    body = b""
    for name, filename, content, content_type in parts:
        disposition = f'form-data; name="{multipart_escape(name)}"'
        if filename is not None:
            disposition += f'; filename="{multipart_escape(filename)}"'
            content_type = content_type or "application/octet-stream"
        body += f"--{boundary}\r\nContent-Disposition: {disposition}\r\n".encode()
        if content_type:
            body += f"Content-Type: {content_type}\r\n".encode()
        body += b"\r\n" + content + b"\r\n"
    return f"multipart/form-data; boundary={boundary}", body + f"--{boundary}--\r\n".encode()


def multipart_escape(text):
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
