"""What the page says of a store whose syncs of changes fail, and when they are tried again."""

from __future__ import annotations

from typing import Any

from include.crm import change_hints, change_pauses
from tests.support.announcements import announcements
from tests.support.failing_changes import fail, syncs_of_changes, waits
from tests.support.page_visitors import Visitor
from tests.support.shop import Shop


def test_page_says_when_the_next_attempt_is_and_a_person_can_make_it_now(
    failing_shop: Shop, crm_url: str, user: Visitor, viewer: Visitor, in_airflow: Any, snapshot: Any
) -> None:
    fail(failing_shop), fail(failing_shop)
    store_hash = failing_shop.sandbox.store_hash
    overview = user.read(store_hash)
    assert "The last 2 syncs of changes failed." in overview
    assert "Next attempt: in 7 min" in overview
    [kept] = syncs_of_changes(failing_shop)
    of_sync = viewer.get(f"{store_hash}/syncs/{kept['sync_run_id']}")
    assert "Next attempt: <time" in of_sync.text
    assert 'id="retry-changes"' in user.get(store_hash).text
    assert 'id="retry-changes"' not in of_sync.text
    known = viewer.get(f"api/data-sources/{store_hash}/changes").json()["pause"]
    assert (known["failures"], known["sync_run_id"]) == (2, kept["sync_run_id"])
    assert viewer.post(f"{store_hash}/changes/retry").status_code == 403
    assert waits(failing_shop)

    with announcements(crm_url, change_hints.CHANNEL) as announced:
        assert (
            user.post(f"{store_hash}/changes/retry")
            .json()["message"]
            .startswith("The changes will be synced")
        )
        assert announced() == [str(failing_shop.source.data_source_id)]
    assert not waits(failing_shop)
    assert "Next attempt" not in user.read(store_hash)
    assert "a user Retried the changes in the store" in user.read(f"{store_hash}/activity")
    assert user.post(f"{store_hash}/changes/retry").json()["message"].startswith("No changes wait")
    assert viewer.get(f"api/data-sources/{store_hash}/changes").json() == {"pause": None}


def test_paused_store_has_no_next_attempt(failing_shop: Shop, viewer: Visitor, in_airflow: Any) -> None:
    fail(failing_shop)
    failing_shop.change("UPDATE crm.data_source SET paused_at = now(), paused_by = 'Ann'")
    assert "Next attempt" not in viewer.read(failing_shop.sandbox.store_hash)


def test_pause_that_is_over_says_that_the_next_attempt_is_soon(
    failing_shop: Shop, viewer: Visitor, in_airflow: Any
) -> None:
    fail(failing_shop)
    failing_shop.change("UPDATE crm.change_pause SET until = now() - interval '1 minute'")
    assert "The last sync of changes failed." in viewer.read(failing_shop.sandbox.store_hash)
    assert "Next attempt: within 5 minutes" in viewer.read(failing_shop.sandbox.store_hash)
    assert change_pauses.get(failing_shop.crm, failing_shop.source.data_source_id) is not None
