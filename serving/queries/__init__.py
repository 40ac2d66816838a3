"""What is asked of the stored clues, the same for the HTTP interface and the dashboard."""
