"""The links that alerts carry lead to pages that there are."""

from __future__ import annotations

from typing import Any, get_args

import psycopg
import pytest

from include.monitoring import alert_texts
from include.monitoring.problems import Kind

AIRFLOW = "http://testserver"


@pytest.mark.parametrize("kind", get_args(Kind))
def test_each_kind_of_trouble_leads_to_a_page(kind: Any, viewer: Any, crm: psycopg.Connection[Any]) -> None:
    crm.execute("INSERT INTO crm.data_source (store_hash, store_name) VALUES ('tea', 'Tea Shop')")
    crm.commit()
    link = alert_texts.page(AIRFLOW, "tea", kind)
    # what Airflow's own page shows within itself
    shown = link.removeprefix(alert_texts.page(AIRFLOW))
    assert shown.startswith("/data-sources/tea/")
    answer = viewer.client.get(shown)
    assert answer.status_code == 200, answer.text
    assert "tea" in answer.text
