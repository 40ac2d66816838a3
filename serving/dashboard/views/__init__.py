"""What a page shows, as plain values: pure functions over what the queries return."""
