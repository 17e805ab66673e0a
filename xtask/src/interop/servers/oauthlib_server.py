"""A resource behind oauthlib's verifier of OAuth 1.0a.

Usage: oauthlib_server.py PORT PUBLIC_KEY_FILE
"""

import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.util import request_uri

from oauthlib.oauth1 import (
    SIGNATURE_HMAC_SHA1,
    SIGNATURE_HMAC_SHA256,
    SIGNATURE_HMAC_SHA512,
    SIGNATURE_PLAINTEXT,
    SIGNATURE_RSA_SHA1,
    SIGNATURE_RSA_SHA256,
    SIGNATURE_RSA_SHA512,
    RequestValidator,
    ResourceEndpoint,
)

PORT, PUBLIC_KEY_FILE = int(sys.argv[1]), sys.argv[2]


class Accounts(RequestValidator):
    """Knows one client and one token, and remembers every nonce."""

    # The bounds of a key are a server's own; the defaults refuse keys of fewer than 20 characters.
    client_key_length = access_token_length = (1, 60)
    nonce_length = (1, 60)
    enforce_ssl = False
    dummy_client = "nobody"
    dummy_access_token = "nothing"
    allowed_signature_methods = (
        SIGNATURE_HMAC_SHA1,
        SIGNATURE_HMAC_SHA256,
        SIGNATURE_HMAC_SHA512,
        SIGNATURE_RSA_SHA1,
        SIGNATURE_RSA_SHA256,
        SIGNATURE_RSA_SHA512,
        SIGNATURE_PLAINTEXT,
    )

    def __init__(self):
        super().__init__()
        self.seen = set()
        with open(PUBLIC_KEY_FILE, encoding="ascii") as file:
            self.public_key = file.read()

    def validate_client_key(self, client_key, request):
        return client_key == "key"

    def validate_access_token(self, client_key, token, request):
        return (client_key, token) == ("key", "accesskey")

    def validate_timestamp_and_nonce(
        self, client_key, timestamp, nonce, request, request_token=None, access_token=None
    ):
        used = (client_key, timestamp, nonce, request_token, access_token)
        fresh = used not in self.seen
        self.seen.add(used)
        return fresh

    def validate_realms(self, client_key, token, request, uri=None, realms=None):
        return True

    def get_client_secret(self, client_key, request):
        return "secret" if client_key == "key" else "no secret"

    def get_access_token_secret(self, client_key, token, request):
        return "accesssecret" if token == "accesskey" else "no secret"

    def get_rsa_key(self, client_key, request):
        return self.public_key


ENDPOINT = ResourceEndpoint(Accounts())


def application(environ, start_response):
    """Says who signed the request, or refuses it."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length).decode()
    headers = {"Content-Type": environ.get("CONTENT_TYPE", "")}
    if "HTTP_AUTHORIZATION" in environ:
        headers["Authorization"] = environ["HTTP_AUTHORIZATION"]
    valid, request = ENDPOINT.validate_protected_resource_request(
        request_uri(environ), environ["REQUEST_METHOD"], body, headers, realms=[]
    )
    if valid:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"client={request.client_key} token={request.resource_owner_key}\n".encode()]
    start_response("401 Unauthorized", [("WWW-Authenticate", "OAuth"), ("Content-Type", "text/plain")])
    return [b"refused\n"]


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


make_server("127.0.0.1", PORT, application, handler_class=Quiet).serve_forever()
