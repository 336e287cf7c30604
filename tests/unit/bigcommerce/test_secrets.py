"""The access token appears in no error, no log record and no repr, whatever the store does with it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable

import pytest

from include.bigcommerce.catalog import read_products_page
from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import BigCommerceError
from include.bigcommerce.metafields import VariantMetafield, write_variant_metafields
from include.bigcommerce.store_information import read_store
from tests.support.dictated_store import Answer
from tests.support.store_clients import TOKEN, Connect, Dictate

PART_OF_TOKEN = TOKEN[:12]
ECHO = f"your request had X-Auth-Token: {TOKEN}"
ANSWERS = {
    **{
        f"{status} that echoes": Answer(status, {"title": ECHO})
        for status in (301, 400, 401, 403, 413, 422, 429, 500)
    },
    "an HTML page that echoes": Answer(400, f"<p>{'x' * 270} {ECHO}</p>".encode()),
    "garbage that echoes": Answer(200, ECHO.encode()),
    "JSON that echoes": Answer(200, {"data": [{"id": ECHO}]}),
    "a reset": Answer(after="reset"),
    "a cut connection": Answer(200, ECHO.encode(), after="cut"),
}


def write_one(client: StoreClient) -> object:
    return list(write_variant_metafields(client, [VariantMetafield(1, "crm", "key", "1.1", "read")]))


def everything_shown_by(
    act: Callable[[StoreClient], object], client: StoreClient, caplog: pytest.LogCaptureFixture
) -> str:
    """The outcome or the error with all its causes, the log down to DEBUG, and what the client shows."""
    caplog.set_level(logging.DEBUG)
    told = [repr(client), str(vars(client.statistics))]
    error: BaseException | None = None
    try:
        told.append(repr(act(client)))
    except BigCommerceError as caught:
        told += traceback.format_exception(caught)
        error = caught
    while error is not None:
        told += [repr(error), str(error), str(vars(error))]
        error = error.__cause__ or error.__context__
    return "\n".join([*told, *(record.getMessage() + str(vars(record)) for record in caplog.records)])


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("act", [read_store, read_products_page, write_one])
def test_the_token_appears_nowhere(
    act: Callable[[StoreClient], object],
    answer: Answer,
    connect: Connect,
    dictate: Dictate,
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = everything_shown_by(act, connect(dictate(answer), patience=3.0), caplog)
    assert PART_OF_TOKEN not in told


@pytest.mark.parametrize("token", [f"{TOKEN}\n", f" {TOKEN}", f"{TOKEN}€"])
def test_a_token_that_cannot_be_sent_appears_nowhere(
    token: str, connect: Connect, dictate: Dictate, caplog: pytest.LogCaptureFixture
) -> None:
    told = everything_shown_by(read_store, connect(dictate(Answer()), token=token), caplog)
    assert PART_OF_TOKEN not in told
