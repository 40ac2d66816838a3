"""Which clues to label next, and why each of them."""
