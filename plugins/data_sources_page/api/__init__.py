"""JSON for scripts, and for what the pages change."""

from plugins.data_sources_page.api import data_sources, documentation

ROUTERS = (documentation.router, data_sources.router)
