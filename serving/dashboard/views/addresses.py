"""Addresses of pages. An id may hold a slash or anything else that an address must spell out."""

from urllib.parse import quote


def clue_address(clue_id: str, query: str = "") -> str:
    return f"/clue/{quote(clue_id, safe='')}" + (f"?{query}" if query else "")
