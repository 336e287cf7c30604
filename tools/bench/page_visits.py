"""Visits every page of Data Sources in this process; prints the median seconds of each as JSON."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time

from include.local.environment import PROJECT

VISITS = 9
PAGES = {
    "list of stores": "",
    "list of stores, refreshed": "store-list",
    "list of stores, search": "?search=store 77",
    "overview": "{store}",
    "card": "{store}/card",
    "settings": "{store}/settings",
    "products": "{store}/products",
    "products, next page": "{store}/products?after=5000",
    "products, search": "{store}/products?search=c4ca",
    "products, overridden": "{store}/products?show=overridden",
    "products, SKU": "{store}/products?show=sku",
    "products, not written": "{store}/products?show=not%20written",
    "orders": "{store}/orders",
    "orders, rejected": "{store}/orders?state=rejected",
    "orders, search": "{store}/orders?search=50000",
    "one order": "{store}/orders/50000",
    "variants not ready": "{store}/checkout-readiness",
    "variants not ready, counted": "{store}/checkout-readiness/count",
    "syncs": "{store}/syncs",
    "one sync": "{store}/syncs/500",
}


def main(store: str) -> None:
    """Visit each page, and print how long the server took."""
    os.environ["AIRFLOW__CORE__PLUGINS_FOLDER"] = str(PROJECT / "plugins")
    os.environ["AIRFLOW__API_AUTH__JWT_SECRET"] = "s" * 64
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)

    from airflow.api_fastapi.app import create_app, get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
    from fastapi.testclient import TestClient

    client = TestClient(create_app(apps="core"))
    token = get_auth_manager().generate_jwt(SimpleAuthManagerUser(username="bench", role="admin"))
    client.headers["Authorization"] = f"Bearer {token}"
    medians = {}
    for name, path in PAGES.items():
        seconds = []
        for _ in range(VISITS):
            began = time.perf_counter()
            client.get(f"/data-sources/{path.format(store=store)}").raise_for_status()
            seconds.append(time.perf_counter() - began)
        medians[name] = statistics.median(seconds)
    print(json.dumps(medians))


if __name__ == "__main__":
    main(sys.argv[1])
