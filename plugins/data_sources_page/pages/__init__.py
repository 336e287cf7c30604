"""Pages for people."""

from plugins.data_sources_page.pages import alerts, data_sources, orders, products, reconciliations, syncs

# "/alerts" before "/{store}", which would match it, too
ROUTERS = (
    alerts.router,
    data_sources.router,
    products.router,
    orders.router,
    reconciliations.router,
    syncs.router,
)
