"""Pages for people."""

<<<<<<< HEAD
from plugins.data_sources_page.pages import data_sources, orders, products, store_list, syncs

ROUTERS = (store_list.router, data_sources.router, products.router, orders.router, syncs.router)
=======
from plugins.data_sources_page.pages import data_sources, orders, products, reconciliations, syncs

ROUTERS = (data_sources.router, products.router, orders.router, reconciliations.router, syncs.router)
>>>>>>> main
