"""Demonstration data: composed clues and simulated reviewers, in a database of its own."""
