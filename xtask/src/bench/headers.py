"""Prints what one header costs with requests and oauthlib, in microseconds, the best of many rounds."""

import json
import timeit

from oauthlib.oauth1 import Client
from requests.auth import HTTPDigestAuth, _basic_auth_str

URL = "http://127.0.0.1/photos?size=original&file=vacation.jpg"

digest = HTTPDigestAuth("alice", "s3cret")
digest.init_per_thread_state()
digest._thread_local.chal = {
    "realm": "api",
    "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093",
    "qop": "auth",
    "algorithm": "MD5",
}
oauth1 = Client("key", client_secret="secret", resource_owner_key="accesskey", resource_owner_secret="accesssecret")


def best(call):
    number = 500
    return min(timeit.repeat(call, number=number, repeat=20)) / number * 1e6


print(
    json.dumps(
        {
            "basic": best(lambda: _basic_auth_str("alice", "s3cret")),
            "digest": best(lambda: digest.build_digest_header("GET", URL)),
            "oauth1": best(lambda: oauth1.sign(URL, "GET")),
        }
    )
)
