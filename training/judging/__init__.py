"""Is the new model better? On one frozen set by a gate, or on live answers by a sequential test."""
