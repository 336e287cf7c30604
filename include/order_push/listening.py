"""Starts a push within seconds after an order completed: a trigger that Airflow's triggerer runs.

The CRM's database notifies a channel as it commits an order. The trigger listens first and then looks at the
table, so an order that was committed before is found, too. It looks again after every notification and
every 30 seconds, so a lost one only costs time. What it fires says nothing but "look": the push reads the
table itself. If this whole path is broken, the next scheduled run of the order push sends the orders.

Airflow restarts a trigger that raises or returns every few seconds, for ever. So this one does neither.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from include.connections import CRM_CONNECTION_ID, connect_crm
from include.crm import order_events
from include.crm.database import CRM
from include.crm.session import broken_after
from include.database_errors import explain

log = logging.getLogger(__name__)

# Many orders at once are one event.
COLLECT_SECONDS = 1.0
# How often it looks at the table without being told; this also notices a connection that is dead.
LOOK_EVERY_SECONDS = 30.0
# After which a connection that does not answer counts as dead.
ANSWER_SECONDS = 10.0
# How long it waits before it connects again: twice as long each time, until a look at the table succeeds.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0


class NewOrders(BaseEventTrigger):
    """Fires when there are completed orders that no push has taken yet.

    Airflow keeps the arguments where everybody can read them, so they are only names.
    """

    def __init__(self, connection_id: str = CRM_CONNECTION_ID, channel: str = order_events.CHANNEL) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.connection_id = connection_id
        self.channel = channel

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """How Airflow makes this trigger again, in the triggerer."""
        arguments = {"connection_id": self.connection_id, "channel": self.channel}
        return f"{__name__}.{type(self).__name__}", arguments

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Fire forever; never raises, and never returns."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                async with await connect_crm(self.connection_id) as crm:
                    await order_events.listen(crm, self.channel)
                    while True:
                        with broken_after(crm, ANSWER_SECONDS):
                            is_due = await order_events.has_new_orders(crm)
                        pause = FIRST_PAUSE_SECONDS
                        if is_due:
                            yield TriggerEvent({"channel": self.channel})  # type: ignore[no-untyped-call]
                        if await order_events.has_notification(crm, within_seconds=LOOK_EVERY_SECONDS):
                            await order_events.collect(crm, for_seconds=COLLECT_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next attempt may succeed
                why = explain(error, CRM, connecting=True)
                log.warning("Listening for orders was interrupted; retrying in %.0f s. %s", pause, why)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
