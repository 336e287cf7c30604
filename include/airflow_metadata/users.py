"""The first user of an Airflow whose users are kept in its metadata database (FAB auth manager)."""

from __future__ import annotations

from include.airflow_metadata.errors import UserNotAdded
from include.airflow_metadata.session import explained_metadata_errors


def add_admin(username: str, password: str) -> bool:
    """Add a user with the role Admin; False, without a change, if a user of that name exists.

    `airflow users create` would take the password as an argument, which all users of the machine can read.
    Raises UserNotAdded and DatabaseError.
    """
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    with explained_metadata_errors(), get_application_builder() as application:
        users = application.sm
        if users.find_user(username):
            return False
        # FAB wants names and an address of its own for each user
        if not users.add_user(
            username, "Airflow", "Admin", f"{username}@localhost", users.find_role("Admin"), password
        ):
            raise UserNotAdded(username)
        return True
