"""Turns the pages of a sync into the rows of a publication's temporary tables.

Products are translated in batches, however many pages they come from: memory stays flat, and pandas is used
well. It takes a second to import, so it is imported only if there is something to translate.
"""

from __future__ import annotations

import gc
import itertools
import math
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from include.bigcommerce.catalog import PRODUCTS_PER_PAGE, Product, Unusable, parse_product, split_page
from include.crm import catalogue_pages
from include.crm.catalogue_pages import StagedPage
from include.crm.copy_rows import Columns, CopyRows
from include.crm.database import Connection
from include.crm.publication import Staged
from include.product_sync.product_digests import digest

if TYPE_CHECKING:
    import pandas as pd

_Rows = tuple[Staged, CopyRows]

PRODUCTS_AT_A_TIME = 500
# Enough for one translation, so that the thread does not wait while Postgres takes in the rows of the last.
PAGES_AHEAD = math.ceil(PRODUCTS_AT_A_TIME / PRODUCTS_PER_PAGE)
# Python's own is ten times as long: whenever Postgres answered, the translation would run on for 5 ms first.
LONGEST_TURN_SECONDS = 0.0005
# More searches of the younger objects than there are between two searches of all.
NEVER = 1_000_000


@dataclass
class StagedProducts:
    """How much was staged; a product that is listed twice counts once."""

    pages: int = 0
    listed: int = 0
    known: int = 0


class Target(Protocol):
    """What takes the rows: publication.Staging, or the campaign of a first sync."""

    def written(self, table: Staged, columns: Columns) -> CopyRows:
        """These columns as `add` takes them, without I/O."""

    def add(self, table: Staged, rows: CopyRows) -> None:
        """Add rows to one of the tables."""


def stage(crm: Connection, sync_run_id: int, target: Target) -> StagedProducts:
    """Add the rows of all pages of a sync. While Postgres takes them in, a thread writes the next."""
    reader = _PageReader(target)
    with _short_turns(), _quick_garbage_collections(), ThreadPoolExecutor(1) as pool:
        reading: deque[Future[list[_Rows]]] = deque()
        for page in itertools.chain(catalogue_pages.pages(crm, sync_run_id), [None]):
            reading.append(pool.submit(reader.read, page))
            if len(reading) > PAGES_AHEAD:
                _add(reading.popleft().result(), target)
        for future in reading:
            _add(future.result(), target)
    return reader.staged


@contextmanager
def _short_turns() -> Iterator[None]:
    """Switch threads more often, so that none waits long for one that computes."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(LONGEST_TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


@contextmanager
def _quick_garbage_collections() -> Iterator[None]:
    """Have Python look for garbage only among new objects.

    The translation makes so many objects that Python would search all imported modules several times, which
    takes a seventh of the time of a first sync.
    """
    usual = gc.get_threshold()
    gc.set_threshold(*usual[:2], NEVER)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _add(staged: list[_Rows], target: Target) -> None:
    for table, rows in staged:
        target.add(table, rows)


@dataclass
class _PageReader:
    """Turns one page after the other into rows, each product once: two readers of the store may meet one.

    Pages come by ascending least ids, so ids below a page's do not come again, and are not kept.
    """

    target: Target
    staged: StagedProducts = field(default_factory=StagedProducts)
    _seen: set[int] = field(default_factory=set)
    _waiting: list[Product | Unusable] = field(default_factory=list)
    _digests: dict[int, bytes] = field(default_factory=dict)

    def read(self, page: StagedPage | None) -> list[_Rows]:
        """The rows that can be staged now; None is the end of the pages."""
        if page is None:
            return self._translate()
        self.staged.pages += 1
        if page.first_product_id is not None:
            self._seen = {each for each in self._seen if each >= page.first_product_id}
        known = [(product_id, each) for product_id, each in page.known.items() if self._is_first(product_id)]
        self.staged.known += len(known)
        body = page.body()
        for piece in split_page(body) if body else ():
            self._add(parse_product(piece), digest(piece))
        rows = [self._written("known", [*zip(*known, strict=True)])] if known else []
        return rows + (self._translate() if len(self._waiting) >= PRODUCTS_AT_A_TIME else [])

    def _add(self, item: Product | Unusable, source_digest: bytes) -> None:
        product_id = item.id if isinstance(item, Product) else item.product_id
        if self._is_first(product_id):
            self._waiting.append(item)
            if product_id is not None:
                self._digests[product_id] = source_digest

    def _is_first(self, product_id: int | None) -> bool:
        """Whether no earlier product has this id; without an id, each is one of its own."""
        if product_id in self._seen:
            return False
        self.staged.listed += 1
        if product_id is not None:
            self._seen.add(product_id)
        return True

    def _translate(self) -> list[_Rows]:
        if not self._waiting:
            return []
        from include.product_sync.transform import translate  # pandas

        rows, digests = translate(self._waiting), self._digests
        self._waiting, self._digests = [], {}
        ids = rows.products["bigcommerce_product_id"].tolist()
        products = rows.products.assign(source_digest=[digests[product_id] for product_id in ids])
        frames: tuple[tuple[Staged, pd.DataFrame], ...] = (
            ("products", products),
            ("variants", rows.variants),
            ("quarantined", rows.quarantined),
        )
        return [self._written(table, _plain_columns(frame)) for table, frame in frames if not frame.empty]

    def _written(self, table: Staged, columns: Columns) -> _Rows:
        return table, self.target.written(table, columns)


def _plain_columns(frame: pd.DataFrame) -> list[list[Any]]:
    """The columns with plain Python values in place of numpy's."""
    return [frame[column].tolist() for column in frame.columns]
