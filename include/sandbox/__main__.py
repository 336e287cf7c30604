"""`python -m include.sandbox`: a sandbox store on a port of this machine, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from include.sandbox.http.server import serve
from include.sandbox.store.access import DEFAULT_SCOPES
from include.sandbox.store.sandbox import Sandbox
from include.sandbox.store.settings import Settings

TOKEN_VARIABLE = "BIGCOMMERCE_SANDBOX_TOKEN"  # noqa: S105 - the variable's name


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line, with defaults."""
    parser = argparse.ArgumentParser(prog="python -m include.sandbox", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=8070, help="port; 0 picks a free one (default %(default)s)")
    add("--host-name", default="", help="also serve other machines, over HTTPS, under this host name")
    add(
        "--certificate",
        type=Path,
        metavar="FILE",
        help="with --host-name: where to write the certificate that callers must trust (new at each start)",
    )
    add("--store-hash", default="sandbox1", help="the store's hash (default %(default)s)")
    add(
        "--token",
        default=os.environ.get(TOKEN_VARIABLE),
        help=f"access token to accept, made up by you (default: environment variable {TOKEN_VARIABLE})",
    )
    add("--scopes", nargs="+", default=DEFAULT_SCOPES, metavar="SCOPE", help="the token's scopes")
    add("--seed", type=int, default=1, help="the same seed gives the same catalogue (default %(default)s)")
    add("--products", type=int, default=1200, help="how many products (default %(default)s)")
    add("--variants", type=int, default=5, help="variants of each product (default %(default)s)")
    add("--plain", action="store_true", help="leave out the awkward products of real stores")
    add("--quota", type=int, default=450, help="requests per window; 0 means unlimited (default %(default)s)")
    add(
        "--window-seconds",
        type=float,
        default=30.0,
        help="length of the quota's window (default %(default)s)",
    )
    add("--page-cap", type=int, default=250, help="largest page size (default %(default)s)")
    add("--largest-batch", type=int, default=50, help="metafields in one batch (default %(default)s)")
    add("--latency-seconds", type=float, default=0.0, help="added to every answer (default %(default)s)")
    add(
        "--metafields",
        type=Path,
        metavar="FILE",
        help="keep metafields in this file between starts",
    )
    add("--orders", type=Path, metavar="FILE", help="keep orders in this file between starts")
    add("--loopback-webhooks", action="store_true", help="let webhooks lead to this machine, without TLS")
    add("--scripts", type=Path, metavar="FILE", help="keep storefront scripts in this file between starts")
    options = parser.parse_args(arguments)
    if not options.token:
        parser.error(f"Set an access token with --token or {TOKEN_VARIABLE}.")
    if bool(options.host_name) != bool(options.certificate):
        parser.error("Set both --host-name and --certificate, or neither.")
    return options


def main() -> int:
    """Serve until a signal arrives; exits with 1 if the port is busy."""
    options = read_options()
    sandbox = Sandbox(
        products=options.products,
        variants=options.variants,
        seed=options.seed,
        awkward=not options.plain,
        store_hash=options.store_hash,
        token=options.token,
        scopes=options.scopes,
        quota=options.quota or None,
        window_seconds=options.window_seconds,
        settings=Settings(
            page_cap=options.page_cap,
            largest_batch=options.largest_batch,
            latency_seconds=options.latency_seconds,
            hooks_to_loopback=options.loopback_webhooks,
            record_bodies=False,
        ),
    )
    if options.metafields:
        sandbox.catalogue.metafields.keep_in(options.metafields)
    if options.orders:
        sandbox.orders.keep_in(options.orders)
        sandbox.refunds.keep_in(options.orders.with_suffix(".refunds.jsonl"))
    if options.scripts:
        sandbox.scripts.keep_in(options.scripts)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        with serve(sandbox, options.port, host_name=options.host_name, certificate_file=options.certificate):
            products, variants = len(sandbox.catalogue.product_ids), sandbox.catalogue.variant_count
            print(
                f"Sandbox store {sandbox.store_hash} is ready at {sandbox.base_url} "
                f"({products:,} products, {variants:,} variants, seed {options.seed})",
                flush=True,
            )
            stopped.wait()
    except OSError as error:
        print(f"The sandbox cannot listen on port {options.port}: {error.strerror}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
