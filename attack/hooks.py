"""What the property-based requests need to get past the door: ids of records that exist, and versions in their form."""

import json
import os
import random
import urllib.request

import schemathesis

BASE = os.environ["ATTACK_URL"]
COOKIE = os.environ["ATTACK_COOKIE"]


def read(path):
    request = urllib.request.Request(BASE + path, headers={"cookie": COOKIE})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def known_ids():
    """Place in the path -> parameter -> ids."""
    customers = [row["id"] for row in read("/api/admin/customers?limit=50")["customers"]]
    pages = [read(f"/api/admin/customers/{customer}") for customer in customers]

    def of(name):
        return [row["id"] for page in pages for row in page[name]]

    notes = [
        note["id"]
        for customer in customers[:5]
        for note in read(f"/api/admin/customers/{customer}/notes")
    ]
    return {
        "customers/": {"id": customers, "addressId": of("addresses"), "contactId": of("contacts"), "noteId": notes},
        "bookings/": {"id": of("bookings")},
        "tickets/": {"id": of("supportTickets")},
        "staff/": {"id": [person["id"] for person in read("/api/admin/staff")]},
        "audit/": {"id": [event["id"] for event in read("/api/admin/audit")["events"]]},
        "refunds/": {"id": [refund["id"] for refund in read("/api/admin/refunds?limit=100")["refunds"]]},
        "mails/": {"id": [mail["id"] for mail in read("/api/admin/mails")["mails"]]},
    }


IDS = known_ids()


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Three times in four a record that exists; what was generated otherwise."""
    if not path_parameters:
        return path_parameters
    for place, parameters in IDS.items():
        if place in context.operation.path:
            for name, ids in parameters.items():
                if name in path_parameters and ids and random.random() < 0.75:
                    path_parameters[name] = random.choice(ids)
    return path_parameters


@schemathesis.hook
def map_headers(context, headers):
    """A version in its form, since almost nothing that is generated is one."""
    if headers and "if-match" in headers and random.random() < 0.75:
        headers["if-match"] = f'"{random.randint(1, 5)}"'
    return headers
