"""What server-side code (the command line, a page in Airflow's UI) does in Airflow's own metadata database.

Never imported by a DAG file or a task: those have no access to that database.
"""

from include.airflow_metadata.audit import DAG_PATCHED, OUR_EVENTS, AuditEntry, audit_entries, record_audit
from include.airflow_metadata.connections import (
    add_pool,
    delete_store_connection,
    forget_later,
    forget_unused,
    keep_store_connection,
    save_alert_connection,
    save_store_connection,
    saved_alert_extra,
    saved_base_url,
)
from include.airflow_metadata.dags import (
    DagStatus,
    RunStatus,
    active_runs,
    cancel_runs,
    dag_statuses,
    request_reparse,
    run_status,
    start_run,
)
from include.airflow_metadata.errors import CannotStart, TokenNotEncrypted
from include.airflow_metadata.users import add_admin

__all__ = [
    "DAG_PATCHED",
    "OUR_EVENTS",
    "AuditEntry",
    "CannotStart",
    "DagStatus",
    "RunStatus",
    "TokenNotEncrypted",
    "active_runs",
    "add_admin",
    "add_pool",
    "audit_entries",
    "cancel_runs",
    "dag_statuses",
    "delete_store_connection",
    "forget_later",
    "forget_unused",
    "keep_store_connection",
    "record_audit",
    "request_reparse",
    "run_status",
    "save_alert_connection",
    "save_store_connection",
    "saved_alert_extra",
    "saved_base_url",
    "start_run",
]
