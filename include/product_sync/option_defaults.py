"""Default values for required options: `python -m include.product_sync.option_defaults list STORE_HASH`.

A product with a required option (a mandatory modifier) cannot be ordered without a value for it. The CRM's
orders hold none, so each variant gets a default value here, and the order push sends it.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from include.command_line import add_store, add_verb, person, print_json, print_line, run
from include.connections.crm import open_crm
from include.crm import data_sources, required_options
from include.crm.database import Connection
from include.crm.required_options import VariantOption
from include.product_sync.errors import OptionValueRefused

_LONGEST_VALUE = 1_000  # characters


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m include.product_sync.option_defaults", description=__doc__
    )
    verbs = parser.add_subparsers(required=True, dest="COMMAND")
    listing = add_verb(verbs, "list", _list, help="list the required options of a store's variants")
    setting = add_verb(verbs, "set", _set, help="set the default value of an option of a variant")
    removing = add_verb(verbs, "remove", _remove, help="remove a default value")
    for verb in (listing, setting, removing):
        add_store(verb)
    for verb in (setting, removing):
        verb.add_argument(
            "variant_detail_id", metavar="VARIANT_DETAIL_ID", type=int, help="the variant, as `list` shows it"
        )
        verb.add_argument("option_id", metavar="OPTION_ID", type=int, help="the option, as `list` shows it")
    setting.add_argument("value", metavar="VALUE", help="a choice by its label or id, or the text itself")
    return run(parser.parse_args())


def _list(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        source = data_sources.required(crm, options.store_hash)
        found = required_options.of_campaign(crm, source.campaign_id) if source.campaign_id else []
    if options.json:
        print_json([asdict(each) for each in found])
        return
    if not found:
        print_line("No variant of this store has a required option, as far as the last sync knows.")
    for each in found:
        choices = " | ".join(f"{choice.id} {choice.label}" for choice in each.choices) or each.type
        value = f"default {each.value}" if each.value is not None else "NO DEFAULT: orders will be refused"
        print_line(
            f"variant {each.variant_detail_id} ({each.variant_name}), option {each.bigcommerce_option_id} "
            f"({each.option_name}): {value} [{choices}]"
        )


def _option(crm: Connection, options: argparse.Namespace) -> VariantOption:
    """The required option that the command names."""
    source = data_sources.required(crm, options.store_hash)
    return find(
        required_options.of_campaign(crm, source.campaign_id or 0),
        options.variant_detail_id,
        options.option_id,
    )


def _set(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        option = _option(crm, options)
        value = accepted_value(option, options.value)
        required_options.set_default(
            crm, option.variant_detail_id, option.bigcommerce_option_id, value, person()
        )
        crm.commit()
    print_line(f"Orders of variant {option.variant_detail_id} give {option.option_name} the value {value}.")


def _remove(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        option = _option(crm, options)
        required_options.remove_default(crm, option.variant_detail_id, option.bigcommerce_option_id)
        crm.commit()
    print_line(f"Variant {option.variant_detail_id} has no default value for {option.option_name} now.")


def find(known: list[VariantOption], variant_detail_id: int, option_id: int) -> VariantOption:
    """The required option of a variant. Raises OptionValueRefused if the variant has no such option."""
    for each in known:
        if (each.variant_detail_id, each.bigcommerce_option_id) == (variant_detail_id, option_id):
            return each
    raise OptionValueRefused(
        f"Variant {variant_detail_id} has no required option {option_id}.",
        "`list` shows the required options of the store's variants.",
    )


def accepted_value(option: VariantOption, typed: str) -> str:
    """The value as an order gives it: the id of a choice, or the text. Raises OptionValueRefused."""
    text = typed.strip()
    if not text or "\0" in text or len(text) > _LONGEST_VALUE:
        raise OptionValueRefused(
            f"A value has 1 to {_LONGEST_VALUE:,} characters.", "Enter the value that orders should send."
        )
    if not option.choices:
        return text
    for choice in option.choices:
        if text == str(choice.id) or text.casefold() == choice.label.strip().casefold():
            return str(choice.id)
    labels = ", ".join(f"“{choice.label}”" for choice in option.choices)
    raise OptionValueRefused(
        f"“{text[:100]}” is not a choice of the option “{option.option_name}”.", f"Choose one of {labels}."
    )


if __name__ == "__main__":
    sys.exit(main())
