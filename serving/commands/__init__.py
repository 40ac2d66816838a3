"""The service's commands; ``fenzhen.py`` dispatches to them."""
