"""Does a list of exchanges with httpx. Usage: httpx_client.py TASKS (JSON)."""

import json
import sys

import httpx


def auth(task):
    match task["scheme"]:
        case "basic":
            return httpx.BasicAuth(task["user"], task["password"])
        case "digest":
            return httpx.DigestAuth(task["user"], task["password"])


def perform(task):
    # httpx has no Bearer of its own.
    headers = {"Authorization": f"Bearer {task['token']}"} if task["scheme"] == "bearer" else {}
    try:
        with httpx.Client(trust_env=False, timeout=20) as client:
            response = client.request(
                task.get("method", "GET"), task["url"], data=task.get("form"), auth=auth(task), headers=headers
            )
        return {"status": response.status_code, "text": response.text}
    except Exception as error:
        return {"status": None, "text": f"{type(error).__name__}: {error}"}


print(json.dumps([perform(task) for task in json.loads(sys.argv[1])]))
