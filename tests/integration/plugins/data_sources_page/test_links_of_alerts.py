"""The links in alerts lead to existing pages."""

from __future__ import annotations

from typing import Any, get_args

import psycopg
import pytest

from include.crm.problems import ProblemKind
from include.monitoring import alert_links

AIRFLOW = "http://testserver"


@pytest.mark.parametrize("kind", get_args(ProblemKind))
def test_alert_of_every_kind_links_to_an_existing_page(
    kind: Any, viewer: Any, crm: psycopg.Connection[Any]
) -> None:
    crm.execute("INSERT INTO crm.data_source (store_hash, store_name) VALUES ('tea', 'Tea Shop')")
    crm.commit()
    link = alert_links.page(AIRFLOW, "tea", kind)
    # the address that Airflow shows in its frame
    shown = link.removeprefix(alert_links.page(AIRFLOW))
    assert shown.startswith("/data-sources/tea")
    answer = viewer.client.get(shown)
    assert answer.status_code == 200, answer.text
    assert "tea" in answer.text
