"""The JSON API, for scripts and for every change that the pages make."""

from plugins.data_sources_page.api import (
    alerts,
    data_sources,
    documentation,
    orders,
    products,
    reconciliations,
    syncs,
)

ROUTERS = (
    documentation.router,
    alerts.router,
    data_sources.router,
    products.router,
    orders.router,
    reconciliations.router,
    syncs.router,
)
