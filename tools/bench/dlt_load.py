"""The same products with their variants, by dlt: `python -m tools.bench.dlt_load FOLDER merge|replace`.

Run by dlt's own venv, in a process of its own. The source is the one that dlt ships for REST APIs, set up as
its documentation says (dlthub.com/docs/dlt-ecosystem/verified-sources/rest_api/basic). `merge` on the primary
key keeps and updates rows as a sync does, and is what dlt's documentation has for loads that are repeated
(dlthub.com/docs/general-usage/merge-loading); `replace` does less, and is the fastest that dlt offers.
"""

from __future__ import annotations

import json
import os
import sys

import dlt
from dlt.sources.rest_api import rest_api_source

from tools.bench.meter import measured, own_cpu, peak_memory


def main() -> None:
    """Extract, normalize and load."""
    start_up_cpu = own_cpu()
    folder, disposition = sys.argv[1:]
    source = rest_api_source(
        {
            "client": {
                "base_url": os.environ["BENCH_STORE_URL"],
                "headers": {"X-Auth-Token": os.environ["BENCH_STORE_TOKEN"]},
                "paginator": {
                    "type": "page_number",
                    "total_path": "meta.pagination.total_pages",
                    "base_page": 1,
                },
            },
            "resources": [
                {
                    "name": "products",
                    "primary_key": "id",
                    "write_disposition": disposition,
                    "endpoint": {
                        "path": "v3/catalog/products",
                        "params": {"limit": 250, "include": "variants", "sort": "id", "direction": "asc"},
                        "data_selector": "data",
                    },
                }
            ],
        }
    )
    pipeline = dlt.pipeline(
        "bench",
        pipelines_dir=folder,
        destination=dlt.destinations.postgres(os.environ["CRM_DATABASE_URL"]),
        dataset_name=f"loaded_by_dlt_{disposition}",
    )
    with measured() as total:
        pipeline.run(source).raise_on_failed_jobs()
    print(json.dumps({"total": total, "start_up_cpu": start_up_cpu, "peak_memory": peak_memory()}))


if __name__ == "__main__":
    main()
