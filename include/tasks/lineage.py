"""Which data a task read and wrote, told to OpenLineage as the task runs; nothing unless that is switched on.

What is read and written is known when a task runs, and where is in its Connections: inlets and outlets, which
are made when a DAG is parsed, could not say it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from airflow.sdk import get_current_context

from include.connections import crm_address, store_address

if TYPE_CHECKING:
    from airflow.sdk.types import RuntimeTaskInstanceProtocol

log = logging.getLogger(__name__)


def emit(store_hash: str, *, reads: Sequence[str] = (), writes: Sequence[str] = ()) -> None:
    """Say, inside a task, what it read and wrote: tables of the CRM and paths of the store's API.

    E.g. "crm.campaign_product", "/v2/orders". Never raises, and takes no longer than `[openlineage]
    execution_timeout`, 10 seconds: a receiver that does not answer holds up neither the task nor its end.
    """
    # this module is loaded in every process by the provider's plugin; its api takes long to import
    from airflow.providers.openlineage import conf

    if not conf.is_disabled():
        task_instance = get_current_context()["ti"]
        telling = threading.Thread(
            target=_tell, args=(task_instance, store_hash, reads, writes), name="lineage", daemon=True
        )
        telling.start()
        telling.join(conf.execution_timeout())


def _tell(
    task_instance: RuntimeTaskInstanceProtocol, store_hash: str, reads: Sequence[str], writes: Sequence[str]
) -> None:
    """Datasets are named as https://openlineage.io/docs/spec/naming says, which has nothing for HTTP APIs."""
    from airflow.providers.openlineage.api import emit_dataset_lineage
    from openlineage.client.event_v2 import Dataset

    try:
        store, (server, database) = store_address(store_hash), crm_address()

        def datasets(parts: Sequence[str]) -> list[Dataset]:
            return [
                Dataset(store, f"stores/{store_hash}{part}")
                if part.startswith("/")
                else Dataset(server, f"{database}.{part}")
                for part in parts
            ]

        emit_dataset_lineage(
            inputs=[*datasets(reads)], outputs=[*datasets(writes)], task_instance=task_instance
        )
    except Exception:  # no sync fails for what is said about it
        log.warning("What was read and written could not be told to OpenLineage.", exc_info=True)
