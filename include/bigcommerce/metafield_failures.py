"""What it means when a single metafield fails, and when many of them fail alike."""

from __future__ import annotations

import threading

from include.bigcommerce.errors import (
    BigCommerceError,
    OwnedByAnotherAccount,
    RequestRefused,
    ScopeMissing,
    StoreUnavailable,
)
from include.bigcommerce.metafield_answers import OWNED_BY_ANOTHER, no_reason, refused_because

# After so many single items in a row with the same failure, and nothing written, the items are not the cause.
_MOST_REFUSED_IN_A_ROW = 25
_MOST_FAILED_IN_A_ROW = 10


class InARow:
    """Counts single items in a row that failed alike while nothing was written; for any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._status: int | None = None
        self._items = 0

    def add(self, error: BigCommerceError) -> bool:
        """Count one more; returns whether there are now too many for the items to be the cause."""
        with self._lock:
            self._items = self._items + 1 if self._status == error.status else 1
            self._status = error.status
        return self.is_long(error)

    def is_long(self, error: BigCommerceError) -> bool:
        """Whether too many failed with this error for the items to be the cause."""
        most = _MOST_FAILED_IN_A_ROW if isinstance(error, StoreUnavailable) else _MOST_REFUSED_IN_A_ROW
        with self._lock:
            return self._status == error.status and self._items >= most

    def end(self) -> None:
        """Start again from zero, because something was written."""
        with self._lock:
            self._items = 0


def failure_of_all(error: BigCommerceError) -> BigCommerceError:
    """The error for the whole sync, once so many items failed with it that it is not about them."""
    if type(error) is not RequestRefused:
        return error
    return RequestRefused(
        f"BigCommerce refused the custom fields of {_MOST_REFUSED_IN_A_ROW} variants in a row "
        f"({error.status}: {error.detail}), so the sync did not try the others.",
        "Fix what BigCommerce names, then sync again.",
    ).explaining(error)


def reason_of(error: BigCommerceError) -> str:
    """Why a single field was not written, with the next step."""
    if isinstance(error, OwnedByAnotherAccount):
        return OWNED_BY_ANOTHER
    if isinstance(error, StoreUnavailable):
        return (
            f"it returns an error for this custom field alone ({error.status or error.detail}). Save the "
            "product again in BigCommerce, then sync again; if that does not help, ask BigCommerce's support."
        )
    return refused_because(error.detail) if error.detail else no_reason(error.status)


def owned_by_another(refusal: ScopeMissing) -> OwnedByAnotherAccount:
    """The error of fields that exist, while the store refuses this account to change them."""
    return OwnedByAnotherAccount(
        "Another API account created these custom fields, and only that account may change them "
        f"({refusal.status}: {refusal.detail}).",
        "Use an access token of the API account that created them, or delete these fields in BigCommerce.",
    ).explaining(refusal)
