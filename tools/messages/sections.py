"""What docs/messages.md says beyond the code: the order of its sections, and where to click.

Every error class is in the section of its package, with its docstring as the cause, so a new one needs
nothing here. Where to click is that of its class or, without one of its own, of the nearest base.
"""

from __future__ import annotations

from dataclasses import dataclass

NEW_TOKEN = (
    "[Enter a new access token](runbook.md#a-new-access-token): **Admin → Data Sources** → the store → "
    "**Change settings**. Then press **Sync Products**."
)
CONNECTION = "**Admin → Connections** in Airflow → the Connection that the message names → **Edit**."
UNAVAILABLE = "[Something is unavailable](runbook.md#airflow-postgres-or-redis-is-unavailable)."
SYNC_FAILED = "[A sync failed](runbook.md#a-sync-failed)."
WAIT = f"Nothing at first. If it is still so after an hour: {SYNC_FAILED}"
ALERTS = "**Admin → Data Sources** → **Alerts**"
OPEN_ORDER = "**Admin → Data Sources** → the store → **Orders** → the order"
TWICE = (
    "[An order is unclear, or in BigCommerce twice](runbook.md#an-order-is-unclear-or-in-bigcommerce-twice)."
)
ORDER_MISSING = "[An order is missing](runbook.md#an-order-is-missing)."
ASK_ADMINISTRATOR = "Ask your administrator to correct this variable in Airflow's environment."

