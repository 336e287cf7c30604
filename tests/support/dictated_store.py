"""A store that answers word for word as a test dictates, for what only the wire can show."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Answer:
    """One response; `after` is what happens to the connection instead of a good end.

    `raw` is sent instead of all else, as it is.
    """

    status: int = 200
    body: bytes | object = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    after: Literal["", "reset", "cut", "silence", "drip"] = ""
    seconds: float = 0.0  # between the bytes of an answer that drips
    raw: bytes = b""

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class DictatedStore:
    """`received` lists the requests; the answers are given in turn, the last one for ever."""

    store_hash = "abc123"

    def __init__(self, answers: list[Answer], token: str) -> None:
        self.token = token
        self.received: list[Received] = []
        self._answers = answers
        self._lock = threading.Lock()
        self._closing = threading.Event()
        store = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # otherwise a body waits 40 ms until the client has confirmed the headers
            disable_nagle_algorithm = True

            def handle_request(self) -> None:
                store._handle(self)

            do_GET = do_POST = do_PUT = do_DELETE = handle_request

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> DictatedStore:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        with self._lock:
            self.received.append(Received(handler.command, handler.path, dict(handler.headers), body))
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if answer.after == "silence":
            self._closing.wait(10)
            handler.close_connection = True
            return
        if answer.after == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            handler.connection.close()
            handler.close_connection = True
            return
        if answer.raw:
            handler.close_connection = True
            handler.wfile.write(answer.raw)
            return
        if answer.after == "drip":
            self._drip(handler, answer)
            return
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer.content)))
        handler.end_headers()
        content = answer.content
        if answer.after == "cut":
            content, handler.close_connection = content[: len(content) // 2], True
        handler.wfile.write(content)

    def _drip(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        """Send an answer byte by byte, its headers included."""
        handler.close_connection = True
        head = b"HTTP/1.1 %d OK\r\nConnection: close\r\n" % answer.status
        head += b"Content-Length: %d\r\n\r\n" % len(answer.content)
        for byte in head + answer.content:
            if self._closing.wait(answer.seconds):
                return
            try:
                handler.wfile.write(bytes([byte]))
            except OSError:
                return
