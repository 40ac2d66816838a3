"""Labels to look at again: what the other clues, a near-copy or a rule speak against."""
