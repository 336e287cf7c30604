"""The kinds of old data that housekeeping deletes, and for how many days it keeps each. No I/O.

The number of days has a minimum, so that a typing error cannot delete what is running or what people look at
today. None keeps a kind for ever. The days come from the environment when Airflow parses the DAG, and from
the parameters of a run:

    BIGCOMMERCE_KEEP_SYNCS_DAYS=30         or the parameter keep_syncs_days
    BIGCOMMERCE_KEEP_SYNCS_DAYS=forever    or an empty parameter
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from include.crm.old_rows import RowKind
from include.housekeeping.errors import DaysRefused

FOREVER = "forever"


@dataclass(frozen=True)
class Kind:
    """One kind of old data.

    `one` and `many` name what was deleted, with {} for the number. `batch`: how many rows one transaction
    looks at (of pages: how many syncs).
    """

    name: RowKind
    default_days: int
    least_days: int
    batch: int
    title: str
    description: str
    one: str
    many: str

    @property
    def param(self) -> str:
        """The DAG's parameter."""
        return f"keep_{self.name}_days"

    @property
    def setting(self) -> str:
        """The environment variable with the default of that parameter."""
        return f"BIGCOMMERCE_{self.param}".upper()

    def days(self, environment: Mapping[str, str]) -> int | None:
        """The days set in the environment; the default if it is not set or empty. Raises DaysRefused."""
        text = environment.get(self.setting, "").strip()
        if text == FOREVER:
            return None
        days = self.default_days if not text else int(text) if _is_number(text) else 0
        if days < self.least_days:
            raise DaysRefused(
                f"{self.setting} is {text[:40]!r}. It must be a whole number of days, at least "
                f"{self.least_days}, or {FOREVER!r}.",
                "Nothing is deleted until it is corrected in Airflow's environment.",
            )
        return days

    def refuse_too_few(self, days: int | None) -> None:
        """Raise DaysRefused for fewer days than this kind must be kept."""
        if days is not None and days < self.least_days:
            raise DaysRefused(
                f"{self.title}: the minimum is {self.least_days}, but {days} was entered.",
                "Enter a larger number, or leave the field empty to keep everything.",
            )

    def counted(self, number: int) -> str:
        """E.g. "1 old sync", "1,204 old syncs"."""
        return (self.one if number == 1 else self.many).format(f"{number:,}")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 6


# In the order in which they are deleted.
KINDS = (
    Kind(
        "pages",
        default_days=7,
        # longer than a sync can take with all its retries, so that no running sync loses its pages
        least_days=3,
        batch=20,
        title="Days to keep raw pages",
        description="How long the products of a failed or stopped sync are kept as the store sent them. "
        "A completed sync deletes its own pages.",
        one="the raw pages of {} sync",
        many="the raw pages of {} syncs",
    ),
    Kind(
        "syncs",
        default_days=90,
        least_days=30,
        # a sync takes its changes along, which may be 250,000
        batch=50,
        title="Days to keep syncs",
        description="How long the history of syncs is kept, with their changes and warnings. The newest "
        "syncs of each store, and those that the page's filters use, are kept however old they are.",
        one="{} old sync",
        many="{} old syncs",
    ),
    Kind(
        "attempts",
        default_days=365,
        least_days=30,
        batch=2_000,
        title="Days to keep the history of pushed orders",
        description="How long the attempts to push an order are kept after BigCommerce has it. That it was "
        "pushed is always kept, and so is the history of orders that are not in BigCommerce.",
        one="{} attempt of pushed orders",
        many="{} attempts of pushed orders",
    ),
    Kind(
        "reversal_attempts",
        default_days=365,
        least_days=30,
        batch=2_000,
        title="Days to keep the history of refunds and cancellations",
        description="How long the attempts to send a refund or a cancellation are kept after BigCommerce has "
        "it. That it was sent is always kept, and so is the history of those that are not in BigCommerce.",
        one="{} attempt of refunds and cancellations",
        many="{} attempts of refunds and cancellations",
    ),
    Kind(
        "reconciliations",
        default_days=365,
        least_days=30,
        batch=1_000,
        title="Days to keep reconciliations",
        description="How long the results of reconciliations are kept, with their differences. The newest "
        "reconciliation of each store is always kept.",
        one="{} reconciliation",
        many="{} reconciliations",
    ),
    Kind(
        "alerts",
        default_days=365,
        # longer than the longest quiet time after an alarm (include/monitoring/settings.py)
        least_days=30,
        batch=1_000,
        title="Days to keep alerts",
        description="How long old alerts are kept. The last alert about each problem is always kept.",
        one="{} old alert",
        many="{} old alerts",
    ),
    Kind(
        "price_previews",
        default_days=2,
        # longer than the day on which a preview can be applied (sql/queries/price_batches/get.sql)
        least_days=2,
        batch=20,
        title="Days to keep previews of price changes",
        description="How long a preview of an import or a change of many prices is kept if nobody applies "
        "it. It can be applied for one day. Applied changes are always kept.",
        one="{} preview of price changes",
        many="{} previews of price changes",
    ),
    Kind(
        "change_hints",
        default_days=14,
        # longer than a store repeats an event that nobody took, so that a late repetition is known
        least_days=3,
        batch=2_000,
        title="Days to keep handled hints about changes in stores",
        description="How long it is remembered that an event of a store was handled, so that the same event "
        "sent again changes nothing. Hints that are not handled yet are always kept.",
        one="{} handled hint",
        many="{} handled hints",
    ),
)
