"""Each request of a storefront's page can be made to fail."""

from __future__ import annotations

import time

import pytest
import requests

from tests.support.shopper import CARTS, Shopper

PLACES = ["/checkout", CARTS, "/graphql"]


def send(shopper: Shopper, path: str) -> requests.Response:
    """What a page or a script sends there."""
    return (
        shopper.ask("{ site { settings { storeName } } }")
        if path == "/graphql"
        else shopper.visit("GET", path)
    )


@pytest.mark.parametrize("path", PLACES)
def test_a_status_strikes_once_and_carries_no_quota(shopper: Shopper, path: str) -> None:
    shopper.add(101, 1001)
    shopper.sandbox.faults.add("status", status=500, path=f"^{path}$")
    failed, after = send(shopper, path), send(shopper, path)
    assert (failed.status_code, after.status_code) == (500, 200)
    assert not [name for name in failed.headers if name.lower().startswith("x-rate-limit")]


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("kind", ["reset_before_write", "cut_connection"])
def test_a_connection_breaks(shopper: Shopper, path: str, kind: str) -> None:
    shopper.add(101, 1001)
    shopper.sandbox.faults.add(kind, path=f"^{path}$")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        send(shopper, path)


@pytest.mark.parametrize("path", PLACES)
def test_an_answer_comes_late(shopper: Shopper, path: str) -> None:
    shopper.add(101, 1001)
    shopper.sandbox.faults.add("slow", path=f"^{path}$", seconds=0.3)
    began = time.monotonic()
    assert send(shopper, path).status_code == 200
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize("path", [CARTS, "/graphql"])
@pytest.mark.parametrize("shape", [None, [], {}, [{"lineItems": None}], {"data": None}])
def test_an_answer_has_another_shape(shopper: Shopper, path: str, shape: object) -> None:
    shopper.sandbox.faults.add("status", status=200, path=path, answer={"shape": shape})
    assert send(shopper, path).json() == {"shape": shape}
    shopper.sandbox.faults.add("html", path=path)
    assert send(shopper, path).headers["Content-Type"].startswith("text/html")


def test_a_page_opened_for_days_has_an_expired_token(shopper: Shopper) -> None:
    token = shopper.sandbox.storefront_tokens.current()
    shopper.sandbox.storefront_tokens.expire()
    assert shopper.ask("{ site { settings { storeName } } }", token=token).status_code == 401