# By the name of an error class; it holds for the classes below it, too.
WHERE_TO_CLICK = {
    "FixCredentials": CONNECTION,
    "FixData": "Do what the message says, then start the run again.",
    "WaitAndRetry": WAIT,
    "Investigate": "**Dags** → the DAG → the failed task → **Logs**.",
    # the store
    "TokenRejected": NEW_TOKEN,
    "ScopeMissing": f"Give the new API account every scope that the message names. {NEW_TOKEN}",
    "StoreNotAccessible": f"Check the store hash. {NEW_TOKEN}",
    "OwnedByAnotherAccount": "Use an access token of the API account that created the custom fields, or "
    "delete these fields in BigCommerce. Then press **Sync Products**.",
    "RequestRefused": "Look in the store's control panel at what the message names. Then press **Sync "
    "Products**.",
    "QuotaExhausted": f"{WAIT} If it happens every day, let other apps of the store send fewer requests.",
    "StoreUnavailable": f"{WAIT} See also status.bigcommerce.com.",
    "DeadlinePassed": "Nothing: a later run sends it.",
    "OutcomeUnknown": f"Nothing: the next attempt asks the store first. {TWICE}",
    "UnexpectedResponse": WAIT,
    # a deploy
    "DatabaseAddressMissing": ASK_ADMINISTRATOR,
    "MigrationFailed": "[Install](runbook.md#install), with the log of the deploy.",
    "UserNotAdded": "[Install](runbook.md#install), with the log of the deploy.",
    # Connections, databases, Airflow
    "StoreConnectionMissing": NEW_TOKEN,
    "ConnectionUnavailable": UNAVAILABLE,
    "DatabaseUnavailable": UNAVAILABLE,
    "DatabaseAccessDenied": f"{CONNECTION} For Airflow's own database: its configuration.",
    "ConnectionIncomplete": CONNECTION,
    "ConnectionUnreadable": ASK_ADMINISTRATOR,
    "DatabaseNotReady": "[Install](runbook.md#install).",
    "TokenNotEncrypted": "Ask your administrator to [set Airflow's Fernet key](runbook.md#install), the same "
    "for all its processes, and to restart them.",
    "NoDataSource": "[Activate the store](runbook.md#the-first-store).",
    "CannotStart": "**Dags** in Airflow → the DAG. "
    "[If it is not there, or paused](runbook.md#a-dag-is-missing-or-paused).",
    "UnknownParameter": "Trigger the run again, with the form.",
    # product sync
    "SyncStopped": SYNC_FAILED,
    "CustomFieldsRefused": "**Admin → Data Sources** → the store → **Sync history** → the sync: see its "
    "warnings.",
    "AnotherSyncRuns": "Nothing: Airflow retries. On a command line, start it again later.",
    "PriceRefused": "Correct what the message names: beside the field, or in the line of the file.",
    "PricesChangedMeanwhile": "**Admin → Data Sources** → the store → **Campaign products** → "
    "**Change prices**, or **Price changes and CSV import**: make a new preview.",
    "PriceBatchClosed": "Reload the page.",
    "OptionValueRefused": "`python -m include.product_sync.option_defaults list STORE_HASH` shows the "
    "choices.",
    "Superseded": "Nothing.",
    "PagesMissing": "Press **Sync Products**.",
    "PublishedMeanwhile": "Press **Sync Products**.",
    "CurrencyChanged": "[A store changed](runbook.md#a-store-changed).",
    # orders
    "NeedsAttention": f"{OPEN_ORDER}: it gives the reason and the next step.",
    "SendsNoOrders": "**Admin → Data Sources** → the store → **Change settings**.",
    "UnclearRequest": "Correct the parameters, and trigger the run again.",
    "StorePaused": "**Admin → Data Sources** → the store → **Resume**.",
    "NoSuchOrder": "The number is the CRM's order id, not the one in BigCommerce.",
    "FoundTwice": TWICE,
    "PushedDifferently": "Correct the named orders in BigCommerce.",
    "NoPushedOrders": "**Admin → Data Sources** → the store → **Orders**.",
    "NotReconciled": ORDER_MISSING,
    "CannotTranslate": f"Correct the order in the CRM. Then {OPEN_ORDER} → **Retry**.",
    # checkout redirect
    "LinkRefused": "Nothing here: shoppers read it in the checkout. Programs that make such links must "
    "follow [the contract](checkout-links.md).",
    "NoCheckoutAddress": "**Admin → Data Sources** → the store → **Change settings**.",
    "ItemsNotSold": "**Admin → Data Sources** → the store → **Campaign products**: search for the item, e.g. "
    "228.123.",
    "RedirectOff": "**Admin → Data Sources** → the store → **Change settings**: **Redirect checkout**.",
    # alerts, housekeeping, settings, page
    "AlertError": f"{ALERTS}: enter the address, and press **Send test message**.",
    "NotDelivered": "Nothing at first: the next run sends the message. If it happens again, run "
    "`python -m include.monitoring test`; the task's log says why.",
    "SettingRefused": ASK_ADMINISTRATOR,
    "DaysRefused": f"Correct the number in the form, and trigger the run again. {ASK_ADMINISTRATOR}",
    "SettingsChangedMeanwhile": "Choose for each setting which value to keep, and save again.",
    "AlertsNotSetUp": "Correct the field above the message, and save again.",
    "SettingsRefused": "Correct the field above the message, and save again.",
    "NotActive": "**Admin → Data Sources** → the store → **Activate again**.",
    "CannotSync": "**Admin → Data Sources** → the store: it says whether a sync is running.",
    "Refused": "Do what the message says, then try again.",
    "Busy": "Try again in a few seconds.",
    "NotFound": "The address is old or mistyped: start at **Admin → Data Sources**.",
}


@dataclass(frozen=True)
class OtherMessages:
    """Messages that are not errors: of a function ("module.function"), a constant, or a class of results."""

    sources: tuple[str, ...]
    cause: str
    next_step: str


@dataclass(frozen=True)
class Section:
    """The errors of some packages (an error belongs to the longest name that fits), and other messages."""

    title: str
    packages: tuple[str, ...]
    others: tuple[OtherMessages, ...] = ()


