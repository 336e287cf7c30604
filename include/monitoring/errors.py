"""Errors of the monitoring itself.

None of their messages shows a channel's address, because it holds passwords and tokens.
"""

from __future__ import annotations

from datetime import timedelta

from include.errors import ActionableError, FieldsRefused, FixCredentials, FixData, WaitAndRetry


class AlertError(ActionableError):
    """Alerts cannot be sent. Nothing is lost: they are sent once that works again."""


class ChannelNotSet(AlertError, FixCredentials):
    """There is no Connection for alerts."""


class ChannelUnusable(AlertError, FixCredentials):
    """The Connection for alerts contains no usable channel."""


class NotDelivered(AlertError, WaitAndRetry):
    """No channel accepted the message."""

    retry_after = timedelta(minutes=1)
    retry_reason = "The channel does not work right now; the next run sends the message."


class SettingRefused(AlertError, FixData):
    """A variable of the environment has a value that is not valid."""


class AlertsNotSetUp(FieldsRefused, AlertError):
    """What was entered on the page Alerts cannot be saved."""


class TestNotAccepted(AlertError, FixData):
    """No receiver accepted a test message."""

    __test__ = False  # for pytest: this is no test
