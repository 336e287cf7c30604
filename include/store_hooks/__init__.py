"""Webhooks: BigCommerce calls this Airflow when a store changes, and each call is kept as a hint.

address.py        the public address of this Airflow, which BigCommerce calls
secret.py         the secret of a store's hooks, of which only a digest is stored
installation.py   which hooks a store should have, and how they get there
steps.py          makes, checks and removes the hooks as the settings say
health.py         whether they work, in words
event.py          what a call says
receiving.py      takes a call: is it BigCommerce's, and which hint is in it?
"""
