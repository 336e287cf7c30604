"""Reads the body of POST and PUT /v2/orders and checks everything that needs no catalogue.

Fields that orders.v2.oas2.yml does not define are refused, and so are features that this store lacks:
customers, consignments, fees, gift wrapping. Refusals are worded as users report them.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from decimal import Decimal
from email.utils import parsedate_to_datetime
from logging import getLogger
from typing import Annotated, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from include.sandbox.orders.records import STATUSES, Address, Order, ShippingAddress
from include.sandbox.refusals import Refusal
from include.sandbox.store.geography.countries import find_country, find_state

A = TypeVar("A", bound=Address)

PAIRS = ("subtotal", "shipping_cost", "handling_cost", "wrapping_cost", "total")
MIGRATED_HISTORY = "M-MIG"
LONGEST_TEXT = 255  # characters in a field of an address; UNVERIFIED
LARGEST_AMOUNT = Decimal(10) ** 12
NEEDED_OF_SHIPPING = ("first_name", "last_name", "street_1", "city", "zip")
NEEDED_OF_BILLING = (*NEEDED_OF_SHIPPING, "email")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_UNKNOWN = re.compile(r"unknown field `(\w+)`")
_MISSING = re.compile(r"missing required field `(\w+)`")
_PLACE = re.compile(r"at `\$(?:.*\.)?([a-z_0-9]+)[^`]*`")
_log = getLogger(__name__)


class Choice(Struct, forbid_unknown_fields=True, gc=False):
    """A line's choice for a modifier: a value's id, or typed text."""

    id: int
    value: str
    display_name: str = ""
    display_name_customer: str = ""
    display_name_merchant: str = ""
    display_value: str = ""
    display_value_customer: str = ""
    display_value_merchant: str = ""


class NewLine(Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A catalogue line with a `product_id`, or a custom line without one."""

    product_id: int | None = None
    variant_id: int | None = None
    quantity: Annotated[int, Meta(ge=1)]
    price_ex_tax: Decimal | None = None
    price_inc_tax: Decimal | None = None
    name: Annotated[str, Meta(min_length=1, max_length=250)] | None = None
    name_customer: Annotated[str, Meta(min_length=1, max_length=250)] | None = None
    name_merchant: Annotated[str, Meta(min_length=1, max_length=250)] | None = None
    sku: str = ""
    upc: str = ""
    product_options: list[Choice] = []


