"""Labelled clues in from every tool that people label with, and out to each of them."""
