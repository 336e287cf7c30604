"""Files to download, sent while Postgres makes them.

@router.get("/{store}/things.csv", response_class=Response)
def export_things(source: Source, export: Export) -> Response:
    return export.csv(f"things-{source.store_hash}.csv", lambda crm: things.export(crm, …))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import chain
from typing import Annotated, Any

import psycopg
from fastapi import Depends, Response
from fastapi.responses import StreamingResponse

from include.connections import open_crm


class FileExport:
    """One file on its way to a reader."""

    def csv(self, name: str, blocks: Callable[[psycopg.Connection[Any]], Iterator[bytes]]) -> Response:
        """A response with what `blocks` yields, read with a connection of its own."""
        with ExitStack() as stack:
            found = blocks(stack.enter_context(open_crm()))
            first = next(found, b"")  # an unavailable database is reported now, not inside the file
            staying_open = stack.pop_all()

        def content() -> Iterator[bytes]:
            with staying_open:
                yield from chain([first], found)

        headers = {"Content-Disposition": f"attachment; filename={name}"}
        return StreamingResponse(content(), media_type="text/csv", headers=headers)


Export = Annotated[FileExport, Depends(FileExport)]
