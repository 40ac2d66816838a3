"""The month's report: figures once, then as a page, HTML and Excel. It holds no clue's words."""
