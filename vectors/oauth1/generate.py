#!/usr/bin/env python3
"""Writes oauthlib.json: seven signature methods in three places, each as oauthlib's client signs and sends it.

Needs oauthlib and cryptography. The result is the same at every run: time, nonce and keys are fixed.

No oauth_ value has a percent sign before two hexadecimal digits: in the query and the body oauthlib decodes such a value
twice before it signs it, which RFC 5849 section 3.4.1.3.1 does not ask for.
"""

import base64
import hashlib
import json
import pathlib
from urllib.parse import urlsplit

import oauthlib
from oauthlib.oauth1 import Client
from oauthlib.oauth1.rfc5849 import signature, utils

HERE = pathlib.Path(__file__).parent
METHODS = ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "PLAINTEXT"]
PLACES = {"header": "AUTH_HEADER", "query": "QUERY", "body": "BODY"}
FORM = "application/x-www-form-urlencoded"
ORIGIN = "https://api.example:8443"
TIMESTAMP, NONCE = 1700000000, "n0nce-~._ +%"

REQUESTS = [
    (
        "form",
        "POST",
        "/r%20v/X;p=1?b5=%3D%253D&a3=a&c%40=&a2=r%20b&plus=a+b&none&u=%C3%BC&a3=2%20q&zero=0",
        FORM,
        "c2&a3=2+q&tilde=~&star=*%2A&%E2%82%AC=%F0%9F%94%91&amp=%26&a3=a",
    ),
    ("bare", "GET", "/?sort=b&sort=a&sort=B&x%5B%5D=1&x=2&x-y=3&x.y=4", None, None),
    ("json", "PUT", "/items/%E2%82%AC?q=a%2Bb", "application/json", '{"a": "\u00fc+%20"}'),
]


class Recorder:
    """Keeps what oauthlib computes on its way to a signature."""

    NAMES = {
        "normalize_parameters": "normalized parameters",
        "base_string_uri": "base string URI",
        "signature_base_string": "signature base string",
    }

    def __init__(self):
        self.seen = {}
        for function, name in self.NAMES.items():
            setattr(signature, function, self.wrap(name, getattr(signature, function)))

    def wrap(self, name, function):
        def recorded(*args, **kwargs):
            self.seen[name] = function(*args, **kwargs)
            return self.seen[name]

        return recorded


def case(recorder, request, method, place):
    name, verb, target, content_type, body = request
    fields = {
        "consumer_key": "k3y & co",
        "consumer_secret": "s3cret+%&=~\u00fc",
        "token": "t/0ken==",
        "token_secret": "t0ken s3cret*'()",
        "method": method,
        "place": place,
        "verifier": "v+\u00fc %",
        "callback": "https://client.example/cb?a=b&c=d+e",
    }
    if place == "header":
        fields["realm"] = "Photos of today"
    private_key = (HERE / "test-key.private.pem").read_text()
    client = Client(
        fields["consumer_key"],
        client_secret=fields["consumer_secret"],
        resource_owner_key=fields["token"],
        resource_owner_secret=fields["token_secret"],
        callback_uri=fields["callback"],
        verifier=fields["verifier"],
        realm=fields.get("realm"),
        signature_method=method,
        signature_type=PLACES[place],
        rsa_key=private_key,
        timestamp=str(TIMESTAMP),
        nonce=NONCE,
    )
    recorder.seen.clear()
    client.get_oauth_signature = recorder.wrap("signature", client.get_oauth_signature)
    headers = {"Content-Type": content_type} if content_type else {}
    uri, sent_headers, sent_body = client.sign(ORIGIN + target, verb, body, dict(headers))
    workings = dict(recorder.seen)
    if not method.startswith("RSA"):
        secrets = fields["consumer_secret"], fields["token_secret"]
        workings["signing key"] = "&".join(utils.escape(secret) for secret in secrets)
    else:
        del fields["consumer_secret"], fields["token_secret"]
    if name == "json":
        fields["body_hash"] = "auto"
        workings["body hash"] = base64.b64encode(hashlib.sha1(body.encode()).digest()).decode()
    parts = urlsplit(uri)
    out = {
        "name": f"{name} {method} {place}",
        "fields": fields,
        "timestamp": TIMESTAMP,
        "nonce": NONCE,
        "request": {"method": verb, "origin": ORIGIN, "target": target},
        "workings": workings,
        "sent": {"target": parts.path + ("?" + parts.query if parts.query else "")},
    }
    if method.startswith("RSA"):
        out["key"] = "test-key"
    if content_type:
        out["request"]["content_type"] = content_type
        out["request"]["body"] = body
        out["sent"]["body"] = sent_body
    if "Authorization" in sent_headers:
        out["sent"]["authorization"] = sent_headers["Authorization"]
    return out


def main():
    recorder = Recorder()
    cases = []
    for request in REQUESTS:
        for method in METHODS:
            for place in PLACES:
                if place == "body" and request[3] != FORM:
                    continue
                # oauthlib hashes every body with SHA-1, which is right for these methods alone.
                if request[0] == "json" and method not in ("HMAC-SHA1", "RSA-SHA1"):
                    continue
                cases.append(case(recorder, request, method, place))
    source = f"oauthlib {oauthlib.__version__}, generated by vectors/oauth1/generate.py"
    document = {"scheme": "oauth1", "source": source, "cases": cases}
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    (HERE / "oauthlib.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
