"""Exports: which dossiers and CERs, in which columns; never a text of a CER."""
