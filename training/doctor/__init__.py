"""The examination of a file of labelled clues before anyone learns from it."""
