"""Pages for people."""

from plugins.data_sources_page.pages import activity, data_sources, orders, products, syncs

ROUTERS = (data_sources.router, products.router, orders.router, syncs.router, activity.router)
