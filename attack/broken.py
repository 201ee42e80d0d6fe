"""A server with the two faults that the attacks look for, so that finding nothing elsewhere means something:
a query put together from what was sent, and an answer 500 where a number is large."""

import json
import sqlite3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PEOPLE = [(number, name) for number, name in enumerate(["Emma", "Ann", "Ng"])]
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Broken", "version": "1"},
    "paths": {
        "/people": {
            "get": {
                "parameters": [
                    {"name": "search", "in": "query", "schema": {"type": "string"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 0}},
                ],
                "responses": {"200": {"description": "Done", "content": {"application/json": {"schema": {"type": "array"}}}}},
            }
        }
    },
}


class Broken(BaseHTTPRequestHandler):
    def do_GET(self):
        address = urlsplit(self.path)
        query = parse_qs(address.query)
        if address.path == "/openapi.json":
            return self.answer(200, DOCUMENT)
        database = sqlite3.connect(":memory:")
        database.execute("create table people (id integer, name text)")
        database.executemany("insert into people values (?, ?)", PEOPLE)
        try:
            if int(query.get("limit", ["1"])[0]) > 1_000:
                raise ValueError("too many")
            sql = f"select name from people where name = '{query.get('search', [''])[0]}'"
            self.answer(200, [row[0] for row in database.execute(sql)])
        except (ValueError, sqlite3.Error) as error:
            self.answer(500, {"error": str(error)})

    def answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Broken)
print(server.server_port, flush=True)
server.serve_forever()
