"""Says where everything of a running demo is."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from include.local.system import System


def show_addresses(system: System, console: Console) -> None:
    """Print the addresses of a running demo, with what each is for and how to log in."""
    env_file = (
        system.env_file.relative_to(Path.cwd())
        if system.env_file.is_relative_to(Path.cwd())
        else system.env_file
    )
    page, store = f"{system.airflow.address}/plugin/data_sources", system.store_url
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")  # an address is never cut off
    for label, text in (
        ("Airflow", f"[link]{system.airflow.address}[/link]  admin / {system.secrets.admin_password}"),
        ("Data sources", f"[link]{page}[/link]  Admin → Data Sources"),
        ("Storefront", f"[link]{store}/storefront[/link]  buy there as a shopper"),
        ("CRM checkout", f"[link]{system.checkout_url}[/link]  where checkout links lead"),
        ("Sandbox store", f"[link]{store}[/link]  edit it as the merchant: changes arrive at once"),
        ("", f"{system.secrets.store_token}  its access token, to activate it again"),
        ("Commands", f'source {env_file}; then airflow …, psql "$CRM_DATABASE_URL", python -m include.…'),
    ):
        table.add_row(f"  {label}", text)
    console.print("", table)
    console.print("  Press Ctrl-C to stop. The next `make demo` continues with the same data.")
