"""Refusals of POST /v2/orders to choose from, in the shapes that BigCommerce documents and that users report.

Most of them also occur naturally (stock, quantities, modifiers, addresses); these are for a test that needs
only the answer. Shapes: BigCommerce's documentation of POST /v2/orders; the bare `error` and the
refusals without details are from public reports.
"""

from __future__ import annotations

from typing import Any

from include.sandbox.orders.records import HOST
from include.sandbox.orders.refused_lines import NO_STOCK, OPTIONS_INVALID


def _product(product_id: int, name: str, **more: Any) -> dict[str, Any]:
    path = f"/products/{product_id}"
    return {"id": product_id, "name": name, **more, "url": f"{HOST}{path}.json", "resource": path}


def _sku(product_id: int, sku_id: int, sku: str, level: int) -> dict[str, Any]:
    path = f"/products/{product_id}/skus/{sku_id}"
    return {"id": sku_id, "sku": sku, "url": f"{HOST}{path}.json", "resource": path, "inventory_level": level}


def _option(product_id: int, option_id: int, name: str, **more: Any) -> dict[str, Any]:
    path = f"/products/{product_id}/options/{option_id}"
    place = {"url": f"{HOST}{path}.json", "resource": path}
    return {"id": option_id, "option_id": option_id, "display_name": name, **more, **place}


def _refused(status: int, message: str, *problems: dict[str, Any]) -> tuple[int, Any]:
    return status, [{"status": status, "message": message, "details": {"errors": list(problems)}}]


_OUT_OF_STOCK = {"type": "OutOfStock", "product": _product(6, "Laptop", sku=_sku(6, 5, "LAPTOP-A", 5))}
_TOO_MANY = {"type": "ExceedsMaxQuantity", "product": _product(27, "Headset", maximum_quantity=5)}
_TOO_FEW = {"type": "InsufficientQuantity", "product": _product(25, "Armband", minimum_quantity=2)}

ORDER_REFUSALS: dict[str, tuple[int, Any]] = {
    "out_of_stock": _refused(409, NO_STOCK, _OUT_OF_STOCK),
    "exceeds_max_quantity": _refused(409, NO_STOCK, _TOO_MANY),
    "insufficient_quantity": _refused(409, NO_STOCK, _TOO_FEW),
    "several_quantities": _refused(409, NO_STOCK, _OUT_OF_STOCK, _TOO_MANY, _TOO_FEW),
    "mandatory_options": _refused(
        400,
        OPTIONS_INVALID,
        {
            "type": "MandatoryProductOptions",
            "product": _product(
                6,
                "Laptop",
                required_product_options=[_option(6, 22, "CPU"), _option(6, 24, "Video memory")],
            ),
        },
    ),
    "invalid_option": _refused(
        400, OPTIONS_INVALID, {"type": "InvalidProductOption", "product": _product(6, "Laptop", value=222)}
    ),
    "invalid_option_value": _refused(
        400,
        OPTIONS_INVALID,
        {
            "type": "InvalidProductOptionValue",
            "product": _product(6, "Laptop", product_option=_option(6, 24, "Video memory", value=300)),
        },
    ),
    "unknown_type": _refused(
        409, NO_STOCK, {"type": "NotSoldOnFridays", "product": _product(6, "Laptop", weekday="Friday")}
    ),
    "quantities_without_details": (409, [{"status": 409, "message": NO_STOCK}]),
    "invalid_reason": (
        400,
        [
            {
                "status": 400,
                "message": "The field 'state' is invalid.",
                "details": {"invalid_reason": "The state is not one of the country."},
            }
        ],
    ),
    "invalid_field": (400, [{"status": 400, "message": "The field 'email' is invalid."}]),
    "bare_error": (400, {"error": "Input data is invalid."}),
}
