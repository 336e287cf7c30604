"""What housekeeping deletes, and for how many days it keeps each kind. No I/O.

A number of days is at least `least_days`, so that a slip cannot delete what is under way, or what people look
at today. None keeps a kind for ever. The days come from the environment when Airflow reads the DAG, and from
the Params of a run:

    BIGCOMMERCE_KEEP_SYNCS_DAYS=30         or the Param keep_syncs_days
    BIGCOMMERCE_KEEP_SYNCS_DAYS=forever    or an empty Param
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FOREVER = "forever"


@dataclass(frozen=True)
class Kind:
    """A kind of rows with an age; `one` and `many` are what was deleted, in words, with {} for the number.

    `batch` is how much one transaction looks at: syncs for pages, else rows.
    """

    name: str
    default_days: int
    least_days: int
    batch: int
    title: str
    description: str
    one: str
    many: str

    @property
    def param(self) -> str:
        """The Param of the DAG."""
        return f"keep_{self.name}_days"

    @property
    def setting(self) -> str:
        """The environment variable with the default of that Param."""
        return f"BIGCOMMERCE_{self.param}".upper()

    def days(self, environment: Mapping[str, str]) -> int | None:
        """What the environment says; unset or empty is the default. Raises ValueError."""
        text = environment.get(self.setting, "").strip()
        if text == FOREVER:
            return None
        days = int(text or self.default_days) if text.isdecimal() or not text else 0
        if days < self.least_days:
            raise ValueError(
                f"{self.setting} is {text!r}: give a whole number of days, at least {self.least_days}, or "
                f"{FOREVER!r}. Until then nothing is deleted."
            )
        return days

    def counted(self, number: int) -> str:
        """E.g. "1 old sync", "1,204 old syncs"."""
        return (self.one if number == 1 else self.many).format(f"{number:,}")


# In the order in which they are deleted.
KINDS = (
    Kind(
        "pages",
        default_days=7,
        # longer than a sync can take with all its tries, so that none under way loses its pages
        least_days=3,
        batch=20,
        title="Days to keep raw pages",
        description="How long products are kept as the store sent them after a sync that failed or was "
        "stopped. One that ends well needs them no longer.",
        one="the raw pages of {} sync",
        many="the raw pages of {} syncs",
    ),
    Kind(
        "syncs",
        default_days=90,
        least_days=30,
        batch=1_000,
        title="Days to keep syncs",
        description="How long the history of syncs is kept, with warnings. The newest of each store, and "
        "those that the page goes by, stay however old.",
        one="{} old sync",
        many="{} old syncs",
    ),
    Kind(
        "attempts",
        default_days=365,
        least_days=30,
        batch=2_000,
        title="Days to keep the history of pushed orders",
        description="How long it can be said of an order in BigCommerce when and how it got there. That it "
        "is there, and all about orders that are not, stays.",
        one="{} attempt of pushed orders",
        many="{} attempts of pushed orders",
    ),
    Kind(
        "reconciliations",
        default_days=365,
        least_days=30,
        batch=1_000,
        title="Days to keep reconciliations",
        description="How long the results of the daily reconciliation are kept, with all they found. The "
        "newest of each store stays.",
        one="{} reconciliation",
        many="{} reconciliations",
    ),
    Kind(
        "alerts",
        default_days=365,
        # longer than a trouble that was told may be kept quiet (include/monitoring/settings.py)
        least_days=30,
        batch=1_000,
        title="Days to keep alerts",
        description="How long it is kept what people were told. What they know of each trouble stays.",
        one="{} old alert",
        many="{} old alerts",
    ),
)
