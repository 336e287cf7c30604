"""The first user of an Airflow whose users are kept in its metadata database (FAB auth manager)."""

from __future__ import annotations


def add_admin(username: str, password: str) -> bool:
    """Add a user of the role Admin; False, and nothing happens, if there is one of that name.

    Not by `airflow users create`, which takes the password as an argument, where all users of the machine
    can read it.
    """
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    with get_application_builder() as application:
        users = application.sm
        if users.find_user(username):
            return False
        # FAB wants names and an address of its own for each user
        if not users.add_user(
            username, "Airflow", "Admin", f"{username}@localhost", users.find_role("Admin"), password
        ):
            raise RuntimeError(f"Airflow did not add the user {username}; its log says why.")
        return True
