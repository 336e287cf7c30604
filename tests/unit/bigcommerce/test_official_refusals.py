"""Whatever refusals BigCommerce's official files show as samples, people read what they say."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import BigCommerceError
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate


def samples() -> Iterator[tuple[int, Any]]:
    """Status and body of each refusal of which the files show a sample."""
    folder = os.environ.get("BIGCOMMERCE_CONTRACT", "")
    for file in sorted(Path(folder).glob("*.yml")) if folder else ():
        document = yaml.load(file.read_text(), Loader=yaml.CSafeLoader)
        for operations in document["paths"].values():
            for operation in operations.values():
                answers = operation.get("responses", {}) if isinstance(operation, dict) else {}
                for status, answer in answers.items():
                    if str(status) >= "400":
                        for body in _bodies(document, answer):
                            yield int(status), body


def _bodies(document: Any, answer: Any) -> Iterator[Any]:
    content = _found(document, answer).get("content", {}).get("application/json", {})
    if "example" in content:
        yield content["example"]
    for example in content.get("examples", {}).values():
        yield _found(document, example)["value"]


def _found(document: Any, node: Any) -> Any:
    """What a reference leads to."""
    while "$ref" in node:
        found = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


SAMPLES = {json.dumps(sample, sort_keys=True): sample for sample in samples()}


def send(client: StoreClient) -> None:
    client.send("POST", "/v3/orders/7/payment_actions/refunds", json={}, scope="", safe_to_repeat=False)


@pytest.mark.skipif(not SAMPLES, reason="BIGCOMMERCE_CONTRACT does not name the folder of the official files")
def test_every_official_refusal_is_quoted_in_its_own_words(connect: Connect, dictate: Dictate) -> None:
    silent = []
    for status, body in SAMPLES.values():
        if status in (401, 403, 429):  # what these mean is known without words
            continue
        with pytest.raises(BigCommerceError) as caught:
            send(connect(dictate(Answer(status, body))))
        if not caught.value.detail:
            silent.append(body)
    assert len(SAMPLES) > 30
    assert silent == []
