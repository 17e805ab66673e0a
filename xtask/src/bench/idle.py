"""Holds idle connections and prints what each takes of memory, in KiB."""

import os
import resource
import sys

import requests
from requests.adapters import HTTPAdapter


def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
base, count = sys.argv[1], int(sys.argv[2])
session = requests.Session()
session.trust_env = False
session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=count))
before = resident()
answers = [session.get(f"{base}/gather/{count}", stream=True) for _ in range(count)]
while answers:
    answers.pop().content
after = resident()
assert len(os.listdir("/proc/self/fd")) >= count
print((after - before) / count)
