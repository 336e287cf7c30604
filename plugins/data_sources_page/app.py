"""The web application of Admin → Data Sources, mounted by Airflow under /data-sources.

    /…        pages for people, rendered on the server
    /api/…    the same as JSON, which the pages use for every change; described by /api/docs

Every route declares by a dependency who may use it (permissions.py). Every route that changes something also
requires that the request comes from our own page or from a script (csrf.py).

A locked table, a silent database or a slow store must not hold up Airflow's API, whose process this shares:

    body_limit.py         a body is read first, if it is small and arrives in time
    own_event_loop.py     everything else runs in an event loop and in threads of its own
    concurrency_limit.py  few requests work at once, a few more wait for seconds, the others get a 503
    hook_calls.py         calls of webhooks have threads, connections and a queue of their own
    dependencies.py       the connection of a request has deadlines, and few requests may contact a store
    exports.py            files to download are written first and then sent, a few at once
"""

from __future__ import annotations

from pathlib import Path

import fastapi_offline
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from include.connections.lookup import read_connections_as_server
from plugins.data_sources_page import api, errors, hook_calls, pages
from plugins.data_sources_page.body_limit import BodyLimit
from plugins.data_sources_page.concurrency_limit import AT_ONCE, ConcurrencyLimit
from plugins.data_sources_page.headers import ProtectiveHeaders
from plugins.data_sources_page.own_event_loop import OwnEventLoop

# Static files and exports are read in threads, too, but need no turn (concurrency_limit.py).
THREADS_FOR_FILES = 4
STATIC = Path(__file__).parent / "static"
DESCRIPTION = """Everything that the page *Admin → Data Sources* does, for scripts.

Log in with `POST /auth/token` of Airflow and send the token as `Authorization: Bearer …`. Requests that
change something need the header `X-Requested-With` (any value) and a JSON body. An error response explains
the error in `detail`; `problems` has a sentence for each field that needs to be fixed.
"""


def create_app() -> FastAPI:
    """The web application, for Airflow's API server."""
    read_connections_as_server()
    app = FastAPI(
        title="Data Sources",
        description=DESCRIPTION,
        version="1",
        # api/documentation.py serves these to people who are logged in
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    for router in (*api.ROUTERS, hook_calls.router, *pages.ROUTERS):
        app.include_router(router)
    # Besides hook_calls.py, the only routes without a login: these files contain no data.
    app.mount("/static/swagger", StaticFiles(directory=Path(fastapi_offline.__file__).parent / "static"))
    app.mount("/static", StaticFiles(directory=STATIC))
    errors.install(app)
    # from the inside to the outside
    app.add_middleware(ConcurrencyLimit)
    app.add_middleware(OwnEventLoop, threads=AT_ONCE + THREADS_FOR_FILES)
    app.add_middleware(BodyLimit)
    app.add_middleware(ProtectiveHeaders)
    return app
