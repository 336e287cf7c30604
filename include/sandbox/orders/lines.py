"""An order's lines against the catalogue: do they exist, is there stock, what do they cost.

The refusals' details are those of BigCommerce's samples: MandatoryProductOptions, InvalidProductOption;
OutOfStock, InsufficientQuantity (below the product's minimum) and ExceedsMaxQuantity.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from include.sandbox.catalogue.catalogue import Catalogue
from include.sandbox.catalogue.records import Product, Variant
from include.sandbox.encoding import ZERO
from include.sandbox.orders.reader import NewLine, check_amount, check_pair, invalid, missing
from include.sandbox.orders.records import OrderLine, money
from include.sandbox.refusals import Refusal

Sold = tuple[NewLine, Product | None, Variant | None]

OPTIONS_INVALID = "The options of one or more products are invalid."
NO_STOCK = "Quantities of one or more products are out of stock or did not meet quantity requirements."


def find_sold(catalogue: Catalogue, lines: list[NewLine]) -> list[Sold]:
    """Each line with its product and variant, None where it is not one of the catalogue.

    Raises Refusal 400 where a line names a product or variant that is not there or does not belong together,
    or says too little. The caller holds the catalogue's lock.
    """
    sold: list[Sold] = []
    problems = []
    for line in lines:
        _check_prices(line)
        if line.product_id is None:
            _check_custom(line)
            sold.append((line, None, None))
            continue
        found = _find(catalogue, line.product_id, line.variant_id)
        if isinstance(found, str):
            problems.append({"type": found, "product": _shown(line.product_id, line.variant_id)})
        else:
            sold.append((line, *found))
    if problems:
        raise Refusal(400, OPTIONS_INVALID, details={"errors": problems})
    return sold


def take_stock(catalogue: Catalogue, sold: list[Sold]) -> None:
    """Move the stock of tracked products and variants; all of it, or raise Refusal 409 and move nothing."""
    wanted: Counter[tuple[int, int]] = Counter()
    for line, product, variant in sold:
        if product and variant:
            wanted[product.id, variant.id] += line.quantity
    problems = [
        {"type": problem, "product": _shown(product_id, variant_id)}
        for (product_id, variant_id), quantity in wanted.items()
        if (problem := _shortage(catalogue.product(product_id), catalogue.variant(variant_id), quantity))
    ]
    if problems:
        raise Refusal(409, NO_STOCK, details={"errors": problems})
    for (_, variant_id), quantity in wanted.items():
        catalogue.take_stock(variant_id, quantity)


def make_lines(order_id: int, sold: list[Sold]) -> list[OrderLine]:
    """The lines as they are kept; the price of one is the catalogue's where the line gives none."""
    return [_make_line(order_id, number, *each) for number, each in enumerate(sold, start=1)]


def prices(line: NewLine, variant: Variant | None) -> tuple[Decimal, Decimal]:
    """Of one, without and with tax. This store charges no tax of its own."""
    if line.price_ex_tax is not None and line.price_inc_tax is not None:
        return line.price_ex_tax, line.price_inc_tax
    own = (variant.calculated_price if variant else None) or ZERO
    return own, own


def _make_line(
    order_id: int, number: int, line: NewLine, product: Product | None, variant: Variant | None
) -> OrderLine:
    ex_tax, inc_tax = prices(line, variant)
    name = line.name or line.name_customer or line.name_merchant or (product.name if product else "")
    return OrderLine(
        id=order_id * 1000 + number,
        order_id=order_id,
        product_id=product.id if product else 0,
        variant_id=variant.id if variant else 0,
        name=name,
        name_customer=name,
        name_merchant=line.name_merchant or name,
        sku=variant.sku if variant else line.sku,
        upc=line.upc,
        quantity=line.quantity,
        base_price=money(ex_tax),
        price_ex_tax=money(ex_tax),
        price_inc_tax=money(inc_tax),
        price_tax=money(inc_tax - ex_tax),
        base_total=money(ex_tax * line.quantity),
        total_ex_tax=money(ex_tax * line.quantity),
        total_inc_tax=money(inc_tax * line.quantity),
        total_tax=money((inc_tax - ex_tax) * line.quantity),
    )


def _check_prices(line: NewLine) -> None:
    check_amount("price_ex_tax", line.price_ex_tax)
    check_amount("price_inc_tax", line.price_inc_tax)
    check_pair(line, "price_ex_tax", "price_inc_tax")


def _check_custom(line: NewLine) -> None:
    if line.variant_id is not None:
        raise invalid("variant_id", "A line that is not in the catalogue has none.")
    if not (line.name or line.name_customer or line.name_merchant):
        raise missing("name")
    if line.price_ex_tax is None:
        raise missing("price_ex_tax")


def _find(catalogue: Catalogue, product_id: int, variant_id: int | None) -> tuple[Product, Variant] | str:
    """The product and the variant, or the type of the problem."""
    try:
        entry = catalogue.entry(product_id)
    except KeyError:
        return "InvalidProduct"
    if variant_id is None:
        return (entry.product, entry.variants[0]) if len(entry.variants) == 1 else "MandatoryProductOptions"
    if catalogue.product_of(variant_id) != product_id:
        return "InvalidProductOption"
    return entry.product, catalogue.variant(variant_id)


def _shortage(product: Product, variant: Variant, quantity: int) -> str | None:
    """What is wrong with the quantity, None where the store can deliver it."""
    if quantity < product.order_quantity_minimum:
        return "InsufficientQuantity"
    if 0 < product.order_quantity_maximum < quantity:
        return "ExceedsMaxQuantity"
    stock = {"none": None, "product": product.inventory_level, "variant": variant.inventory_level or 0}
    left = stock[product.inventory_tracking]
    return "OutOfStock" if left is not None and left < quantity else None


def _shown(product_id: int, variant_id: int | None) -> dict[str, Any]:
    return {"id": product_id, "variant_id": variant_id, "resource": f"/products/{product_id}"}
