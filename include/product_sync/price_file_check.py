"""Works out what a CSV file of override prices changes, and what is wrong with its lines."""

from __future__ import annotations

from collections.abc import Sequence

from include.crm import variant_prices
from include.crm.database import Connection
from include.crm.price_batch_rows import PlannedPrice, PriceBatch, Problem
from include.crm.variant_prices import FoundVariant, NamedVariant, known_as
from include.outside_text import visible
from include.product_sync.errors import PriceRefused
from include.product_sync.price_changes import add_preview
from include.product_sync.price_file import PriceLine, read_price_file

_PROBLEMS_NAMED = 20


def preview_import(
    crm: Connection, campaign_id: int, data: bytes, file_name: str, created_by: str
) -> PriceBatch:
    """What a CSV file would change. Raises PriceRefused if it cannot be read."""
    lines, problems = read_price_file(data)
    found = variant_prices.named_variants(crm, campaign_id, [name for line in lines for name in _names(line)])
    planned: dict[int, PlannedPrice] = {}
    first_lines: dict[int, int] = {}
    for line in lines:
        try:
            variant = _variant(line, found.get(line.number, []))
        except ValueError as problem:
            problems.append(Problem(line.number, str(problem)))
            continue
        key = variant.variant_detail_id
        if key in first_lines:
            planned.pop(key, None)  # nobody knows which of them is meant
            problems.append(
                Problem(
                    line.number,
                    f"Lines {first_lines[key]:,} and {line.number:,} name the same variant, "
                    f"{known_as(variant)}; both are skipped. Keep one of them.",
                )
            )
            continue
        first_lines[key] = line.number
        planned[key] = PlannedPrice(key, variant.override_price, line.price, line.number)
    rows = list(planned.values())
    problems.sort(key=lambda problem: problem.line or 0)
    name = "".join(each for each in file_name if each.isprintable())[:100] or "a CSV file"
    return add_preview(crm, campaign_id, "import", name, rows, problems, created_by)


def refuse_problems(batch: PriceBatch) -> None:
    """For imports that nobody looks at before they are applied. Raises PriceRefused."""
    if not batch.problem_count:
        return
    named = [f"Line {each['line']:,}: {each['sentence']}" for each in batch.problems[:_PROBLEMS_NAMED]]
    more = batch.problem_count - len(named)
    rest = [f"Lines with errors beyond these: {more:,}."] if more else []
    raise PriceRefused(
        {"file": "\n".join(["Nothing was changed, because lines have errors.", *named, *rest])}
    )


def _names(line: PriceLine) -> list[NamedVariant]:
    """The first id that the line has, and its SKU; a SKU also without the apostrophe of an export."""
    ours, theirs = line.variant_detail_id, line.bigcommerce_variant_id
    return [NamedVariant(line.number, ours, None if ours else theirs, sku) for sku in line.skus]


def _variant(line: PriceLine, found: Sequence[FoundVariant]) -> FoundVariant:
    """The one variant that a line names. Raises ValueError with a sentence."""
    if line.variant_detail_id is not None:
        name = f"variant_detail_id {line.variant_detail_id}"
    elif line.bigcommerce_variant_id is not None:
        name = f"bigcommerce_variant_id {line.bigcommerce_variant_id}"
    else:
        name = f"SKU {visible(line.sku.strip(' '))}"
    if not found:
        raise ValueError(f"No variant has the {name}. Correct the line, or remove it.")
    if len(found) > 1:
        raise ValueError(
            f"{len(found):,} variants have the {name}. Name the variant by its variant_detail_id."
        )
    variant = found[0]
    if not variant.has_sku:
        raise ValueError(
            f"The variant with the {name} has the SKU {visible(variant.sku) or '(none)'}, not "
            f"{visible(line.sku)}. Correct the line, or leave out the column sku."
        )
    return variant