SECTIONS = (
    Section("The store", ("include.bigcommerce",)),
    Section(
        "Connections, databases, Airflow",
        ("include",),
        (
            OtherMessages(
                (
                    "include.crm.sync_runs.STOPPED_FROM_OUTSIDE",
                    "include.crm.sync_runs.STOPPED_BEFORE_THE_NEXT",
                    "include.product_sync.__main__.STOPPED",
                    "plugins.run_note.STOPPED",
                ),
                "A run ended before it could say why: its process was killed, or it was marked as failed",
                "Press **Sync Products** again. If it happens often: "
                "[a run is stuck](runbook.md#a-run-is-stuck).",
            ),
        ),
    ),
    Section("Product sync", ("include.product_sync",)),
    Section(
        "Order push and reconciliation",
        ("include.order_push",),
        (
            OtherMessages(
                ("include.order_push.stores.NO_STORE",),
                "No store sends orders",
                WHERE_TO_CLICK["SendsNoOrders"],
            ),
            OtherMessages(
                ("Settlement", "rejected", "_waits", "include.order_push.rejection_messages.rejection"),
                "How BigCommerce answered an order or a refund, and what to do",
                f"{OPEN_ORDER}. If it was rejected, correct what the message names, then **Retry**. See also "
                "[an order was rejected](runbook.md#an-order-was-rejected).",
            ),
            OtherMessages(
                (
                    "include.order_push.order_status._changed_after_push",
                    "include.order_push.order_status._why_not_chosen",
                    "include.order_push.held_back.why_held_back",
                    "include.order_push.held_back.not_looked_up",
                    "include.order_push.held_back.why_moved",
                    "include.order_push.held_back._why_store_waits",
                ),
                "Why an order is not sent, or not yet",
                ORDER_MISSING,
            ),
            OtherMessages(
                (
                    "Mirrored",
                    "include.order_push.mirroring._why_not_mirrored",
                    "include.order_push.mirroring._why_held_back",
                    "include.order_push.mirroring.what_store_knows",
                ),
                "What BigCommerce knows of an order's refunds and its cancellation",
                f"{OPEN_ORDER}.",
            ),
            OtherMessages(
                ("include.order_push.decisions._why_not", "include.order_refunds.decisions._why_not"),
                "Why a retry or a dismissal of several orders, refunds or cancellations skipped one",
                "Only what is rejected can be dismissed, and only what is rejected or found twice, or a "
                f"refund that was dismissed, can be retried. {OPEN_ORDER}.",
            ),
            OtherMessages(
                ("include.order_push.same_amounts.what_differs",),
                "BigCommerce has an order in another currency, or with another total",
                WHERE_TO_CLICK["PushedDifferently"],
            ),
            OtherMessages(
                ("Finding", "_finding"), "The daily comparison found a difference", f"{ORDER_MISSING} {TWICE}"
            ),
        ),
    ),
    Section("Checkout redirect", ("include.checkout",)),
    Section(
        "Order updates",
        ("include.order_updates",),
        (
            OtherMessages(
                ("include.order_updates.steps.NO_STORE",),
                "No store has orders that may still change",
                "Nothing.",
            ),
        ),
    ),
    Section("Alerts", ("include.monitoring",)),
    Section("Housekeeping", ("include.housekeeping",)),
    Section(
        "Settings and prices",
        ("include.data_sources",),
        (
            OtherMessages(
                ("_refused", "ValueError"),
                "The value of a field cannot be used",
                WHERE_TO_CLICK["SettingsRefused"],
            ),
        ),
    ),
    Section(
        "The page Data Sources",
        ("plugins",),
        (
            OtherMessages(
                ("HTTPException", "plugins.data_sources_page.errors.SENTENCES"),
                "The page does not show this, or not to you",
                "[Who may do what](runbook.md#who-may-do-what).",
            ),
            OtherMessages(
                ("include.errors.FIX_FIELDS", "include.product_sync.errors.CONFIRM_PRICE"),
                "What was entered on a form cannot be used as it is",
                WHERE_TO_CLICK["SettingsRefused"],
            ),
            OtherMessages(
                ("plugins.data_sources_page.errors.BROKEN",),
                "The page met an unexpected error",
                "Show the log of Airflow's API server to your administrator.",
            ),
        ),
    ),
)
