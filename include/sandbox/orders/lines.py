"""An order's lines against the catalogue: existence, choices, stock and prices."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from include.sandbox.catalogue.catalogue import Catalogue
from include.sandbox.catalogue.modifiers import SHOWN_TYPES, Modifier
from include.sandbox.catalogue.records import CatalogueEntry, Variant
from include.sandbox.encoding import ZERO
from include.sandbox.orders import refused_lines
from include.sandbox.orders.records import ChosenOption, OrderLine, money
from include.sandbox.orders.refusals import missing
from include.sandbox.orders.request_bodies import NewLine
from include.sandbox.orders.request_checks import check_amount, check_pair
from include.sandbox.refusals import Refusal, invalid

Sold = tuple[NewLine, CatalogueEntry | None, Variant | None]


def find_sold(catalogue: Catalogue, lines: list[NewLine]) -> list[Sold]:
    """Each line with its product and variant; None for a custom line.

    Raises Refusal 400 if a line names an unknown or mismatched product, variant or choice, or skips a
    required choice. The caller holds the catalogue's lock.
    """
    sold: list[Sold] = []
    problems: list[refused_lines.Problem] = []
    for line in lines:
        _check_prices(line)
        if line.product_id is None:
            _check_custom(line)
            sold.append((line, None, None))
            continue
        found = _find(catalogue, line.product_id, line.variant_id)
        if isinstance(found, dict):
            problems.append(found)
            continue
        problems.extend(_wrong_choices(found[0], line))
        sold.append((line, *found))
    if problems:
        raise Refusal(400, refused_lines.OPTIONS_INVALID, details={"errors": problems})
    return sold


def take_stock(catalogue: Catalogue, sold: list[Sold]) -> None:
    """Take the stock of all lines, or raise Refusal 409 and take nothing."""
    wanted: Counter[tuple[int, int]] = Counter()
    for line, entry, variant in sold:
        if entry and variant:
            wanted[entry.product.id, variant.id] += line.quantity
    problems = [
        problem
        for (product_id, variant_id), quantity in wanted.items()
        if (
            problem := refused_lines.wrong_quantity(
                catalogue.product(product_id), catalogue.variant(variant_id), quantity
            )
        )
    ]
    if problems:
        raise Refusal(409, refused_lines.NO_STOCK, details={"errors": problems})
    for (_, variant_id), quantity in wanted.items():
        catalogue.take_stock(variant_id, quantity)


def make_lines(order_id: int, sold: list[Sold]) -> list[OrderLine]:
    """The lines as the order keeps them; a line without a price gets the catalogue's."""
    return [_make_line(order_id, number, *each) for number, each in enumerate(sold, start=1)]


def prices(line: NewLine, variant: Variant | None) -> tuple[Decimal, Decimal]:
    """The unit price without and with tax. The store adds no tax itself."""
    if line.price_ex_tax is not None and line.price_inc_tax is not None:
        return line.price_ex_tax, line.price_inc_tax
    own = (variant.calculated_price if variant else None) or ZERO
    return own, own


def _make_line(
    order_id: int, number: int, line: NewLine, entry: CatalogueEntry | None, variant: Variant | None
) -> OrderLine:
    product = entry.product if entry else None
    line_id = order_id * 1000 + number
    ex_tax, inc_tax = prices(line, variant)
    name = line.name or line.name_customer or line.name_merchant or (product.name if product else "")
    return OrderLine(
        id=line_id,
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
        product_options=_chosen(entry, line, line_id) if entry else (),
    )


def _check_prices(line: NewLine) -> None:
    check_amount("price_ex_tax", line.price_ex_tax)
    check_amount("price_inc_tax", line.price_inc_tax)
    check_pair(line, "price_ex_tax", "price_inc_tax")


def _check_custom(line: NewLine) -> None:
    if line.variant_id is not None:
        raise invalid("variant_id", "A line that is not in the catalogue has none.")
    if line.product_options:
        raise invalid("product_options", "A line that is not in the catalogue has none.")
    if not (line.name or line.name_customer or line.name_merchant):
        raise missing("name")
    if line.price_ex_tax is None:
        raise missing("price_ex_tax")


def _find(
    catalogue: Catalogue, product_id: int, variant_id: int | None
) -> tuple[CatalogueEntry, Variant] | refused_lines.Problem:
    """The product and the variant, or the problem."""
    try:
        entry = catalogue.entry(product_id)
    except KeyError:
        return refused_lines.unknown_product(product_id)
    if variant_id is None:
        if len(entry.variants) == 1:
            return entry, entry.variants[0]
        return refused_lines.missing_options(entry.product, _options(entry))
    if catalogue.product_of(variant_id) != product_id:
        return refused_lines.unknown_option(entry.product, variant_id)
    return entry, catalogue.variant(variant_id)


def _options(entry: CatalogueEntry) -> list[tuple[int, str]]:
    """The options that distinguish the product's variants, such as colour and size."""
    values = [value for variant in entry.variants for value in variant.option_values]
    return list({value.option_id: value.option_display_name for value in values}.items())


def _wrong_choices(entry: CatalogueEntry, line: NewLine) -> list[refused_lines.Problem]:
    """Unknown modifiers, unknown values, and required modifiers without a choice."""
    modifiers = {modifier.id: modifier for modifier in entry.modifiers}
    problems = []
    for choice in line.product_options:
        if choice.id not in modifiers:
            problems.append(refused_lines.unknown_option(entry.product, choice.id))
        elif not modifiers[choice.id].understands(choice.value):
            problems.append(refused_lines.unknown_value(entry.product, modifiers[choice.id], choice.value))
    chosen = {choice.id for choice in line.product_options}
    lacking = [
        (each.id, each.display_name) for each in entry.modifiers if each.required and each.id not in chosen
    ]
    if lacking:
        problems.append(refused_lines.missing_options(entry.product, lacking))
    return problems


def _chosen(entry: CatalogueEntry, line: NewLine, line_id: int) -> tuple[ChosenOption, ...]:
    modifiers: dict[int, Modifier] = {modifier.id: modifier for modifier in entry.modifiers}
    return tuple(
        ChosenOption(
            id=line_id * 10 + place,
            option_id=choice.id,
            order_product_id=line_id,
            product_option_id=choice.id,
            display_name=choice.display_name or modifiers[choice.id].display_name,
            display_value=choice.display_value or modifiers[choice.id].shown(choice.value),
            value=choice.value,
            type=SHOWN_TYPES.get(modifiers[choice.id].type, "Multiple choice"),
            name=modifiers[choice.id].name,
        )
        for place, choice in enumerate(line.product_options)
    )
