"""A cursor leads back to its own list alone."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.domain.errors import InvalidInput
from data.views.cursors import read_cursor, write_cursor


@given(st.integers(0, 2**63))
def test_a_cursor_is_read_back(after):
    assert read_cursor("journal:7", write_cursor("journal:7", after)) == after


def test_it_does_not_show_its_number():
    assert "17" not in write_cursor("journal:7", 17)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "17",
        "journal:7:17",
        write_cursor("journal:8", 17),
        write_cursor("journal:7", 17)[:-1],
        "A" + write_cursor("journal:7", 17)[1:],
        base64.urlsafe_b64encode(b"0000journal:7:17").decode(),
        "流转",
        "=" * 9,
        "\x00",
    ],
)
def test_any_other_word_is_refused_with_its_cure(cursor):
    with pytest.raises(InvalidInput) as refused:
        read_cursor("journal:7", cursor)
    assert (refused.value.field, refused.value.value) == ("cursor", cursor)
    assert "next_cursor" in refused.value.cure


@given(st.text(max_size=60))
def test_no_word_breaks_it(cursor):
    with pytest.raises(InvalidInput):
        read_cursor("journal:7", cursor)
