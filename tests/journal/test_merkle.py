"""The Merkle tree: published vectors of RFC 6962, and the frontier compared with the recursive definition."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.oracles import merkle_root

from ledger.journal.merkle import EMPTY_ROOT, WIDTH, Frontier, leaf_hash, node_hash


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    """Published vectors; the file names their source."""
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name("merkle.json").read_text())
    return loaded


def grown(leaves: list[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf_hash(leaf))
    return frontier


def test_hashes_are_those_of_rfc_6962(published: dict[str, Any]) -> None:
    hashes = {vector["what"]: vector for vector in published["rfc6962_hashes"]}
    assert len(hashes) == 4
    for vector in hashes.values():
        if "leaf_hex" in vector:
            assert leaf_hash(bytes.fromhex(vector["leaf_hex"])).hex() == vector["hex"]
        elif "left_hex" in vector:
            node = node_hash(bytes.fromhex(vector["left_hex"]), bytes.fromhex(vector["right_hex"]))
            assert node.hex() == vector["hex"]
        else:
            assert EMPTY_ROOT.hex() == vector["hex"]


def test_roots_are_the_published_ones(published: dict[str, Any]) -> None:
    leaves = [bytes.fromhex(leaf) for leaf in published["leaf_inputs_hex"]]
    roots = published["root_hashes_by_size_hex"]
    assert len(roots) == len(leaves) + 1
    for size, root in enumerate(roots):
        assert grown(leaves[:size]).root.hex() == root
        assert merkle_root(leaves[:size]).hex() == root  # the oracle, too


def test_the_frontier_s_root_is_the_recursive_one_at_every_size() -> None:
    leaves = [str(number).encode() for number in range(301)]
    frontier = Frontier()
    for size in range(301):
        assert frontier.root == merkle_root(leaves[:size])
        assert len(frontier.packed) == WIDTH * size.bit_count()
        frontier.append(leaf_hash(leaves[size]))


@given(st.lists(st.binary(max_size=40), max_size=300), st.integers(0, 300))
def test_a_restored_frontier_continues_like_the_original(leaves: list[bytes], put_down: int) -> None:
    before = grown(leaves[:put_down])
    again = Frontier(before.size, before.packed)
    for leaf in leaves[put_down:]:
        again.append(leaf_hash(leaf))
    assert again.size == len(leaves)
    assert again.root == merkle_root(leaves) == grown(leaves).root


@given(st.integers(0, 2**40), st.integers(0, 50))
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int, peaks: int) -> None:
    if peaks == size.bit_count():
        assert Frontier(size, bytes(WIDTH * peaks)).size == size
        peaks += 1
    with pytest.raises(ValueError, match="does not belong"):
        Frontier(size, bytes(WIDTH * peaks))
    with pytest.raises(ValueError, match="does not belong"):
        Frontier(size, bytes(WIDTH * size.bit_count() + 1))
