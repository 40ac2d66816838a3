"""Has anything changed between two windows of time? Exact tests, few false alarms."""
