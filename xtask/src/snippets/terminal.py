# Runs a program in a terminal of its own, types what it asks for, and prints what the terminal has shown.
# TYPED holds the answers by the names that stand in the questions, as JSON.

import json
import os
import pty
import select
import sys
import termios
import time

typed = json.loads(os.environ.pop("TYPED"))
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])


def echoes():
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


shown, answered = b"", 0
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    shown += chunk
    for name, value in typed.items():
        at = shown.find(name.encode() + b": ", answered)
        if at < 0:
            continue
        answered = at + len(name)
        # Nobody types before the question is there; some programs hide what is typed only then.
        patience = time.monotonic() + 3
        while echoes() and time.monotonic() < patience:
            time.sleep(0.01)
        # Whoever has switched to another mode throws away what was typed before.
        time.sleep(0.1)
        os.write(terminal, value.encode() + b"\r")
sys.stdout.buffer.write(shown)
sys.stdout.flush()
_, status = os.waitpid(pid, 0)
if any(value.encode() in shown for value in typed.values()):
    sys.exit("THE TERMINAL SHOWS THE SECRET")
if answered == 0:
    sys.exit("NOTHING WAS ASKED")
sys.exit(os.waitstatus_to_exitcode(status) and 1)
