"""Which data a task read and wrote, reported to OpenLineage as the task runs; nothing unless that is on.

Inlets and outlets could not say it: they are fixed when a DAG is parsed, while what a task reads and writes
is known when it runs, and the addresses are in its Connections.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context

from include.connections.crm import crm_address
from include.connections.store import store_address

if TYPE_CHECKING:
    from airflow.sdk.types import RuntimeTaskInstanceProtocol

log = logging.getLogger(__name__)

# What tasks of several DAGs read or write.
CAMPAIGN_TABLES = ("crm.campaign_product", "crm.campaign_product_variant")
CUSTOM_FIELDS = ("/v3/catalog/variants/metafields", "crm.variant_custom_field")
STORE_ORDER_TABLES = ("crm.store_order", "crm.order_shipment", "crm.order_shipment_line")


@dataclass(frozen=True)
class Lineage:
    """What a task read and wrote: tables of the CRM ("crm.order_push") and paths of the store's API."""

    store_hash: str
    reads: Sequence[str] = ()
    writes: Sequence[str] = ()

    def emit(self) -> None:
        """Report it, inside the task.

        Never raises, and takes no longer than `[openlineage] execution_timeout`, 10 seconds: a receiver that
        does not answer delays neither the task nor its end.
        """
        # this module is loaded in every process by the provider's plugin; its api takes long to import
        from airflow.providers.openlineage import conf

        if not conf.is_disabled():
            task_instance = get_current_context()["ti"]
            sender = threading.Thread(target=self._send, args=(task_instance,), name="lineage", daemon=True)
            sender.start()
            sender.join(conf.execution_timeout())

    def _send(self, task_instance: RuntimeTaskInstanceProtocol) -> None:
        from airflow.providers.openlineage.api import emit_dataset_lineage

        try:
            emit_dataset_lineage(
                inputs=self._datasets(self.reads),
                outputs=self._datasets(self.writes),
                task_instance=task_instance,
            )
        except Exception:  # no sync fails because its lineage could not be reported
            log.warning("The lineage of this task could not be sent to OpenLineage.", exc_info=True)

    def _datasets(self, parts: Sequence[str]) -> list[Any]:
        """Named as https://openlineage.io/docs/spec/naming says, which has nothing for HTTP APIs."""
        from openlineage.client.event_v2 import Dataset

        store, (server, database) = store_address(self.store_hash), crm_address()
        return [
            Dataset(store, f"stores/{self.store_hash}{part}")
            if part.startswith("/")
            else Dataset(server, f"{database}.{part}")
            for part in parts
        ]
