"""Changes many override prices at once: preview, apply, undo. The page, the API and the command line use it.

A preview changes nothing. Applying it changes all of its prices or, if one of them was changed by somebody
else after the preview was made, none. An undo restores the prices that were not changed again since; it is a
batch of its own, and can be undone.
"""

from __future__ import annotations

from collections.abc import Sequence

from include.crm import price_batches, variant_prices
from include.crm.campaign_products import WantedProducts
from include.crm.currencies import decimals_of
from include.crm.currency_codes import campaign_currency
from include.crm.database import Connection
from include.crm.price_batch_rows import Kind, Plan, PlannedPrice, PriceBatch, Problem
from include.crm.variant_prices import known_as
from include.plurals import count_of
from include.product_sync.errors import (
    PriceBatchClosed,
    PriceNotConfirmed,
    PriceRefused,
    PricesChangedMeanwhile,
)
from include.product_sync.price_adjustment import PriceRule
from include.product_sync.price_file import MOST_LINES

MOST_VARIANTS = MOST_LINES


def preview_change(
    crm: Connection,
    campaign_id: int,
    rule: PriceRule,
    variants: Sequence[int] | WantedProducts,
    created_by: str,
) -> PriceBatch:
    """What a rule would change of selected variants, or of all that a search finds. Raises PriceRefused."""
    if isinstance(variants, WantedProducts):
        found = variant_prices.wanted_variants(crm, variants, limit=MOST_VARIANTS + 1)
    else:
        found = variant_prices.selected_variants(crm, campaign_id, variants)
    if not found:
        raise PriceRefused({"variants": "Select at least one variant."})
    if len(found) > MOST_VARIANTS:
        raise PriceRefused(
            {"variants": f"These are more than {MOST_VARIANTS:,} variants. Narrow the search."}
        )
    currency = campaign_currency(crm, campaign_id)
    rows: list[PlannedPrice] = []
    problems: list[Problem] = []
    for variant in found:
        try:
            price = rule.new_price(variant.price, currency)
        except ValueError as problem:
            problems.append(Problem(None, f"{known_as(variant)}: {problem}"))
            continue
        relied_on = None if rule.action == "reset" else variant.price
        rows.append(
            PlannedPrice(variant.variant_detail_id, variant.override_price, price, synced_price=relied_on)
        )
    return add_preview(crm, campaign_id, "change", rule.describe(currency), rows, problems, created_by)


def apply(
    crm: Connection, campaign_id: int, price_batch_id: int, applied_by: str, *, confirmed: bool = False
) -> PriceBatch:
    """Make the changes of a preview; the caller commits.

    Raises PriceRefused where an unusual price is not confirmed, PricesChangedMeanwhile, PriceBatchClosed.
    """
    batch = price_batches.lock(crm, campaign_id, price_batch_id)
    if batch is None or batch.is_expired:
        raise PriceBatchClosed("This preview has expired, so nothing was changed.", "Make a new preview.")
    if batch.applied_at is not None:
        raise PriceBatchClosed(
            f"These prices were already changed by {batch.applied_by}.", "Reload the page to see them."
        )
    if not batch.changes:
        raise PriceBatchClosed("This preview changes no price.", "Make a new preview.")
    if (sentence := consequences(batch, campaign_currency(crm, campaign_id))) and not confirmed:
        raise PriceNotConfirmed(f"Confirm this first. {sentence}")
    return _apply(crm, batch, applied_by)


def undo(crm: Connection, campaign_id: int, price_batch_id: int, undone_by: str) -> PriceBatch:
    """Restore the prices that a batch changed and nobody changed since; the undo. The caller commits.

    The undo's `problems` name the prices that were changed since and are kept. Raises PriceBatchClosed.
    """
    batch = price_batches.lock(crm, campaign_id, price_batch_id)
    if batch is None or batch.applied_at is None:
        raise PriceBatchClosed("These prices were never changed, so there is nothing to undo.")
    if batch.undone_by_id is not None:
        raise PriceBatchClosed("These changes were already undone.", "Reload the page to see it.")
    rows: list[PlannedPrice] = []
    problems: list[Problem] = []
    for row in price_batches.since_changed(crm, price_batch_id):
        if row.is_changed_since:
            by = f" by {row.changed_since_by}" if row.changed_since_by else ""
            problems.append(Problem(None, f"{known_as(row)}: changed since{by}, so it is kept."))
        else:
            rows.append(PlannedPrice(row.variant_detail_id, row.price_after, row.price_before))
    if not rows:
        raise PriceBatchClosed("Nothing was undone, because every price was changed again since.")
    plan = Plan("undo", batch.title, rows, problems=problems, undoes_id=price_batch_id)
    return _apply(crm, _saved(crm, campaign_id, plan, undone_by), undone_by)


def add_preview(
    crm: Connection,
    campaign_id: int,
    kind: Kind,
    description: str,
    rows: Sequence[PlannedPrice],
    problems: Sequence[Problem],
    created_by: str,
) -> PriceBatch:
    """Keep a preview of those rows that change a price."""
    changes = [row for row in rows if row.price_before != row.price_after]
    plan = Plan(kind, description, changes, unchanged=len(rows) - len(changes), problems=problems)
    return _saved(crm, campaign_id, plan, created_by)


def consequences(batch: PriceBatch, currency_code: str) -> str:
    """What unusual prices of a batch lead to; empty if there are none."""
    sentences = []
    if batch.free:
        sentences.append(
            f"Customers get {count_of(batch.free, 'variant')} for free, because the new price is 0."
        )
    if batch.too_fine:
        prices = count_of(batch.too_fine, "price has", "prices have")
        decimals = decimals_of(currency_code) or "no"
        sentences.append(
            f"{prices} more decimals than {currency_code} ({decimals}): totals are rounded, so customers may "
            "pay a different amount."
        )
    return " ".join(sentences)


def _apply(crm: Connection, batch: PriceBatch, applied_by: str) -> PriceBatch:
    if changed := price_batches.lock_rows(crm, batch.price_batch_id):
        raise PricesChangedMeanwhile(
            [
                f"line {row.line_number:,} ({known_as(row)})" if row.line_number else known_as(row)
                for row in changed
            ]
        )
    price_batches.apply(crm, batch.price_batch_id, applied_by)
    return _required(crm, batch.campaign_id, batch.price_batch_id)


def _saved(crm: Connection, campaign_id: int, plan: Plan, created_by: str) -> PriceBatch:
    decimals = decimals_of(campaign_currency(crm, campaign_id))
    return _required(crm, campaign_id, price_batches.add(crm, campaign_id, plan, created_by, decimals))


def _required(crm: Connection, campaign_id: int, price_batch_id: int) -> PriceBatch:
    batch = price_batches.get(crm, campaign_id, price_batch_id)
    assert batch is not None
    return batch
