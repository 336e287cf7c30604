"""Refunds and cancellations on their way to the store: list, retry, dismiss; orders set to Refunded."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from include import airflow_metadata
from include.crm import reversal_ledger
from include.crm.database import Connection
from include.crm.ids import LARGEST_ID
from include.crm.order_ledger_rows import State
from include.crm.reversal_ledger_rows import ReversalRow
from include.dag_ids import ORDER_PUSH
from include.order_push.decisions import LONGEST_BECAUSE
from include.order_refunds import decisions
from include.order_refunds.decisions import Decided
from include.order_refunds.mark_refunded import mark_refunded
from plugins.data_sources_page.csrf import same_origin
from plugins.data_sources_page.dependencies import Crm, Source, Visible, may_contact_store
from plugins.data_sources_page.parameters import PAGE, Id, Limit
from plugins.data_sources_page.permissions import User, may_push_orders, may_see_orders, person_of

router = APIRouter(prefix="/api", tags=["refunds"])
READING = [Depends(may_see_orders)]
PUSHING = [Depends(may_push_orders), Depends(same_origin)]
MOST_AT_ONCE = 1_000
INTERNAL = ("data_source_id", "worker", "lease_until")


class ChosenRefunds(BaseModel):
    """The refunds and cancellations to decide about."""

    model_config = ConfigDict(extra="forbid")

    reversal_ids: list[Annotated[int, Field(ge=1, le=LARGEST_ID)]] = Field(
        min_length=1, max_length=MOST_AT_ONCE, description="Each `order_reversal_id` of the list."
    )


class DismissedRefunds(ChosenRefunds):
    """The same, with why they are dismissed."""

    because: str = Field("", max_length=LONGEST_BECAUSE, description="Why; kept with your name.")


@router.get("/data-sources/{store}/refunds", dependencies=READING)
def list_refunds(source: Source, crm: Crm, state: State | None = None, limit: Limit = PAGE) -> dict[str, Any]:
    """List refunds and cancellations on their way to the store, the newest first."""
    rows = reversal_ledger.find(crm, store_hash=source.store_hash, state=state, limit=limit)
    return {"refunds": [_as_json(row) for row in rows]}


@router.post("/refunds/retry", dependencies=PUSHING)
def retry_refunds(crm: Crm, visible: Visible, chosen: ChosenRefunds, user: User) -> dict[str, Any]:
    """Send rejected or dismissed refunds and cancellations again with the next push."""
    decided = decisions.retry(crm, chosen.reversal_ids, stores=visible, person=person_of(user))
    return _done(crm, user, decided, "retry", "queued for the next push")


@router.post("/refunds/dismiss", dependencies=PUSHING)
def dismiss_refunds(crm: Crm, visible: Visible, chosen: DismissedRefunds, user: User) -> dict[str, Any]:
    """Dismiss rejected refunds and cancellations: they are not sent unless somebody retries them."""
    decided = decisions.dismiss(
        crm, chosen.reversal_ids, because=chosen.because, stores=visible, person=person_of(user)
    )
    return _done(crm, user, decided, "dismiss", "dismissed")


@router.post(
    "/data-sources/{store}/orders/{order_id}/mark-refunded",
    dependencies=[*PUSHING, Depends(may_contact_store)],
)
def mark_order_refunded(source: Source, crm: Crm, order_id: Id, user: User) -> dict[str, Any]:
    """Set an order to Refunded in the store that is REFUNDED in the CRM without a refund. No money moves."""
    sentence = mark_refunded(crm, order_id, store_hash=source.store_hash, person=person_of(user))
    extra = {"store": source.store_hash, "order_id": order_id}
    airflow_metadata.record_audit("bigcommerce.mark_refunded", user.get_name(), ORDER_PUSH, extra)
    return {"message": sentence, "order_id": order_id}


def _done(crm: Connection, user: User, decided: Decided, verb: str, done: str) -> dict[str, Any]:
    crm.commit()
    by_store: dict[str, list[int]] = defaultdict(list)
    for row in decided.done:
        by_store[row.store_hash].append(row.order_reversal_id)
    for store_hash, reversal_ids in sorted(by_store.items()):
        airflow_metadata.record_audit(
            f"bigcommerce.{verb}_refunds",
            user.get_name(),
            ORDER_PUSH,
            {"store": store_hash, "number": len(reversal_ids), "reversal_ids": reversal_ids[:100]},
        )
    sentences = [f"{len(decided.done):,} {done}.", *list(decided.left.values())[:1]]
    return {
        "message": " ".join(sentences),
        "reversal_ids": [row.order_reversal_id for row in decided.done],
        "left": [{"reversal_id": each, "reason": why} for each, why in decided.left.items()],
    }


def _as_json(row: ReversalRow) -> dict[str, Any]:
    shown = {name: value for name, value in asdict(row).items() if name not in INTERNAL}
    return {**shown, "can_be_retried": row.can_be_retried}
