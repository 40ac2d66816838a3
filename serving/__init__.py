"""The service and the command line: clues in over HTTP or from files, triages out."""
