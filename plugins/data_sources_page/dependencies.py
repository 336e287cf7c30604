"""What a route needs of a request: one connection to the CRM's database, and the data source in its path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import psycopg
from fastapi import Depends, Path
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from include.connections import open_crm
from include.crm import data_sources
from include.crm.data_sources import DataSource, NoDataSource
from include.crm.ids import LARGEST_ID
from include.data_sources.status import Overview, overview_of

LONGEST_RUN_ID = 250  # characters, by Airflow's column dag_run.run_id


def _crm() -> Iterator[psycopg.Connection[Any]]:
    with open_crm() as crm:
        yield crm


def _source(store: str, crm: Crm) -> DataSource:
    return data_sources.required(crm, _storable(store))


def _overview(store: str, crm: Crm) -> Overview:
    return overview_of(crm, _storable(store))


def _storable(store: str) -> str:
    if "\0" in store:  # Postgres has no text with a NUL in it
        raise NoDataSource(store.replace("\0", ""))
    return store


def _run_id(text: str) -> str:
    if not text.isprintable():
        raise PydanticCustomError("run_id", "A run id has no line breaks and no invisible characters")
    return text


# The request's only connection; it is closed before the response is sent.
Crm = Annotated[psycopg.Connection[Any], Depends(_crm, scope="function")]
# The data source of the {store} in the path, in any state; without one the answer is 404.
Source = Annotated[DataSource, Depends(_source)]
# The same with its status.
StoreOverview = Annotated[Overview, Depends(_overview)]
# Ids in the path.
Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
RunId = Annotated[str, Path(max_length=LONGEST_RUN_ID), AfterValidator(_run_id)]
