"""A shopper's browser at a sandbox storefront, without JavaScript: a `requests` session with its cookies."""

from __future__ import annotations

from typing import Any

import requests

from include.sandbox import Sandbox

CARTS = "/api/storefront/carts"
OPTIONS = {"include": "lineItems.digitalItems.options,lineItems.physicalItems.options"}
FIELD_QUERY = """
query ($product: Int!, $variants: [Int!]) {
  site { product(entityId: $product) { variants(entityIds: $variants) { edges { node {
    entityId
    metafields(first: 1, namespace: "crm", keys: ["campaign_product"]) { edges { node { key value } } }
  } } } } }
}
"""
CERTIFICATE = {
    "amount": 25,
    "name": "Gift certificate for Ann",
    "quantity": 1,
    "recipient": {"name": "Ann", "email": "ann@example.com"},
    "sender": {"name": "Sam", "email": "sam@example.com"},
    "theme": "Birthday",
}


class Shopper(requests.Session):
    """Paths begin at the storefront's root."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self.sandbox = sandbox

    def visit(self, method: str, path: str, **options: Any) -> requests.Response:
        """A request of this shopper."""
        return self.request(method, self.sandbox.base_url + path, timeout=10, **options)

    def page(self, path: str) -> str:
        """The HTML of a page that is there."""
        response = self.visit("GET", path)
        assert response.status_code == 200, response.text
        return response.text

    def add(self, product_id: int, variant_id: int | None = None, quantity: int = 1) -> dict[str, Any]:
        """Add to the cart by the API; returns the cart."""
        line = {"productId": product_id, "quantity": quantity}
        if variant_id:
            line["variantId"] = variant_id
        return self.put_in({"lineItems": [line]})

    def put_in(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Add anything to the cart by the API; returns the cart."""
        carts = self.carts()
        path = f"{CARTS}/{carts[0]['id']}/items" if carts else CARTS
        response = self.visit("POST", path, json=wanted)
        assert response.status_code == 200, response.text
        cart: dict[str, Any] = response.json()
        return cart

    def carts(self) -> list[dict[str, Any]]:
        """What the storefront's scripts see."""
        carts: list[dict[str, Any]] = self.visit("GET", CARTS, params=OPTIONS).json()
        return carts

    def ask(
        self, query: str, variables: dict[str, Any] | None = None, token: str | None = None
    ) -> requests.Response:
        """Ask GraphQL, with the token of the storefront's pages unless another is given."""
        token = self.sandbox.storefront_tokens.current() if token is None else token
        headers = {"Authorization": f"Bearer {token}"}
        return self.visit("POST", "/graphql", json={"query": query, "variables": variables}, headers=headers)
