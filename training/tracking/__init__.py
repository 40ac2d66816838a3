"""Runs in MLflow, which is notebook and registry here, never the loader of a model."""
