"""The JSON API, for scripts and for every change that the pages make."""

from plugins.data_sources_page.api import all_orders, data_sources, documentation, orders, products, syncs

ROUTERS = (
    documentation.router,
    data_sources.router,
    products.router,
    orders.router,
    all_orders.router,
    syncs.router,
)
