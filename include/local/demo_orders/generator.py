"""Deterministic orders as the CRM keeps them: the same seed and arguments give the same orders.

Plain dictionaries with the columns of crm.customer_order and crm.customer_order_line. Money is Decimal and
adds up: price is the sum of quantity x price of the lines, total_amount = price - total_discount +
base_shipping + sales_tax. With `awkward`, the cases of awkward.py come first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from include.crm.demo_orders import SellableVariant
from include.local.demo_orders.awkward import AWKWARD_CASES
from include.local.demo_orders.order import ZERO, CrmOrder, Row, add_up
from include.local.demo_orders.people import COUNTRIES, MOST_COMMON, Country

CENT = Decimal("0.01")
KINDS = {  # out of 100 orders
    "initial": 60,
    "rebill": 20,
    "test": 4,
    "pending": 4,
    "declined": 5,
    "refunded": 3,
    "cancelled": 2,
    "partial": 2,
}
STATUSES = {
    "pending": "PENDING",
    "declined": "DECLINED",
    "refunded": "REFUNDED",
    "cancelled": "CANCELLED",
    "partial": "PARTIAL",
}
# The states that a completed order can have.
COMPLETED = ("COMPLETE", "REFUNDED")
SIZES = (1, 1, 1, 1, 2, 2, 3, 4, 8)  # lines of an order
QUANTITIES = (1, 1, 1, 1, 2, 3, 12)
PAY_SOURCES = ("CREDITCARD", "CREDITCARD", "CREDITCARD", "PAYPAL", "APPLEPAY", "DIRECTDEBIT")
SHIPPING = tuple(map(Decimal, ("0.00", "4.95", "7.50", "12.00")))
COUPONS = (("WELCOME10", Decimal("0.10")), ("SUMMER15", Decimal("0.15")), ("HALF", Decimal("0.5")))
COMPANIES = ("", "", "", "", "Ångström & Söhne GmbH", "Acme, Inc.")
PARTS_OF_ADDRESS = (
    "first_name",
    "last_name",
    "company_name",
    "address1",
    "address2",
    "city",
    "state",
    "postal_code",
    "country",
)
CUSTOMER = (
    *("customer_id", "name", "email_address", "phone_number"),
    *PARTS_OF_ADDRESS,
    *(f"ship_{part}" for part in PARTS_OF_ADDRESS),
)
TAXES = {country.code: country.tax for country in COUNTRIES}


@dataclass
class _Subscription:
    order: Row
    cycles: int = 1


def generate_orders(
    seed: int,
    count: int,
    variants: Sequence[SellableVariant],
    campaign_id: int,
    *,
    began_at: datetime,
    ended_at: datetime,
    first_order_id: int = 1,
    currency: str = "USD",
    awkward: bool = False,
) -> Iterator[CrmOrder]:
    """Make `count` orders, ascending by id and time, spread evenly between the two UTC times.

    A rebill (billing cycle >= 2) comes after its original order. With `awkward`, the first orders are the
    AWKWARD_CASES, as many as `count` allows, all of them completed initial orders.
    """
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    cases = AWKWARD_CASES if awkward else ()
    subscriptions: list[_Subscription] = []
    for number in range(count):
        kind = random.choices(list(KINDS), list(KINDS.values()))[0]
        if number < len(cases) or (kind == "rebill" and not subscriptions):
            kind = "initial"
        created = began_at + (ended_at - began_at) * number / count
        completed = min(created + timedelta(seconds=random.randint(1, 90)), ended_at)
        made = _make_order(random, kind, variants, subscriptions)
        for line in made.lines:
            line["order_id"] = first_order_id + number
        made.order.update(
            order_id=first_order_id + number,
            client_order_id=f"{random.getrandbits(40):010X}",
            campaign_id=campaign_id,
            currency_code=currency,
            date_created=created,
            date_updated=completed,
            completed_at=completed if made.order["order_status"] in COMPLETED else None,
        )
        if number < len(cases):
            made.kind = cases[number].__name__
            cases[number](made)
        elif kind == "initial":
            subscriptions.append(_Subscription(made.order))
        yield made


def _make_order(
    random: Random, kind: str, variants: Sequence[SellableVariant], subscriptions: list[_Subscription]
) -> CrmOrder:
    order: Row = {
        "order_type": "NEW_SALE",
        "order_status": STATUSES.get(kind, "COMPLETE"),
        "is_test": kind == "test",
        "billing_cycle_number": 1,
        "original_order_id": None,
        "pay_source": random.choice(PAY_SOURCES),
    }
    if kind == "rebill":
        subscription = random.choice(subscriptions)
        subscription.cycles += 1
        order.update(
            {name: subscription.order[name] for name in CUSTOMER},
            order_type="RECURRING",
            billing_cycle_number=subscription.cycles,
            original_order_id=subscription.order["order_id"],
        )
    else:
        order.update(_customer(random))
    lines = [_line(random, number, variants) for number in range(1, random.choice(SIZES) + 1)]
    made = CrmOrder(kind, order, lines)
    _charge(random, made)
    return made


def _customer(random: Random) -> Row:
    country = random.choices(COUNTRIES, [MOST_COMMON, *[1] * (len(COUNTRIES) - 1)])[0]
    billing = _address(random, country)
    elsewhere = random.random() < 0.3
    shipping = _address(random, country) if elsewhere else dict.fromkeys(PARTS_OF_ADDRESS, "")
    mailbox = f"customer{random.randint(1, 999_999)}"
    return {
        "customer_id": random.randint(1, 1_000_000),
        "name": f"{billing['first_name']} {billing['last_name']}",
        "email_address": f"{mailbox}@example.{random.choice(('com', 'org', 'net'))}",
        "phone_number": random.choice(("", country.telephone.format(random.randint(0, 99)))),
        **billing,
        **{f"ship_{part}": text for part, text in shipping.items()},
    }


def _address(random: Random, country: Country) -> Row:
    first_name, last_name = random.choice(country.people)
    street, city, states, postal_code = random.choice(country.places)
    return {
        "first_name": first_name,
        "last_name": last_name,
        "company_name": random.choice(COMPANIES),
        "address1": street,
        "address2": random.choice(("", "", "c/o Müller", "2nd floor")),
        "city": city,
        "state": random.choice(states),
        "postal_code": postal_code,
        "country": country.code,
    }


def _line(random: Random, number: int, variants: Sequence[SellableVariant]) -> Row:
    variant = random.choice(variants)
    return {
        "line_number": number,
        "campaign_product_id": variant.campaign_product_id,
        "variant_detail_id": variant.variant_detail_id,
        "sku": variant.sku,
        "name": variant.name,
        "quantity": random.choice(QUANTITIES),
        "price": variant.price,
    }


def _charge(random: Random, made: CrmOrder) -> None:
    """Set discount, shipping and tax, each rounded to the cent."""
    goods: Decimal = sum((line["quantity"] * line["price"] for line in made.lines), ZERO)
    coupon, share = random.choice(COUPONS) if random.random() < 0.25 else ("", ZERO)
    discount = _to_the_cent(goods * share)
    tax = TAXES[made.order["country"]] if random.random() < 0.8 else ZERO
    made.order.update(
        coupon_code=coupon,
        total_discount=discount,
        base_shipping=random.choice(SHIPPING),
        sales_tax=_to_the_cent((goods - discount) * tax),
    )
    add_up(made)


def _to_the_cent(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
