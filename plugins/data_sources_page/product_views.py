"""Campaign products with their variants, as both the page and its API show them."""

from __future__ import annotations

from dataclasses import dataclass

from include.crm import campaign_products, variant_prices
from include.crm.campaign_products import CampaignProduct, Mark, VariantRow, WantedProducts
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.variant_prices import VariantPrice
from plugins.data_sources_page.errors import NotFound
from plugins.data_sources_page.paging import Page, page_of

VARIANTS_SHOWN = 10  # of each product in a list


@dataclass(frozen=True)
class ProductView:
    """A product with all or the first of its `variant_count` variants."""

    product: CampaignProduct
    variants: list[VariantRow]

    @property
    def variant_count(self) -> int:
        """How many variants the product has."""
        return self.variants[0].siblings if self.variants else 0


def list_products(
    crm: Connection, source: DataSource, *, search: str, show: Mark, after: int, limit: int
) -> Page[ProductView, int]:
    """Products by id, each with its first variants; none before the first sync has created the campaign."""
    if source.campaign_id is None:
        return Page([], None)
    wanted = WantedProducts(source.campaign_id, show, search)
    found = campaign_products.page(crm, wanted, after=after, limit=limit + 1)
    shown = page_of(found, limit, lambda product: product.campaign_product_id)
    ids = [product.campaign_product_id for product in shown.rows]
    variants = campaign_products.variants(crm, source.data_source_id, ids, limit=VARIANTS_SHOWN)
    views = [ProductView(product, variants[product.campaign_product_id]) for product in shown.rows]
    return Page(views, shown.next)


def product_of(crm: Connection, source: DataSource, campaign_product_id: int) -> ProductView:
    """One product with all its variants. Raises NotFound."""
    product = campaign_products.get(crm, source.campaign_id or 0, campaign_product_id)
    if product is None:
        raise NotFound(
            f"{source.store_name} has no campaign product {campaign_product_id}.",
            "Search for it in the campaign products.",
        )
    variants = campaign_products.variants(crm, source.data_source_id, [campaign_product_id])
    return ProductView(product, variants[campaign_product_id])


def variant_of(crm: Connection, source: DataSource, variant_detail_id: int) -> VariantPrice:
    """One variant. Raises NotFound."""
    for variant in variant_prices.selected_variants(crm, source.campaign_id or 0, [variant_detail_id]):
        return variant
    raise no_variant(source, variant_detail_id)


def no_variant(source: DataSource, variant_detail_id: int) -> NotFound:
    """The error of a variant that the store's campaign does not have."""
    return NotFound(
        f"{source.store_name} has no variant {variant_detail_id}.", "Search for it in the campaign products."
    )
