"""How long a wrong sign-in takes for people who exist and for people who do not. The throttle bounds how often it can be
asked, so the tries are few and taken in turn."""

import json
import os
import statistics
import sys
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

BASE = os.environ["ATTACK_URL"]
KNOWN = ["ops", "support", "finance", "reviewer", "read-only"]
ROUNDS = 4


def wrong_sign_in_ms(email):
    body = json.dumps({"email": email, "password": "not the password of anybody"}).encode()
    headers = {"content-type": "application/json", "sec-fetch-site": "same-origin"}
    began = time.perf_counter()
    try:
        urlopen(Request(BASE + "/api/auth/sign-in", body, headers))
    except HTTPError as refusal:
        answer = (refusal.code, json.load(refusal)["code"])
    return (time.perf_counter() - began) * 1000, answer


known, unknown, answers = [], [], set()
for turn in range(ROUNDS):
    for name in KNOWN:
        for email, times in [(f"{name}@demo.example.com", known), (f"nobody-{name}@demo.example.com", unknown)]:
            took, answer = wrong_sign_in_ms(email)
            times.append(took)
            answers.add(answer)
ratio = statistics.median(known) / statistics.median(unknown)
print(f"wrong sign-in: {statistics.median(known):.0f} ms for who exists, {statistics.median(unknown):.0f} ms for who does not, ratio {ratio:.2f}")
print(f"answers: {sorted(answers)}")
sys.exit(0 if 0.8 < ratio < 1.25 and len(answers) == 1 else 1)
