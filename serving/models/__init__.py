"""Which model answers: loaded and tried in the background, then put in its place at once."""
