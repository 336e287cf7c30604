"""Pages for people."""

from plugins.data_sources_page.pages import (
    activity,
    alerts,
    data_sources,
    orders,
    prices,
    products,
    reconciliations,
    store_list,
    syncs,
)

# "/alerts" before "/{store}", which would match it, too
ROUTERS = (
    alerts.router,
    store_list.router,
    data_sources.router,
    products.router,
    prices.router,
    orders.router,
    reconciliations.router,
    syncs.router,
    activity.router,
)
