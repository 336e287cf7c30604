"""What cannot be done in Airflow's metadata database."""

from __future__ import annotations

from include.errors import FixData


class CannotStart(FixData):
    """A run cannot be started at the moment."""


class TokenNotEncrypted(FixData):
    """Airflow would keep the access token as plain text; nothing was saved."""

    def __init__(self) -> None:
        super().__init__(
            "Airflow has no Fernet key to encrypt the access token, so nothing was saved.",
            "Ask your administrator to set [core] fernet_key.",
        )


class UserNotAdded(FixData):
    """Airflow's user management (FAB) did not add a user; it logs why."""

    def __init__(self, username: str) -> None:
        super().__init__(
            f"Airflow did not add the user {username}; its log above says why.",
            "Correct that, then run the deploy again.",
        )
