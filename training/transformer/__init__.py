"""A pretrained encoder: where it comes from, how it is fine-tuned and exported."""
