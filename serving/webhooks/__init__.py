"""Telling the intake system what people decided: signed, repeated until it is heard."""
