"""Admin → Data Sources: the page where people activate stores, sync products and manage orders.

Every Airflow process loads this module, so it imports little. Only the API server needs the web application,
which is in plugins/data_sources_page.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from airflow.plugins_manager import AirflowPlugin

MOUNT = "/data-sources"


class DataSourcesPlugin(AirflowPlugin):
    """Registers the page in Airflow's Admin menu, and the application behind it."""

    name = "data_sources"
    external_views = [  # noqa: RUF012 - the form that Airflow expects
        {
            "name": "Data Sources",
            # relative, for an Airflow that is served below a path
            "href": f"{MOUNT.removeprefix('/')}/",
            "destination": "nav",
            "category": "admin",
            "url_route": "data_sources",
            "icon": f"{MOUNT.removeprefix('/')}/static/icon.svg",
            "icon_dark_mode": f"{MOUNT.removeprefix('/')}/static/icon-dark.svg",
        }
    ]

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:  # type: ignore[override]
        """The web application, created when Airflow first reads this."""
        from plugins.data_sources_page.app import create_app

        return [{"app": create_app(), "url_prefix": MOUNT, "name": "Data Sources"}]
