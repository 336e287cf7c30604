"""Starts a DAG run within seconds after something was committed in the CRM's database.

The database notifies a channel as it commits. The trigger listens first and then looks at the tables, so what
was committed before is found, too. It looks again after every notification and every 30 seconds, so a lost
one only costs time. What it fires says nothing but "look": the run reads the tables itself.

Airflow restarts a trigger that raises or returns every few seconds, for ever. So this one does neither.
"""

from __future__ import annotations

import asyncio
import logging
from abc import abstractmethod
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import psycopg
from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from include.connections.crm import CRM_CONNECTION_ID, connect_crm
from include.crm import notifications
from include.crm.database import CRM
from include.crm.session import broken_after
from include.database_errors import explain

log = logging.getLogger(__name__)

# Many notifications at once are one event.
COLLECT_SECONDS = 1.0
# How often it looks at the tables without being told; this also notices a connection that is dead.
LOOK_EVERY_SECONDS = 30.0
# After which a connection that does not answer counts as dead.
ANSWER_SECONDS = 10.0
# How long it waits before it connects again: twice as long each time, until a look at the tables succeeds.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0


class Listening(BaseEventTrigger):
    """Fires when `has_work` says that there is something to do; a subclass names that and its channel.

    Airflow keeps the arguments where everybody can read them, so they are only names.
    """

    default_channel: ClassVar[str]
    listens_for: ClassVar[str]

    def __init__(self, connection_id: str = CRM_CONNECTION_ID, channel: str = "") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.connection_id = connection_id
        self.channel = channel or self.default_channel

    @abstractmethod
    async def has_work(self, crm: psycopg.AsyncConnection[Any]) -> bool:
        """Whether there is something to do."""

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """How Airflow makes this trigger again, in the triggerer."""
        arguments = {"connection_id": self.connection_id, "channel": self.channel}
        return f"{type(self).__module__}.{type(self).__name__}", arguments

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Fire forever; never raises, and never returns."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                async with await connect_crm(self.connection_id) as crm:
                    await notifications.listen(crm, self.channel)
                    while True:
                        with broken_after(crm, ANSWER_SECONDS):
                            has_work = await self.has_work(crm)
                        pause = FIRST_PAUSE_SECONDS
                        if has_work:
                            yield TriggerEvent({"channel": self.channel})  # type: ignore[no-untyped-call]
                        if await notifications.has_notification(crm, within_seconds=LOOK_EVERY_SECONDS):
                            await notifications.collect(crm, for_seconds=COLLECT_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next attempt may succeed
                why = explain(error, CRM, connecting=True)
                log.warning(
                    "Listening for %s was interrupted; retrying in %.0f s. %s", self.listens_for, pause, why
                )
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
