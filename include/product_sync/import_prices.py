"""Import override prices from a CSV file: `python -m include.product_sync.import_prices STORE_HASH FILE`.

The columns are override_price (empty: reset to the synced price), and variant_detail_id,
bigcommerce_variant_id or sku. If one line has an error, nothing is changed. The page Admin -> Data Sources
can undo the import.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from include.command_line import add_common, add_store, person, print_json, print_line, run
from include.connections.crm import open_crm
from include.crm import data_sources
from include.crm.currency_codes import campaign_currency
from include.product_sync import price_changes, price_file_check
from include.product_sync.errors import PriceNotConfirmed, PriceRefused
from include.product_sync.price_file import LARGEST_FILE


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.product_sync.import_prices", description=__doc__)
    add_store(parser)
    parser.add_argument("file", metavar="FILE", type=Path, help="the CSV file, in UTF-8")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    parser.add_argument(
        "--confirmed",
        action="store_true",
        help="prices of 0, and with more decimals than the currency has, are meant",
    )
    add_common(parser, _import)
    return run(parser.parse_args())


def _import(options: argparse.Namespace) -> None:
    data = _read(options.file)
    with open_crm() as crm:
        source = data_sources.required(crm, options.store_hash)
        if source.campaign_id is None:
            raise PriceRefused({"file": f"{source.store_name} has no products yet. Sync them first."})
        batch = price_file_check.preview_import(crm, source.campaign_id, data, options.file.name, person())
        price_file_check.refuse_problems(batch)
        unusual = price_changes.consequences(batch, campaign_currency(crm, source.campaign_id))
        if unusual and not options.confirmed:
            raise PriceNotConfirmed(f"{unusual} If this is meant, add --confirmed.")
        if not options.dry_run and batch.changes:
            batch = price_changes.apply(
                crm, source.campaign_id, batch.price_batch_id, person(), confirmed=True
            )
            crm.commit()
    result = {"changes": batch.changes, "unchanged": batch.unchanged, "dry_run": options.dry_run}
    if options.json:
        print_json(result)
        return
    done = "Prices that would change" if options.dry_run else "Prices changed"
    print_line(f"{done}: {batch.changes:,}. Already as wanted: {batch.unchanged:,}.")


def _read(file: Path) -> bytes:
    """No more than a file may have, and one byte, so that a larger one is refused."""
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise PriceRefused({"file": f"{file} cannot be read: {error.strerror}."}) from None


if __name__ == "__main__":
    sys.exit(main())
