"""Takes pages of products apart and puts them together; each product stays as the store sent it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from include.bigcommerce.contract import DECODING_ERRORS, difference, unexpected
from include.bigcommerce.damaged_json import items, join_members, members

PATH = "/v3/catalog/products"


class Page(msgspec.Struct):
    """A page of products, each still as it was sent."""

    data: list[msgspec.Raw]

    @property
    def counted(self) -> Any:
        """How many products the store says are on it, None if it does not say."""
        return None


AnyPage = TypeVar("AnyPage", bound=Page)


def split_page(body: bytes) -> list[msgspec.Raw]:
    """The products of one page's JSON, each still as it was sent. Raises UnexpectedResponse."""
    return read_page(_PAGE, body).data


def join_page(products: Iterable[msgspec.Raw]) -> bytes:
    """The JSON of a page of these products, for `split_page`."""
    return b'{"data":[%b]}' % b",".join(products)


def read_page(decoder: msgspec.json.Decoder[AnyPage], body: bytes) -> AnyPage:
    """The page, its products as they were sent: a damaged one is still damaged.

    Raises UnexpectedResponse, also where quotation marks within two products make one product of them.
    """
    try:
        return decoder.decode(body)
    except DECODING_ERRORS as error:
        try:
            page = members(body)
            products = items(page.pop("data"))
            answer = decoder.decode(join_members({**page, "data": b"[]"}))
        except (ValueError, KeyError, *DECODING_ERRORS):
            raise unexpected(difference(error), path=PATH) from error
        if answer.counted not in (None, len(products), str(len(products))):
            raise unexpected("quotation marks in $.data are wrong", path=PATH) from error
        answer.data = [msgspec.Raw(product) for product in products]
        return answer


_PAGE = msgspec.json.Decoder(Page)
