"""Opens the API of a store through its Airflow Connection.

It goes through the provider's own hook, so that secrets backends, `AIRFLOW_CONN_…` variables, proxies and TLS
settings work as they do everywhere else in Airflow.

    bigcommerce_<store hash>   an HTTP Connection: host = base URL, password = access token, login empty;
                               a token entered on the page has its base URL behind it, after a blank, and is
                               sent to no other host;
                               extra may hold requests_in_flight, timeout (seconds to wait for an answer),
                               verify, proxies, cert

The client is imported only when a store is opened: many processes that know this module open none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow.sdk import Connection
from airflow.sdk.log import mask_secret

from include.connections.extras import client_settings
from include.connections.lookup import ConnectionMissing, ConnectionUnavailable, find_connection
from include.connections.token_address import address_problem, token_and_base_url
from include.metrics import catalogue as metrics

if TYPE_CHECKING:
    from airflow.providers.http.hooks.http import HttpHook

    from include.bigcommerce.client import StoreClient

CONNECTION_PREFIX = "bigcommerce_"

# While a person waits, neither a wrong address nor a slow store may take the minutes of a sync.
SECONDS_FOR_A_PERSON = 15.0
# One product with all its variants is smaller; this process may have many other tasks.
LARGEST_ANSWER_FOR_A_PERSON = 8 * 2**20


class StoreConnectionMissing(ConnectionMissing):
    """The Connection of a store is missing, or holds no access token."""

    action = "new_token"

    def __init__(self, store_hash: str, *, without_token: bool = False) -> None:
        name = store_connection_id(store_hash)
        super().__init__(
            f"The Airflow Connection {name} holds no access token."
            if without_token
            else f"There is no Airflow Connection {name}.",
            "Enter the access token again.",
            command_line_step="Enter the access token again: "
            f"python -m include.data_sources update {store_hash} --new-token",
        )


def store_connection_id(store_hash: str) -> str:
    """Id of the Airflow Connection that holds a store's base URL and access token."""
    return CONNECTION_PREFIX + store_hash


def store_address(store_hash: str) -> str:
    """The base URL of a store's API, such as https://api.bigcommerce.com. Raises ConnectionMissing."""
    return str(_store_connection(store_hash, None, None).host).rstrip("/")


@contextmanager
def open_store(
    store_hash: str,
    *,
    base_url: str | None = None,
    token: str | None = None,
    patience: float | None = None,
    for_a_person: bool = False,
) -> Iterator[StoreClient]:
    """A client for one store. At the end its session is closed, and its requests are counted in the metrics.

    `base_url` and `token`, given together, replace the Connection's own: to try them before they are saved.
    `patience`: seconds after which a call gives up, where the client's default is too long. `for_a_person`:
    somebody waits, so all calls together end soon. Raises ConnectionMissing, and TokenReplaced if the token
    is refused and the Connection has another one by then.
    """
    from include.bigcommerce.client import StoreClient
    from include.bigcommerce.errors import CredentialsError, TokenReplaced

    is_saved = token is None
    connection = _store_connection(store_hash, base_url, token)
    token, entered_for = token_and_base_url(connection.password or "")
    if not token:
        raise StoreConnectionMissing(store_hash, without_token=True)
    mask_secret(token)
    settings = client_settings(connection)
    hook = _store_hook(connection)
    with hook.get_conn(headers={"X-Auth-Token": token}) as session:
        _check_address(connection, hook.base_url.rstrip("/"), entered_for)
        # the hook takes what it does not know in extra for headers
        session.headers.pop("requests_in_flight", None)
        if patience is not None:
            settings["patience"] = patience
            settings["read_timeout"] = min(settings.get("read_timeout", patience), patience)
        if for_a_person:
            settings |= {"time_limit": SECONDS_FOR_A_PERSON, "largest_answer": LARGEST_ANSWER_FOR_A_PERSON}
        client = StoreClient(session, hook.base_url.rstrip("/"), store_hash, **settings)
        try:
            yield client
        except CredentialsError as refused:
            if is_saved and _was_replaced(store_hash, token):
                raise TokenReplaced(store_hash).explaining(refused) from refused
            raise
        finally:
            _measure(client)


def _was_replaced(store_hash: str, token: str) -> bool:
    """Whether another token is saved by now."""
    try:
        saved, _ = token_and_base_url(_store_connection(store_hash, None, None).password or "")
    except (ConnectionMissing, ConnectionUnavailable):  # the data source was deactivated, or Airflow is busy
        return False
    return saved not in ("", token)


def _measure(client: StoreClient) -> None:
    """Add what a client did to the metrics."""
    did = client.statistics
    for counter, number in (
        (metrics.REQUESTS, did.requests),
        (metrics.RETRIES, did.retries),
        (metrics.THROTTLED, did.throttled),
        (metrics.WAITING, did.seconds_waited),
    ):
        counter.add(number, store=client.store_hash)


def _check_address(connection: Connection, base_url: str, entered_for: str) -> None:
    """Raises ConnectionMissing if the token must not be sent there."""
    if entered_for and base_url != entered_for:
        raise ConnectionMissing(
            f"The host of the Airflow Connection {connection.conn_id} was changed after its access token was "
            "entered, so the token is not sent there.",
            "Enter the base URL and the access token again in the settings of the data source.",
        )
    if problem := address_problem(base_url):
        raise ConnectionMissing(
            f"The host of the Airflow Connection {connection.conn_id} {problem}.",
            "Enter the base URL and the access token again in the settings of the data source.",
        )


def _store_hook(connection: Connection) -> HttpHook:
    """The provider's hook, given a Connection instead of looking it up once more."""
    from airflow.providers.http.hooks.http import HttpHook

    hook = HttpHook(http_conn_id=connection.conn_id)
    hook.get_connection = lambda conn_id: connection  # type: ignore[method-assign]
    return hook


def _store_connection(store_hash: str, base_url: str | None, token: str | None) -> Connection:
    connection_id = store_connection_id(store_hash)
    try:
        connection = find_connection(
            connection_id,
            StoreConnectionMissing(store_hash),
        )
    except ConnectionMissing:
        if token is None:
            raise
        connection = Connection(conn_id=connection_id, conn_type="http")
    if token is not None:
        mask_secret(token)
        connection.host, connection.password = base_url, token
        connection.login = connection.schema = connection.port = None
    return connection
