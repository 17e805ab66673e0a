"""Reads numbers from standard input and sends as many requests for each, one after the other over one connection."""

import sys

import requests

session = requests.Session()
session.trust_env = False
session.auth = ("alice", "s3cret")

for line in sys.stdin:
    for _ in range(int(line)):
        answer = session.get(sys.argv[1])
        answer.raise_for_status()
        answer.content
    print("done", flush=True)
