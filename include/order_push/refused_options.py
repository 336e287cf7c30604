"""Reads the options of products again in the same run when BigCommerce refused orders because of options.

So people can take the next step at once: they give the missing option a default value. And an option that the
product no longer has is not sent again.
"""

from __future__ import annotations

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import RequestRefused
from include.crm import orders
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.order_push.rejection_messages import is_about_options
from include.read_required_options import read_again


class RefusedOptions:
    """The products of one run whose options have to be read again: each once, however many orders name it."""

    def __init__(self) -> None:
        self._to_read: set[int] = set()
        self._seen: set[int] = set()

    def note(self, crm: Connection, order_id: int, refusal: RequestRefused) -> None:
        """Remember the products that the refusal names, or else all products of the order."""
        if not is_about_options(refusal):
            return
        ordered = {line.bigcommerce_product_id for line in orders.lines_of(crm, order_id)} - {None}
        named = {problem.product_id for problem in refusal.problems} & ordered
        self._to_read |= {each for each in named or ordered if each is not None} - self._seen
        self._seen |= self._to_read

    def read(self, crm: Connection, client: StoreClient, source: DataSource) -> None:
        """Read their options. Never raises BigCommerceError: what cannot be read now, the next sync reads."""
        product_ids, self._to_read = self._to_read, set()
        if product_ids and source.campaign_id is not None:
            read_again(crm, client, source.campaign_id, product_ids)
