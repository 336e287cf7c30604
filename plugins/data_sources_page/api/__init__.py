"""The JSON API, for scripts and for every change that the pages make."""

from plugins.data_sources_page.api import (
    activity,
    alerts,
    all_orders,
    bulk_actions,
    changes,
    checkout,
    checkout_redirect,
    data_sources,
    documentation,
    orders,
    prices,
    products,
    reconciliations,
    refunds,
    syncs,
    webhooks,
)

ROUTERS = (
    documentation.router,
    alerts.router,
    bulk_actions.router,
    data_sources.router,
    checkout_redirect.router,
    webhooks.router,
    changes.router,
    products.router,
    checkout.router,
    prices.router,
    orders.router,
    all_orders.router,
    refunds.router,
    reconciliations.router,
    syncs.router,
    activity.router,
)
