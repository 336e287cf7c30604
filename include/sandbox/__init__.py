"""A BigCommerce look-alike on loopback: V3 catalogue and variant metafields, V2 orders and store information.

records.py      what a store holds, in the shape the API sends it
generator.py    a deterministic catalogue, with the awkward cases real stores have
catalogue.py    the catalogue in memory and every way it can change
metafields.py   variant metafields and their rules
orders.py       the orders in memory and every way they can change
order_*.py      their shape, what a POST may say, lines and stock, amounts, filters
countries.py    the countries and states an address may name
crm_orders.py   deterministic orders as the CRM keeps them, with the awkward cases too
access.py       the token and its scopes
quota.py        requests allowed per time window
faults.py       what can be made to go wrong
gate.py         what every request passes: the log, faults, latency, quota, token, scopes
answers.py      how an answer goes out: whole, damaged or not at all
paging.py       pages and their envelope
routes_*.py     one file per resource; a further one is a file, a line in server.ROUTES and in access.SCOPES
store.py        one sandbox store: all of the above together
server.py       the store on a loopback port
"""
