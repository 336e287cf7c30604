"""The one message: readable, always short, safe to show, and with links to the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.crm.alerts import Change
from include.crm.problems import Problem, ProblemKind
from include.monitoring import alert_links, alert_texts
from include.monitoring.digest import MOST_STORES, digest
from include.monitoring.problem_changes import ProblemChange

BASE_URL = "https://airflow.example.com"
KINDS = get_args(ProblemKind)
CHANGES = get_args(Change)


def news(number: int, kind: Any, change: Any = "new", name: str = "", **columns: Any) -> ProblemChange:
    store_hash, name = f"store{number:04}", name or f"Shop {number}"
    since = datetime(2026, 11, 24, 10, 5, tzinfo=timezone.utc)
    plain: dict[str, Any] = {"number": 3, "since": since, "reason": "Why", "next_step": "Do.", "order_id": 7}
    problem = Problem(number, store_hash, name, 60, kind, **{**plain, **columns})
    return ProblemChange(
        change, number, store_hash, name, kind, None if change in ("recovered", "dropped") else problem
    )


def test_news_of_a_store_reads_from_top_to_bottom() -> None:
    failing = news(1, "sync failing", name="Tea Shop", reason="The token is refused. Enter a new one.")
    rejected = news(1, "orders rejected", "changed", "Tea Shop", reason="No stock.", next_step="Restock.")
    on_time = news(2, "sync late", "recovered", "Coffee Shop")
    message = digest([on_time, failing, rejected], BASE_URL)
    assert message is not None
    assert message.title == "BigCommerce: 2 alerts, 1 recovered: 2 stores"
    assert message.severity == "failure"
    assert message.body == (
        "Tea Shop (store0001)\n"
        "NEW: The last product sync failed (2026-11-24 10:05 UTC). The token is refused. Enter a new one.\n"
        "https://airflow.example.com/plugin/data_sources/data-sources/store0001/syncs\n"
        "CHANGED: 3 orders were rejected. Order 7: No stock. Restock.\n"
        "https://airflow.example.com/plugin/data_sources/data-sources/store0001/orders?state=rejected\n"
        "\n"
        "Coffee Shop (store0002)\n"
        "RECOVERED: Product syncs are on time again.\n"
        "https://airflow.example.com/plugin/data_sources/data-sources/store0002/syncs\n"
        "\n"
        "All data sources: https://airflow.example.com/plugin/data_sources"
    )


def test_recoveries_alone_make_a_success_message() -> None:
    message = digest([news(1, "sync failing", "recovered", "Tea Shop")], BASE_URL)
    assert message is not None
    assert (message.title, message.severity) == ("BigCommerce: 1 recovered: Tea Shop", "success")


def test_there_is_no_message_without_news_or_for_a_deactivated_store() -> None:
    assert digest([], BASE_URL) is None
    assert digest([news(1, "sync failing", "dropped")], BASE_URL) is None


def test_recovery_of_the_monitoring_is_reported_without_other_news() -> None:
    message = digest([], BASE_URL, first="RECOVERED: Monitoring works again.")
    assert message is not None
    assert message.body.startswith("RECOVERED: Monitoring works again.")
    assert message.title == "BigCommerce: monitoring works again"


def test_thousands_of_problems_are_one_short_message_with_counts() -> None:
    everything = [news(number, kind, reason="long " * 1_000) for number in range(1_000) for kind in KINDS]
    message = digest(everything, BASE_URL)
    assert message is not None
    assert message.title == f"BigCommerce: {1_000 * len(KINDS):,} alerts: 1,000 stores"
    assert f"And {1_000 - MOST_STORES} more stores: " in message.body
    assert f"{1_000 - MOST_STORES} x sync failing (NEW)" in message.body
    assert len(message.body) < 35_000  # all that Slack takes


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 30), st.sampled_from(KINDS)), st.sampled_from(CHANGES), min_size=1
    )
)
def test_every_news_has_a_line_or_is_counted(changes: dict[tuple[int, Any], Any]) -> None:
    all_news = [news(number, kind, change) for (number, kind), change in changes.items()]
    reported = [each for each in all_news if each.change != "dropped"]
    message = digest(all_news, BASE_URL)
    assert (message is None) == (not reported)
    if message:
        lines = message.body.split("\n")
        in_lines = sum(line.startswith(("NEW: ", "CHANGED: ", "RECOVERED: ")) for line in lines)
        counted = [line.split(": ", 1)[1] for line in lines if line.startswith("And ")]
        in_counts = sum(int(part.split(" x ")[0]) for line in counted for part in line.split(", "))
        assert in_lines + in_counts == len(reported)
        assert sum(line.endswith(")") and line.startswith("Shop") for line in lines) == min(
            MOST_STORES, len({each.store_hash for each in reported})
        )


@given(st.text())
def test_store_name_of_any_characters_is_one_line(name: str) -> None:
    message = digest([news(1, "sync late", name=name or "x")], BASE_URL)
    assert message is not None
    assert message.body.split("\n")[0].endswith(" (store0001)")
    assert message.title.isprintable()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_the_problem_and_the_next_step_in_one_line(kind: Any) -> None:
    said = news(1, kind, reason="Order 5:\r\n no stock", next_step="Restock.").problem
    assert said is not None
    sentence = alert_texts.sentence(said)
    assert "\n" not in sentence
    assert sentence.endswith(".") or kind == "sync failing"
    assert alert_texts.TEXTS[kind].recovered.endswith(".")


@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        (
            "orders found twice",
            1,
            "1 order is in BigCommerce more than once. Order 7. In BigCommerce, cancel and",
        ),
        (
            "orders uncertain",
            2,
            "2 orders were sent, but the answer was unclear (oldest: 2026-11-24 10:05 UTC). "
            "For example order 7. Every run",
        ),
        (
            "orders waiting",
            1,
            "1 order has been waiting to be sent (oldest: 2026-11-24 10:05 UTC). Order 7. The",
        ),
        (
            "orders differ",
            3,
            "The latest reconciliation found 3 differences between the CRM and BigCommerce: "
            "1 gone from BigCommerce, 2 not pushed; for example order 7. The store's page Reconciliations",
        ),
        (
            "orders undone",
            2,
            "2 orders were refunded, cancelled, declined or deleted in BigCommerce, but not in the CRM",
        ),
        (
            "orders not shipped",
            1,
            "1 order is paid and sent to BigCommerce, but not shipped there for days (oldest: 2026-11-24",
        ),
        (
            "sync late",
            1,
            "No product sync has completed since 2026-11-24 10:05 UTC, although one is due every 60 minutes.",
        ),
    ],
)
def test_sentence_of_a_problem_has_its_numbers(kind: Any, number: int, expected: str) -> None:
    differences = {"not pushed": 2, "gone from BigCommerce": 1}
    problem = news(1, kind, differences=differences).problem
    assert problem is not None
    assert alert_texts.sentence(replace(problem, number=number)).startswith(expected)


def test_links_work_for_an_airflow_below_a_path() -> None:
    assert alert_links.page("https://example.com/airflow/", "tea", "sync late") == (
        "https://example.com/airflow/plugin/data_sources/airflow/data-sources/tea/syncs"
    )


MALICIOUS = (
    "[Log in again](http://evil.example) ![x](https://evil.example/p) <http://evil.example|Log in> <!channel>"
)


@pytest.mark.parametrize("kind", ["sync failing", "orders rejected"])
def test_text_of_a_store_in_an_alert_holds_no_link_image_or_mention(kind: Any) -> None:
    columns = {"reason": f"The store says: {MALICIOUS}", "next_step": MALICIOUS}
    message = digest([news(1, kind, name=MALICIOUS, **columns)], BASE_URL)
    assert message is not None
    assert "Log in again" in message.body
    for dangerous in ("](", "<", ">", "://evil"):
        assert dangerous not in message.body.replace(BASE_URL, "")
        assert dangerous not in message.title
