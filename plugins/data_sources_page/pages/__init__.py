"""Pages for people."""

from plugins.data_sources_page.pages import data_sources, orders, products, syncs

ROUTERS = (orders.router, data_sources.router, products.router, syncs.router)
