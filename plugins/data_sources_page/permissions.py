"""Permissions, taken from the rights that people have in Airflow, with any auth manager.

    reader             view the page: people who can see Airflow's pages (Viewer)
    visible_stores     which stores they see: those whose DAG they can see, which usually are all
    may_sync           start a store's syncs, override prices: people who can trigger its DAG (User)
    may_see_orders     view orders with their customers: people who can see the order push (Viewer)
    may_push_orders    retry or dismiss orders, push, backfill: people who can trigger the order push (User)
    may_edit           activate, change settings, deactivate: people who can edit Connections (Op)

Each route depends on exactly one of them. All raise 401 without a login and 403 without the right. Only
POST /hooks/{store_hash} is public: BigCommerce calls it, with a secret of its own (hook_calls.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import (
    AccessView,
    ConnectionDetails,
    DagAccessEntity,
    DagDetails,
)
from airflow.api_fastapi.core_api.security import (
    GetUserDep,
    requires_access_dag,
    requires_access_view,
)
from fastapi import HTTPException, Request, status

from include.dag_ids import ORDER_PUSH, dag_id_of

User = GetUserDep

reader = requires_access_view(AccessView.WEBSITE)
may_see_orders = requires_access_dag("GET", None, ORDER_PUSH)
# For routes that act on several stores; each store is checked on its own.
may_sync_stores = requires_access_dag("POST", DagAccessEntity.RUN)
may_push_orders = requires_access_dag("POST", DagAccessEntity.RUN, ORDER_PUSH)


def may_sync(store: str, request: Request, user: GetUserDep) -> None:
    """For routes with {store} in the path."""
    if not store.isprintable():  # Postgres stores no NUL in text
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Not Found")
    requires_access_dag("POST", DagAccessEntity.RUN, dag_id_of(store))(request, user)


def may_edit(user: GetUserDep) -> None:
    """For routes that write Connections."""
    if not _may_edit(user):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "Forbidden")


def person_of(user: BaseUser) -> str:
    """Who decided something on this page, for the histories of orders and refunds."""
    return f"{user.get_name()} on the page Data Sources"


def visible_stores(user: BaseUser, store_hashes: Iterable[str]) -> set[str]:
    """Those of the stores whose DAG the user may see."""
    stores = {dag_id_of(store_hash): store_hash for store_hash in store_hashes}
    seen = get_auth_manager().filter_authorized_dag_ids(dag_ids=set(stores), user=user)
    return {stores[dag_id] for dag_id in seen}


@dataclass(frozen=True)
class Access:
    """What a user may do; pages show no buttons for the rest."""

    may_sync: bool
    may_push_orders: bool
    may_edit: bool


def access_of(user: BaseUser, store: str | None = None) -> Access:
    """What a user may do with a store, or with stores in general."""
    return Access(
        may_sync=_may_trigger(user, dag_id_of(store) if store else None),
        may_push_orders=_may_trigger(user, ORDER_PUSH),
        may_edit=_may_edit(user),
    )


def _may_trigger(user: BaseUser, dag_id: str | None) -> bool:
    return get_auth_manager().is_authorized_dag(
        method="POST", access_entity=DagAccessEntity.RUN, details=DagDetails(id=dag_id), user=user
    )


def _may_edit(user: BaseUser) -> bool:
    return all(
        get_auth_manager().is_authorized_connection(method=method, details=ConnectionDetails(), user=user)
        for method in ("POST", "PUT", "DELETE")
    )
