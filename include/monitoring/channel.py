"""Where alerts go: the Airflow Connection bigcommerce_alerts, of the type Apprise, for any channel there is.

The provider's notifier and hook open the Connection and send, but for one thing: they drop what Apprise says
became of the message, so that one nobody took would pass for told
(airflow/providers/apprise/hooks/apprise.py, `notify`).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import apprise
from airflow.providers.apprise.notifications.apprise import AppriseNotifier
from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException
from apprise import NotifyFormat, NotifyType, OverflowMode

from include.monitoring.digest import Message
from include.monitoring.errors import ChannelNotSet, ChannelUnusable, NotDelivered

CONNECTION_ID = "bigcommerce_alerts"
HOW_TO_SET = (
    f"Add the Airflow Connection {CONNECTION_ID} of the type Apprise; its config (Extra Fields) is "
    '{"path": "mailtos://…"} or another address as on https://appriseit.com/services/.'
)
NOT_SET = f"No channel is set. {HOW_TO_SET}"

log = logging.getLogger(__name__)


class AlertNotifier(AppriseNotifier):
    """Airflow's notifier for that Connection; a message that no channel takes is an error."""

    def __init__(self, message: Message) -> None:
        super().__init__(
            apprise_conn_id=CONNECTION_ID,
            title=message.title,
            body=message.body,
            notify_type=NotifyType(message.mood),
            body_format=NotifyFormat.TEXT,
        )

    def notify(self, context: Mapping[str, Any]) -> None:
        """Send it. Raises ChannelNotSet, ChannelUnusable, NotDelivered.

        Where there are several channels, it is enough that one took it: otherwise that one would get it over
        and over while another is away. The log says which did not.
        """
        channels = self._channels()
        sent = channels.notify(
            title=self.title or "", body=self.body, notify_type=self.notify_type, body_format=self.body_format
        )
        if not sent.success_count:
            raise NotDelivered(
                f"The channel of the Airflow Connection {CONNECTION_ID} did not take the message; the task's "
                "log says why. It is sent with the next run. If that goes on, check the channel: "
                "python -m include.monitoring test"
            )
        if sent.success_count < len(channels):
            log.warning("%d of %d channels took the message.", sent.success_count, len(channels))

    def _channels(self) -> apprise.Apprise:
        try:
            connection = self.hook.get_connection(CONNECTION_ID)
        except AirflowNotFoundException:
            raise ChannelNotSet(NOT_SET) from None
        channels = apprise.Apprise()
        try:
            wanted = self.hook.get_config_from_conn(connection)
            self.hook.set_config_from_conn(connection, channels)
        except (KeyError, TypeError, ValueError, AttributeError):
            # `from None`: the error may quote what it could not read
            raise ChannelUnusable(
                f"The Airflow Connection {CONNECTION_ID} has no config that can be read. {HOW_TO_SET}"
            ) from None
        if len(channels) < (len(wanted) if isinstance(wanted, list) else 1) or not channels:
            raise ChannelUnusable(
                f"The Airflow Connection {CONNECTION_ID} holds an address that Apprise does not know. "
                f"{HOW_TO_SET}"
            )
        for each in channels:
            # Apprise would hand a long message over whole, and chats refuse one: each time, so never told.
            if each.overflow_mode == OverflowMode.UPSTREAM:
                each.overflow_mode = OverflowMode.SPLIT
        return channels


def is_set() -> bool:
    """Whether there is a Connection for alerts at all."""
    try:
        BaseHook.get_connection(CONNECTION_ID)
    except AirflowNotFoundException:
        return False
    return True


def send(message: Message) -> None:
    """Send a message to the channel. Raises ChannelNotSet, ChannelUnusable, NotDelivered."""
    # not by calling the notifier, which would take braces in a store's name for a template
    AlertNotifier(message).notify({})
