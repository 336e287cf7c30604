"""`python -m include.local.checkout --port 8072`: serve the demo checkout on loopback until SIGTERM.

CRM_DATABASE_URL is the CRM's database.
"""

from __future__ import annotations

import argparse
import os

import uvicorn

from include.local.checkout.app import make_app


def main() -> None:
    """Serve it until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m include.local.checkout", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    app = make_app(os.environ["CRM_DATABASE_URL"])
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning", server_header=False)


if __name__ == "__main__":
    main()
