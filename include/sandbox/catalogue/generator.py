"""A deterministic catalogue: the same seed and sizes give the same products, to the last digit.

A larger catalogue of the same seed starts with the smaller one. The first products are awkward cases from
real stores; each is a function in AWKWARD_CASES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from random import Random

from msgspec.structs import replace

from include.sandbox.catalogue.records import (
    CatalogueEntry,
    CustomField,
    CustomUrl,
    OptionValue,
    Product,
    Variant,
)
from include.sandbox.encoding import ZERO

COLOURS = ("Beige", "Grey", "Black", "Navy", "Olive", "Rust", "Sand", "White", "Wine", "Teal")
SIZES = tuple(f"Size {number}" for number in range(1, 61))
KINDS = ("Jar", "Lamp", "Mug", "Throw", "Basket", "Planter", "Journal", "Apron", "Candle", "Tray")
MAKERS = ("Smith", "Oakwood", "Le Parfait", "Harbour", "Nordlys", "Juniper", "Fieldday", "Marlow")

FIRST_PRODUCT_ID = 101
FIRST_VARIANT_ID = 1001
LARGEST_VARIANTS = 600  # a product's limit, Platform Limits in the BigCommerce help center

AwkwardCase = Callable[[CatalogueEntry], CatalogueEntry]


def generate(seed: int, products: int, variants: int, *, awkward: bool = False) -> Iterator[CatalogueEntry]:
    """`products` entries of `variants` variants each, ascending by id; ids have gaps, as in a store in use.

    With `awkward` the first entries are the AWKWARD_CASES, as many as `products` allows, most of them with
    at least 5 variants.
    """
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    product_id, variant_id = FIRST_PRODUCT_ID, FIRST_VARIANT_ID
    for position in range(products):
        case = AWKWARD_CASES[position] if awkward and position < len(AWKWARD_CASES) else None
        count = VARIANTS_OF_CASE.get(case, max(variants, 5)) if case else variants
        entry = _plain_entry(random, product_id, variant_id, count)
        yield calculate_prices(case(entry) if case else entry)
        product_id += 1 if random.random() < 0.9 else random.randint(2, 40)
        variant_id += count + (0 if random.random() < 0.9 else random.randint(1, 40))


def calculate_prices(entry: CatalogueEntry) -> CatalogueEntry:
    """Set calculated_price of the product and its variants: the sale price, or else the price."""
    product = entry.product
    entry.product = replace(product, calculated_price=product.sale_price or product.price)
    entry.variants = [_calculated(product, variant) for variant in entry.variants]
    return entry


def _calculated(product: Product, variant: Variant) -> Variant:
    price = product.price if variant.price is None else variant.price
    sale_price = product.sale_price if variant.sale_price is None else variant.sale_price
    weight = product.weight if variant.weight is None else variant.weight
    return replace(variant, calculated_price=sale_price or price, calculated_weight=weight)


def _plain_entry(random: Random, product_id: int, variant_id: int, count: int) -> CatalogueEntry:
    name = f"{random.choice(MAKERS)} {random.choice(KINDS)} {product_id}"
    price = Decimal(random.randint(100, 25000)).scaleb(-2)
    retail_price = price + 5 if random.random() < 0.3 else ZERO
    product = Product(
        id=product_id,
        name=name,
        sku=f"P-{product_id}",
        description=f"<p>{name}, made to last.</p>",
        weight=Decimal(random.randint(1, 90)),
        price=price,
        retail_price=retail_price,
        sale_price=price - 1 if price > 1 and random.random() < 0.2 else ZERO,
        inventory_tracking="variant",
        is_visible=random.random() < 0.95,
        custom_url=CustomUrl(f"/{product_id}/"),
        base_variant_id=variant_id if count == 1 else None,
    )
    variants = [
        Variant(
            id=variant_id + number,
            product_id=product_id,
            sku=f"P-{product_id}-{number + 1}",
            sku_id=None if count == 1 else variant_id + number,
            price=price + number if random.random() < 0.5 else None,
            map_price={},
            inventory_level=random.randint(0, 200),
            option_values=() if count == 1 else _option_values(product_id, number),
        )
        for number in range(count)
    ]
    return CatalogueEntry(product, variants)


def _option_values(product_id: int, number: int) -> tuple[OptionValue, ...]:
    colour, size = number % len(COLOURS), number // len(COLOURS)
    return (
        OptionValue(product_id * 1000 + colour, COLOURS[colour], product_id * 10, "Color"),
        OptionValue(product_id * 1000 + 100 + size, SIZES[size], product_id * 10 + 1, "Size"),
    )


def _change_product(**changes: object) -> AwkwardCase:
    def change(entry: CatalogueEntry) -> CatalogueEntry:
        entry.product = replace(entry.product, **changes)
        return entry

    return change


def _change_variants(*changes: Mapping[str, object]) -> AwkwardCase:
    """The first change goes to the first variant, and so on as far as both reach."""

    def change(entry: CatalogueEntry) -> CatalogueEntry:
        for position, fields in enumerate(changes[: len(entry.variants)]):
            entry.variants[position] = replace(entry.variants[position], **fields)
        return entry

    return change


def _change_both(product: Mapping[str, object], *variants: Mapping[str, object]) -> AwkwardCase:
    change_product, change_variants = _change_product(**product), _change_variants(*variants)
    return lambda entry: change_variants(change_product(entry))


def _with_custom_fields(entry: CatalogueEntry) -> CatalogueEntry:
    entry.custom_fields = [CustomField(1, "ISBN", "1234567890123"), CustomField(2, "Größe", 'L "wide" <b>')]
    return entry


unicode_name = _change_product(name='Crème brûlée, 抹茶 ☕️ "Déjà vu" & Søn', sku="CRÈME-1")
markup_name = _change_product(name="<b>Bold</b> <script>alert('x')</script> &amp; Sons, 50% off; a\\b")
simple_product = _change_product()
simple_product_without_sku = _change_both({"sku": ""}, {"sku": ""})
most_variants = _change_product(name="Everything Shirt")
zero_price = _change_both({"price": ZERO, "sale_price": ZERO}, {"price": ZERO}, {"price": None})
null_prices = _change_variants(
    *({"price": None, "sale_price": None, "retail_price": None, "weight": None},) * 5
)
odd_prices = _change_both(
    {"price": Decimal("19.9"), "retail_price": Decimal("1234567.8912"), "sale_price": ZERO},
    {"price": Decimal("0.1")},
    {"price": Decimal("19.999"), "sale_price": Decimal("0.01")},
    {"price": Decimal("1000000")},
    {"price": Decimal("10.3333"), "retail_price": Decimal("10.33")},
)
map_prices = _change_variants({"map_price": {}}, {"map_price": None}, {"map_price": Decimal("9.5")})
blank_skus = _change_variants({"sku": ""}, {"sku": "   "})
duplicate_skus = _change_variants({"sku": "SAME-SKU"}, {"sku": "SAME-SKU"})
duplicate_sku_of_another_product = _change_variants({"sku": "SAME-SKU"})
hidden_product = _change_product(is_visible=False)
disabled_product = _change_product(availability="disabled", is_price_hidden=True)
disabled_variant = _change_variants({"purchasing_disabled": True, "purchasing_disabled_message": "Sold out"})
orphan_variant = _change_variants({"product_id": 0}, {"product_id": 99_999_999})
longest_texts = _change_both({"name": "N" * 250, "sku": "S" * 255}, {"sku": "V" * 255})
custom_fields = _with_custom_fields
digital_product = _change_product(name="Handbook (download)", type="digital", weight=ZERO)

AWKWARD_CASES: tuple[AwkwardCase, ...] = (
    unicode_name,
    markup_name,
    simple_product,
    simple_product_without_sku,
    most_variants,
    zero_price,
    null_prices,
    odd_prices,
    map_prices,
    blank_skus,
    duplicate_skus,
    duplicate_sku_of_another_product,
    hidden_product,
    disabled_product,
    disabled_variant,
    orphan_variant,
    longest_texts,
    custom_fields,
    digital_product,
)
VARIANTS_OF_CASE = {simple_product: 1, simple_product_without_sku: 1, most_variants: LARGEST_VARIANTS}
