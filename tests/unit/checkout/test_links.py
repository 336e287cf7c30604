"""A checkout link says exactly what was put into it, or it is refused with a reason."""

from __future__ import annotations

import string
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.checkout import errors
from include.checkout.links import LARGEST_QUANTITY, LONGEST_LINK, MOST_ITEMS, Contents, Item, build, parse
from include.crm.ids import LARGEST_ID

CHECKOUT = "https://checkout.example.com/cart"
CART_ID = "bc218c65-7a32-4ab7-8082-68730c074d02"


def items_of(query: str) -> list[tuple[int, int, int]]:
    return [
        (item.campaign_product_id, item.variant_detail_id, item.quantity)
        for item in parse(f"{CHECKOUT}?{query}").items
    ]


def test_a_link_reads_as_the_help_page_shows_it() -> None:
    link = build(CHECKOUT, Contents((Item(228, 123, 1), Item(228, 124, 2))))

    assert link == "https://checkout.example.com/cart?products=228.123:1;228.124:2"


def test_cart_and_other_parameters_travel_along_in_their_order() -> None:
    contents = Contents(
        (Item(228, 123, 1),), CART_ID, (("utm_source", "mail & more"), ("ref", "7"), ("ref", "ü;8"))
    )

    link = build(f"{CHECKOUT}?campaign=5", contents)

    assert link == (
        f"{CHECKOUT}?products=228.123:1&cart={CART_ID}"
        "&campaign=5&utm_source=mail+%26+more&ref=7&ref=%C3%BC%3B8"
    )
    assert parse(link).other_parameters == (("campaign", "5"), *contents.other_parameters)


ids = st.integers(1, LARGEST_ID)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
contents = st.builds(
    Contents,
    st.lists(
        st.builds(Item, ids, ids, st.integers(1, LARGEST_QUANTITY)),
        min_size=1,
        max_size=30,
        unique_by=lambda item: item.variant,
    ).map(tuple),
    st.text(string.ascii_letters + string.digits + "-", max_size=64),
    st.lists(st.tuples(texts.filter(lambda name: name not in ("products", "cart")), texts), max_size=8).map(
        tuple
    ),
)


@given(contents)
def test_what_is_built_is_parsed_again(wanted: Contents) -> None:
    assert parse(build(CHECKOUT, wanted)) == wanted


pieces = st.sampled_from(["1.2", "1.3", ".", ":", ";", ":1", ":2", "0", "-", "+", " ", "%31", "٢", "\0", "e"])


@given(st.lists(pieces, max_size=8).map("".join) | st.text(st.characters(exclude_characters="&#")))
def test_any_text_is_read_whole_or_refused(text: str) -> None:
    try:
        found = parse(f"{CHECKOUT}?products={text}").items
    except errors.LinkRefused:
        return
    items = [item.partition(":") for item in unquote(text).split(";")]
    assert {item.variant for item in found} == {variant for variant, _, _ in items}
    assert sum(item.quantity for item in found) == sum(int(quantity) for _, _, quantity in items)


def test_items_of_one_variant_are_added_up_where_the_first_stood() -> None:
    twice = (Item(228, 123, 1), Item(229, 125, 1), Item(228, 123, 2))

    assert build(CHECKOUT, Contents(twice)).endswith("?products=228.123:3;229.125:1")
    assert items_of("products=228.123:1;229.125:1;228.123:2") == [(228, 123, 3), (229, 125, 1)]


def test_percent_encoding_of_the_separators_is_read() -> None:
    assert items_of("products=228%2E123%3A1%3B228.124%3a2") == [(228, 123, 1), (228, 124, 2)]


def test_the_largest_ids_are_read() -> None:
    assert items_of(f"products={LARGEST_ID}.{LARGEST_ID}:9999") == [(LARGEST_ID, LARGEST_ID, 9999)]


def test_a_query_alone_is_read_and_a_fragment_is_not_part_of_it() -> None:
    assert parse("?products=228.123:1#products=1.1:1").items == (Item(228, 123, 1),)


@pytest.mark.parametrize(
    "item",
    [
        "",
        " ",
        "228",
        "228.123",
        "228.123:",
        ".123:1",
        "228.:1",
        "228.123:1:1",
        "228.123.4:1",
        "0.123:1",
        "228.0:1",
        "0228.123:1",
        "228.123:01",
        "228.123:-1",
        "228.123:+1",
        "228.123:1.5",
        "228.123:1e3",
        "228.123:0x1",
        "228.123:1_0",
        "228.123: 1",
        "228.123:1\n",
        "228.1\t23:1",
        "228.123:1,229.1:1",
        "228.123:1%00",
        "228.123:1%FF",
        "228.123:1%zz",
        "228%252E123:1",
        "٢٢٨.123:1",
        "228.123:\N{FULLWIDTH DIGIT ONE}",
        "228\N{FULLWIDTH FULL STOP}123:1",
        f"{LARGEST_ID + 1}.123:1",
        f"228.{LARGEST_ID + 1}:1",
        f"228.123:{'9' * 5000}",
        "<script>alert(1)</script>",
    ],
)
def test_an_item_that_cannot_be_read_refuses_the_whole_link(item: str) -> None:
    with pytest.raises(errors.ItemUnreadable, match=r"^Item 2 of this checkout link "):
        items_of(f"products=228.123:1;{item};228.124:1")


