"""Fixtures of tests that need no Postgres, no Airflow's database and no browser."""

from __future__ import annotations

from tests.support.alert_channels import channel, hook, mail_server, memory
from tests.support.sandbox_visits import contract, shopper, visit
from tests.support.statsd_receiver import received
from tests.support.store_clients import clock, connect, dictate, open_sandbox
from tests.support.stores_task import stores_task
