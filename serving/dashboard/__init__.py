"""The reviewers' dashboard: queries → view models → thin pages, a process beside the API."""
