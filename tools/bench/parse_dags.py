"""dags/product_sync.py as the DAG processor parses it, in a process of its own; prints its costs.

The DAG processor forks, for each parse, a process that has imported its own modules and the Airflow modules
that the file names (airflow/dag_processing/processor.py: _pre_import_airflow_modules); other imports count.
"""

from __future__ import annotations

import json

import airflow.dag_processing.processor
import airflow.sdk.configuration  # noqa: F401
from airflow.dag_processing.dagbag import BundleDagBag

from include.local.environment import PROJECT
from tools.bench.meter import measured, peak_memory


def main() -> None:
    """Parse once."""
    dags = PROJECT / "dags"
    with measured() as cost:
        bag = BundleDagBag(dag_folder=dags / "product_sync.py", bundle_path=dags, load_op_links=False)
    if bag.import_errors:
        raise SystemExit(str(bag.import_errors))
    print(json.dumps({"total": {**cost, "dags": len(bag.dags)}, "peak_memory": peak_memory()}))


if __name__ == "__main__":
    main()
