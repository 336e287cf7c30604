"""Prepares the session of `requests` with which a client talks to one store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import requests

from include.bigcommerce.bounded_answers import TotalTimeAdapter


def prepare_session(session: requests.Session, base_url: str, seconds_left: Callable[[], float]) -> None:
    """Bound the time of whole answers to `seconds_left()`, and look at the environment once.

    A `base_url` that is not for HTTP is left alone: each request says what is wrong with it.
    """
    if base_url.startswith(("http://", "https://")):
        _settle_environment(session, base_url)
        session.mount(base_url, TotalTimeAdapter(seconds_left))


def _settle_environment(session: requests.Session, address: str) -> None:
    """Look proxies and certificates up in the environment once, which `requests` does for each request.

    That takes it up to a millisecond, and it would also send a password of ~/.netrc along with the token.
    """
    with suppress(ValueError):  # no address: each request says so
        # with session.verify, because REQUESTS_CA_BUNDLE must not override one that is set
        found = session.merge_environment_settings(address, {}, None, session.verify, None)
        session.proxies, session.verify = found["proxies"], found["verify"]
        session.trust_env = False
