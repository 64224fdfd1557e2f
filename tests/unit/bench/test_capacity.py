"""The units of DynamoDB's requests, by the examples of AWS's documentation."""

import pytest

from tests.bench.capacity import Index, Item, index_of, item_size, read_units, write_units

KB = 1024
BY_OWNER = index_of(
    {
        "KeySchema": [{"AttributeName": "owner"}],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["card"]},
    },
    ["pk"],
)
KEPT: Item = {"pk": {"S": "1"}, "note": {"S": "kept"}}
MINE: Item = KEPT | {"owner": {"S": "me"}, "card": {"S": "a"}}


def of_size(size: int) -> Item:
    return {"pk": {"S": "x" * (size - 2)}}


def test_the_shirt_of_the_documentation_has_23_bytes() -> None:
    assert item_size({"shirt-color": {"S": "R"}, "shirt-size": {"S": "M"}}) == 23


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"B": b"123"}, 3),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"N": "27"}, 3),
        ({"L": []}, 3),
        ({"M": {}}, 3),
        ({"L": [{"S": "ab"}, {"L": []}]}, 3 + 2 + 2 + 3),
        ({"M": {"n": {"S": "ab"}}}, 3 + 1 + 1 + 2),
        ({"SS": ["ab", "c"]}, 3),
        ({"NS": ["27", "28"]}, 6),
    ],
)
def test_a_value_has_its_documented_size(value: dict[str, object], size: int) -> None:
    assert item_size({"a": value}) == 1 + size


@pytest.mark.parametrize(
    ("size", "strong", "eventual"),
    [(3_500, 1, 0.5), (4 * KB, 1, 0.5), (8 * KB, 2, 1), (10 * KB, 3, 1.5), (0, 1, 0.5)],
)
def test_a_read_takes_a_unit_for_4_kb_and_half_of_it_if_it_may_be_old(
    size: int, strong: float, eventual: float
) -> None:
    assert read_units(size, consistent=True) == strong
    assert read_units(size, consistent=False) == eventual


def test_a_query_of_40_8_kb_is_rounded_up_to_44() -> None:
    assert read_units(round(40.8 * KB), consistent=True) == 11


@pytest.mark.parametrize(("size", "units"), [(512, 1), (KB, 1), (2 * KB, 2), (3_072 + 1, 4)])
def test_a_write_takes_a_unit_for_each_kb_and_two_in_a_transaction(size: int, units: int) -> None:
    assert write_units({}, of_size(size)) == units
    assert write_units({}, of_size(size), transaction=True) == 2 * units


def test_a_write_is_as_large_as_the_item_was_or_is() -> None:
    assert write_units(of_size(3 * KB), of_size(10)) == 3
    assert write_units(of_size(10), of_size(3 * KB)) == 3
    assert write_units(of_size(3 * KB), {}) == 3
    assert write_units({}, {}) == 1, "of an item that is not there"


@pytest.mark.parametrize(
    ("before", "after", "writes"),
    [
        ({}, MINE, 1),
        (KEPT, MINE, 1),
        (MINE, KEPT, 1),
        (MINE, {}, 1),
        (MINE, MINE | {"card": {"S": "b"}}, 1),
        (MINE, MINE | {"owner": {"S": "you"}}, 2),
        (MINE, MINE | {"note": {"S": "not in the index"}}, 0),
        (KEPT, KEPT | {"card": {"S": "b"}}, 0),
        ({}, KEPT, 0),
    ],
)
def test_an_index_is_written_when_what_it_has_changes_and_twice_with_its_key(
    before: Item, after: Item, writes: int
) -> None:
    assert write_units(before, after, [BY_OWNER]) - write_units(before, after) == writes


def test_an_index_is_charged_for_its_own_entry_and_once_in_a_transaction() -> None:
    large = MINE | {"note": {"S": "x" * 3 * KB}}
    every = Index(("owner",), lambda item: item)
    assert write_units({}, large, [BY_OWNER], transaction=True) == 2 * 4 + 1
    assert write_units({}, large, [every], transaction=True) == 2 * 4 + 4