class NewOrder(Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The fields of a POST."""

    billing_address: Address
    products: Annotated[list[NewLine], Meta(min_length=1)]
    shipping_addresses: list[ShippingAddress] = []
    customer_id: int = 0
    status_id: int = 1
    date_created: str | None = None
    subtotal_ex_tax: Decimal | None = None
    subtotal_inc_tax: Decimal | None = None
    base_shipping_cost: Decimal | None = None
    shipping_cost_ex_tax: Decimal | None = None
    shipping_cost_inc_tax: Decimal | None = None
    base_handling_cost: Decimal | None = None
    handling_cost_ex_tax: Decimal | None = None
    handling_cost_inc_tax: Decimal | None = None
    base_wrapping_cost: Decimal | None = None
    wrapping_cost_ex_tax: Decimal | None = None
    wrapping_cost_inc_tax: Decimal | None = None
    total_ex_tax: Decimal | None = None
    total_inc_tax: Decimal | None = None
    discount_amount: Decimal = Decimal(0)
    default_currency_code: str | None = None
    channel_id: int = 1
    payment_method: str = "Manual"
    payment_provider_id: str | int = ""
    staff_notes: Annotated[str, Meta(max_length=65535)] = ""
    customer_message: str = ""
    customer_locale: str = "en"
    external_source: str | None = None
    external_order_id: str = ""
    external_merchant_id: str | None = None
    ip_address: Annotated[str, Meta(max_length=30)] = ""
    ip_address_v6: Annotated[str, Meta(max_length=39)] = ""
    geoip_country: str = ""
    geoip_country_iso2: str = ""
    items_shipped: int = 0
    order_is_digital: bool = False
    refunded_amount: Decimal = Decimal(0)


class ChangedOrder(Struct, kw_only=True, forbid_unknown_fields=True):
    """The fields of a PUT that this store supports."""

    status_id: int | UnsetType = UNSET
    is_deleted: bool | UnsetType = UNSET
    staff_notes: Annotated[str, Meta(max_length=65535)] | UnsetType = UNSET
    customer_message: str | UnsetType = UNSET
    payment_method: str | UnsetType = UNSET
    external_source: str | UnsetType | None = UNSET
    external_order_id: str | UnsetType = UNSET


AMOUNTS = tuple(
    field.name for field in msgspec.structs.fields(NewOrder) if field.type in (Decimal, Decimal | None)
)
READ_ONLY = set(Order.__struct_fields__) - set(NewOrder.__struct_fields__) - {"consignments", "fees"}
_new_orders = msgspec.json.Decoder(NewOrder)
_changed_orders = msgspec.json.Decoder(ChangedOrder)


def invalid(field: str, reason: str) -> Refusal:
    """400: the value of this field is invalid."""
    return Refusal(400, f"The field '{field}' is invalid.", details={"invalid_reason": reason})


def missing(field: str) -> Refusal:
    """400: this field is required."""
    return Refusal(400, f"The required field '{field}' was not supplied.")


def read_new_order(body: bytes, currencies: tuple[str, ...], *, accents_matter: bool = False) -> NewOrder:
    """A new order, with country and state in the store's spelling. Raises Refusal 400."""
    try:
        new = _new_orders.decode(body)
    except msgspec.DecodeError as error:
        raise refusal_of(error) from error
    _check_source(new.external_source)
    _check_status(new.status_id)
    if new.customer_id:
        raise invalid("customer_id", "This store has no customers: 0 is a guest.")
    if new.channel_id != 1:
        raise invalid("channel_id", "This store has the channel 1 only.")
    if new.default_currency_code not in (None, *currencies):
        raise invalid("default_currency_code", "The store does not transact in this currency.")
    if new.date_created is not None:
        read_moment("date_created", new.date_created)
    _check_amounts(new)
    new.billing_address = _checked(new.billing_address, NEEDED_OF_BILLING, accents_matter)
    new.shipping_addresses = [
        _checked(each, NEEDED_OF_SHIPPING, accents_matter) for each in new.shipping_addresses
    ]
    return new


def read_changed_order(body: bytes) -> dict[str, object]:
    """The fields that change. Raises Refusal 400."""
    try:
        changed = msgspec.structs.asdict(_changed_orders.decode(body))
    except msgspec.DecodeError as error:
        raise refusal_of(error) from error
    fields = {name: value for name, value in changed.items() if value is not UNSET}
    _check_source(fields.get("external_source"))
    if "status_id" in fields:
        _check_status(fields["status_id"])
    return fields


def read_moment(field: str, text: str) -> datetime:
    """A date in RFC-2822 or ISO-8601, in UTC; raises Refusal 400."""
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        try:  # an unescaped plus sign in a query arrives as a space
            moment = datetime.fromisoformat(re.sub(r"Z$", "+00:00", text.strip()).replace(" ", "+"))
        except ValueError as error:
            raise invalid(field, "A date is RFC-2822 or ISO-8601.") from error
    return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def check_amount(field: str, amount: Decimal | None) -> None:
    """Raises Refusal 400 if the amount is negative, too large or not a number."""
    if amount is not None and not (amount.is_finite() and 0 <= amount < LARGEST_AMOUNT):
        raise invalid(field, "An amount is a number and not negative.")


def _check_amounts(new: NewOrder) -> None:
    for field in AMOUNTS:
        check_amount(field, getattr(new, field))
    for pair in PAIRS:
        check_pair(new, f"{pair}_ex_tax", f"{pair}_inc_tax")


def check_pair(of: Struct, ex_tax: str, inc_tax: str) -> None:
    """Raises Refusal 400 if only one of the two is given."""
    given = [field for field in (ex_tax, inc_tax) if getattr(of, field) is not None]
    if len(given) == 1:
        raise missing(inc_tax if given == [ex_tax] else ex_tax)


def _check_status(status_id: object) -> None:
    if status_id not in STATUSES:
        raise invalid("status_id", "The store has no such status.")


def _check_source(source: object) -> None:
    """BigCommerce would accept it and bill the merchant differently, so the sandbox refuses it loudly."""
    if source == MIGRATED_HISTORY:
        _log.error("An order came with external_source %s, which must never be sent.", MIGRATED_HISTORY)
        raise invalid("external_source", f"{MIGRATED_HISTORY} means migrated history: never to be sent.")


def _checked(address: A, needed: tuple[str, ...], accents_matter: bool) -> A:
    for field in needed:
        if not getattr(address, field).strip():
            raise invalid(field, "An address needs it.")
    for field in Address.__struct_fields__[:-1]:
        if len(getattr(address, field)) > LONGEST_TEXT:
            raise invalid(field, f"It is longer than {LONGEST_TEXT} characters.")
    if len(address.zip) < 2:
        raise invalid("zip", "It has two or more characters.")
    if address.email and not EMAIL.fullmatch(address.email):
        raise invalid("email", "This is not an e-mail address.")
    country = find_country(address.country_iso2, address.country)
    if country is None:
        raise invalid("country_iso2" if address.country_iso2 else "country", "There is no such country.")
    state = find_state(country, address.state, accents_matter=accents_matter)
    if state is None:
        raise invalid("state", f"{country.name} has no such state.")
    return msgspec.structs.replace(address, country=country.name, country_iso2=country.iso2, state=state)


def refusal_of(error: msgspec.DecodeError) -> Refusal:
    """The refusal of a body that cannot be read."""
    text = str(error)
    if found := _UNKNOWN.search(text):
        if found[1] in READ_ONLY:
            return Refusal(
                400,
                f"The field '{found[1]}' cannot be written to. Please remove it from your request before "
                "trying again.",
            )
        return Refusal(400, f"The field '{found[1]}' is not supported by this resource.")
    if found := _MISSING.search(text):
        return missing(found[1])
    if found := _PLACE.search(text):
        return invalid(found[1], text)
    return Refusal(400, "The request body is not a valid JSON object.")
