"""A plain `requests` session at a sandbox store: what any client of it would see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests

from include.sandbox import Sandbox

BATCH = "/v3/catalog/variants/metafields"
PRODUCTS = "/v3/catalog/products"


@dataclass
class SandboxClient:
    """Sends requests with the store's first token, unless told otherwise."""

    sandbox: Sandbox
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.headers["X-Auth-Token"] = self.sandbox.token

    def send(self, method: str, path: str, /, **options: Any) -> requests.Response:
        """`path` begins at the version."""
        address = f"{self.sandbox.base_url}/stores/{self.sandbox.store_hash}{path}"
        return self.session.request(method, address, timeout=options.pop("timeout", 10), **options)

    def get(self, path: str, /, **parameters: Any) -> requests.Response:
        """Parameters with a colon in their name go as `**{"id:greater": 7}`."""
        return self.send("GET", path, params=parameters)

    def steer(self, method: str, path: str, /, **arguments: Any) -> requests.Response:
        """`/_sandbox/…`"""
        return self.session.request(
            method, f"{self.sandbox.base_url}/_sandbox{path}", json=arguments, timeout=10
        )


def metafield(variant_id: int, value: str = "1.1", **changes: Any) -> dict[str, Any]:
    """An item of a batch POST."""
    item = {"namespace": "crm", "key": "campaign_product", "permission_set": "read_and_sf_access"}
    return {**item, "resource_id": variant_id, "value": value, **changes}
