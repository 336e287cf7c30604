"""`make demo`: start the system, activate the sandbox store, sync its products, push orders, show the result.

In a terminal, the system then runs until Ctrl-C. Without a terminal, or with DEMO_ONCE=1, it stops at the
end. The exit status is 0 if the sync was Completed and the orders were pushed, else 1.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
import requests
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from include.argument_types import positive
from include.crm import data_sources
from include.crm.migrate import MigrationFailed
from include.local.addresses import show_addresses
from include.local.console import Steps
from include.local.environment import PROJECT, without_proxy
from include.local.many_stores import add_stores
from include.local.orders import order_and_push
from include.local.progress import wait_for_sync
from include.local.supervisor import SystemFailed
from include.local.system import STORE_HASH, Ports, System, running_system
from include.product_sync import summary

USUAL_PORTS = Ports(postgres=5433, sandbox=8070, more_stores=8071, checkout=8072, airflow=8080)

ORDER_SETTINGS = [
    *("--send-initial-orders", "--send-rebill-orders"),
    *("--send-order-status", "Awaiting Fulfillment"),
]


def main() -> int:
    """Run the demo and return its exit status."""
    options = _parser().parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    os.environ.update(without_proxy())
    console = Console(highlight=False)
    steps = Steps(console)
    stays_up = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("DEMO_ONCE") != "1"
    completed = False
    try:
        with running_system(
            options.state.resolve(),
            steps,
            ports=USUAL_PORTS,
            products=options.products,
            variants=options.variants,
            more_stores=options.stores - 1,
            webhooks=True,
        ) as system:
            completed = _sync_once(system, steps)
            if options.stores > 1:
                add_stores(system, steps, options.stores - 1)
            if stays_up:
                show_addresses(system, console)
                while True:
                    system.check()
                    time.sleep(1)
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 0 if completed else 130
    except BlockingIOError:
        console.print(
            f"[red]The demo is already running[/] in the folder {escape(str(options.state))}. "
            "Stop it first, with Ctrl-C in its terminal.",
            soft_wrap=True,
        )
    except (SystemFailed, MigrationFailed, psycopg.Error, requests.RequestException) as error:
        console.print(escape(str(error)), soft_wrap=True)
        console.print("Everything is stopped. The next `make demo` continues with the same data.")
    except OSError as error:  # a folder that cannot be written, a full disk
        console.print(
            escape(
                f"The demo cannot continue: {error}. Its data is in the folder {options.state}: check that "
                "you may write there, and that the disk has room."
            ),
            soft_wrap=True,
        )
    else:
        return 0 if completed else 1
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m include.local.demo", description=__doc__)
    add = parser.add_argument
    add(
        "--state",
        type=Path,
        default=PROJECT / ".local",
        help="folder for its databases, logs and secrets (default .local)",
    )
    add("--products", type=positive, default=1200, help="size of the sandbox store (default %(default)s)")
    add("--variants", type=positive, default=5, help="variants of each product (default %(default)s)")
    add(
        "--stores",
        type=positive,
        default=1,
        help="how many stores; all but the first are small (default %(default)s)",
    )
    return parser


def _sync_once(system: System, steps: Steps) -> bool:
    _activate(system, steps)
    with steps.step("DAG of the store") as details:
        dag_id = system.airflow.wait_for_dag(STORE_HASH)
        details.append(dag_id)
    run_id = system.airflow.unfinished_run(dag_id)
    if run_id:
        steps.console.print(
            "The sync that was running when the system stopped will continue within a minute."
        )
    else:
        run_id = system.airflow.start(dag_id)
    with psycopg.connect(system.postgres.url("crm"), autocommit=True) as crm:
        run = wait_for_sync(crm, dag_id, run_id, system, steps.console)
    table = Table.grid(padding=(0, 2))
    for label, text in summary.lines(run):
        table.add_row(f"  [bold]{label}[/]", escape(text))
    steps.console.print("", table, "")
    if run.status != "Completed":
        return False
    _redirect_checkout(system, steps)
    order_and_push(system, steps)
    return True


def _activate(system: System, steps: Steps) -> None:
    """Activate the sandbox store; if it is active, save the addresses that everything has now."""
    with psycopg.connect(system.postgres.url("crm")) as crm:
        held = data_sources.get(crm, STORE_HASH)
    verb = "update" if held and held.state == "active" else "activate"
    if (
        held
        and held.state == "active"
        and held.checkout_url == system.checkout_url
        and system.airflow.connection_host(STORE_HASH) == system.store_url
    ):
        return
    with steps.step(f"Data source of store {STORE_HASH}: {verb}"):
        arguments = [
            "include.data_sources",
            verb,
            STORE_HASH,
            "--base-url",
            system.store_url,
            *ORDER_SETTINGS,
            *("--checkout-url", system.checkout_url),
        ]
        if verb == "update":
            arguments.append("--new-token")  # a new address needs the access token again
        done = system.command(*arguments, text=system.secrets.store_token)
        if done.returncode:
            raise SystemFailed(done.stderr.strip() or done.stdout.strip())


def _redirect_checkout(system: System, steps: Steps) -> None:
    """Switch the checkout redirect on, now that the variants carry their custom fields."""
    with psycopg.connect(system.postgres.url("crm")) as crm:
        if data_sources.required(crm, STORE_HASH).checkout_redirect:
            return
    with steps.step("Checkout redirect switched on"):
        done = system.command("include.data_sources", "update", STORE_HASH, "--checkout-redirect")
        if done.returncode:
            raise SystemFailed(done.stderr.strip() or done.stdout.strip())


def _stop(number: int, frame: FrameType | None) -> Any:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
