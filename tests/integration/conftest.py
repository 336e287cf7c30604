"""Fixtures of tests that need a Postgres, Airflow's own database, or another process."""

from __future__ import annotations

from tests.support.alert_channels import change, channel, hook, mail_server, memory, watched
from tests.support.command_line import activated, command, crm_connection, sandbox, snapshot
from tests.support.crm_past import past
from tests.support.crm_rows import add, ledger_row, order, source
from tests.support.databases import crm, crm_url
from tests.support.failing_changes import failing_shop
from tests.support.ordering_store import filled_campaign, shop
from tests.support.page_visitors import api, in_airflow, order_push_dag, user, viewer, visitor
from tests.support.pgbouncer import pgbouncer
from tests.support.refunding_store import refunding
from tests.support.shop import store, synced
from tests.support.statsd_receiver import received
from tests.support.store_clients import short_pauses
from tests.support.stores_task import stores_task
