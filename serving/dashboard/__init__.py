"""The reviewers' dashboard: queries → small view models → thin pages, in one process beside the API."""
