"""Minting and parsing of IRIs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import InputError


@pytest.mark.parametrize(
    ("prefix", "parts"),
    [("cstd", ("x",)), ("dct", ("x",)), ("std", ()), ("std", ("a", "b", "c", "d")), ("std", ("…",))],
)
def test_what_cannot_be_minted(prefix: str, parts: tuple[str, ...]) -> None:
    with pytest.raises(InputError):
        iris.mint(prefix, *parts)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3))
def test_what_is_minted_is_an_entity_with_a_curie(parts: list[str]) -> None:
    try:
        minted = iris.mint("std", *parts)
    except InputError:
        return
    assert iris.is_entity(minted)
    curie = iris.compact(minted)
    assert curie is not None and iris.expand(curie) == minted


@pytest.mark.parametrize("local", ["a.b", "A", "a__b", "a_b_c_d", "-a", "", "a b"])
def test_other_names_are_no_entities(local: str) -> None:
    assert not iris.is_entity(iris.PREFIXES["std"] + local)


def test_every_prefix_is_its_own() -> None:
    assert len(set(iris.PREFIXES.values())) == len(iris.PREFIXES)
    for prefix, namespace in iris.PREFIXES.items():
        assert iris.compact(f"{namespace}x") == f"{prefix}:x"
