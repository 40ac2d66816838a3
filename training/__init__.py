"""Labelled clues in, a measured model bundle out. Uses ``model``; never imported by ``serving``."""
