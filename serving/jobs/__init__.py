"""Whole files of clues: handed in, worked off in the background, fetched when done."""
