"""How fast, how large, how many requests: `python -m tools.bench` measures and compares with the aims.

What is run and printed:
__main__.py          options; measures the parts, prints the tables
parts.py             the parts: what is measured, in which order, with which sizes
results.py           what was measured
report.py, tables.py the tables
aims.py              the aims by section; aim.py and judges.py say whether they are met

What is measured:
syncs.py             syncs of one store beside their limits and dlt
changes.py           syncs of just the products that changed
orders.py            the order push of one store
many_stores.py       that of many
idle.py              what it costs to find that nothing is due
pages.py             each page of Data Sources
in_airflow.py        many data sources parsed; a small store in a running Airflow …
events.py            … and how soon its orders and changes are on the other side
database.py          how large the database grows; a program of its own

Where it is measured:
testbed.py           Postgres, fresh CRM databases, and processes of their own
store.py             the sandbox store, or many (serve_stores.py)
meter.py             time, CPU and memory of a process, and Postgres's CPU

Run in processes of their own:
one_sync.py, one_change.py, one_push.py, one_look.py, sync_stores.py, push_stores.py, page_visits.py,
parse_dags.py        the product
baselines.py, bare.py, dlt_load.py   what it is compared with
"""
