"""How what was measured is worded and judged where one number is not enough."""

from __future__ import annotations

from statistics import median, quantiles

from tools.bench.aim import Aim
from tools.bench.changes import CHANGED
from tools.bench.idle import TASKS_A_DAY, cpu_of_a_day
from tools.bench.many_stores import DAGS
from tools.bench.pages import PRODUCTS, VARIANTS
from tools.bench.parts import Sizes
from tools.bench.results import Results

USUAL = Sizes(repeats=1)
SMALL, LARGE = max(USUAL.products), USUAL.large
FEW_IDLE, IDLE = min(USUAL.idle), max(USUAL.idle)
FEW_ORDERS, MANY_ORDERS = USUAL.orders


def compared(sync: str, limit: str, times: float) -> Aim:
    """An aim for a sync beside a bare loop, by elapsed time."""

    def judge(results: Results) -> tuple[str, bool]:
        ratio, cpu = (results.ratio(sync, limit, SMALL, name) for name in ("seconds", "cpu"))
        return f"{ratio:.1f} times (CPU {cpu:.1f} times)", ratio <= times

    return Aim(f"{sync} at most {times} times as long as a {limit} of the same products", judge)


def growth(results: Results, what: str, name: str, small: int, large: int, by_size: bool = False) -> float:
    """By how much more a number is for the large size, as a share; `by_size`: for each product."""
    few, many = results.median(what, small)[name], results.median(what, large)[name]
    return many / few / (large / small if by_size else 1) - 1


def changed_requests(results: Results) -> tuple[str, bool]:
    """Requests for changed products: those read, 250 a request, and the fields written."""
    found = {number: results.median("changes", number) for number in CHANGED}
    words = ", ".join(
        f"{number:,}: {each['requests']:.0f} ({each['options']:.0f} for options; least {each['least']:.0f})"
        for number, each in found.items()
    )
    return words, all(each["requests"] <= each["least"] for each in found.values())


def pushed_once(results: Results) -> tuple[str, bool]:
    """Every order to be sent is in the store once, and no other."""
    push = results.median("order push", MANY_ORDERS)
    words = ", ".join(
        f"{name.replace('_', ' ')} {push[name]:.0f}" for name in ("lost", "too_many", "unsettled")
    )
    return words, not push["lost"] + push["too_many"] + push["unsettled"]


def pushed_requests(results: Results) -> tuple[str, bool]:
    """One request for each order, and look-ups of uncertain ones only."""
    push = results.median("order push", MANY_ORDERS)
    words = f"{push['sent']:,.0f} + {push['looked_up']:.0f} for {push['uncertain']:.0f} uncertain"
    return words, push["sent"] == MANY_ORDERS and push["looked_up"] <= push["uncertain"]


def stores_once(results: Results) -> tuple[str, bool]:
    """The same for the orders of many stores."""
    pushes = [results.median(f"stores: {dag}", USUAL.stores) for dag in DAGS]
    lost, too_many = (sum(each[name] for each in pushes) for name in ("lost", "too_many"))
    return f"lost {lost:.0f}, too many {too_many:.0f}", not lost + too_many


def idle_day(results: Results) -> tuple[str, bool]:
    """All looks of a day in which nothing is due."""
    few, many = (cpu_of_a_day(results, stores) / 60 for stores in (FEW_IDLE, IDLE))
    return f"{many:.1f} min; at {FEW_IDLE} stores {few:.1f} min", many < 10


def idle_tasks(results: Results) -> tuple[str, bool]:
    """Tasks for stores in which nothing is due."""
    cpu_of_a_day(results, IDLE)  # measured only if nothing was found to do
    return f"none; {sum(TASKS_A_DAY.values())} a day look for all stores together", True


def pages(results: Results) -> tuple[str, bool]:
    """Every page of Data Sources."""
    found = results.median("pages", PRODUCTS * VARIANTS)
    slowest = max(found, key=lambda name: found[name])
    words = (
        f"{found[slowest] * 1e3:.0f} ms ({slowest}); the median page {median(found.values()) * 1e3:.0f} ms"
    )
    return words, found[slowest] < 0.1


def median_seconds(results: Results, what: str) -> float:
    """The median of the seconds that events took."""
    return results.median(what, 1)["seconds"]


def seconds_of_95_percent(results: Results, what: str) -> float:
    """The seconds that 95 % of events took at most."""
    return quantiles(results.every(what, 1, "seconds"), n=20)[-1]
