"""An OpenLineage receiver: keeps the events that Airflow posts to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class Events(ThreadingHTTPServer):
    """The receiver, on a port of 127.0.0.1."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Posted)
        self.events: list[dict[str, Any]] = []

    def has_completed(self, job: str) -> bool:
        """Whether the last event of a task that succeeded has come in."""
        return any(event["job"]["name"] == job and event["eventType"] == "COMPLETE" for event in self.events)

    def datasets(self, job: str) -> dict[str, set[tuple[str, str]]]:
        """Namespace and name of all that a task read (inputs) and wrote (outputs)."""
        told = [event for event in self.events if event["job"]["name"] == job]
        return {
            side: {(each["namespace"], each["name"]) for event in told for each in event[side]}
            for side in ("inputs", "outputs")
        }


class _Posted(BaseHTTPRequestHandler):
    server: Events

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.events.append(json.loads(body))
        self.send_response(201)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="session")
def events() -> Iterator[Events]:
    """Where all lineage goes."""
    with Events() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
