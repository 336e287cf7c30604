"""Why a sync stops although the store and the database answer. Retrying fixes none of these.

SyncStopped
├── MassRemoval      fix the data, or allow it: the store shows fewer than half of what we hold
├── Superseded       find out: a sync that read the store later was published first
├── PagesMissing     start again: the pages this sync read are no longer there
└── CurrencyChanged  decide: the store's prices are in another currency than the campaign's
"""

from __future__ import annotations

from include.errors import FixData


class SyncStopped(FixData):
    """A sync that cannot go on; the message says why and what to do next."""


class MassRemoval(SyncStopped):
    """The store shows fewer than half of the variants we hold."""

    def __init__(self, found: int, held: int) -> None:
        super().__init__(
            f"The store now shows {found:,} variants, fewer than half of the {held:,} held here, so nothing "
            "was published. If they were really removed in BigCommerce, start the sync again with "
            "“Allow mass removal”; if not, check the store first."
        )


class Superseded(SyncStopped):
    """What this sync read is older than what is published."""

    def __init__(self) -> None:
        super().__init__(
            "A sync that read the store later than this one has been published already, so this one was not. "
            "Nothing is lost; start a new sync if you want one."
        )


class PagesMissing(SyncStopped):
    """The staged pages of this sync are gone."""

    def __init__(self) -> None:
        super().__init__(
            "The products that this sync read are no longer kept. Clear the task “extract” too, "
            "or start a new sync."
        )


class CurrencyChanged(SyncStopped):
    """Prices of the store would be charged in the campaign's currency."""

    def __init__(self, campaign: str, store: str) -> None:
        super().__init__(
            f"The store's prices are in {store} now, but its campaign is in {campaign}, so nothing was "
            "published. Set the store's default currency back; or, once the campaign's overrides and open "
            "orders are looked through, have its currency_code changed in the CRM's database."
        )
