"""The pages. Each asks, turns the answer into a view, and lays it out."""
