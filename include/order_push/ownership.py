"""Tells our order in BigCommerce from one that another system sent under the same id. No I/O.

Nothing keeps another CRM, or a copy of this one, from sending its own order as "crm-1234". Taking that order
for ours would lose ours, so a person decides where the two differ. What our orders look like:

- it comes from EXTERNAL_SOURCE;
- its date is the completion of the order in the CRM, under which it was sent. A store that does not keep that
  date gives it the time at which it was sent;
- its total and its customer's e-mail address are the CRM's. People change either at times, in the store or in
  the CRM, so beside the right date only both of them together tell two orders apart.
"""

from __future__ import annotations

from datetime import timedelta

from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.timestamps import read_rfc2822_time
from include.crm.order_ledger_rows import Claim
from include.ledger.lease import LEASE_SECONDS
from include.order_push.addresses import without_invisible
from include.order_push.clock_tolerance import CLOCK_TOLERANCE
from include.order_push.same_amounts import total_differs
from include.order_push.translate import EXTERNAL_SOURCE

# A store keeps the date of an order to the second.
_SAME_DATE = timedelta(minutes=1)
_LONGEST_ON_ITS_WAY = timedelta(seconds=LEASE_SECONDS) + CLOCK_TOLERANCE


def is_another(held: Claim, order: StoreOrder) -> bool:
    """Whether an order in BigCommerce under our id cannot be ours."""
    if order.external_source not in ("", EXTERNAL_SOURCE):
        return True
    is_other_total = total_differs(order, held.total_amount, held.currency_code)
    differences = [is_other_total, _customer_differs(held, order)]
    created = read_rfc2822_time(order.date_created)
    if created is None or held.completed_at is None:
        return any(differences)
    if abs(created - held.completed_at) < _SAME_DATE:
        return all(differences)
    if held.sent_at is None:
        return any(differences)
    was_just_sent = -CLOCK_TOLERANCE <= created - held.sent_at <= _LONGEST_ON_ITS_WAY
    return not was_just_sent or any(differences)


def _customer_differs(held: Claim, order: StoreOrder) -> bool:
    here, there = (without_invisible(text).casefold() for text in (held.email_address, order.email))
    return bool(here and there) and here != there
