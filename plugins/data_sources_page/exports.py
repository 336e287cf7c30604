"""Files to download: few at once, each written to disk first, so that a slow reader holds no connection.

@router.get("/{store}/things.csv", response_class=Response)
def export_things(export: Export, source: Source) -> Response:
    return export.csv(f"things-{source.store_hash}.csv", lambda crm: things.export(crm, …))
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from threading import BoundedSemaphore
from typing import IO, Annotated

import anyio
from anyio.to_thread import run_sync
from fastapi import Depends, Response
from starlette.types import Receive, Scope, Send

from include.connections.crm import open_crm
from include.crm.database import Connection
from plugins.data_sources_page.dependencies import CONNECT_SECONDS
from plugins.data_sources_page.errors import Busy, Refused

WRITTEN_AT_ONCE = 2
SENT_AT_ONCE = 16
WRITING_SECONDS = 30
SENDING_SECONDS = 600.0
# A reader that takes less than a block in this time is too slow.
BLOCK_SECONDS = 30.0
BLOCK_BYTES = 2**16
LARGEST_BYTES = 500 * 2**20

_writing = BoundedSemaphore(WRITTEN_AT_ONCE)
_sending = BoundedSemaphore(SENT_AT_ONCE)


class FileExport:
    """One file on its way to a reader."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def csv(self, name: str, blocks: Callable[[Connection], Iterable[bytes]]) -> Response:
        """A response with what `blocks` yields, read with a connection of its own. Raises Busy, Refused."""
        if not _writing.acquire(blocking=False):
            raise Busy("Too many exports run at the moment.")
        try:
            with open_crm(
                connect_timeout=CONNECT_SECONDS,
                statement_timeout=WRITING_SECONDS,
                time_limit=WRITING_SECONDS,
            ) as crm:
                self._write(blocks(crm))
        finally:
            _writing.release()
        return _FileResponse(self._file, name)

    def _write(self, blocks: Iterable[bytes]) -> None:
        size = 0
        for block in blocks:
            size += self._file.write(block)
            if size > LARGEST_BYTES:
                raise Refused("The export is too large.", "Narrow it down with a search or a filter.")


class _FileResponse(Response):
    """Sends a file from its beginning; a reader that is too slow is cut off."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.body = b""
        self.background = None
        self.status_code = 200
        self._file = file
        self.init_headers(
            {
                "Content-Type": "text/csv; charset=utf-8",
                "Content-Disposition": f"attachment; filename={name}",
                "Content-Length": str(file.tell()),
            }
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._file.seek(0)
        # an error, not an early end: the reader must not take a part for the whole
        with anyio.fail_after(SENDING_SECONDS):
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            while block := await run_sync(self._file.read, BLOCK_BYTES):
                with anyio.fail_after(BLOCK_SECONDS):
                    await send({"type": "http.response.body", "body": block, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


def _export() -> Iterator[FileExport]:
    if not _sending.acquire(blocking=False):
        raise Busy("Too many exports run at the moment.")
    try:
        with tempfile.TemporaryFile() as file:
            yield FileExport(file)
    finally:
        _sending.release()


# Ends when the response has been sent, or has failed.
Export = Annotated[FileExport, Depends(_export, scope="request")]
