"""A product as JSON, with the sub-resources that `include` names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from include.sandbox.catalogue.invalid_content import InvalidContent
from include.sandbox.catalogue.records import CatalogueEntry, Variant
from include.sandbox.encoding import to_json
from include.sandbox.paging import trim
from include.sandbox.refusals import Refusal

Json = dict[str, Any]


def _options(entry: CatalogueEntry) -> list[Json]:
    """The options that the variants' values come from."""
    options: dict[int, Json] = {}
    for variant in entry.variants:
        for chosen in variant.option_values:
            option = options.setdefault(
                chosen.option_id,
                {
                    "id": chosen.option_id,
                    "product_id": entry.product.id,
                    "name": f"{chosen.option_display_name}-{entry.product.id}",
                    "display_name": chosen.option_display_name,
                    "type": "dropdown",
                    "sort_order": len(options),
                    "option_values": {},
                },
            )
            values = option["option_values"]
            values.setdefault(
                chosen.id,
                {
                    "id": chosen.id,
                    "label": chosen.label,
                    "sort_order": len(values),
                    "value_data": None,
                    "is_default": False,
                },
            )
    return [
        {**option, "option_values": list(option["option_values"].values())} for option in options.values()
    ]


def _image(entry: CatalogueEntry) -> Json:
    product = entry.product
    address = f"https://cdn.example.com/products/{product.id}"
    return {
        "id": product.id,
        "product_id": product.id,
        "is_thumbnail": True,
        "sort_order": 0,
        "description": product.name,
        "image_file": f"{product.id}.png",
        "url_zoom": f"{address}/1280.png",
        "url_standard": f"{address}/386.png",
        "url_thumbnail": f"{address}/220.png",
        "url_tiny": f"{address}/44.png",
        "date_modified": product.date_created,
    }


def _nothing(_entry: CatalogueEntry) -> list[Json]:
    return []


INCLUDES: dict[str, Callable[[CatalogueEntry], Any]] = {
    "variants": lambda entry: entry.variants,
    "custom_fields": lambda entry: entry.custom_fields,
    "images": lambda entry: [_image(entry)],
    "primary_image": _image,
    "options": _options,
    "channels": lambda _entry: [1],
    "modifiers": lambda entry: entry.modifiers,
    "videos": _nothing,
    "reviews": _nothing,
    "bulk_pricing_rules": _nothing,
    "parent_relations": _nothing,
}


def read_includes(query: Mapping[str, str]) -> list[str]:
    """The requested sub-resources; raises Refusal 422 for an unknown one."""
    names = [name for name in query.get("include", "").split(",") if name]
    unknown = set(names) - INCLUDES.keys()
    if unknown:
        raise Refusal(
            422, f"The include(s): {', '.join(sorted(unknown))} are not valid.", {"include": "invalid"}
        )
    return names


def product_json(
    entry: CatalogueEntry, includes: list[str], query: Mapping[str, str], invalid: InvalidContent
) -> bytes:
    """The product's own fields, limited to those requested, then the sub-resources."""
    trimmed = query.keys() & {"include_fields", "exclude_fields"}
    product: Any = trim(entry.product, query) if trimmed else entry.product
    if invalid:
        product = invalid.product(entry.product.id, trim(entry.product, query))
    own = to_json(product)
    parts = [b'"%b":%b' % (name.encode(), to_json(_sub_resource(entry, name, invalid))) for name in includes]
    return b",".join([own[:-1], *parts]) + b"}"


def variant_json(variant: Variant, query: Mapping[str, str], invalid: InvalidContent) -> bytes:
    """The variant's fields, limited to those requested."""
    if invalid:
        return to_json(invalid.variant(variant.id, trim(variant, query)))
    trimmed = query.keys() & {"include_fields", "exclude_fields"}
    return to_json(trim(variant, query) if trimmed else variant)


def _sub_resource(entry: CatalogueEntry, name: str, invalid: InvalidContent) -> Any:
    if name == "variants" and invalid:
        return [invalid.variant(each.id, trim(each, {})) for each in entry.variants]
    return INCLUDES[name](entry)
