"""What belongs together in docs/messages.md, and the next step that a sentence cannot tell: where to click.

Causes of errors come from the docstrings of their classes. A source is the name of an error class, or of
something else that `in_code` finds; or a constant, a function as "module.NAME".
"""

from __future__ import annotations

from dataclasses import dataclass

NEW_TOKEN = (
    "[Enter a new access token](runbook.md#a-new-access-token): **Admin → Data Sources** → the store → "
    "**Change settings**. Then press **Sync Products**."
)
CONNECTION = "**Admin → Connections** in Airflow → the Connection that is named → **Edit**."
AWAY = "runbook.md#airflow-postgres-or-redis-is-unavailable"
WAIT = "Nothing at first. If it is still so after an hour: [a sync failed](runbook.md#a-sync-failed)."
ALERTS = "**Admin → Connections** in Airflow → `bigcommerce_alerts`"
OPEN_ORDER = "**Admin → Data Sources** → the store → **Orders** → the order"


@dataclass(frozen=True)
class Group:
    """Messages of one cause. `cause` is given only where there is no class whose docstring says it."""

    sources: tuple[str, ...]
    next_step: str
    cause: str = ""


SECTIONS: dict[str, list[Group]] = {
    "The store does not let us in": [
        Group(("TokenRejected",), NEW_TOKEN),
        Group(("ScopeMissing",), f"Give the new API account every scope that is named. {NEW_TOKEN}"),
        Group(("CredentialsError",), CONNECTION),
        Group(("StoreConnectionMissing",), NEW_TOKEN),
        Group(("ConnectionMissing",), CONNECTION),
        Group(("ConnectionUnavailable",), f"[Something is unavailable]({AWAY})."),
        Group(("StoreNotAccessible",), f"Check the store hash. {NEW_TOKEN}"),
        Group(
            ("OwnedByAnotherAccount",),
            "Use an access token of the API account that created the custom fields, or delete these fields "
            "in BigCommerce. Then press **Sync Products**.",
        ),
        Group(
            ("TokenNotEncrypted",),
            "Whoever installed Airflow [sets its Fernet key](runbook.md#install), the same for all its "
            "processes, and starts them again.",
        ),
        Group(("NoDataSource",), "[Activate the store](runbook.md#the-first-store)."),
    ],
    "The store is busy, away, or answers oddly": [
        Group(("QuotaExhausted",), f"{WAIT} If it is so every day, let other apps of the store ask less."),
        Group(("StoreUnavailable",), f"{WAIT} BigCommerce says at status.bigcommerce.com how it is."),
        Group(
            ("RequestRefused",),
            "Look in the store's control panel at what is named. Then press **Sync Products**.",
        ),
        Group(("StoreInformationUnusable",), "Correct it in the store's control panel."),
        Group(("DeadlinePassed",), "Nothing: it is sent by a later run."),
        Group(
            ("OutcomeUnknown", "include.bigcommerce.error_responses._not_known"),
            "Nothing: the next try asks the store first. Of an order, see "
            "[an order is uncertain](runbook.md#an-order-is-uncertain-or-in-bigcommerce-twice).",
        ),
        Group(("UnexpectedResponse",), WAIT),
    ],
    "Databases, Airflow, stopped runs": [
        Group(("DatabaseUnavailable",), f"[Something is unavailable]({AWAY})."),
        Group(("DatabaseAccessDenied",), f"{CONNECTION} Of Airflow's own database: its settings."),
        Group(("DatabaseNotReady",), "[Install and upgrade](runbook.md#install)."),
        Group(
            ("UnexpectedError",),
            "**Dags** → the DAG → the red task → **Logs**. Show it to your administrator.",
        ),
        Group(
            (
                "include.crm.sync_runs.STOPPED_FROM_OUTSIDE",
                "include.crm.sync_runs.STOPPED_BEFORE_THE_NEXT",
                "include.product_sync.__main__.STOPPED",
                "plugins.run_note.STOPPED",
            ),
            "Press **Sync Products** again. If it happens often: "
            "[a run is stuck](runbook.md#a-run-is-stuck).",
            "A run was ended before it could say why: its process was killed, or it was marked as failed",
        ),
        Group(
            ("CannotStart",),
            "**DAGs** in Airflow → the DAG: is it there, and switched on? "
            "[If it is not there](runbook.md#a-dag-is-missing-or-paused).",
        ),
        Group(("UnknownParameter",), "Trigger the run again, with the form."),
    ],
    "A product sync stopped": [
        Group(("MassRemoval",), "See [a sync failed](runbook.md#a-sync-failed)."),
        Group(("Superseded",), "Nothing."),
        Group(("PagesMissing",), "Press **Sync Products**."),
        Group(("CurrencyChanged",), "See [a store changed](runbook.md#a-store-changed)."),
    ],
    "An order push or a comparison stopped": [
        Group(
            ("SendsNoOrders", "include.order_push.stores.NO_STORE"),
            "**Admin → Data Sources** → the store → **Change settings**: switch initial orders or rebills "
            "on.",
        ),
        Group(("UnclearRequest",), "Ask again as the message says."),
        Group(("NoSuchOrder",), "The number is the CRM's order id, not the one in BigCommerce."),
        Group(("NotPushed",), f"{OPEN_ORDER}: it says why, and what next."),
        Group(("NotRetried",), f"{OPEN_ORDER}: it says why, and what next."),
        Group(
            ("FoundTwice",),
            "See [an order is there twice](runbook.md#an-order-is-uncertain-or-in-bigcommerce-twice).",
        ),
        Group(("NotReconciled",), "See [an order is missing](runbook.md#an-order-is-missing)."),
    ],
    "Where one order stands": [
        Group(
            ("CannotTranslate",),
            f"Fix the order in the CRM. Then {OPEN_ORDER} → **Retry**.",
        ),
        Group(
            ("Settlement", "include.order_push.settlements._next_step"),
            f"{OPEN_ORDER}: if it is rejected, fix what is named, then select **Retry**. See also "
            "[an order was rejected](runbook.md#an-order-was-rejected).",
            "What BigCommerce answered, and what follows from it",
        ),
        Group(
            (
                "include.order_push.order_status.why_not_listed",
                "include.order_push.order_status._why_held_back",
            ),
            "See [an order is missing](runbook.md#an-order-is-missing).",
            "Why an order is not sent, or not yet",
        ),
        Group(
            ("Finding",),
            "See [an order is missing](runbook.md#an-order-is-missing) and [an order is there "
            "twice](runbook.md#an-order-is-uncertain-or-in-bigcommerce-twice).",
            "The daily comparison found a difference",
        ),
    ],
    "Alerts": [
        Group(("ChannelNotSet",), f"{ALERTS}. Then `python -m include.monitoring test`."),
        Group(("ChannelUnusable",), f"{ALERTS} → **Edit**. Then `python -m include.monitoring test`."),
        Group(
            ("NotDelivered",),
            "Nothing at first: the next run sends the message. If it happens again, run "
            "`python -m include.monitoring test`; the task's log says why.",
        ),
        Group(("SettingRefused",), "Your administrator corrects this variable in Airflow's environment."),
    ],
    "Housekeeping": [
        Group(
            ("DaysRefused",),
            "Correct the number in the form, or ask your administrator to correct the variable in Airflow's "
            "environment.",
        ),
    ],
    "Settings and prices that are refused": [
        Group(
            ("SettingsRefused", "_refused"),
            "Correct the field that the message stands under, and save again.",
        ),
        Group(
            ("ValueError",),
            "Correct the field that the message stands under, and save again.",
            "The value is not valid for the field",
        ),
    ],
    "The page Data Sources": [
        Group(("Refused",), "Do first what the message says."),
        Group(("NotFound",), "The address is old or mistyped: go there from **Admin → Data Sources**."),
        Group(
            ("HTTPException", "plugins.data_sources_page.errors.SENTENCES"),
            "[Who may do what](runbook.md#who-may-do-what).",
            "The page does not show this, or not to you",
        ),
        Group(
            ("plugins.data_sources_page.errors.BROKEN",),
            "Show the log of Airflow's API server to whoever maintains this program.",
            "The page met an error of its own",
        ),
    ],
}
