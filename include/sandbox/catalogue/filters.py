"""The filters and sort orders of GET /v3/catalog/products (products_catalog.v3.yml).

Id ranges slice the sorted list of ids and are cheap; every other filter checks all products.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from include.sandbox.catalogue.catalogue import Catalogue
from include.sandbox.catalogue.records import Product
from include.sandbox.paging import refuse_unknown
from include.sandbox.refusals import Refusal

Test = Callable[[Product], bool]

ID_RANGES: dict[str, Callable[[Sequence[int], int], slice]] = {
    "id": lambda ids, value: slice(bisect_left(ids, value), bisect_right(ids, value)),
    "id:min": lambda ids, value: slice(bisect_left(ids, value), None),
    "id:max": lambda ids, value: slice(None, bisect_right(ids, value)),
    "id:greater": lambda ids, value: slice(bisect_right(ids, value), None),
    "id:less": lambda ids, value: slice(None, bisect_left(ids, value)),
}


def _equals(field: str, read: Callable[[str], Any] = str) -> Callable[[str], Test]:
    def make(text: str) -> Test:
        wanted = read(text)
        return lambda product: bool(getattr(product, field) == wanted)

    return make


def _one_of(field: str, read: Callable[[str], Any] = str) -> Callable[[str], Test]:
    def make(text: str) -> Test:
        wanted = {read(part) for part in text.split(",")}
        return lambda product: getattr(product, field) in wanted

    return make


def _boolean(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text.lower()]


def _moment(text: str) -> datetime:
    """A date without a time gets the current time of day, as the official file says."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "+"))
    if len(text) == len("2025-01-15"):
        moment = datetime.combine(moment, datetime.now(timezone.utc).time())
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _not_one_of_ids(text: str) -> Test:
    unwanted = {int(part) for part in text.split(",")}
    return lambda product: product.id not in unwanted


def _modified_since(text: str) -> Test:
    moment = _moment(text)
    return lambda product: datetime.fromisoformat(product.date_modified) >= moment


def _modified_until(text: str) -> Test:
    moment = _moment(text)
    return lambda product: datetime.fromisoformat(product.date_modified) <= moment


def _keyword(text: str) -> Test:
    word = text.lower()
    return lambda product: word in product.name.lower() or word in product.sku.lower()


FILTERS: dict[str, Callable[[str], Test]] = {
    "id:in": _one_of("id", int),
    "id:not_in": _not_one_of_ids,
    "name": _equals("name"),
    "sku": _equals("sku"),
    "sku:in": _one_of("sku"),
    "price": _equals("price", Decimal),
    "type": _equals("type"),
    "condition": _equals("condition"),
    "availability": _equals("availability"),
    "is_visible": _equals("is_visible", _boolean),
    "is_featured": _equals("is_featured", _boolean),
    "date_modified": lambda text: lambda product: product.date_modified.startswith(text),
    "date_modified:min": _modified_since,
    "date_modified:max": _modified_until,
    "keyword": _keyword,
}
SORTABLE = ("id", "name", "sku", "price", "date_modified", "inventory_level", "is_visible", "total_sold")
OTHER_PARAMETERS = {"include", "include_fields", "exclude_fields", "page", "limit", "sort", "direction"}


def matching_product_ids(catalogue: Catalogue, query: Mapping[str, str]) -> Sequence[int]:
    """The ids of the products that match the query, in the requested order.

    Raises Refusal 422 for an unknown filter, an invalid value or an unknown sort order.
    """
    refuse_unknown(query, ID_RANGES.keys() | FILTERS.keys() | OTHER_PARAMETERS)
    sort, direction = query.get("sort", "id"), query.get("direction", "asc")
    if sort not in SORTABLE or direction not in ("asc", "desc"):
        raise Refusal(422, f"Products cannot be sorted by {sort} {direction}.")
    filters = tuple(sorted((name, value) for name, value in query.items() if name in FILTERS))
    ids = (
        catalogue.memo.recall(filters, lambda: _filtered(catalogue, filters))
        if filters
        else catalogue.product_ids
    )
    for name in query.keys() & ID_RANGES.keys():
        ids = ids[ID_RANGES[name](ids, _read(name, query[name], int))]
    if sort != "id":
        ids = sorted(ids, key=lambda each: getattr(catalogue.product(each), sort))
    return ids if direction == "asc" else ids[::-1]


def _filtered(catalogue: Catalogue, filters: tuple[tuple[str, str], ...]) -> list[int]:
    tests = [_read(name, value, FILTERS[name]) for name, value in filters]
    return [each for each in catalogue.product_ids if all(test(catalogue.product(each)) for test in tests)]


def _read(name: str, value: str, reader: Callable[[str], Any]) -> Any:
    try:
        return reader(value)
    except (ValueError, KeyError, InvalidOperation) as error:
        raise Refusal(422, f"The filter {name} cannot be {value!r}.", {name: "invalid value"}) from error
