"""Pages for people."""

from plugins.data_sources_page.pages import (
    activity,
    alerts,
    checkout,
    checkout_redirect,
    data_sources,
    orders,
    prices,
    products,
    reconciliations,
    store_list,
    syncs,
)

# "/alerts" and "/orders" before "/{store}", which would match it, too
ROUTERS = (
    alerts.router,
    orders.router,
    store_list.router,
    data_sources.router,
    checkout_redirect.router,
    products.router,
    checkout.router,
    prices.router,
    reconciliations.router,
    syncs.router,
    activity.router,
)
