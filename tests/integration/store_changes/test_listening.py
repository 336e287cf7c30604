"""The trigger of store changes fires for hints, kept before or while it listens, and for nothing else."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest

from include.crm import change_hints
from include.store_changes.listening import NewHints
from include.tasks import listening


async def _fires(trigger: Any, seconds: float) -> bool:
    try:
        await asyncio.wait_for(anext(trigger), seconds)
    except asyncio.TimeoutError:
        return False
    return True


def test_hints_fire_whether_kept_before_or_while_it_listens_and_handled_ones_do_not(
    crm: psycopg.Connection[Any], crm_url: str, source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    # only a notification makes it look again within the test's patience
    monkeypatch.setattr(listening, "LOOK_EVERY_SECONDS", 600.0)
    monkeypatch.setattr(listening, "COLLECT_SECONDS", 0.1)
    tea = source("tea").data_source_id

    async def scene() -> None:
        change_hints.keep(crm, tea, "product", 7, "before")
        crm.commit()
        trigger = NewHints().run()
        assert await _fires(trigger, 30)
        crm.execute("UPDATE crm.change_hint SET handled_at = now()")
        crm.commit()
        waiting = asyncio.create_task(_fires(trigger, 60))
        await asyncio.sleep(0.5)
        assert not waiting.done()
        change_hints.keep(crm, tea, "order", 8, "meanwhile")
        crm.commit()
        assert await waiting

    asyncio.run(scene())
