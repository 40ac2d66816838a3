"""Where several workers keep their counters, so that any of them can add up all."""

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names it; prometheus_client reads it once, when it is imported."""
