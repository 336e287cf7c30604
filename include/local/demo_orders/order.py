"""One order of the CRM with its lines, as plain dictionaries, and its totals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
ZERO = Decimal(0)


@dataclass
class CrmOrder:
    """The columns of crm.customer_order and crm.customer_order_line.

    `kind` is one of KINDS in generator.py, or the name of a case in awkward.py.
    """

    kind: str
    order: Row
    lines: list[Row]


def add_up(made: CrmOrder) -> None:
    """Set price and total_amount to the sums of the lines and the other amounts."""
    order = made.order
    order["price"] = sum((line["quantity"] * line["price"] for line in made.lines), ZERO)
    order["total_amount"] = (
        order["price"] - order["total_discount"] + order["base_shipping"] + order["sales_tax"]
    )
