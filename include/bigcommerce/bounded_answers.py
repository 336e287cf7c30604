"""Bounds every answer in time and size: no store holds us up by sending a byte a second, or without end.

The read timeout of `requests` is for each read alone, so it never ends such an answer.
"""

from __future__ import annotations

import functools
import http.client
import io
import socket
import time
from collections.abc import Callable
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, InvalidHeader
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager

_CHUNK_BYTES = 2**16
_SWITCHING_PROTOCOLS = 101
_FIRST_NOT_OF_SUCCESS = 300


class AnswerTooLarge(requests.RequestException):
    """The body is larger than it may be; the rest of it was not read."""


class AnswerMalformed(requests.RequestException):
    """Its headers contradict each other, such as two different lengths of the body."""


class TotalTimeAdapter(HTTPAdapter):
    """An adapter for sessions whose answers, headers included, must be complete within so many seconds.

    `seconds` is called when a request has been sent.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._pool_classes = {
            "http": _bounded(HTTPConnectionPool, seconds),
            "https": _bounded(HTTPSConnectionPool, seconds),
        }
        super().__init__()

    def send(self, *arguments: Any, **options: Any) -> requests.Response:
        """As any adapter's; AnswerMalformed where requests raises InvalidHeader for the answer, too."""
        try:
            return super().send(*arguments, **options)
        except InvalidHeader as fault:
            raise AnswerMalformed(request=fault.request) from fault

    def build_response(self, *arguments: Any, **options: Any) -> requests.Response:
        """Without the address of a redirect: `requests` would parse it, although none is followed."""
        response = super().build_response(*arguments, **options)
        response.headers.pop("Location", None)
        return response

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = self._pool_classes

    def proxy_manager_for(self, proxy: str, **options: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = self._pool_classes
        return manager


def read_body(response: requests.Response, largest: int) -> None:
    """Read the body of a streamed response, so that `content` holds it.

    Raises AnswerTooLarge, and what `requests` raises if the connection breaks. An answer that is no success
    raises nothing: its status is clear, and `content` is what arrived.
    """
    chunks: list[bytes] = []
    size = 0
    with response:
        try:
            for chunk in response.iter_content(_CHUNK_BYTES):
                chunks.append(chunk)
                size += len(chunk)
                if size > largest:
                    raise AnswerTooLarge(response=response)
        except (requests.RequestException, ValueError) as fault:
            if response.status_code < _FIRST_NOT_OF_SUCCESS:
                if isinstance(fault, requests.RequestException):
                    raise
                # a chunk of less than nothing
                raise ChunkedEncodingError(response=response) from fault
    response._content = b"".join(chunks)


def _bounded(pool_class: type[HTTPConnectionPool], seconds: Callable[[], float]) -> type[HTTPConnectionPool]:
    """A class of connection pools whose answers must be complete after so many seconds."""
    response_class = staticmethod(functools.partial(_Answer, seconds=seconds))
    connection = type("Connection", (pool_class.ConnectionCls,), {"response_class": response_class})
    return type(pool_class.__name__, (pool_class,), {"ConnectionCls": connection})


class _Answer(http.client.HTTPResponse):
    def __init__(
        self, sock: socket.socket, *arguments: Any, seconds: Callable[[], float], **options: Any
    ) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock, seconds()))

    def _read_status(self) -> tuple[str, int, str]:
        """The status of the answer itself: http.client would take 102 or 103, which precede it, for it."""
        version, status, reason = super()._read_status()  # type: ignore[misc]
        while _SWITCHING_PROTOCOLS < status < 200:
            http.client.parse_headers(self.fp)
            version, status, reason = super()._read_status()  # type: ignore[misc]
        return version, status, reason


class _TimedReader(io.RawIOBase):
    """Reads from a socket until a total time is over; the socket's own timeout holds for each read, too."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, seconds: float) -> None:
        self._raw = raw
        self._socket = sock
        self._ends_at = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        usual = self._socket.gettimeout()
        self._socket.settimeout(left if usual is None else min(left, usual))
        try:
            return self._raw.readinto(buffer)
        finally:
            self._socket.settimeout(usual)

    def close(self) -> None:
        self._raw.close()
        super().close()
