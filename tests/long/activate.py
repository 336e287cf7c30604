"""`python -m tests.long.activate`: data sources activated as the page does, all in one process.

Standard input is JSON: a list of {store_hash, changes}, as include.data_sources.lifecycle.activate takes it.
"""

from __future__ import annotations

import json
import sys

from include.connections.crm import open_crm
from include.connections.lookup import read_connections_as_server
from include.data_sources.lifecycle import activate

if __name__ == "__main__":
    read_connections_as_server()
    with open_crm() as crm:
        for data_source in json.load(sys.stdin):
            activate(crm, data_source["store_hash"], data_source["changes"])
