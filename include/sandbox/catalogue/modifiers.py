"""Modifiers: what a shopper chooses beside the variant, such as an engraving or an insurance.

Shapes are those of product-modifiers_catalog.v3.yml. An order that skips a required
one is refused. Types with a list of values are chosen by the value's id, the others by typed text
(`product_options` in orders.v2.oas2.yml, which also says that the API cannot choose files and pick lists).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from msgspec import Struct

ModifierType: TypeAlias = Literal[
    "date",
    "checkbox",
    "file",
    "text",
    "multi_line_text",
    "numbers_only_text",
    "radio_buttons",
    "rectangles",
    "dropdown",
    "product_list",
    "product_list_with_images",
    "swatch",
]
NOT_BY_API = {"file", "product_list", "product_list_with_images"}
TYPED = {"date", "text", "multi_line_text", "numbers_only_text", "file"}
SHOWN_TYPES = {  # what an order's line calls them; Multiple choice where it is none of these
    "checkbox": "Checkbox",
    "date": "Date field",
    "multi_line_text": "Multi-line text field",
    "text": "Text field",
    "numbers_only_text": "Text field",
    "swatch": "Swatch",
}


class ModifierValue(Struct, frozen=True, gc=False):
    """One value to choose."""

    id: int
    option_id: int
    label: str
    sort_order: int
    value_data: dict[str, bool] | None = None
    is_default: bool = False


class Modifier(Struct, frozen=True, kw_only=True, gc=False):
    """Something to choose, or to type."""

    id: int
    product_id: int
    name: str
    display_name: str
    type: ModifierType
    required: bool
    sort_order: int = 0
    config: dict[str, Any] = {}
    option_values: tuple[ModifierValue, ...] = ()

    def understands(self, value: str) -> bool:
        """Whether an order may choose this."""
        if self.type in NOT_BY_API:
            return False
        if self.type not in TYPED:
            return value in {str(each.id) for each in self.option_values}
        if self.type == "numbers_only_text":
            return bool(re.fullmatch(r"-?\d+(\.\d+)?", value))
        if self.type == "date":
            return _is_date(value)
        return bool(value.strip())

    def shown(self, value: str) -> str:
        """What a person reads for the choice."""
        return next((each.label for each in self.option_values if str(each.id) == value), value)


def new_modifier(
    modifier_id: int,
    first_value_id: int,
    product_id: int,
    display_name: str,
    *,
    type: ModifierType,
    required: bool,
    values: Sequence[str],
    default: str | None,
    sort_order: int,
) -> Modifier:
    """A modifier with the values of its type: a checkbox has Yes and No, a text field has none."""
    labels = () if type in TYPED else ("Yes", "No") if type == "checkbox" else values
    return Modifier(
        id=modifier_id,
        product_id=product_id,
        name=f"{display_name}-{modifier_id}-{product_id}",
        display_name=display_name,
        type=type,
        required=required,
        sort_order=sort_order,
        config={"checkbox_label": display_name, "checked_by_default": False} if type == "checkbox" else {},
        option_values=tuple(
            ModifierValue(
                first_value_id + place,
                modifier_id,
                label,
                place,
                {"checked_value": label == "Yes"} if type == "checkbox" else None,
                label == default,
            )
            for place, label in enumerate(labels)
        ),
    )


def _is_date(text: str) -> bool:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            date.fromisoformat(text)
        else:
            return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
    return True
