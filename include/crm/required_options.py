"""Required options of products (BigCommerce's mandatory modifiers), and the values that orders give them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass

from psycopg.types.json import Jsonb

from include.crm.database import Connection, execute, fetch_all, fetch_one, query


@dataclass(frozen=True)
class Choice:
    """One value to choose from; an order gives its id."""

    id: int
    label: str


@dataclass(frozen=True)
class RequiredOption:
    """An option that every order of a product must give; `choices` are empty for text, numbers and dates."""

    bigcommerce_option_id: int
    name: str
    type: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class ProductOption:
    """The value that an order line gives an option, as `{"id": option_id, "value": value}`.

    `option_id` is the modifier's id in BigCommerce; `value` the id of a choice as text, or the text itself.
    """

    option_id: int
    value: str


@dataclass(frozen=True)
class UnsetOption:
    """A required option that has no default value for some `variants` of a product."""

    bigcommerce_product_id: int
    product_name: str
    sku: str
    option_name: str
    variants: int


def product_options(
    crm: Connection, variant_detail_ids: Sequence[int]
) -> dict[int, tuple[ProductOption, ...]]:
    """The values for the required options of each variant, by variant_detail_id and then by option id.

    Every requested variant has a key; its value is empty if the product requires no option. A required
    option without a default value is missing from it: BigCommerce refuses the order and names the option.
    Send it as an order line's `product_options`: [{"id": option_id, "value": value}, …].
    """
    found: dict[int, tuple[ProductOption, ...]] = dict.fromkeys(variant_detail_ids, ())
    for row in fetch_all(crm, "required_options/values", variant_detail_ids=list(variant_detail_ids)):
        found[row["variant_detail_id"]] += (ProductOption(row["option_id"], row["value"]),)
    return found


def unread_products(crm: Connection, campaign_id: int) -> dict[int, int]:
    """The products that are new or changed since their options were read: our id by BigCommerce's."""
    rows = fetch_all(crm, "required_options/unread_products", campaign_id=campaign_id)
    return {row["bigcommerce_product_id"]: row["campaign_product_id"] for row in rows}


def mark_unread(crm: Connection, campaign_id: int) -> None:
    """Have the options of all products of a campaign read again."""
    execute(crm, "required_options/mark_unread", campaign_id=campaign_id)


def mark_products_unread(crm: Connection, campaign_id: int, bigcommerce_product_ids: Collection[int]) -> None:
    """Have the options of these products of a campaign read again."""
    execute(
        crm,
        "required_options/mark_products_unread",
        campaign_id=campaign_id,
        bigcommerce_product_ids=list(bigcommerce_product_ids),
    )


def remember(
    crm: Connection, campaign_product_ids: Sequence[int], found: dict[int, Iterable[RequiredOption]]
) -> None:
    """Keep the options of these products as they were read: `found`, by our product id, is all they require.

    Default values that are no longer a choice of their option are removed.
    """
    execute(crm, "required_options/forget", campaign_product_ids=list(campaign_product_ids))
    rows = [
        {
            "campaign_product_id": product_id,
            "bigcommerce_option_id": option.bigcommerce_option_id,
            "name": option.name,
            "type": option.type,
            "choices": Jsonb([asdict(choice) for choice in option.choices]),
        }
        for product_id, options in found.items()
        for option in options
    ]
    if rows:
        with crm.cursor() as cursor:
            cursor.executemany(query("required_options/add"), rows)
    execute(crm, "required_options/remove_lost_choices", campaign_product_ids=list(campaign_product_ids))


def count_unset(crm: Connection, campaign_id: int) -> int:
    """How many required options of the campaign's products lack a default value for a variant."""
    row = fetch_one(crm, "required_options/count_unset", campaign_id=campaign_id)
    assert row is not None
    return int(row["number"])


def unset(crm: Connection, campaign_id: int, *, limit: int) -> list[UnsetOption]:
    """The first of these, by product."""
    rows = fetch_all(crm, "required_options/unset", campaign_id=campaign_id, limit=limit)
    return [UnsetOption(**row) for row in rows]


@dataclass(frozen=True)
class VariantOption:
    """A required option of one variant, with its default value if it has one."""

    variant_detail_id: int
    variant_name: str
    bigcommerce_option_id: int
    option_name: str
    type: str
    choices: tuple[Choice, ...]
    value: str | None


def of_campaign(crm: Connection, campaign_id: int) -> list[VariantOption]:
    """The required options of all variants of a campaign, by variant."""
    rows = fetch_all(crm, "required_options/of_campaign", campaign_id=campaign_id)
    return [
        VariantOption(**{**row, "choices": tuple(Choice(**choice) for choice in row["choices"])})
        for row in rows
    ]


def set_default(
    crm: Connection, variant_detail_id: int, bigcommerce_option_id: int, value: str, set_by: str
) -> None:
    """Give a required option of a variant a default value, in place of the one it has."""
    execute(
        crm,
        "required_options/set_default",
        variant_detail_id=variant_detail_id,
        bigcommerce_option_id=bigcommerce_option_id,
        value=value,
        set_by=set_by,
    )


def remove_default(crm: Connection, variant_detail_id: int, bigcommerce_option_id: int) -> bool:
    """Remove it; False if there is none."""
    return bool(
        execute(
            crm,
            "required_options/remove_default",
            variant_detail_id=variant_detail_id,
            bigcommerce_option_id=bigcommerce_option_id,
        )
    )
