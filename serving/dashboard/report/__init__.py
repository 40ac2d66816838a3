"""The month's report: figures once, then as a page, as HTML and as Excel. It holds no clue's words."""
