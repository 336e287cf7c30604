"""Pages for people."""

from plugins.data_sources_page.pages import data_sources

ROUTERS = (data_sources.router,)