@pytest.mark.parametrize("query", ["", "products", "products=", "Products=228.123:1", "products%3D228.123:1"])
def test_a_link_without_products_is_refused(query: str) -> None:
    with pytest.raises(errors.NoItems):
        items_of(query)


@pytest.mark.parametrize("ending", [";", "%3B", ";;228.124:1"])
def test_a_missing_item_is_never_overlooked(ending: str) -> None:
    with pytest.raises(errors.ItemUnreadable, match="is empty"):
        items_of(f"products=228.123:1{ending}")


@pytest.mark.parametrize("name", ["products", "product%73"])
def test_products_named_twice_are_refused(name: str) -> None:
    with pytest.raises(errors.ParameterRefused, match="“products” 2 times"):
        items_of(f"products=228.123:1&a=b&{name}=228.124:1")


@pytest.mark.parametrize("cart", ["cart=", "cart=1&cart=2", "cart=%00", "cart=a/b", f"cart={'a' * 65}"])
def test_a_cart_that_is_not_one_id_is_refused(cart: str) -> None:
    with pytest.raises(errors.ParameterRefused, match="“cart”"):
        items_of(f"products=228.123:1&{cart}")


@pytest.mark.parametrize("items", ["228.123:0", "228.123:10000", "228.123:9999;228.123:1"])
def test_a_quantity_out_of_bounds_is_refused(items: str) -> None:
    with pytest.raises(errors.QuantityRefused, match=r"item 228\.123"):
        items_of(f"products={items}")


def test_a_link_is_as_long_as_it_may_be_and_not_longer() -> None:
    def filled(length: int) -> Contents:
        begun = len(build(CHECKOUT, Contents((Item(1, 1, 1),), other_parameters=(("x", ""),))))
        return Contents((Item(1, 1, 1),), other_parameters=(("x", "a" * (length - begun)),))

    longest = build(CHECKOUT, filled(LONGEST_LINK))
    assert len(longest) == LONGEST_LINK
    assert parse(longest) == filled(LONGEST_LINK)
    with pytest.raises(errors.LinkTooLong, match="8,001 characters"):
        build(CHECKOUT, filled(LONGEST_LINK + 1))
    with pytest.raises(errors.LinkTooLong, match="8,001 characters"):
        parse(f"{longest}a")


def test_a_link_has_as_many_items_as_it_may_and_not_more() -> None:
    many = tuple(Item(1, number, 1) for number in range(1, MOST_ITEMS + 2))

    assert parse(build(CHECKOUT, Contents(many[:-1]))).items == many[:-1]
    with pytest.raises(errors.LinkTooLong, match="at most 250 items; this one has 251"):
        build(CHECKOUT, Contents(many))


@pytest.mark.parametrize(
    ("items", "error"),
    [
        ((), errors.NoItems),
        ((Item(0, 1, 1),), errors.ItemUnreadable),
        ((Item(1, LARGEST_ID + 1, 1),), errors.ItemUnreadable),
        ((Item(1, 1, 5), Item(1, 1, -2)), errors.ItemUnreadable),
        ((Item(1, 1, 1), Item(1, 1, 0)), errors.QuantityRefused),
        ((Item(1, 1, LARGEST_QUANTITY), Item(1, 1, 1)), errors.QuantityRefused),
    ],
)
def test_no_link_is_built_that_could_not_be_read(
    items: tuple[Item, ...], error: type[errors.LinkRefused]
) -> None:
    with pytest.raises(error):
        build(CHECKOUT, Contents(items))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "checkout.example.com",
        "//checkout.example.com",
        "https://",
        "https://?a=b",
        "https://[::1",
        "ftp://checkout.example.com",
        "javascript:alert(1)",
        "https://checkout.example.com/#/cart",
        "https://checkout.example.com/a b",
        "https://checkout.example.com/\n",
    ],
)
def test_no_link_is_built_on_what_is_no_web_address(address: str) -> None:
    with pytest.raises(errors.AddressRefused):
        build(address, Contents((Item(1, 1, 1),)))


@pytest.mark.parametrize("name", ["products", "cart"])
def test_no_other_parameter_takes_the_name_of_ours(name: str) -> None:
    with pytest.raises(errors.ParameterRefused, match=f"“{name}”"):
        build(CHECKOUT, Contents((Item(1, 1, 1),), other_parameters=((name, "1"),)))
    with pytest.raises(errors.ParameterRefused, match=f"“{name}”"):
        build(f"{CHECKOUT}?{name}=1", Contents((Item(1, 1, 1),)))
