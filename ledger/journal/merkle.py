"""The Merkle tree over the journal: the hashes of RFC 6962, and the frontier from which the root is computed.

Source: RFC 6962 section 2.1 (and RFC 9162): leaf hash SHA-256(0x00 ‖ leaf), node SHA-256(0x01 ‖ left ‖ right),
empty root SHA-256(""). The frontier of a tree of n leaves consists of the roots of its perfect subtrees, largest
first: one for each 1 bit of n. Appending a leaf changes as many of them as a binary counter flips bits: two on average.
"""

from __future__ import annotations

from hashlib import sha256

WIDTH = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The compact state of a tree, to which leaves can be appended, and from which the root is computed."""

    def __init__(self, size: int = 0, packed: bytes = b"") -> None:
        """Restore a frontier from `packed`. Raises ValueError where it does not fit the size."""
        if len(packed) != WIDTH * size.bit_count():
            raise ValueError("this frontier does not belong to a tree of this size")
        self.size = size
        self._peaks = [packed[i : i + WIDTH] for i in range(0, len(packed), WIDTH)]

    def append(self, hashed_leaf: bytes) -> None:
        """Append a leaf, given by its hash."""
        size, peak = self.size, hashed_leaf
        while size & 1:
            peak = node_hash(self._peaks.pop(), peak)
            size >>= 1
        self._peaks.append(peak)
        self.size += 1

    @property
    def packed(self) -> bytes:
        """The subtree roots one after another, for storing."""
        return b"".join(self._peaks)

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        if not self._peaks:
            return EMPTY_ROOT
        *rest, root = self._peaks
        for peak in reversed(rest):
            root = node_hash(peak, root)
        return root
