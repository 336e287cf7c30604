"""A BigCommerce look-alike on this machine. It is no part of the product.

Tests and the demo talk to it instead of a live store; of the product's code only `include.local` (the demo)
may import it, and it imports nothing of the product. Its knowledge of BigCommerce is its own: countries,
states, error samples and refusals are written from BigCommerce's official OpenAPI files and from other public
sources, never from the code under test. Otherwise both would share a mistake, and no test could see it.

catalogue/   products, variants, custom fields, modifiers, metafields; a generator of catalogues
orders/      V2 orders: what a POST may say, lines and stock, amounts, filters
storefront/  what shoppers meet: scripts, carts, tokens, GraphQL
webhooks/    hooks, the events that changes make, and their delivery
store/       one store as a whole: settings, access, quota, information, countries
faults/      what can be made to go wrong
http/        the store on a port: server, gate, pages, answers, one module per resource

`Sandbox` is a store in memory; `serve` puts it on a port. README.md lists everything that it can play.
"""

from include.sandbox.catalogue.catalogue import Catalogue
from include.sandbox.faults.faults import Fault, FaultKind, Faults
from include.sandbox.http.server import serve, serve_many
from include.sandbox.refusals import Refusal
from include.sandbox.store.quota import Quota
from include.sandbox.store.sandbox import RecordedRequest, Sandbox
from include.sandbox.store.settings import Settings

__all__ = [
    "Catalogue",
    "Fault",
    "FaultKind",
    "Faults",
    "Quota",
    "RecordedRequest",
    "Refusal",
    "Sandbox",
    "Settings",
    "serve",
    "serve_many",
]
