"""Clock, ids and named errors: no input or output here."""
