"""What a clue is and how it is read: text in, triage out.

Knows no database, no web and no experiment tracker.
"""
