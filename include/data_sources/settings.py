"""The settings of a data source, each declared once.

The form, the API, the command line, the checks and the table in the documentation all read SETTINGS. To add a
setting: declare it in SettingsInput, and add its column to crm.data_source (a migration) and to the queries
data_sources/activate and data_sources/update.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import cast, get_args

from include.crm.store_hashes import read_store_hash
from include.data_sources import address_readers
from include.data_sources import setting_readers as readers
from include.data_sources.address_readers import DEFAULT_BASE_URL
from include.data_sources.setting import Section, Setting, by_text, declare
from include.data_sources.setting_readers import ORDER_STATUSES, PERMISSION_SETS


@dataclass(frozen=True)
class SettingsInput:
    """Settings as a person entered them: text that is not checked yet; empty text means "not set"."""

    store_hash: str = declare(
        "text",
        "Store hash",
        "The part after /stores/ in the API path, e.g. 7f5kjtkp2. Each store can have one data source.",
        section="Store",
        read=by_text(read_store_hash),
        column="store_hash",
        help_page_name="storeHash",
        is_required=True,
    )
    access_token: str = declare(
        "secret",
        "Access token",
        "Create it in BigCommerce under Settings > Store-level API accounts. Its scopes: Products modify, "
        "Orders modify, Information & Settings read-only. Airflow stores it encrypted, and it is never shown "
        "again.",
        section="Store",
        read=by_text(readers.read_access_token),
        help_page_name="accessToken",
        is_required=True,
    )
    biller_id: str = declare(
        "choice",
        "Biller",
        "Optional. The gateway that new campaign products are assigned to. See Gateway > Gateway List.",
        section="Products",
        read=readers.read_biller_id,
        column="biller_id",
        help_page_name="billerId",
    )
    send_initial_orders: bool = declare(
        "switch",
        "Send initial orders",
        "Optional. Sends every successful new order of the campaign to BigCommerce from now on. Use the "
        "campaign for BigCommerce orders only.",
        section="Orders",
        default=False,
        column="send_initial_orders",
        help_page_name="sendInitialOrders",
    )
    send_rebill_orders: bool = declare(
        "switch",
        "Send rebill orders",
        "Optional. Sends every successful rebill of the campaign to BigCommerce from now on.",
        section="Orders",
        default=False,
        column="send_rebill_orders",
        help_page_name="sendRebillOrders",
    )
    send_order_status: str = declare(
        "choice",
        "Order status",
        "The status that orders get in BigCommerce.",
        section="Orders",
        default="1",
        read=by_text(readers.read_order_status),
        column="send_order_status_id",
        help_page_name="sendOrderStatus",
        choices=tuple((str(status_id), name) for status_id, name in ORDER_STATUSES.items()),
    )
    mirror_refunds: str = declare(
        "choice",
        "Mirror refunds",
        "Optional. What BigCommerce learns when the CRM refunds an order that was sent to it, from now on: a "
        "refund record, or only the status Refunded or Partially Refunded. It never moves the payment.",
        section="Orders",
        default="off",
        read=by_text(readers.read_mirror_refunds),
        column="mirror_refunds",
        choices=tuple(readers.REFUND_MIRRORS.items()),
    )
    mirror_cancellations: bool = declare(
        "switch",
        "Mirror cancellations",
        "Optional. Cancels an order in BigCommerce when the CRM cancels it, from now on, unless it has "
        "shipped.",
        section="Orders",
        default=False,
        column="mirror_cancellations",
    )
    auto_sync: str = declare(
        "number",
        "Automatic sync",
        "Optional. Minutes between automatic product syncs, at least 60. Leave empty to sync manually only.",
        section="Products",
        read=by_text(readers.read_auto_sync),
        column="auto_sync_minutes",
        help_page_name="autoSync",
        unit="minutes",
    )
    changes_at_once: bool = declare(
        "switch",
        "Changes at once",
        "BigCommerce tells the CRM about each change in the store at once, by webhooks. It must be able to "
        "call this Airflow at a public https address. Otherwise changes arrive with the next sync.",
        section="Products",
        default=True,
        column="changes_at_once",
    )
    quick_sync: str = declare(
        "number",
        "Quick sync",
        "Optional, for stores without webhooks. How often the store is asked which products changed, in "
        "minutes, at least 5. That takes one request if none did. Deleted products are found by webhooks and "
        "full syncs only. Leave empty to switch it off.",
        section="Products",
        read=by_text(readers.read_quick_sync),
        column="quick_sync_minutes",
        unit="minutes",
    )
    tags: str = declare(
        "text",
        "Tags",
        "Optional. Words to find and group stores by, separated by commas, e.g. EU, wholesale.",
        section="Store",
        read=by_text(readers.read_tags),
        column="tags",
    )
    checkout_url: str = declare(
        "text",
        "Checkout address",
        "Optional. The CRM's checkout page, where checkout links lead, e.g. https://checkout.example.com/buy.",
        section="Checkout",
        read=by_text(address_readers.read_checkout_url),
        column="checkout_url",
    )
    checkout_redirect: bool = declare(
        "switch",
        "Redirect checkout",
        "Optional. Takes shoppers from the storefront to the checkout address instead of BigCommerce's own "
        "checkout, by a script in the store. To install it, the access token needs the scope Content: "
        "modify; for direct visits to the checkout, Checkout content: modify, too.",
        section="Checkout",
        default=False,
        column="checkout_redirect",
    )
    checkout_test_cookie: str = declare(
        "text",
        "Checkout test cookie",
        "Optional. Name of a storefront cookie, e.g. crm_test: only shoppers who have it are redirected. "
        "Leave empty to redirect every shopper.",
        section="Checkout",
        read=by_text(readers.read_cookie_name),
        column="checkout_test_cookie",
        is_advanced=True,
    )
    order_lookup_delay: str = declare(
        "number",
        "Order lookup delay",
        "Seconds to wait before checking whether BigCommerce received an order that it did not confirm.",
        section="Orders",
        default="120",
        read=by_text(readers.read_order_lookup_delay),
        column="order_lookup_delay_seconds",
        unit="seconds",
        is_advanced=True,
    )
    base_url: str = declare(
        "text",
        "Base URL",
        f"Only for a sandbox store. Leave empty for {DEFAULT_BASE_URL}.",
        section="Store",
        read=by_text(address_readers.read_base_url),
        is_advanced=True,
    )
    custom_field_namespace: str = declare(
        "text",
        "Custom field namespace",
        "Namespace of the metafield that holds the CRM's ids of a variant.",
        section="Products",
        default="crm",
        read=by_text(readers.read_custom_field_name),
        column="custom_field_namespace",
        is_advanced=True,
    )
    custom_field_key: str = declare(
        "text",
        "Custom field key",
        "Key of that metafield.",
        section="Products",
        default="campaign_product",
        read=by_text(readers.read_custom_field_name),
        column="custom_field_key",
        is_advanced=True,
    )
    custom_field_permission_set: str = declare(
        "choice",
        "Custom field permission set",
        "Who can read the metafield. The storefront needs a set that ends in sf_access.",
        section="Products",
        default="read_and_sf_access",
        read=by_text(readers.read_permission_set),
        column="custom_field_permission_set",
        choices=tuple((each, each) for each in PERMISSION_SETS),
        is_advanced=True,
    )

    @property
    def writes_orders(self) -> bool:
        """Whether anything is to be written to BigCommerce's orders, which needs a scope of the token."""
        sends = self.send_initial_orders or self.send_rebill_orders
        return sends or self.mirror_refunds.strip().casefold() != "off" or self.mirror_cancellations


SETTINGS: tuple[Setting, ...] = tuple(
    Setting(name=each.name, default=cast("str | bool", each.default), **each.metadata["setting"])
    for each in fields(SettingsInput)
)
SECTIONS = get_args(Section)
BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}
