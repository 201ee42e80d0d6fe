"""Clients that send a byte now and then. The hub must answer others meanwhile, and hang up on those that never finish."""

import os
import socket
import statistics
import sys
import threading
import time
from urllib.parse import urlsplit
from urllib.request import urlopen

BASE = os.environ["ATTACK_URL"]
CLIENTS = 300
# Longer than the hub waits for the head of a request.
PATIENCE_SECONDS = 40


def fetch_ms():
    began = time.perf_counter()
    urlopen(BASE + "/readyz", timeout=10).read()
    return (time.perf_counter() - began) * 1000


def drip(ended):
    address = urlsplit(BASE)
    with socket.create_connection((address.hostname, address.port)) as line:
        line.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_SECONDS:
            try:
                line.sendall(b"a")
                line.settimeout(1)
                if line.recv(100) == b"":
                    break
            except socket.timeout:
                continue
            except OSError:
                break
        else:
            return
        ended.append(time.monotonic() - began)


before = statistics.median(fetch_ms() for _ in range(30))
ended = []
drips = [threading.Thread(target=drip, args=(ended,), daemon=True) for _ in range(CLIENTS)]
for thread in drips:
    thread.start()
time.sleep(2)
during = statistics.median(fetch_ms() for _ in range(30))
for thread in drips:
    thread.join()
print(f"/readyz in {before:.1f} ms alone, {during:.1f} ms beside {CLIENTS} slow clients")
print(f"{len(ended)} of {CLIENTS} slow clients were hung up on, the last after {max(ended, default=0):.0f} s")
sys.exit(0 if len(ended) == CLIENTS and during < 1000 else 1)
