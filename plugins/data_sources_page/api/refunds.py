"""Refunds and cancellations on their way to the store: list, retry, dismiss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from include import airflow_metadata
from include.crm import reversal_ledger
from include.crm.ids import LARGEST_ID
from include.crm.reversal_ledger_rows import ReversalRow, State
from include.order_push import decisions
from include.order_push.dag_ids import ORDER_PUSH
from include.order_push.decisions import LONGEST_BECAUSE, STATE_WORDS
from plugins.data_sources_page.csrf import same_origin
from plugins.data_sources_page.dependencies import Connection, Crm, Source, Visible
from plugins.data_sources_page.parameters import PAGE, Limit
from plugins.data_sources_page.permissions import User, may_push_orders, may_see_orders

router = APIRouter(prefix="/api", tags=["refunds"])
READING = [Depends(may_see_orders)]
PUSHING = [Depends(may_push_orders), Depends(same_origin)]
MOST_AT_ONCE = 1_000
INTERNAL = ("data_source_id", "worker", "lease_until")


class Chosen(BaseModel):
    """The refunds and cancellations to decide about."""

    model_config = ConfigDict(extra="forbid")

    reversal_ids: list[Annotated[int, Field(ge=1, le=LARGEST_ID)]] = Field(
        min_length=1, max_length=MOST_AT_ONCE, description="Each `order_reversal_id` of the list."
    )


class Dismissed(Chosen):
    """The same, with why they are dismissed."""

    because: str = Field("", max_length=LONGEST_BECAUSE, description="Why; kept with your name.")


@router.get("/data-sources/{store}/refunds", dependencies=READING)
def list_refunds(source: Source, crm: Crm, state: State | None = None, limit: Limit = PAGE) -> dict[str, Any]:
    """List refunds and cancellations on their way to the store, the newest first."""
    rows = reversal_ledger.find(crm, store_hash=source.store_hash, state=state, limit=limit)
    return {"refunds": [_as_json(row) for row in rows]}


@router.post("/refunds/retry", dependencies=PUSHING)
def retry_refunds(crm: Crm, visible: Visible, chosen: Chosen, user: User) -> dict[str, Any]:
    """Send rejected or dismissed refunds and cancellations again with the next push."""
    return _decide(crm, visible, chosen, user, "retry", "queued for the next push", reversal_ledger.retry)


@router.post("/refunds/dismiss", dependencies=PUSHING)
def dismiss_refunds(crm: Crm, visible: Visible, chosen: Dismissed, user: User) -> dict[str, Any]:
    """Dismiss rejected refunds and cancellations: they are not sent unless somebody retries them."""
    because = decisions.read_because(chosen.because)

    def dismiss(crm: Connection, reversal_ids: list[int], *, person: str) -> list[int]:
        return reversal_ledger.dismiss(crm, reversal_ids, because=because, person=person)

    return _decide(crm, visible, chosen, user, "dismiss", "dismissed", dismiss)


def _decide(
    crm: Connection,
    visible: set[str],
    chosen: Chosen,
    user: User,
    verb: str,
    done: str,
    decide: Callable[..., list[int]],
) -> dict[str, Any]:
    rows = {
        row.order_reversal_id: row
        for row in reversal_ledger.find(crm, reversal_ids=chosen.reversal_ids)
        if row.store_hash in visible
    }
    decided = decide(crm, list(rows), person=f"{user.get_name()} on the page Data Sources")
    for store_hash in sorted({rows[each].store_hash for each in decided}):
        of_store = [each for each in decided if rows[each].store_hash == store_hash]
        airflow_metadata.record_audit(
            f"bigcommerce.{verb}_refunds",
            user.get_name(),
            ORDER_PUSH,
            {"store": store_hash, "number": len(of_store), "reversal_ids": of_store[:100]},
        )
    crm.commit()
    left = {each: _why_not(rows.get(each)) for each in chosen.reversal_ids if each not in decided}
    sentences = [f"{len(decided):,} {done}.", *list(left.values())[:1]]
    return {
        "message": " ".join(sentences),
        "reversal_ids": decided,
        "left": [{"reversal_id": each, "reason": why} for each, why in left.items()],
    }


def _why_not(row: ReversalRow | None) -> str:
    if row is None:
        return "There is no such refund or cancellation in the ledger."
    about = f"Refund {row.refund_id}" if row.kind == "refund" else f"The cancellation of order {row.order_id}"
    return f"{about} is {STATE_WORDS[row.state]}."


def _as_json(row: ReversalRow) -> dict[str, Any]:
    shown = {name: value for name, value in asdict(row).items() if name not in INTERNAL}
    return {**shown, "can_be_retried": row.can_be_retried}
