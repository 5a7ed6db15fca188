"""What a CER and a dossier are, and what may be done with them: no input or output here."""
