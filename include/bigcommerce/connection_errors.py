"""Turns a request without a complete answer into the error that says whether it may have had an effect."""

from __future__ import annotations

from urllib.parse import urlsplit

import requests
from requests.exceptions import (
    ChunkedEncodingError,
    ConnectTimeout,
    ContentDecodingError,
    InvalidSchema,
    InvalidURL,
    MissingSchema,
    ReadTimeout,
    Timeout,
)
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProxyError, ReadTimeoutError

from include.bigcommerce.bounded_answers import AnswerMalformed, AnswerTooLarge
from include.bigcommerce.error_responses import Call, located, outcome_unknown
from include.bigcommerce.errors import BigCommerceError, CredentialsError, StoreUnavailable

ConnectionFaults = (
    requests.ConnectionError,
    Timeout,
    ChunkedEncodingError,
    ContentDecodingError,
    InvalidURL,
    InvalidSchema,
    MissingSchema,
    AnswerTooLarge,
    AnswerMalformed,
)


def no_answer(call: Call, fault: requests.RequestException) -> BigCommerceError:
    """The error for one of ConnectionFaults. OutcomeUnknown only for a call that is not safe to repeat."""
    if isinstance(fault, (InvalidURL, InvalidSchema, MissingSchema)):
        return _wrong_address(call, "is not a valid web address")
    if "CERTIFICATE_VERIFY_FAILED" in str(fault):
        return _wrong_address(call, "shows a TLS certificate that this machine does not trust")
    if _never_connected(fault):
        cause = f"no connection{_to_host(fault)} could be made"
    elif isinstance(fault, AnswerTooLarge):
        cause = "the answer is larger than any of BigCommerce's"
    elif isinstance(fault, AnswerMalformed):
        cause = "the headers of the answer contradict each other"
    elif isinstance(fault, ReadTimeout) or (fault.args and isinstance(fault.args[0], ReadTimeoutError)):
        cause = "no answer arrived in time"
    else:
        cause = "the connection broke before the whole answer had arrived"
    if not call.safe_to_repeat and not _never_connected(fault):
        return outcome_unknown(call, cause)
    error = StoreUnavailable(
        f"Store {call.store_hash} did not answer {call.method} {call.path}{call.so_far}: {cause}."
    )
    error.reached = not _never_connected(fault)
    return located(error, call, None, cause)


def _to_host(fault: requests.RequestException) -> str:
    """Names the host, because somebody may have edited the Connection and entered a wrong one."""
    return f" to {urlsplit(fault.request.url).hostname}" if fault.request and fault.request.url else ""


def _never_connected(fault: requests.RequestException) -> bool:
    """Whether no connection was made, so that the store certainly did nothing; a proxy may have made none."""
    reason = fault.args[0].reason if fault.args and isinstance(fault.args[0], MaxRetryError) else None
    return isinstance(fault, ConnectTimeout) or isinstance(reason, (NewConnectionError, ProxyError))


def _wrong_address(call: Call, why: str) -> CredentialsError:
    error = CredentialsError(
        f"The address of store {call.store_hash} {why}.", "Correct the host in its Airflow Connection."
    )
    return located(error, call, None, why)
