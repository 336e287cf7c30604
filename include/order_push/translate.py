"""Translates a CRM order into the body of POST /v2/orders (order_Post of orders.v2.oas2.yml). No I/O.

- Money: see money.py. Addresses: see addresses.py.
- If one of the two addresses has no street, city or postal code, the other is used for it: PayPal, for
  example, does not reveal the billing address.
- A line names product and variant with both prices, so that the store's own price rules do not apply. A
  variant that BigCommerce no longer has is sent by name and SKU without moving stock; the staff note says so.
- The customer is a guest. The order's date is its completion in the CRM, so that an order sent later counts
  for the day on which it was paid.
- A currency other than the store's is sent as the one the shopper paid in, which BigCommerce allows where
  multi-currency is on. The store's own currency is not sent: the field is not always writable.
- Any number of lines is sent: BigCommerce's file names no limit.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pycountry

from include.crm.ids import EXTERNAL_PREFIX, LARGEST_ID
from include.crm.orders import Address, CustomerOrder, OrderLine
from include.order_push.addresses import is_destination, one_line, store_address
from include.order_push.money import PricedLine, price_order
from include.order_push.places import Places
from include.order_push.translation_errors import RETRY, CannotTranslate, Withheld
from include.outside_text import shorten, visible

__all__ = ["EXTERNAL_SOURCE", "CannotTranslate", "external_order_id", "order_id_of", "translate"]

# Never M-MIG: BigCommerce treats that as migrated history and does not count the order.
EXTERNAL_SOURCE = "CRM"
GUEST = 0
# Postgres keeps any date, and "infinity". Programs make 1970 and 1980 of a missing one.
_POSSIBLE_YEARS = range(1990, 2101)
# Clocks and time zones differ by less. A store would list the order before all others until that date.
_MOST_AHEAD = timedelta(days=2)
_CORRECT_DATE = f"Correct the time of its completion (completed_at) in the CRM, {RETRY}"
LONGEST_LINE_NAME = 250  # orderCustomProduct_Post
LONGEST_STAFF_NOTES = 65_535  # order_Shared
LONGEST_PAYMENT_METHOD = 100  # the file has no limit; UNVERIFIED
_PAYMENT_METHODS = {
    "CREDITCARD": "Credit Card",
    "PAYPAL": "PayPal",
    "APPLEPAY": "Apple Pay",
    "GOOGLEPAY": "Google Pay",
    "AMAZON": "Amazon Pay",
    "CHECK": "Check",
    "DIRECTDEBIT": "Direct Debit",
    "COD": "Cash on Delivery",
    "": "Manual",  # BigCommerce's word for an unknown method
}


def external_order_id(order_id: int) -> str:
    """The id of a CRM order in BigCommerce, such as "crm-1234"."""
    return f"{EXTERNAL_PREFIX}{order_id}"


def order_id_of(external_order_id: str | None) -> int | None:
    """The id of the CRM order behind an external_order_id; None if it is not one of ours."""
    found = re.fullmatch(rf"{EXTERNAL_PREFIX}([1-9][0-9]{{0,18}})", external_order_id or "")
    return order_id if found and (order_id := int(found[1])) <= LARGEST_ID else None


def translate(
    order: CustomerOrder, *, status_id: int, store_currency: str, places: Places
) -> dict[str, object]:
    """The body that creates the order in BigCommerce under this status.

    `store_currency` is the ISO 4217 code of the store's own currency, `places` the countries and states that
    the store lists. Raises CannotTranslate, of which Withheld is one.
    """
    if order.is_test:
        raise Withheld("It is a test order; those never leave the CRM.", "Nothing to do.")
    if order.order_status != "COMPLETE":
        raise Withheld(
            "The order is not complete.", "Nothing to do. If it completes after all, the next push sends it."
        )
    if not order.lines:
        raise CannotTranslate(
            "The order has no lines, so it names nothing that was sold.",
            f"Enter its lines in the CRM, {RETRY}",
        )
    _check_date(order.completed_at, order.read_at)
    priced = price_order(order)

    def to_store(address: Address, kind: str) -> dict[str, str]:
        return store_address(
            address,
            kind=kind,
            name=order.name,
            email=order.email_address,
            phone=order.phone_number,
            places=places,
        )

    shipping = order.shipping if order.shipping and is_destination(order.shipping) else None
    shipped_to = to_store(shipping, "shipping") if shipping else None
    billed_to = to_store(_billing(order, shipping), "billing")
    return {
        "external_source": EXTERNAL_SOURCE,
        "external_order_id": external_order_id(order.order_id),
        "status_id": status_id,
        "customer_id": GUEST,
        "date_created": format_datetime(order.completed_at.astimezone(timezone.utc)),
        "billing_address": billed_to,
        "shipping_addresses": [shipped_to or billed_to],
        "products": [_product(each) for each in priced.lines],
        **priced.amounts,
        **_currency(order.currency_code, store_currency),
        "payment_method": _payment_method(order.pay_source),
        "staff_notes": _staff_notes(order),
    }


def _check_date(completed_at: datetime, read_at: datetime | None) -> None:
    # A machine that slept may be days behind, and so may the database's.
    now = max(filter(None, (datetime.now(timezone.utc), read_at)))
    if completed_at.year not in _POSSIBLE_YEARS:
        raise CannotTranslate(
            f"The order was completed in the year {completed_at.year}, which is impossible.", _CORRECT_DATE
        )
    if completed_at > now + _MOST_AHEAD:
        raise CannotTranslate(
            f"The order has a time of completion in the future, {completed_at:%Y-%m-%d}.", _CORRECT_DATE
        )


def _billing(order: CustomerOrder, shipping: Address | None) -> Address:
    billing = order.billing
    if shipping is None or is_destination(billing):
        return billing
    named = billing if one_line(billing.first_name + billing.last_name) else shipping
    return replace(shipping, first_name=named.first_name, last_name=named.last_name)


def _product(priced: PricedLine) -> dict[str, object]:
    line = priced.line
    sold = {
        "quantity": priced.quantity,
        "price_ex_tax": priced.price,
        "price_inc_tax": priced.price + priced.tax,
    }
    if not _is_gone(line):
        options = [{"id": option.option_id, "value": option.value} for option in line.options]
        return {
            "product_id": line.bigcommerce_product_id,
            "variant_id": line.bigcommerce_variant_id,
            **({"product_options": options} if options else {}),
            **sold,
        }
    name, sku = one_line(line.name), one_line(line.sku)
    if not (name or sku):
        raise CannotTranslate(
            f"Line {line.line_number} has no variant in BigCommerce, and no name or SKU to send instead.",
            f"Name it in the CRM, {RETRY}",
        )
    return {"name": shorten(name or sku, LONGEST_LINE_NAME), **({"sku": sku} if sku else {}), **sold}


def _is_gone(line: OrderLine) -> bool:
    return line.bigcommerce_product_id is None or line.bigcommerce_variant_id is None


def _currency(of_order: str, of_store: str) -> dict[str, str]:
    currency = pycountry.currencies.get(alpha_3=of_order.strip())
    if currency is None:
        raise CannotTranslate(
            f'The order\'s currency, "{visible(of_order.strip())}", is not a currency code such as USD.',
            f"Correct the currency in the CRM, {RETRY}",
        )
    code: str = currency.alpha_3
    return {} if code == of_store.upper() else {"default_currency_code": code}


def _payment_method(pay_source: str) -> str:
    words = one_line(pay_source.replace("_", " "))
    known = _PAYMENT_METHODS.get(words.replace(" ", "").upper())
    return known or shorten(words.title(), LONGEST_PAYMENT_METHOD)


def _staff_notes(order: CustomerOrder) -> str:
    notes = [f"CRM order {order.order_id}, billing cycle {order.billing_cycle_number}."]
    if order.original_order_id is not None:
        notes.append(f"Rebill of CRM order {order.original_order_id}.")
    if client_order_id := one_line(order.client_order_id):
        notes.append(f"Client order id {client_order_id}.")
    if coupon_code := one_line(order.coupon_code):
        notes.append(f"Coupon {coupon_code}.")
    if gone := [str(line.line_number) for line in order.lines if _is_gone(line)]:
        notes.append(f"No longer in the catalogue, so no stock was moved: line {', '.join(gone)}.")
    return shorten(" ".join(notes), LONGEST_STAFF_NOTES)
