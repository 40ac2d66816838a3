"""The way of one clue through the service: read, masked, sealed, stored, and only then answered."""
