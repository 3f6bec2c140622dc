"""One content has one fingerprint, in whatever way Zoho spells it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingress.journal.content import DEEPEST, decode, fingerprint

PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
CONTENT = st.dictionaries(st.text(), st.recursive(PLAIN, st.lists), max_size=8)


def mark(text: str) -> bytes:
    return fingerprint(decode(text.encode()))


SHOWN = (
    '{"total": 10.0, "customer_id": "4600000000001", "rows": [{"rate": 1, "x_formatted": "$1"}]}'
)


@pytest.mark.parametrize(
    "other",
    [
        SHOWN,
        SHOWN.replace("10.0", "10.00"),
        SHOWN.replace('"4600000000001"', "4600000000001"),
        SHOWN.replace("$1", '1,- \\"\\\\'),
        SHOWN.replace('"$1"', "null"),
        '{"rows": [{"x_formatted": "", "rate": 1}], "total": 1e1, "customer_id": "4600000000001"}',
    ],
)
def test_the_same_content_spelled_otherwise_is_the_same(other: str) -> None:
    assert mark(other) == mark(SHOWN)


def test_a_link_that_is_made_anew_is_no_change() -> None:
    assert mark('{"invoice_url": "a", "x": 1}') == mark('{"x": 1, "invoice_url": "b"}')


def test_a_text_that_looks_like_a_link_is_content() -> None:
    assert mark(r'{"notes": "a_url\":\"1"}') != mark(r'{"notes": "a_url\":\"2"}')


@pytest.mark.parametrize(
    "other",
    [
        '{"total": 10.01, "id": "460"}',
        '{"total": 10.0, "id": "461"}',
        '{"total": 10.0, "id": "460", "status": "void"}',
        '{"total": 10.0, "id": ["460"]}',
        '{"total": true, "id": "460"}',
        '{"total": null, "id": "460"}',
    ],
)
def test_another_content_is_another(other: str) -> None:
    assert mark(other) != mark('{"total": 10.0, "id": "460"}')


@given(CONTENT, st.randoms())
def test_the_order_of_the_keys_is_no_content(content: dict[str, Any], random: Any) -> None:
    names = list(content)
    random.shuffle(names)

    assert mark(json.dumps({name: content[name] for name in names})) == mark(json.dumps(content))


def test_nesting_has_its_bound() -> None:
    decode(b"[" * DEEPEST + b"]" * DEEPEST)

    with pytest.raises(ValueError, match="nested deeper"):
        decode(b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1))


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
@pytest.mark.parametrize("depth", [1_000, 1_020, 1_030, 100_000])
def test_however_deep_a_body_is_it_is_only_refused(opening: bytes, depth: int) -> None:
    closing = b"]" if opening == b"[" else b"}"

    with pytest.raises(ValueError, match="nested deeper"):
        decode(opening * depth + b"1" + closing * depth)


@pytest.mark.parametrize("text", [b"NaN", b'{"a": Infinity}', b"[1e4, -Infinity]"])
def test_what_is_no_number_is_no_json(text: bytes) -> None:
    with pytest.raises(ValueError, match="no number in JSON"):
        decode(text)


@pytest.mark.parametrize("text", [b"", b"{", b'{"a": "b', b"{]", b"\xff\xfe\x00", b'{"a": 1}x'])
def test_what_is_cut_off_or_no_text_is_no_json(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  each has a reason of its own
        decode(text)


@pytest.mark.parametrize("digits", ["1e400", "-1e999999999", "1E+99999999999999999999"])
def test_a_number_beyond_all_bounds_is_survived(digits: str) -> None:
    try:
        mark(f'{{"total": {digits}}}')
    except ValueError as refusal:
        assert "bounds" in str(refusal)  # noqa: PT017  either is right, a crash is not


def test_half_a_surrogate_pair_is_shown_as_a_question_mark() -> None:
    assert decode(b'{"notes": "cut \\ud83d"}') == {"notes": "cut ?"}


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert decode(b"\xef\xbb\xbf{}") == {}
