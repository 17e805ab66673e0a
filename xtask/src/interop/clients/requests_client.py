"""Does a list of exchanges with requests and requests-oauthlib. Usage: requests_client.py TASKS (JSON)."""

import json
import sys

import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth
from requests_oauthlib import OAuth1


class BearerToken(AuthBase):
    """requests has no Bearer of its own."""

    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def oauth1(task):
    key = None
    if "private_key" in task:
        with open(task["private_key"], encoding="ascii") as file:
            key = file.read()
    return OAuth1(
        "key",
        client_secret=task.get("consumer_secret"),
        resource_owner_key="accesskey",
        resource_owner_secret="accesssecret",
        signature_method=task["signature_method"],
        signature_type={"header": "AUTH_HEADER", "query": "QUERY", "body": "BODY"}[task["signature_type"]],
        rsa_key=key,
    )


def auth(task):
    match task["scheme"]:
        case "basic":
            return HTTPBasicAuth(task["user"], task["password"])
        case "digest":
            return HTTPDigestAuth(task["user"], task["password"])
        case "bearer":
            return BearerToken(task["token"])
        case "oauth1":
            return oauth1(task)


def perform(task):
    session = requests.Session()
    session.trust_env = False
    try:
        response = session.request(
            task.get("method", "GET"), task["url"], data=task.get("form"), auth=auth(task), timeout=20
        )
        return {"status": response.status_code, "text": response.text}
    except Exception as error:
        return {"status": None, "text": f"{type(error).__name__}: {error}"}


print(json.dumps([perform(task) for task in json.loads(sys.argv[1])]))
