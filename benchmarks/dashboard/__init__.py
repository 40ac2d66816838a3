"""The dashboard before a real browser: pictures for the manual, and how fast it is."""
