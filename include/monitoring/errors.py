"""What the monitoring itself stops for.

AlertError
├── ChannelNotSet    set the Connection; nothing is lost meanwhile
├── ChannelUnusable  correct the Connection; nothing is lost meanwhile
├── NotDelivered     nothing: it is tried again
└── SettingRefused   correct a variable of the environment

No message of theirs shows the channel's address, which holds passwords and tokens.
"""

from __future__ import annotations

from datetime import timedelta

from include.errors import ActionableError, FixCredentials, FixData, WaitAndRetry


class AlertError(ActionableError):
    """No alert could be sent. The message says why and what to do."""


class ChannelNotSet(AlertError, FixCredentials):
    """Nobody said where alerts should go."""


class ChannelUnusable(AlertError, FixCredentials):
    """The Connection is there, but what it holds is no channel."""


class NotDelivered(AlertError, WaitAndRetry):
    """No channel took the message."""

    retry_after = timedelta(minutes=1)
    retry_reason = "The channel is unavailable; after these attempts the next run goes on."


class SettingRefused(AlertError, FixData):
    """A variable of the environment holds what is no setting."""
