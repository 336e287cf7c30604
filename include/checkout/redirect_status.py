"""The state of a store's checkout redirect, in words: what is in the store, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from include.checkout.script import version_in
from include.checkout.steps import should_have_it, text_for
from include.crm import checkout_scripts
from include.crm.checkout_scripts import CheckoutScript, State
from include.crm.data_sources import DataSource
from include.crm.database import Connection

SCRIPT_MANAGER = "Storefront > Script Manager"
# The words for each state, which the page shows as a badge.
LABELS: dict[str, str] = {
    "off": "Off",
    "installed": "Installed",
    "outdated": "Outdated",
    "missing": "Missing",
    "removed": "Removed by the merchant",
    "disabled": "Disabled by the merchant",
    "unknown": "Unknown",
    "left behind": "Still in the store",
}


@dataclass(frozen=True)
class RedirectStatus:
    """`problem` says why the last attempt to check, install or remove the script failed; it may be empty."""

    state: State | Literal["off", "left behind"]
    sentence: str
    problem: str = ""
    checked_at: datetime | None = None
    installed_at: datetime | None = None

    @property
    def label(self) -> str:
        """The state in a word or two."""
        return LABELS[self.state]

    @property
    def needs_repair(self) -> bool:
        """Whether a person has something to do."""
        return self.state not in ("off", "installed")

    @property
    def message(self) -> str:
        """Everything to say after a change."""
        return f"{self.sentence} {self.problem}".strip()

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


def redirect_status(crm: Connection, source: DataSource) -> RedirectStatus:
    """The state, from what the store said when it was last asked and from the settings as they are now."""
    known = checkout_scripts.get(crm, source.data_source_id)
    if not should_have_it(source):
        return _of_redirect_that_is_off(known)
    if known is None:
        return RedirectStatus("missing", _SENTENCES["missing"])
    state = known.state
    if state == "installed" and known.version != version_in(text_for(crm, source)):
        state = "outdated"
    sentence = _SENTENCES[state]
    if state == "installed":
        sentence = _ON_ALL_PAGES if known.on_checkout_pages else _NOT_ON_CHECKOUT_PAGES
    return RedirectStatus(state, sentence, known.problem, known.checked_at, known.installed_at)


def _of_redirect_that_is_off(known: CheckoutScript | None) -> RedirectStatus:
    if known is None:
        return RedirectStatus("off", "Shoppers pay in BigCommerce's own checkout.")
    sentence = (
        "The redirect is off, but its script may still be in the store and redirect shoppers. Delete it in "
        f"BigCommerce under {SCRIPT_MANAGER}."
    )
    return RedirectStatus("left behind", sentence, known.problem, known.checked_at, known.installed_at)


_ON_ALL_PAGES = "The redirect script is on all pages of the store."
_NOT_ON_CHECKOUT_PAGES = (
    "The redirect script is on all pages of the store except those of the checkout, so shoppers who open the "
    "checkout directly are not redirected. To change that, enter a token that also has the scope Checkout "
    "content: modify."
)
_SENTENCES: dict[State, str] = {
    "installed": _ON_ALL_PAGES,
    "outdated": "The redirect script in the store is from an earlier version, or from other settings.",
    "missing": "The redirect script is not in the store yet, so no shopper is redirected.",
    "removed": "Somebody removed the redirect script in BigCommerce, so no shopper is redirected.",
    "disabled": f"Somebody disabled the redirect script in BigCommerce ({SCRIPT_MANAGER}), so no shopper is "
    "redirected.",
    "unknown": "The access token may not manage scripts, so it is not known whether the redirect script is "
    f"in the store. Copy it into {SCRIPT_MANAGER} in BigCommerce, or enter a token with the scope "
    "Content: modify.",
}
