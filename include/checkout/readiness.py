"""Says why the checkout redirect cannot carry a variant, with the next step."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from include.crm.checkout_readiness import Reason


@dataclass(frozen=True)
class Why:
    """A reason: its name in a list, and a sentence with the next step."""

    title: str
    sentence: str


REASONS: MappingProxyType[Reason, Why] = MappingProxyType(
    {
        "blank SKU": Why("Blank SKU", "It has no SKU. Enter one in BigCommerce, then sync again."),
        "duplicate SKU": Why(
            "Duplicate SKU",
            "Another variant has the same SKU; case and spaces at either end are ignored. Change one of them "
            "in BigCommerce, then sync again.",
        ),
        "not written": Why(
            "Field not written",
            "BigCommerce does not have its custom field yet. Sync again; if nothing changes, see the "
            "warnings of that sync.",
        ),
        "not readable": Why(
            "Field not readable",
            "The storefront may not read its custom field. In the settings, choose a permission set that "
            "ends in sf_access, then sync again.",
        ),
        "hidden": Why(
            "Hidden product",
            "The product is hidden, so the storefront cannot read its custom field. Make it visible in "
            "BigCommerce, then sync again.",
        ),
        "required option": Why(
            "Required option",
            "Shoppers must choose an option of this product, and a checkout link carries no choice. They pay "
            "in BigCommerce's own checkout, unless the option is made optional there.",
        ),
    }
)


def sentences(reasons: list[Reason]) -> str:
    """All that a person should know about a variant with these reasons."""
    return " ".join(REASONS[reason].sentence for reason in reasons)
