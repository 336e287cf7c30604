"""The one message: readable, short whatever happens, and with the way to the page."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.monitoring import alert_texts
from include.monitoring.digest import MOST_STORES, digest
from include.monitoring.problems import Change, Kind, News, Trouble

BASE_URL = "https://airflow.example.com"
KINDS = get_args(Kind)
CHANGES = get_args(Change)


def news(number: int, kind: Any, change: Any = "new", name: str = "", **columns: Any) -> News:
    store_hash, name = f"store{number:04}", name or f"Shop {number}"
    since = datetime(2026, 11, 24, 10, 5, tzinfo=timezone.utc)
    plain: dict[str, Any] = {"number": 3, "since": since, "newest": None, "detail": "Why", "next_step": "Do."}
    wrong = Trouble(number, store_hash, name, 60, kind, **{**plain, **columns})
    return News(change, number, store_hash, name, kind, None if change in ("recovered", "dropped") else wrong)


def test_a_store_reads_from_top_to_bottom() -> None:
    failing = news(1, "sync failing", name="Tea Shop", detail="The token is refused. Give a new one.")
    rejected = news(
        1, "orders rejected", "changed", "Tea Shop", detail="Order 7: No stock.", next_step="Restock."
    )
    on_time = news(2, "sync late", "recovered", "Coffee Shop")
    message = digest([on_time, failing, rejected], BASE_URL)
    assert message is not None
    assert message.title == "BigCommerce: 2 alerts, 1 recovered: 2 stores"
    assert message.mood == "failure"
    assert message.body == (
        "Tea Shop (store0001)\n"
        "NEW: The last product sync failed (2026-11-24 10:05 UTC). The token is refused. Give a new one.\n"
        "https://airflow.example.com/plugin/data_sources/data-sources/store0001/syncs\n"
        "CHANGED: 3 orders are rejected. Order 7: No stock. Restock.\n"
        "https://airflow.example.com/plugin/data_sources/data-sources/store0001/orders?state=rejected\n"
        "\n"
        "Coffee Shop (store0002)\n"
        "RECOVERED: Product syncs are on time again.\n"
        "https://airflow.example.com/plugin/data_sources/data-sources/store0002/syncs\n"
        "\n"
        "All data sources: https://airflow.example.com/plugin/data_sources"
    )


def test_good_news_alone_look_good() -> None:
    message = digest([news(1, "sync failing", "recovered", "Tea Shop")], BASE_URL)
    assert message is not None
    assert (message.title, message.mood) == ("BigCommerce: 1 recovered: Tea Shop", "success")


def test_no_news_is_no_message_and_neither_is_a_deactivated_store() -> None:
    assert digest([], BASE_URL) is None
    assert digest([news(1, "sync failing", "dropped")], BASE_URL) is None


def test_that_the_watch_goes_on_is_said_also_without_other_news() -> None:
    message = digest([], BASE_URL, first="RECOVERED: The data sources are watched again.")
    assert message is not None
    assert message.body.startswith("RECOVERED: The data sources are watched again.")
    assert message.title == "BigCommerce: monitoring goes on"


def test_a_flood_is_one_short_message_with_counts() -> None:
    everything = [news(number, kind, detail="long " * 1_000) for number in range(1_000) for kind in KINDS]
    message = digest(everything, BASE_URL)
    assert message is not None
    assert message.title == "BigCommerce: 7,000 alerts: 1,000 stores"
    assert f"And {1_000 - MOST_STORES} more stores: " in message.body
    assert f"{1_000 - MOST_STORES} x sync failing (NEW)" in message.body
    assert len(message.body) < 35_000  # all that Slack takes


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 30), st.sampled_from(KINDS)), st.sampled_from(CHANGES), min_size=1
    )
)
def test_each_news_is_a_line_or_counted(changes: dict[tuple[int, Any], Any]) -> None:
    all_news = [news(number, kind, change) for (number, kind), change in changes.items()]
    told = [each for each in all_news if each.change != "dropped"]
    message = digest(all_news, BASE_URL)
    assert (message is None) == (not told)
    if message:
        lines = message.body.split("\n")
        in_lines = sum(line.startswith(("NEW: ", "CHANGED: ", "RECOVERED: ")) for line in lines)
        counted = [line.split(": ", 1)[1] for line in lines if line.startswith("And ")]
        in_counts = sum(int(part.split(" x ")[0]) for line in counted for part in line.split(", "))
        assert in_lines + in_counts == len(told)
        assert sum(line.endswith(")") and line.startswith("Shop") for line in lines) == min(
            MOST_STORES, len({each.store_hash for each in told})
        )


@given(st.text())
def test_a_store_may_be_called_anything_and_is_one_line(name: str) -> None:
    message = digest([news(1, "sync late", name=name or "x")], BASE_URL)
    assert message is not None
    assert message.body.split("\n")[0].endswith(" (store0001)")
    assert message.title.isprintable()


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_says_what_is_wrong_and_what_next_in_one_line(kind: Any) -> None:
    said = news(1, kind, detail="Order 5:\r\n no stock", next_step="Restock.").trouble
    assert said is not None
    sentence = alert_texts.sentence(said)
    assert "\n" not in sentence
    assert sentence.endswith(".") or kind == "sync failing"
    assert alert_texts.RECOVERED[kind].endswith(".")


def test_an_airflow_below_a_path_has_links_of_its_own() -> None:
    assert alert_texts.page("https://example.com/airflow/", "tea", "sync late") == (
        "https://example.com/airflow/plugin/data_sources/airflow/data-sources/tea/syncs"
    )
