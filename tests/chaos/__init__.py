"""What the service must survive: ``python -m tests.chaos kills --times 20``, and the like.

Each prints what it found as JSON and ends with status 1 when something was lost.
"""
