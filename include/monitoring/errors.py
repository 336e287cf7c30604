"""Errors of the monitoring itself.

None of their messages shows a channel's address, because it holds passwords and tokens.
"""

from __future__ import annotations

from include.remedies import NeedsDecision


class AlertError(Exception):
    """Alerts cannot be sent. Nothing is lost: they are sent once that works again."""


class ChannelNotSet(AlertError):
    """There is no Connection for alerts."""


class ChannelUnusable(AlertError, NeedsDecision):
    """The Connection for alerts contains no usable channel."""


class NotDelivered(AlertError):
    """No channel accepted the message."""


class SettingRefused(AlertError, NeedsDecision):
    """A variable of the environment has a value that is not valid."""
