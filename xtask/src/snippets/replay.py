"""Sends a request that is data: the bytes of a .http file, or the first request of a .har file."""

import http.client
import json
import pathlib
import sys
import urllib.parse

path = pathlib.Path(sys.argv[1])
if path.suffix == ".http":
    import socket

    content = path.read_bytes()
    host = content.split(b"\r\nHost: ")[1].split(b"\r\n")[0].decode().split(":")
    connection = socket.create_connection((host[0], int(host[1])), timeout=20)
    connection.sendall(content)
    response = http.client.HTTPResponse(connection, method=content.split(b" ")[0].decode())
    response.begin()
else:
    data = json.loads(path.read_text())
    if isinstance(data, list):
        # The literals of a probe.
        print(*(text.encode().hex() for text in data), sep="\n")
        sys.exit()
    request = data["log"]["entries"][0]["request"]
    url = urllib.parse.urlsplit(request["url"])
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
    target = url.path + (f"?{url.query}" if url.query else "")
    connection.putrequest(request["method"], target, skip_accept_encoding=True)
    for header in request["headers"]:
        connection.putheader(header["name"], header["value"].encode())
    body = request.get("postData", {}).get("text", "").encode()
    if "postData" in request:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    response = connection.getresponse()
print(response.status)
print(response.read().decode(errors="replace"))
sys.exit(response.status >= 400)
