"""Which CSV files of override prices can be read, and what is said of the others."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.product_sync.errors import PriceRefused
from include.product_sync.price_file import LARGEST_FILE, MOST_LINES, PriceLine, read_price_file

BOTH = [PriceLine(2, None, None, "T-1", Decimal("9.5")), PriceLine(3, None, None, "T-2", None)]


@pytest.mark.parametrize(
    "text",
    [
        "sku,override_price\nT-1,9.5\nT-2,\n",
        "SKU;Override Price\r\nT-1;9.5\r\nT-2;\r\n",
        "name\toverride-price\tsku\nTea\t9.5\tT-1\n\t \tT-2",
        '\ufeffsku,override_price\n"T-1"," 9.50 "\nT-2,\n',
        "\ufeff\ufeffsku,over\u00adride\u00a0price\u200b\nT-1,9.5\nT-2,\n",
        "sku,override_price\rT-1,9.5\rT-2,\r",
        'SKU;"Price in EUR, gross, per piece";override_price\nT-1;x;9.5\nT-2;;\n',
        '"sku"\toverride_price\nT-1\t9.5\nT-2\t\n',
        "sku;override_price;note\rT-1;9,50;a, b, c, d, e, f, g\rT-2;;\r",
    ],
)
def test_separators_line_ends_column_order_and_byte_order_mark_do_not_matter(text: str) -> None:
    assert read_price_file(text.encode()) == (BOTH, [])


def test_header_may_have_line_breaks_within_its_names() -> None:
    lines, problems = read_price_file(b'"override\nprice";sku;"a,\nb,c"\n9,50;T-1;x\n')
    assert (lines, problems) == ([PriceLine(4, None, None, "T-1", Decimal("9.5"))], [])


def test_separator_line_of_excel_is_not_part_of_the_table() -> None:
    lines, [problem] = read_price_file(b"sep=;\r\nsku;override_price\r\nT-1;9,50\r\nT-2\r\n")
    assert lines == [PriceLine(3, None, None, "T-1", Decimal("9.5"))]
    assert (problem.line, problem.sentence[:23]) == (4, "The line has 1 value, b")


def test_lines_keep_their_number_over_blank_lines_and_line_breaks_in_a_value() -> None:
    lines, problems = read_price_file(b'\nsku,override_price\n\n"a\nb",1\n;\n,,\nT-1,x\n')
    assert [(line.number, line.sku) for line in lines] == [(4, "a\nb")]
    assert [problem.line for problem in problems] == [6, 8]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1,,T-1,-2", "below zero"),
        ("1,,T-1,ten", "is not a price"),
        ("1,,T-1,1.23456", "more than 4 decimals"),
        ('1,,T-1,"1,20"', "without commas"),
        ("1,,T-1", "3 values"),
        ("1,,T-1,2,3", "5 values"),
        (",, ,2", "names no variant"),
        ("1.0,,T-1,2", "is not a variant_detail_id"),
        (",0,T-1,2", "is not a bigcommerce_variant_id"),
        (f"{2**63},,T-1,2", "is not a variant_detail_id"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_reason(line: str, said: str) -> None:
    header = "variant_detail_id,bigcommerce_variant_id,sku,override_price"
    lines, [problem] = read_price_file(f"{header}\n{line}\n".encode())
    assert lines == []
    assert problem.line == 2
    assert said in problem.sentence
    assert problem.sentence.endswith(".")


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize(
    ("typed", "price"),
    [
        ("9,5", "9.5"),
        ("12,50", "12.5"),
        ("1234,5", "1234.5"),
        ("0,125", "0.125"),
        (",5", "0.5"),
        ("1,2340", "1.234"),
        ("1.234,50", "1234.5"),
        ("1,234.50", "1234.5"),
        ("1.234.567", "1234567"),
        ("9.50", "9.5"),
        ("12", "12"),
    ],
)
def test_decimal_commas_are_read_where_commas_do_not_separate_values(
    separator: str, typed: str, price: str
) -> None:
    text = f"sku{separator}override_price\nT-1{separator}{typed}\n"
    assert read_price_file(text.encode()) == ([PriceLine(2, None, None, "T-1", Decimal(price))], [])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1,234", "'1,234' may mean 1.234 or 1234. Write 1,2340 or 1234,00."),
        ("1.234", "'1.234' may mean 1.234 or 1234. Write 1,2340 or 1234,00."),
        ("1.23,45", "'1.23,45' is not a price. Enter digits only, e.g. 12.50."),
        ("1,234,56", "'1,234,56' is not a price. Enter digits only, e.g. 12.50."),
        ("-1,5", "'-1,5' is not a price. Enter digits only, e.g. 12.50."),
    ],
)
def test_price_with_two_meanings_or_none_is_named_with_its_line(typed: str, said: str) -> None:
    lines, [problem] = read_price_file(f"sku;override_price\nT-1;{typed}\n".encode())
    assert (lines, problem.line, problem.sentence) == ([], 2, said)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"sku,override_price\n", "no lines below"),
        (b"T-1,9.5\n", "no column override_price"),
        (b"name,override_price\nTea,1\n", "needs a column variant_detail_id"),
        (b"sku,sku,override_price\nT-1,T-1,1\n", "sku twice"),
        (b'sku,override_price\nT-1,1\n"T-2,1\n', "line 3 on: a quotation mark is missing"),
        (
            b"sku,override_price\nT-1,1\n" + b"x" * 131_073 + b",1\n",
            "line 3 on: a value has more than 131,072",
        ),
        ("sku,override_price\nT-1,1\nTé,1\n".encode("latin-1"), "Line 3 is not UTF-8"),
        ("sku,override_price\nT-1,1\n".encode("utf-16"), "not UTF-8"),
        (b"sku,override_price\nT\0,1\n", "not text"),
        (b"sku,override_price\n" + b"T,1\n" * (MOST_LINES + 1), "more than 20,000 lines"),
        (b"x" * (LARGEST_FILE + 1), "larger than 1 MB"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(PriceRefused) as refused:
        read_price_file(data)
    assert said in refused.value.problems_by_field["file"]


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"sku,override_price\n{text}".encode())
)
@example(b'sku,override_price\n"' + b"x" * 200_000 + b'",1')
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        lines, problems = read_price_file(data)
    except PriceRefused:
        return
    assert lines or problems
