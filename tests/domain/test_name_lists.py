"""Joining names on one line and splitting them again."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.samples.claims import letters

from ledger.domain.name_lists import join_names, split_names

names = st.lists(st.text(letters, min_size=1, max_size=12).map(str.strip).filter(bool), max_size=6).map(tuple)


@given(names, st.sampled_from(",;"))
@example(("Aleppo, Syria", "Battle"), ",")
@example(('"a", b"', '"', '""', 'a"'), ",")
def test_joined_names_are_split_into_the_same_names(listed: tuple[str, ...], mark: str) -> None:
    assert split_names(join_names(listed, mark), mark) == listed


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Battle, Cities", ("Battle", "Cities")),
        (" Battle ,,Cities,", ("Battle", "Cities")),
        ('"Aleppo, Syria", Battle', ("Aleppo, Syria", "Battle")),
        ('the "so-called" state, Battle', ('the "so-called" state', "Battle")),
        ('"so-called" state, Battle', ('"so-called" state', "Battle")),
        ('"never closed, Battle', ('"never closed', "Battle")),
        ("One\nTwo, Three", ("One", "Two", "Three")),
        ('"", " "', ()),
        ("", ()),
    ],
)
def test_names_as_people_type_them(typed: str, names: tuple[str, ...]) -> None:
    assert split_names(typed, ",") == names
