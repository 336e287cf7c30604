"""Reads the body of POST and PUT /v2/orders and checks everything that needs no catalogue."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from decimal import Decimal
from email.utils import parsedate_to_datetime
from logging import getLogger

import msgspec
from msgspec import UNSET, Struct

from include.sandbox.orders.addresses import checked_address
from include.sandbox.orders.records import STATUSES
from include.sandbox.orders.refusals import missing, refusal_of
from include.sandbox.orders.request_bodies import ChangedOrder, NewOrder
from include.sandbox.refusals import invalid

PAIRS = ("subtotal", "shipping_cost", "handling_cost", "wrapping_cost", "total")
MIGRATED_HISTORY = "M-MIG"
LARGEST_AMOUNT = Decimal(10) ** 12
_log = getLogger(__name__)


AMOUNTS = tuple(
    field.name for field in msgspec.structs.fields(NewOrder) if field.type in (Decimal, Decimal | None)
)
_new_orders = msgspec.json.Decoder(NewOrder)
_changed_orders = msgspec.json.Decoder(ChangedOrder)


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
    new.billing_address = checked_address(new.billing_address, accents_matter=accents_matter)
    new.shipping_addresses = [
        checked_address(each, accents_matter=accents_matter) for each in new.shipping_addresses
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
