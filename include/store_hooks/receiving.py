"""Receives a call of BigCommerce: keeps the hint in it, and nothing else."""

from __future__ import annotations

import logging
from typing import Literal

from include.crm import change_hints, store_hooks
from include.crm.database import Connection
from include.crm.store_hashes import is_store_hash
from include.store_hooks.event import read_event
from include.store_hooks.secret import matches

# kept: a new hint; known: the same event again; not needed: nothing that the CRM has changed; refused: not
# BigCommerce's call, or not to an active store; unreadable: not an event of this store as we know events
Outcome = Literal["kept", "known", "not needed", "refused", "unreadable"]

log = logging.getLogger(__name__)


def receive(crm: Connection, store_hash: str, secret: str, body: bytes) -> Outcome:
    """Keep the hint of one call. Commits. Raises the errors of the CRM's database.

    An unknown store, an inactive one and a wrong secret are all "refused", and take the same time.
    """
    receiver = store_hooks.receiver(crm, store_hash if is_store_hash(store_hash) else "")
    digests = (receiver.secret_digest, receiver.next_secret_digest) if receiver else (None, None)
    is_authentic = matches(secret, *digests)
    if not is_authentic or receiver is None:
        crm.rollback()
        return "refused"
    try:
        event = read_event(body, store_hash)
    except ValueError as error:
        log.warning("A call of the webhooks of store %s was not kept. %s", store_hash, error)
        crm.rollback()
        return "unreadable"
    is_new = event is not None and change_hints.keep(
        crm, receiver.data_source_id, event.subject, event.bigcommerce_id, event.key
    )
    store_hooks.note_event(crm, receiver.data_source_id)
    crm.commit()
    if event is None:
        return "not needed"
    return "kept" if is_new else "known"
