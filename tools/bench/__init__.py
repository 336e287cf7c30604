"""How fast, how large, how many requests: `python -m tools.bench` measures and compares with the aims.

__main__.py          options; runs everything, prints the table and what became of the aims
scenarios.py         what is measured of the product sync, in which order
orders.py            what is measured of the order push
setting.py           Postgres, fresh CRM databases, and processes of their own
store.py             the sandbox store
meter.py             time, CPU and memory of a process, and Postgres's CPU
one_sync.py          run in a process of its own: one sync
one_push.py          run in a process of its own: all orders pushed
baselines.py         run in a process of its own: COPY, JSON parsing, and what bare.py has
bare.py              the least that reading, and a first sync, could cost
dlt_load.py          run in a process of its own, by dlt's own venv: the same catalogue by dlt
in_airflow.py        1,000 data sources parsed; a small store synced by a warm Airflow
parse_dags.py        run in a process of its own: dags/product_sync.py as the DAG processor parses it
report.py            the tables
aims.py              the aims, and whether they are met
"""
