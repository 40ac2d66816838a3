"""Commands for those who run the service; each is a typer application of its module's name."""
