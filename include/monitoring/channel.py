"""Sends alerts to the channels in the Airflow Connection bigcommerce_alerts, of the type Apprise.

The provider's hook reads the Connection. Sending is our own, because the hook's ignores Apprise's answer, so
a message that no channel accepted would count as sent (airflow/providers/apprise/hooks/apprise.py, `notify`);
and its notifier would treat braces in a store's name as a template.
"""

from __future__ import annotations

import json
import logging
from typing import Any

import apprise
from airflow.providers.apprise.hooks.apprise import AppriseHook
from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException
from apprise import NotifyFormat, NotifyType, OverflowMode

from include.monitoring.digest import Message
from include.monitoring.errors import ChannelNotSet, ChannelUnusable, NotDelivered

CONNECTION_ID = "bigcommerce_alerts"
HOW_TO_SET = (
    "Set it up under Admin, Data Sources, Alerts, or "
    f"add the Airflow Connection {CONNECTION_ID} of the type Apprise. Its config (under Extra Fields) is "
    '{"path": "mailtos://…"}, or another address as described at https://appriseit.com/services/.'
)
NO_CHANNEL = "There is no channel for alerts."

log = logging.getLogger(__name__)


def send(message: Message) -> None:
    """Send a message to the channels in the Connection. Raises ChannelNotSet, ChannelUnusable, NotDelivered.

    If there are several channels, one that accepts the message is enough. Otherwise that one would get
    the message again and again while another is unavailable. The log says which channels failed.
    """
    channels = saved_channels()
    accepted = deliver(channels, message.title, message.body, NotifyType(message.severity))
    if not accepted:
        raise NotDelivered(
            f"No channel in the Airflow Connection {CONNECTION_ID} accepted the message.",
            "The log says why (at a terminal: --verbose). The next run sends the message. If it happens "
            "again, test the channel: python -m include.monitoring test",
        )
    if accepted < len(channels):
        log.warning("%d of %d channels accepted the message.", accepted, len(channels))


def saved_channels() -> apprise.Apprise:
    """The channels in the Connection. Raises ChannelNotSet, ChannelUnusable."""
    hook = AppriseHook(CONNECTION_ID)
    try:
        connection = hook.get_connection(CONNECTION_ID)
    except AirflowNotFoundException:
        raise ChannelNotSet(NO_CHANNEL, HOW_TO_SET) from None
    channels = apprise.Apprise()
    try:
        wanted = hook.get_config_from_conn(connection)
        hook.set_config_from_conn(connection, channels)
    except (KeyError, TypeError, ValueError, AttributeError):
        # `from None`: the error may quote the config, which holds passwords
        raise ChannelUnusable(
            f"The Airflow Connection {CONNECTION_ID} has no valid config.", HOW_TO_SET
        ) from None
    if len(channels) < (len(wanted) if isinstance(wanted, list) else 1) or not channels:
        raise ChannelUnusable(
            f"The Airflow Connection {CONNECTION_ID} contains an address that Apprise does not support.",
            HOW_TO_SET,
        )
    return channels


def deliver(channels: apprise.Apprise, title: str, body: str, severity: NotifyType) -> int:
    """Send a message; how many of the channels accepted it."""
    for each in channels:
        # By default Apprise sends a long message as one, and chats refuse it every time.
        if each.overflow_mode == OverflowMode.UPSTREAM:
            each.overflow_mode = OverflowMode.SPLIT
    sent = channels.notify(title=title, body=body, notify_type=severity, body_format=NotifyFormat.TEXT)
    return int(sent.success_count)


def saved_extra() -> dict[str, Any]:
    """The extra of the Connection in use, wherever it is kept; empty if there is none or it is no object."""
    try:
        extra = json.loads(BaseHook.get_connection(CONNECTION_ID).extra or "{}")
    except (AirflowNotFoundException, ValueError):
        return {}
    return extra if isinstance(extra, dict) else {}


def is_set() -> bool:
    """Whether there is a Connection for alerts."""
    try:
        BaseHook.get_connection(CONNECTION_ID)
    except AirflowNotFoundException:
        return False
    return True
