"""Fixtures of tests that open the page in a browser, without a running Airflow."""

from __future__ import annotations

from tests.support.databases import crm, crm_url
from tests.support.page_visitors import api, in_airflow, visitor
from tests.support.shop import store, synced
