"""The objects behind the schema: graphql-core reads their attributes and calls their methods.

Only visible products are there, and only metafields that the storefront may access, whoever owns them
("Guide to Working with Product Variants").
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from include.sandbox.catalogue.catalogue import Catalogue
from include.sandbox.catalogue.records import CatalogueEntry, Metafield, OptionValue, Variant
from include.sandbox.storefront.graph.connections import connection

MOST_PRODUCTS = 50  # "Platform limitations" in the overview of the GraphQL Storefront API
MOST_VARIANTS = 250  # the largest page in that overview's examples
MOST_OTHERS = 50  # UNVERIFIED

Info = GraphQLResolveInfo
Json = dict[str, Any]


@dataclass(frozen=True)
class ShownStore:
    """What the storefront shows of a store."""

    store_hash: str
    catalogue: Catalogue
    currency: str


class Site:
    """The root of every query."""

    def __init__(self, store: ShownStore) -> None:
        self._store = store
        self.settings = {"storeName": "Sandbox Store", "storeHash": store.store_hash}

    def product(self, _info: Info, **named: Any) -> ProductNode | None:
        """The product that is named by one of its ids or its SKU; None if there is no such visible one."""
        by_id = [named["entityId"]] if named.get("entityId") is not None else None
        found = (entry for entry in self._visible(by_id) if _is_named(entry, named))
        entry = next(found, None)
        return ProductNode(self._store, entry) if entry else None

    def products(self, _info: Info, **arguments: Any) -> Json:
        """Visible products in the order of their ids."""
        wanted = arguments.get("entityIds")
        if len(wanted or ()) > MOST_PRODUCTS:
            raise GraphQLError(f"A query can name at most {MOST_PRODUCTS} products.")
        found = [ProductNode(self._store, entry) for entry in self._visible(wanted)]
        return connection(found, arguments, MOST_PRODUCTS)

    def _visible(self, product_ids: Collection[int] | None) -> list[CatalogueEntry]:
        """Those of these products (None: of all) that are there and visible, in the order of their ids."""
        catalogue = self._store.catalogue
        with catalogue.lock:
            known = catalogue.product_ids
            wanted = known if product_ids is None else sorted({*product_ids} & {*known})
            entries = [catalogue.entry(product_id) for product_id in wanted]
        return [entry for entry in entries if entry.product.is_visible]


class ProductNode:
    """A product."""

    def __init__(self, store: ShownStore, entry: CatalogueEntry) -> None:
        product = entry.product
        self._store, self._entry = store, entry
        self.id = _global_id("Product", product.id)
        self.entityId = product.id
        self.name, self.sku, self.type = product.name, product.sku, product.type.capitalize()
        self.path = product.custom_url.url

    def variants(self, _info: Info, **arguments: Any) -> Json:
        """All variants, or those with these ids."""
        wanted = arguments.get("entityIds")
        found = [
            VariantNode(self._store, variant)
            for variant in list(self._entry.variants)
            if wanted is None or variant.id in wanted
        ]
        return connection(found, arguments, MOST_VARIANTS)


class VariantNode:
    """A variant."""

    def __init__(self, store: ShownStore, variant: Variant) -> None:
        self._store, self._options = store, [OptionNode(value) for value in variant.option_values]
        self.id = _global_id("Variant", variant.id)
        self.entityId, self.sku = variant.id, variant.sku
        price = float(variant.calculated_price or 0)
        self.prices = {"price": {"currencyCode": store.currency, "value": price}}

    def options(self, _info: Info, **arguments: Any) -> Json:
        """The options that make the variant."""
        return connection(self._options, arguments, MOST_OTHERS)

    def metafields(self, _info: Info, **arguments: Any) -> Json:
        """The variant's metafields of one namespace that the storefront may access."""
        keys = arguments.get("keys")
        found = [
            MetafieldNode(each)
            for each in self._store.catalogue.metafields.of_storefront(self.entityId)
            if each.namespace == arguments["namespace"] and (keys is None or each.key in keys)
        ]
        return connection(found, arguments, MOST_OTHERS)


class OptionNode:
    """An option that makes the variant, such as its colour, with the variant's value. Modifiers are none."""

    def __init__(self, value: OptionValue) -> None:
        self.entityId, self.displayName, self.isRequired = value.option_id, value.option_display_name, True
        self._value = {"entityId": value.id, "label": value.label}

    def values(self, _info: Info, **arguments: Any) -> Json:
        """The variant's own value."""
        return connection([self._value], arguments, MOST_OTHERS)


class MetafieldNode:
    """A metafield."""

    def __init__(self, metafield: Metafield) -> None:
        self.id = _global_id("Metafields", metafield.id)
        self.entityId, self.key, self.value = metafield.id, metafield.key, metafield.value


def _is_named(entry: CatalogueEntry, named: Json) -> bool:
    product_id, variants = entry.product.id, entry.variants
    tests: dict[str, Callable[[Any], bool]] = {
        "entityId": lambda wanted: wanted == product_id,
        "id": lambda wanted: wanted == _global_id("Product", product_id),
        "sku": lambda wanted: wanted in {entry.product.sku, *(variant.sku for variant in variants)},
        "variantEntityId": lambda wanted: wanted in {variant.id for variant in variants},
    }
    given = {name: value for name, value in named.items() if value is not None}
    return bool(given) and all(tests[name](value) for name, value in given.items())


def _global_id(kind: str, number: int) -> str:
    """Such as `VmFyaWFudDoxMjc=`, which says Variant:127."""
    return b64encode(f"{kind}:{number}".encode()).decode()
