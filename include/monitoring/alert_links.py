"""The addresses in alerts: of Admin → Data Sources, and of a page about a problem there."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from include.crm.problems import ProblemKind
from include.monitoring.alert_texts import TEXTS


def page(base_url: str, store_hash: str | None = None, kind: ProblemKind | None = None) -> str:
    """The address of Admin → Data Sources, of a store's page there, or of the page about one problem of it.

    `base_url` is [api] base_url, which may have a path. Airflow shows our page in a frame, and puts its path
    behind the path of that frame (plugins/data_sources.py).
    """
    base = base_url.rstrip("/")
    address = f"{base}/plugin/data_sources"
    if store_hash is None:
        return address
    inner = f"{urlsplit(base).path}/data-sources/{quote(store_hash)}"
    return f"{address}{inner}{TEXTS[kind].page if kind else ''}"
