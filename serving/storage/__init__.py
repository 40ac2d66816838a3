"""What the service keeps: clues, triages, human decisions, the audit chain, and who may come in."""
