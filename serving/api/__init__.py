"""The HTTP interface: from requests to queries and acts, and back to JSON."""
