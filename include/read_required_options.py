"""Reads which options BigCommerce requires in orders of products that are new, changed or just refused.

An unchanged product costs no request. A required option that is added without any other change of its product
appears in no list of products: BigCommerce's documentation does not say that `date_modified` moves. Such an
option is found when BigCommerce refuses an order for it, or by a sync with "Verify custom fields".

A store that does not answer these requests fails neither the sync nor the push: the products stay unread, and
the next sync reads them.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import BigCommerceError
from include.bigcommerce.modifiers import PRODUCTS_PER_REQUEST, Modifier, read_required_modifiers
from include.crm import required_options
from include.crm.database import Connection
from include.crm.required_options import Choice, RequiredOption

log = logging.getLogger(__name__)

_LONGEST_TEXT = 255  # characters of a name or label; BigCommerce's own limit


def read_new_and_changed(
    crm: Connection,
    client: StoreClient,
    campaign_id: int,
    only: Collection[int] | None = None,
) -> int:
    """Read the options of a campaign's new and changed products, and commit; returns the number of requests.

    `only` limits it to these BigCommerce products.
    """
    unread = required_options.unread_products(crm, campaign_id)
    crm.commit()
    if only is not None:
        unread = {each: ours for each, ours in unread.items() if each in only}
    return _read(crm, client, unread)


def read_again(crm: Connection, client: StoreClient, campaign_id: int, product_ids: Collection[int]) -> int:
    """Read the options of these BigCommerce products again, and commit; returns the number of requests."""
    required_options.mark_products_unread(crm, campaign_id, product_ids)
    unread = required_options.unread_products(crm, campaign_id)
    crm.commit()
    return _read(crm, client, {each: ours for each, ours in unread.items() if each in product_ids})


def _read(crm: Connection, client: StoreClient, unread: dict[int, int]) -> int:
    """Read and keep the options of these products (our id by BigCommerce's), and commit."""
    requests = 0
    with ThreadPoolExecutor(client.requests_in_flight) as pool:
        # no more requests are submitted at once than may be in flight, so the first refusal stops the rest
        for group in _groups(_groups(unread, PRODUCTS_PER_REQUEST), client.requests_in_flight):
            requests += len(group)
            try:
                answers = list(pool.map(lambda ids: read_required_modifiers(client, ids), group))
            except BigCommerceError:
                log.warning(
                    "The required options of %s products could not be read; the next sync reads them.",
                    f"{len(unread):,}",
                    exc_info=True,
                )
                return requests
            for answer in answers:
                _remember(crm, unread, answer)
            crm.commit()
    return requests


def _remember(crm: Connection, ours: dict[int, int], answer: dict[int, list[Modifier]]) -> None:
    with crm.transaction():
        required_options.remember(
            crm,
            [ours[product_id] for product_id in answer],
            {ours[product_id]: map(_option, modifiers) for product_id, modifiers in answer.items()},
        )


def _option(modifier: Modifier) -> RequiredOption:
    choices = (Choice(each.id, _clean(each.label)) for each in modifier.option_values or [])
    name = _clean(modifier.display_name or modifier.name) or str(modifier.id)
    return RequiredOption(modifier.id, name, _clean(modifier.type), tuple(choices))


def _clean(text: str) -> str:
    """Text of the store as Postgres takes it, which stores no NUL."""
    return text.replace("\0", "").strip()[:_LONGEST_TEXT]


def _groups(items: Iterator[Any] | Sequence[Any] | dict[int, int], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while group := list(itertools.islice(iterator, size)):
        yield group
