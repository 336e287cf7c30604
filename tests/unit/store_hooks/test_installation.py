"""What is sent to a store whose hooks are to be put right."""

from __future__ import annotations

from include.bigcommerce.webhooks import Webhook
from include.store_hooks.installation import SCOPES, install
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate

TO = "https://airflow.example.com/data-sources/hooks/abc123"


def test_hook_that_the_store_names_wrongly_once_replaced_is_kept_under_its_own_id(
    connect: Connect, dictate: Dictate
) -> None:
    found = [Webhook(number, scope, TO) for number, scope in enumerate(SCOPES, start=1)]
    store = dictate(Answer(body={"data": {"id": 99, "scope": "store/product/*", "destination": TO}}))
    assert install(connect(store), TO, "s3cret", found, list.clear) == [*range(1, len(SCOPES) + 1)]
    assert [each.method for each in store.received] == ["PUT"] * len(SCOPES)  # nothing is deleted
