"""What the monitoring itself stops for.

AlertError
├── ChannelNotSet    set the Connection; nothing is lost meanwhile
├── ChannelUnusable  correct the Connection; nothing is lost meanwhile
├── NotDelivered     nothing: it is tried again
└── SettingRefused   correct a variable of the environment

No message of theirs shows the channel's address, which holds passwords and tokens.
"""

from __future__ import annotations

from include.remedies import NeedsDecision


class AlertError(Exception):
    """No alert could be sent. The message says why and what to do."""


class ChannelNotSet(AlertError):
    """Nobody said where alerts should go."""


class ChannelUnusable(AlertError, NeedsDecision):
    """The Connection is there, but what it holds is no channel."""


class NotDelivered(AlertError):
    """No channel took the message."""


class SettingRefused(AlertError, NeedsDecision):
    """A variable of the environment holds what is no setting."""
