"""What of a store can be changed from another process: its parts with their methods, and the scenarios."""

from __future__ import annotations

# Parts of the store that tests may change: where each is, and its methods.
PARTS = {
    "catalogue": (
        "catalogue",
        (
            "add_product",
            "change_product",
            "remove_product",
            "add_variant",
            "change_variant",
            "set_price",
            "set_stock",
            "remove_variant",
            "recreate_variants",
            "raise_prices",
            "add_modifier",
            "remove_modifiers",
        ),
    ),
    "invalid_content": (
        "catalogue.invalid_content",
        ("spoil_product", "spoil_variant", "spoil_prices", "clear"),
    ),
    "metafields": ("catalogue.metafields", ("add_foreign", "remove", "remove_of_variant")),
    "orders": ("orders", ("add_foreign", "archive", "change", "duplicate", "remove", "rename_status")),
    "shipments": ("shipments", ("ship", "delete")),
    "hooks": ("hooks", ("deactivate", "remove_all")),
    "deliveries": ("deliveries", ("by_chance", "hold", "release")),
    "scripts": ("scripts", ("add_by_hand", "change", "remove", "remove_all")),
    "carts": ("carts", ("add_custom_item",)),
    "storefront_tokens": ("storefront_tokens", ("expire",)),
    "access": (
        "access",
        ("add_token_of_another_store", "revoke_token", "renew_token", "drop_scope", "grant_scope"),
    ),
}
SCENARIOS = ("fail_new_orders", "ignore_order_filters", "refuse_batches_with", "refuse_orders_as")
