"""The parameters in the addresses of the pages and of the API, each with its bounds."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from include.checkout.links import LARGEST_QUANTITY, LONGEST_LINK
from include.crm.campaign_products import Mark
from include.crm.checkout_readiness import Reason
from include.crm.ids import LARGEST_ID
from include.crm.order_ledger_pages import OrderMark
from include.crm.order_reconciliations import FindingKind
from include.crm.price_batch_rows import Show as PricesShown
from include.crm.store_hashes import read_store_hash
from include.crm.sync_changes import ChangeKind
from include.crm.sync_warnings import WarningKind

PAGE = 50  # orders, syncs, changes or warnings
PRODUCTS_PAGE = 25
PRICES_PAGE = 100
LONGEST_SEARCH = 255
LONGEST_TIME = 40
LONGEST_AMOUNT = 40  # of digits, by which prices change
LATEST_MICROSECOND = 253_402_300_799_000_000  # of the year 9999
LONGEST_RUN_ID = 250  # by Airflow's column dag_run.run_id


def _run_id(text: str) -> str:
    if not text.isprintable():
        raise PydanticCustomError("run_id", "A run id contains no line breaks or invisible characters")
    return text


def _store_hash(text: str) -> str:
    try:
        return read_store_hash(text)
    except ValueError as problem:
        raise PydanticCustomError("store_hash", "{problem}", {"problem": str(problem).rstrip(".")}) from None


StoreHash = Annotated[str, AfterValidator(_store_hash)]
Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
RunId = Annotated[str, Path(max_length=LONGEST_RUN_ID), AfterValidator(_run_id)]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="`next` of the previous page.")]
# Microseconds since 1970: unlike a date, every number within the bounds is a time in UTC.
BeforeTime = Annotated[
    int | None, Query(ge=1, le=LATEST_MICROSECOND, description="`next` of the previous page.")
]
After = Annotated[int, Query(ge=0, le=LARGEST_ID, description="`next` of the previous page.")]
Limit = Annotated[int, Query(ge=1, le=500)]
ProductLimit = Annotated[int, Query(ge=1, le=200)]
OrderState = Literal["pending", "uncertain", "rejected", "pushed", "dismissed"]
MarkFilter = Annotated[
    OrderMark | None,
    Query(
        description="not shipped by the store yet; late: not shipped for days; refund rejected: or the "
        "cancellation; differs: in the newest reconciliation"
    ),
]
OrderSearch = Annotated[
    str,
    Query(
        max_length=LONGEST_SEARCH,
        description="An order's id in the CRM or in BigCommerce, or its client order id (clientOrderId).",
    ),
]
ProductSearch = Annotated[
    str,
    Query(
        max_length=LONGEST_SEARCH,
        description="Part of a product's name or SKU, the start of a variant's SKU, or an id.",
    ),
]
Show = Annotated[
    Mark,
    Query(description="overridden; removed; sku: blank or duplicate SKU; not written: custom field missing"),
]
ShowPrices = Annotated[
    PricesShown,
    Query(description="unusual: 0, or more decimals than the currency; outdated: changed by somebody else"),
]
ChangeFilter = Annotated[
    ChangeKind | None,
    Query(description="Only changes of this kind; revived: restored; relinked: matched to a new id"),
]
ChangeSearch = Annotated[str, Query(max_length=LONGEST_SEARCH, description="Part of a SKU or a name.")]
WarningFilter = Annotated[WarningKind | None, Query(description="Only warnings of this kind.")]
WarningSearch = Annotated[str, Query(max_length=LONGEST_SEARCH, description="Part of a SKU or a reason.")]
LinkItems = Annotated[
    str, Query(max_length=LONGEST_LINK, description="What the link carries, e.g. 228.123:1;228.124:2")
]
VariantId = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
Quantity = Annotated[int, Query(ge=1, le=LARGEST_QUANTITY)]
ReasonFilter = Annotated[Reason | None, Query(description="Only variants that are not ready for this.")]
VariantSearch = Annotated[
    str, Query(max_length=LONGEST_SEARCH, description="Part of a variant's name or SKU, or an id.")
]
ShowPlanned = Annotated[
    Literal["all", "rejected"], Query(description="rejected: only orders that would be rejected")
]
FindingFilter = Annotated[FindingKind | None, Query(description="Only differences of this kind.")]
