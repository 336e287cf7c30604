"""Reads a CSV file of override prices: which variant each line names, and the price it should get.

Columns are found by their names, in any order and case, with spaces or underscores; others are ignored:

    variant_detail_id, bigcommerce_variant_id, sku   at least one; the first with a value names the variant
    override_price                                   empty = reset to the synced price

So the file that the page exports can be imported as it is. The encoding is UTF-8, with or without a byte
order mark; values are separated by commas, semicolons or tabs, as spreadsheets save them. Where the values
are not separated by commas, a price may have a decimal comma.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from include.crm.ids import read_id
from include.crm.price_batch_rows import Problem
from include.plurals import count_of
from include.product_sync.errors import PriceRefused
from include.product_sync.typed_price import read_override_price

LARGEST_FILE = 1_000_000  # bytes
MOST_LINES = 20_000
_SEPARATORS = ",;\t"
# A first line with which Excel tells itself the separator.
_SEPARATOR_LINE = re.compile(r'\s*"?sep=([,;\t])"?[ ,;\t]*[\r\n]', re.IGNORECASE)
_IDS = ("variant_detail_id", "bigcommerce_variant_id")
_PRICE = "override_price"
_GROUPED = re.compile(r"(\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d+))?", re.ASCII)
_ONE_MARK = re.compile(r"(\d*)[.,](\d+)", re.ASCII)
# What crm.spreadsheet_text puts before text in the export.
_NEUTRALISED = re.compile(r"'(?=[-=+@\uff1d\uff0b\uff0d\uff20\t\r\n])")


@dataclass(frozen=True)
class PriceLine:
    """One line of the file; `price` None resets the variant to its synced price."""

    number: int
    variant_detail_id: int | None
    bigcommerce_variant_id: int | None
    sku: str
    price: Decimal | None

    @property
    def skus(self) -> list[str]:
        """The SKUs that the line may mean: as written, and without the apostrophe of an export."""
        without = _NEUTRALISED.sub("", self.sku, count=1) if _NEUTRALISED.match(self.sku) else self.sku
        return [self.sku] if without == self.sku else [self.sku, without]


def read_price_file(data: bytes) -> tuple[list[PriceLine], list[Problem]]:
    """The lines that can be used, and what is wrong with the others.

    Raises PriceRefused if the file as a whole cannot be used.
    """
    text = _text(data)
    named = _SEPARATOR_LINE.match(text)
    separator = named[1] if named else _separator(text)
    records = _records(text, separator)
    if named:
        next(records)
    _, header = next(records, (0, []))
    names = [_column(name) for name in header]
    _check_header(names)
    lines: list[PriceLine] = []
    problems: list[Problem] = []
    for number, cells in records:
        if len(lines) + len(problems) == MOST_LINES:
            raise _refused(f"The file has more than {MOST_LINES:,} lines. Split it into several files.")
        try:
            lines.append(_line(number, names, cells, decimal_comma=separator != ","))
        except ValueError as problem:
            problems.append(Problem(number, str(problem)))
    if not lines and not problems:
        raise _refused("The file has no lines below its first one. Add a line for each price.")
    return lines, problems


def _refused(sentence: str) -> PriceRefused:
    return PriceRefused({"file": sentence})


def _text(data: bytes) -> str:
    if len(data) > LARGEST_FILE:
        raise _refused(
            f"The file is larger than {LARGEST_FILE // 1_000_000} MB. Leave out all columns but "
            "variant_detail_id and override_price, or split it into several files."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused(
            f"Line {line:,} is not UTF-8. In Excel, save the file as “CSV UTF-8 (comma delimited)”."
        ) from None
    if "\0" in text:
        raise _refused("The file is not text. Save it as CSV, encoded in UTF-8.")
    if not text.strip():
        raise _refused(
            "The file is empty. It needs a first line with the names of the columns and one for each price."
        )
    return text


def _separator(text: str) -> str:
    """What most often separates names in the first line: inside of quotation marks nothing is separated."""
    header = re.split(r"[\r\n]", re.sub(r'"[^"]*"', "", text.lstrip()), maxsplit=1)[0]
    return max(_SEPARATORS, key=header.count)


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its first line, without blank ones."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    first = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                what = (
                    f"a value has more than {csv.field_size_limit():,} characters. If it should not, a "
                    "quotation mark is missing or stands inside a value. Correct it."
                )
            else:
                what = "a quotation mark is missing, or stands inside a value. Correct it."
            raise _refused(f"The file cannot be read from line {first:,} on: {what}") from None
        if any(cell.strip() for cell in cells):
            yield first, cells
        first = reader.line_num + 1


def _column(name: str) -> str:
    """A name of a column as we write it; what nobody sees in it does not matter."""
    seen = "".join(each if each.isprintable() or each.isspace() else "" for each in name)
    return re.sub(r"[\s_-]+", "_", seen.strip().lower())


def _check_header(names: list[str]) -> None:
    known = (*_IDS, "sku", _PRICE)
    for name in known:
        if names.count(name) > 1:
            raise _refused(f"The first line names the column {name} twice. Remove one of the two.")
    if _PRICE not in names:
        raise _refused("The first line has no column override_price. It must hold the names of the columns.")
    if not set(names) & {*_IDS, "sku"}:
        raise _refused("The first line needs a column variant_detail_id, bigcommerce_variant_id or sku.")


def _line(number: int, names: list[str], cells: list[str], *, decimal_comma: bool) -> PriceLine:
    """Raises ValueError with a sentence."""
    if len(cells) != len(names):
        raise ValueError(
            f"The line has {count_of(len(cells), 'value')}, but the first line names "
            f"{count_of(len(names), 'column')}. Correct the line; "
            "a value with a comma in it stands between quotation marks."
        )
    values = dict(zip(names, cells, strict=True))
    ours, theirs = (_id(name, values.get(name, "")) for name in _IDS)
    sku = values.get("sku", "")
    if ours is None and theirs is None and not sku.strip():
        raise ValueError("The line names no variant: enter its variant_detail_id or its SKU.")
    typed = values[_PRICE].strip()
    price = read_override_price(_with_point(typed) if decimal_comma else typed) if typed else None
    return PriceLine(number, ours, theirs, sku, price)


def _with_point(typed: str) -> str:
    """A price with a point before its decimals, and no mark between thousands; what is no price stays.

    Raises ValueError with a sentence if it may mean two prices.
    """
    one = _ONE_MARK.fullmatch(typed)
    grouped = _GROUPED.fullmatch(typed)
    if one and grouped and not typed.startswith("0"):
        whole, decimals = one.groups()
        raise ValueError(
            f"{typed!r} may mean {whole}.{decimals} or {whole}{decimals}. "
            f"Write {whole},{decimals}0 or {whole}{decimals},00."
        )
    if one:
        return f"{one[1]}.{one[2]}"
    if grouped:
        return re.sub("[.,]", "", grouped[1]) + (f".{grouped[3]}" if grouped[3] else "")
    return typed


def _id(name: str, typed: str) -> int | None:
    text = typed.strip()
    if not text:
        return None
    number = read_id(text)
    if number is None:
        raise ValueError(f"{text[:40]!r} is not a {name}. Enter digits only.")
    return number
