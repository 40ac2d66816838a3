"""What an analyst types: one module per command of ``fenzhen``, named like it."""
