"""The journal: its entries, posting and replaying them, and the Merkle tree over them."""
