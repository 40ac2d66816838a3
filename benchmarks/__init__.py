"""Speed, as ratios to what one would pick instead, measured in one run on one machine."""
